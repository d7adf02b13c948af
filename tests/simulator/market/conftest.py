"""Markets at a fixed moment: Wednesday, 18 November 2026, 11:00:30 in New York."""

from __future__ import annotations

from typing import Any

import pytest

from ibnb.simulator.market import Clock, Instrument, Market

NOW = 1_795_017_630.0


@pytest.fixture(scope="session")
def market() -> Market:
    return Market(seed=7, clock=Clock(start=NOW, speed=0))


@pytest.fixture(scope="session")
def one(market: Market) -> Any:
    """Return a function that finds the first instrument of a query."""

    def find(**query: Any) -> Instrument:
        return market.instruments.match(query)[0]

    return find


@pytest.fixture(scope="session")
def stock(one: Any) -> Instrument:
    return one(symbol="AAPL", sec_type="STK", exchange="SMART", currency="USD")


@pytest.fixture(scope="session")
def pair(one: Any) -> Instrument:
    return one(symbol="EUR", sec_type="CASH", currency="USD")


@pytest.fixture(scope="session")
def future(one: Any) -> Instrument:
    return one(symbol="ES", sec_type="FUT", exchange="CME")


@pytest.fixture(scope="session")
def option(one: Any) -> Instrument:
    return one(symbol="AAPL", sec_type="OPT", expiry="202612", right="C", strike=255.0)
