"""A simulated TWS and a session with it, shared by the tests of live data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from simulator.running import Running

import ibnb
from ibnb.simulator.world import build_world, read_clock

#: A Wednesday while New York trades.
OPEN = "2026-11-18T11:00:00-05:00"


@pytest.fixture(scope="module")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate(clock=OPEN) as sim:
        yield sim


@pytest.fixture(scope="module")
def closed() -> Iterator[Running]:
    """Give a simulator in this process on a Saturday, whose markets keep to the exchanges' hours."""
    clock = read_clock("2026-11-21T12:00:00-05:00")
    clock.strict = True
    served = Running(build_world(seed=7, clock=clock))
    yield served
    served.close()


@pytest.fixture(scope="module")
def inside() -> Iterator[Running]:
    """Give a simulator in this process while New York trades, whose subscriptions a test may change."""
    served = Running(build_world(seed=7, clock=read_clock(OPEN)))
    yield served
    served.close()


@pytest.fixture
def subscribe(inside: Running) -> Iterator[Callable[..., None]]:
    """Give a function that sets what the account may see; afterwards it may see everything."""
    from ibnb.simulator.market.subscriptions import Subscriptions

    def change(**settings: Any) -> None:
        inside.inspect(lambda: setattr(inside.server, "subscriptions", Subscriptions(**settings)))

    yield change
    change()
