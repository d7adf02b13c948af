"""Fixtures: markets that a test moves by hand, and engines over them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from simulator.matching.matching_floor import NOW, Floor, ScriptedMarket


@pytest.fixture(scope="session")
def _markets() -> dict[bool, ScriptedMarket]:
    return {}


@pytest.fixture
def make_market(_markets: dict[bool, ScriptedMarket]) -> Callable[[bool], ScriptedMarket]:
    """Return the market (with a strict clock, or not), its clock at 13:00 in New York, its script empty."""

    def make(strict: bool = False) -> ScriptedMarket:
        market = _markets.get(strict) or _markets.setdefault(strict, ScriptedMarket(strict))
        market.clock.moment = NOW
        market.script.clear()
        market.at(100.0)
        return market

    return make


@pytest.fixture
def market(make_market: Callable[[bool], ScriptedMarket]) -> ScriptedMarket:
    return make_market(False)


@pytest.fixture
def floor_(market: ScriptedMarket) -> Floor:
    return Floor(market)


@pytest.fixture
def make_floor(make_market: Callable[[bool], ScriptedMarket]) -> Callable[..., Floor]:
    def make(strict: bool = False, **settings: Any) -> Floor:
        return Floor(make_market(strict), **settings)

    return make
