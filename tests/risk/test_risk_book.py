"""Positions as arrays: sizes by kind, units, what TWS leaves out, and what has no greeks at all."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ibnb.risk.book import Book, book_of
from ibnb.risk.greeks import Computation, Told, computed, is_american, years_left
from ibnb.risk.grid import grid
from ibnb.tables.account import portfolio

NOW = datetime(2026, 11, 18, 16, tzinfo=UTC)
NONE = math.nan
#: At the money, for half a year; what TWS might tell of it.
TOLD = Computation(0.25, 7.93, 0.0, 100.0, 0.5796, 0.0221, 0.2764, -0.02405)


def item(con_id: int, kind: str, **given: Any) -> SimpleNamespace:
    """Return what TWS tells of a position, of a contract in USD with a price of 100."""
    contract = {
        "conId": con_id, "symbol": f"S{con_id}", "secType": kind, "exchange": "", "primaryExchange": "",
        "currency": "USD", "localSymbol": f"S{con_id}", "lastTradeDateOrContractMonth": "", "strike": 0.0,
        "right": "", "multiplier": "", "tradingClass": "",
    }  # fmt: skip
    if kind in ("OPT", "FOP"):
        contract |= {"lastTradeDateOrContractMonth": "20270519", "strike": 100.0, "right": "C", "multiplier": "100"}
    values = {
        "account": "DU1", "position": 10.0, "marketPrice": 100.0, "averageCost": 90.0,
        "unrealizedPNL": 0.0, "realizedPNL": 0.0,
    }  # fmt: skip
    contract |= {name: value for name, value in given.items() if name in contract}
    values |= {name: value for name, value in given.items() if name in values}
    worth = values["position"] * values["marketPrice"] * float(str(contract["multiplier"] or 1))
    values["marketValue"] = given.get("marketValue", worth)
    return SimpleNamespace(contract=SimpleNamespace(**contract), **values)


def details(one: SimpleNamespace, under: str = "STK", **given: Any) -> Any:
    told = {"realExpirationDate": "20270519", "lastTradeTime": "16:00:00", "timeZoneId": "US/Eastern", "industry": ""}
    return SimpleNamespace(contract=one.contract, underSecType=under, underConId=9, **(told | given))


def book(*items: SimpleNamespace, computation: Computation | None = TOLD, rate: float = 1.0) -> Book:
    held = portfolio.frame(items, {"DU1": {"USD": rate, "GBP": 1.25, "EUR": 1.0}}, None, {"DU1": "EUR"})
    told = Told({each.contract.conId: details(each) for each in items}, now=NOW)
    if computation is not None:
        told.computations = {each.contract.conId: computation for each in items if each.contract.secType == "OPT"}
    return book_of(held, told)


@pytest.mark.parametrize(
    ("kind", "multiplier", "size"),
    [
        ("STK", "", 10), ("STK", "100", 10), ("CASH", "", 10), ("FUND", "", 10), ("CRYPTO", "", 10), ("CFD", "1", 10),
        ("FUT", "50", 500), ("OPT", "100", 1000),
    ],
)  # fmt: skip
def test_a_size_is_in_units_of_the_underlying(kind: str, multiplier: str, size: float) -> None:
    found = book(item(1, kind, multiplier=multiplier))

    assert found.size.tolist() == [size]
    assert found.greeks["delta"].tolist() == [TOLD.delta if kind == "OPT" else 1.0]
    assert found.source.tolist() == ["TWS" if kind == "OPT" else "position"]
    assert found.unread == []


@pytest.mark.parametrize("kind", ["BOND", "WAR", "BAG", "BILL"])
def test_what_has_no_greeks_says_so(kind: str) -> None:
    found = book(item(1, kind), item(2, "STK"))

    assert math.isnan(found.greeks["delta"][0]) and found.source.tolist() == ["", "position"]
    assert found.unread == [f"S1: {kind} has no greeks here, and is in no sum"]
    assert grid(found, [0.1], [0.0], 0).to_numpy().tolist() == [[pytest.approx(100)]]


def test_an_option_without_multiplier_or_greeks_is_of_no_known_size() -> None:
    sizeless, silent = book(item(1, "OPT", multiplier="")), book(item(1, "OPT"), computation=None)

    assert math.isnan(sizeless.size[0]) and "multiplier" in sizeless.unread[0]
    assert math.isnan(silent.greeks["delta"][0]) and silent.source.tolist() == [""]
    assert grid(silent, [0.1], [0.0], 0).attrs["positions"] == 0


def test_what_was_sold_today_risks_nothing() -> None:
    found = book(item(1, "OPT", position=0.0, marketValue=0.0), computation=None)

    assert (found.size * found.greeks["delta"]).tolist() == [0]
    assert found.unread == []


@pytest.mark.parametrize("lacks", ["delta", "gamma", "vega", "theta"])
def test_a_greek_that_tws_leaves_out_is_by_our_model_and_marked_so(lacks: str) -> None:
    whole = vars(TOLD)

    found = book(item(1, "OPT"), computation=Computation(**{**whole, lacks: NONE}))

    assert found.source.tolist() == ["model"]
    assert found.greeks[lacks][0] == pytest.approx(whole[lacks], rel=0.01)
    others = set(found.greeks) - {lacks}
    assert all(found.greeks[name][0] == whole[name] for name in others)


def test_pence_are_pounds_over_a_hundred() -> None:
    found = book(item(1, "STK", currency="GBP", marketPrice=2500.0, marketValue=250.0))

    assert found.magnifier.tolist() == [100]
    assert grid(found, [0.1], [0.0], 0).to_numpy().tolist() == [[pytest.approx(25 * 1.25)]]


def test_a_short_loses_where_a_long_gains() -> None:
    found = book(item(1, "OPT", position=-10.0), item(2, "OPT"))

    profit = grid(found, [-0.2, 0.0, 0.2], [-0.1, 0.0], 30).to_numpy()

    assert profit == pytest.approx(np.zeros((3, 2)), abs=1e-9)


@pytest.mark.parametrize(
    ("under", "symbol", "american"), [("STK", "AAPL", True), ("FUT", "ES", True), ("IND", "SPX", False),
                                      ("IND", "OEX", True)],
)  # fmt: skip
def test_options_on_indexes_are_european_but_for_one(under: str, symbol: str, american: bool) -> None:
    assert is_american(details(item(1, "OPT", symbol=symbol), under)) is american


def test_years_are_counted_to_the_last_trade() -> None:
    one = item(1, "OPT")
    whole = years_left(details(one), datetime(2026, 5, 19, 20, tzinfo=UTC))
    morning = years_left(details(one, lastTradeTime="08:30"), datetime(2027, 5, 19, 12, 30, tzinfo=UTC))
    later = years_left(details(one), datetime(2027, 5, 20, tzinfo=UTC))
    unnamed = years_left(details(one, lastTradeTime="", timeZoneId=""), datetime(2027, 5, 19, 20, tzinfo=UTC))

    assert (whole, morning, unnamed) == (1.0, 0.0, 0.0)
    assert later < 0
    assert math.isnan(years_left(details(one, realExpirationDate="202705"), NOW))
    assert math.isnan(years_left(details(one, timeZoneId="Nowhere/None"), NOW))


def test_marks_of_unset_are_no_figures() -> None:
    marks = {"impliedVol": -1, "optPrice": -1, "pvDividend": None, "undPrice": 1.7976931348623157e308}
    greeks = {"delta": -2, "gamma": 0.01, "vega": -2, "theta": -2}

    found = computed(SimpleNamespace(modelGreeks=SimpleNamespace(**marks, **greeks)))

    assert found is not None and found.gamma == 0.01
    assert all(math.isnan(value) for name, value in vars(found).items() if name != "gamma")
    none = SimpleNamespace(**marks, **{**greeks, "gamma": -2})
    assert computed(SimpleNamespace(modelGreeks=none)) is None
    assert computed(SimpleNamespace(modelGreeks=None)) is None


def test_accounts_of_several_base_currencies_are_added_up_in_that_of_the_first() -> None:
    """A dollar is 0.8 euros in the first account; the second counts in dollars, and so knows euros at 1.25."""
    one, other = item(1, "STK"), item(1, "STK", account="DU2")
    rates = {"DU1": {"EUR": 1.0, "USD": 0.8}, "DU2": {"USD": 1.0, "EUR": 1.25}}
    held = portfolio.frame([one, other], rates, None, {"DU1": "EUR", "DU2": "USD"})

    found = book_of(held, Told({1: details(one)}, now=NOW))

    assert found.rate.tolist() == [0.8, 1.0] and found.common.tolist() == [1.0, 0.8]
    assert grid(found, [0.1], [0.0], 0).to_numpy() == pytest.approx(np.array([[160.0]]))
