"""Simulated TWSs in the middle of a New York morning, at the pace of life or faster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ibnb.simulator.world import build_world, read_clock
from ibnb.wire.ids import Request

MORNING = "2026-11-18T11:00:30-05:00"
CONTRACTS: dict[str, dict[str, Any]] = {
    "stock": {"symbol": "AAPL", "sec_type": "STK", "exchange": "SMART", "currency": "USD"},
    "pair": {"symbol": "EUR", "sec_type": "CASH", "exchange": "IDEALPRO", "currency": "USD"},
    "index": {"symbol": "SPX", "sec_type": "IND", "exchange": "CBOE", "currency": "USD"},
    "future": {"symbol": "ES", "sec_type": "FUT", "exchange": "CME", "currency": "USD", "expiry": "202612"},
    "continuous": {"symbol": "ES", "sec_type": "CONTFUT", "exchange": "CME", "currency": "USD"},
}


@pytest.fixture(scope="session")
def morning() -> Any:
    """Return a world whose clock has begun in the morning."""
    return build_world(seed=7, clock=read_clock(MORNING))


@pytest.fixture
def sim(serve: Callable[..., Any], morning: Any) -> Any:
    """Return a server of that world."""
    return serve(world=morning)


@pytest.fixture
def talker(sim: Any) -> Iterator[Any]:
    """Return a client that has started."""
    return sim.talk()


@pytest.fixture
def ask() -> Callable[..., None]:
    """Return a function that asks about a contract by its name in ``CONTRACTS``, or by its con_id."""

    def send(talker: Any, request: Request, contract: str | int, request_id: int = 7, **values: Any) -> None:
        fields = {"con_id": contract, "exchange": "SMART"} if isinstance(contract, int) else CONTRACTS[contract]
        talker.send(request, request_id=request_id, **fields, **values)

    return send
