"""Pence and cents in tables: price, position, multiplier and magnifier give the value that TWS tells."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.tables.account import pnl, portfolio
from ibnb.tables.account.portfolio_now import refreshed
from ibnb.tables.market import quotes, watch

MAGNIFIERS = st.sampled_from((1, 10, 100, 1000))
PRICES = st.floats(0.5, 90_000).map(lambda price: round(price, 4))
POSITIONS = st.integers(-50_000, 50_000).filter(bool)
MULTIPLIERS = st.sampled_from(("", "5000", "100", "0.5"))


def item(client: ModuleType, position: float, price: float, multiplier: str, value: float, con_id: int = 7) -> Any:
    contract = client.Contract(
        conId=con_id, symbol="VOD", secType="STK", currency="GBP", multiplier=multiplier, exchange="LSE"
    )
    return client.PortfolioItem(
        contract=contract, position=position, marketPrice=price, marketValue=value, averageCost=0.85,
        unrealizedPNL=1.0, realizedPNL=0.0, account="DU1",
    )  # fmt: skip


@given(magnifier=MAGNIFIERS, price=PRICES, position=POSITIONS, multiplier=MULTIPLIERS, known=st.booleans())
@settings(max_examples=60)
def test_price_and_position_give_the_value(
    client: ModuleType, magnifier: int, price: float, position: int, multiplier: str, known: bool
) -> None:
    value = round(position * price * float(multiplier or 1) / magnifier, 2)
    rows = [item(client, position, price, multiplier, value)]

    frame = portfolio.frame(rows, magnifiers={7: magnifier} if known else None)

    row = frame.iloc[0]
    factor = row["multiplier"] if row["multiplier"] == row["multiplier"] else 1.0
    if pd.isna(row["price_magnifier"]):
        assert not value  # too small to tell by
        return
    reckoned = row["position"] * row["market_price"] * factor / int(row["price_magnifier"])
    assert reckoned == pytest.approx(row["market_value"], abs=0.0051, rel=0.02)
    if abs(value) > 1:
        assert row["price_magnifier"] == magnifier


@pytest.mark.parametrize(("price", "magnifier"), [(84.89, 100), (0.8489, 1)])
def test_a_portfolio_in_pence_and_one_in_pounds_are_told_apart(
    client: ModuleType, price: float, magnifier: int
) -> None:
    frame = portfolio.frame([item(client, 600, price, "", 509.34)], magnifiers={7: 100})

    assert frame["price_magnifier"].tolist() == [magnifier]


@pytest.mark.parametrize(
    ("position", "price", "value", "known", "expected"),
    [
        (0, 84.89, 0.0, {7: 100}, 100),  # closed today: the details tell
        (0, 84.89, 0.0, {}, None),
        (600, 84.89, 12345.0, {7: 100}, None),  # neither pence nor pounds: nothing is claimed
        (1, 0.4, 0.0, {7: 100}, 100),  # less than a penny
        (600, float("nan"), 509.34, {7: 100}, 100),
    ],
)
def test_where_value_and_price_do_not_tell_the_details_do(
    client: ModuleType, position: float, price: float, value: float, known: dict[int, int], expected: int | None
) -> None:
    frame = portfolio.frame([item(client, position, price, "", value)], magnifiers=known)

    told = frame["price_magnifier"].iloc[0]
    assert told == expected if expected else pd.isna(told)


def test_a_price_brought_up_to_the_moment_stays_in_its_unit(client: ModuleType) -> None:
    before = portfolio.frame([item(client, 600, 84.89, "", 509.34)], {"DU1": {"GBP": 1.25}}, bases={"DU1": "USD"})

    figures = {"daily_pnl": 1.0, "unrealized_pnl": 3.0, "realized_pnl": 0.0, "market_value": 518.70}
    after = refreshed(before, pnl.frame([{"account": "DU1", "con_id": 7, **figures}])).iloc[0]

    assert after["market_price"] == pytest.approx(86.45)
    assert after["position"] * after["market_price"] / after["price_magnifier"] == pytest.approx(518.70)
    assert after["weight"] == 1.0


@pytest.mark.parametrize(
    ("kind", "magnifier", "price", "size", "expected"),
    [
        ("STK", 100, -100.0, 0.0, None),
        ("STK", None, -100.0, 0.0, None),
        ("STK", 1, 0.0, 0.0, None),
        ("FUT", 100, -100.0, 0.0, None),
        ("FUT", 1, -37.63, 4.0, -37.63),
        ("BAG", None, 0.0, 3.0, 0.0),
        ("BAG", None, -1.0, 0.0, None),
    ],
)
def test_a_quote_has_no_price_where_there_is_none(
    client: ModuleType, kind: str, magnifier: int | None, price: float, size: float, expected: float | None
) -> None:
    ticker = client.Ticker(contract=client.Contract(secType=kind, symbol="X", conId=7))
    ticker.bid = ticker.ask = ticker.last = price
    ticker.bidSize = ticker.askSize = ticker.lastSize = size
    ticker.price_magnifier = magnifier

    row = quotes.frame([ticker]).iloc[0]

    for name in ("bid", "ask", "last"):
        assert row[name] == expected if expected is not None else pd.isna(row[name])


def test_an_empty_size_is_no_size_and_the_price_stays(client: ModuleType) -> None:
    ticker = client.Ticker(contract=client.Stock("VOD", "SMART", "GBP"))
    ticker.bid, ticker.bidSize = 84.9, 0.0

    row = quotes.frame([ticker]).iloc[0]

    assert row["bid"] == 84.9
    assert pd.isna(row["bid_size"])


def test_tables_of_prices_say_their_unit(fits: Any) -> None:
    for table in (quotes, watch, portfolio):
        assert table.SCHEMA.columns[-1].name == "price_magnifier"
        priced = [column for column in table.SCHEMA.columns if column.unit == "currency / price_magnifier"]
        assert priced
