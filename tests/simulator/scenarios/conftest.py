"""A simulated TWS with an empty account while New York trades, and a client of it, for scenarios of orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from simulator.running import Running
from simulator.talker import Talker

from ibnb.simulator.accounts import Books, empty_account
from ibnb.simulator.market import Market
from ibnb.simulator.world import read_clock

OPEN = "2026-11-18T11:00:00-05:00"


@pytest.fixture(scope="session")
def open_market() -> Market:
    return Market(seed=7, clock=read_clock(OPEN, speed=8.0))


@pytest.fixture
def exchange(serve: Callable[..., Running], open_market: Market) -> Running:
    return serve(world=(open_market, Books([empty_account(open_market, "DU1234567")])))


@pytest.fixture
def trader(exchange: Running) -> Iterator[Talker]:
    with Talker(exchange.port, client_id=2) as opened:
        yield opened
