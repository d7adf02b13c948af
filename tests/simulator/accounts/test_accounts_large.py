"""An account of any number of positions: none, one, hundreds, each valued alone as in the whole."""

from __future__ import annotations

from datetime import datetime

import pytest

from ibnb.errors import BadInput
from ibnb.simulator.accounts import pnl_single, portfolio, positions, value
from ibnb.simulator.accounts.made_up.large import large_account
from ibnb.simulator.accounts.worth.valuation import value_one
from ibnb.simulator.market import Clock, Market

NOON = "2026-03-18T13:00:00-04:00"


@pytest.fixture(scope="module")
def market() -> Market:
    return Market(seed=7, clock=Clock(datetime.fromisoformat(NOON), speed=0))


@pytest.mark.parametrize("count", [0, 1, pytest.param(200, marks=pytest.mark.second)])
def test_it_holds_as_many_positions_as_asked_for(market: Market, count: int) -> None:
    book = large_account(market, count)

    held = positions(book)
    assert len(held) == count == len({row["con_id"] for row in held})
    assert len(portfolio(book)) == count
    assert value(book).base(lambda part: part.net_liquidation) > 5_000_000


@pytest.mark.second
def test_it_is_long_and_short_in_several_kinds_and_currencies(market: Market) -> None:
    book = large_account(market, 200)

    rows = portfolio(book)
    assert {row["sec_type"] for row in rows} == {"STK", "FUT", "CASH", "OPT"}
    assert {row["currency"] for row in rows} >= {"USD", "EUR", "GBP", "CHF", "CAD"}
    assert {row["position"] > 0 for row in rows} == {True, False}


def test_one_position_alone_is_worth_what_it_is_in_the_whole(market: Market) -> None:
    book = large_account(market, 60)

    for each in value(book).positions:
        assert value_one(book, each.instrument.con_id) == each
    assert pnl_single(book, 1)["value"] is None, "a contract that was never held"


@pytest.mark.parametrize("count", [-1, 2001])
def test_an_impossible_number_is_refused(market: Market, count: int) -> None:
    with pytest.raises(BadInput, match="0 to 2000"):
        large_account(market, count)
