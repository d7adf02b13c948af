"""Quotes and greeks."""

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from ibnb.tables.market import quotes


def test_a_quote_is_flat_and_typed(client: ModuleType, aapl: Any, fits: Any) -> None:
    ticker = client.Ticker(contract=aapl, time=datetime(2026, 4, 2, 14, tzinfo=UTC), marketDataType=3)
    for name, value in {
        "bid": 255.4,
        "ask": 255.5,
        "last": 255.45,
        "bidSize": 2.0,
        "askSize": 3.0,
        "halted": 0.0,
    }.items():
        setattr(ticker, name, value)

    frame = quotes.frame([ticker])

    fits(frame, quotes.SCHEMA)
    row = frame.iloc[0]
    assert (row["bid"], row["ask"], row["last"], row["bid_size"]) == (255.4, 255.5, 255.45, 2.0)
    assert (row["data_type"], frame.attrs["data_type"]) == ("delayed", "delayed")
    assert frame["halted"].tolist() == [False]
    assert row["time"] == pd.Timestamp("2026-04-02T14:00:00Z")
    assert row[["open", "volume", "delta"]].isna().all()


def test_a_ticker_without_anything_is_a_row_of_na(client: ModuleType, fits: Any) -> None:
    frame = quotes.frame([client.Ticker()])

    fits(frame, quotes.SCHEMA)
    numbers = [column.name for column in quotes.SCHEMA.columns if column.dtype == "float64"]
    assert frame[numbers].isna().all().all()
    assert frame["time"].isna().all()
    assert frame["halted"].isna().all()


def test_minus_one_says_that_there_is_no_price(client: ModuleType, aapl: Any) -> None:
    ticker = client.Ticker(contract=aapl)
    for name in [
        "bid",
        "ask",
        "last",
        "open",
        "high",
        "low",
        "close",
        "bidSize",
        "askSize",
        "lastSize",
        "volume",
        "halted",
    ]:
        setattr(ticker, name, -1.0)

    frame = quotes.frame([ticker])

    assert frame.loc[0, "bid":"close"].isna().all()
    assert frame["halted"].isna().all()


@pytest.mark.parametrize(("size", "is_price"), [(5.0, True), (0.0, False)])
def test_a_combo_may_really_cost_minus_one(client: ModuleType, size: float, is_price: bool) -> None:
    ticker = client.Ticker(contract=client.Bag(symbol="SPY"))
    ticker.bid, ticker.bidSize = -1.0, size

    assert quotes.frame([ticker])["bid"].notna().tolist() == [is_price]


def test_an_option_has_its_greeks(client: ModuleType, option: Any) -> None:
    greeks = client.OptionComputation(0, 0.3, -1.0, 2.66, None, 0.07, -2, -0.756, 293.23)
    ticker = client.Ticker(contract=option, modelGreeks=greeks)

    row = quotes.frame([ticker]).iloc[0]

    assert (row["implied_vol"], row["delta"], row["gamma"], row["theta"]) == (0.3, -1.0, 0.07, -0.756)
    assert (row["option_price"], row["underlying_price"]) == (2.66, 293.23)
    assert pd.isna(row["vega"])


def test_the_data_type_of_a_mixed_table(client: ModuleType, aapl: Any) -> None:
    tickers = [client.Ticker(contract=aapl, marketDataType=kind) for kind in (1, 2, 3, 4)]

    frame = quotes.frame(tickers)

    assert frame["data_type"].tolist() == ["live", "frozen", "delayed", "delayed-frozen"]
    assert frame.attrs["data_type"] == "mixed"
    assert quotes.frame([]).attrs["data_type"] == ""
    assert quotes.frame(tickers, data_type="live").attrs["data_type"] == "live"


def test_an_unknown_data_type_is_reported(client: ModuleType, aapl: Any) -> None:
    frame = quotes.frame([client.Ticker(contract=aapl, marketDataType=9)])

    assert frame["data_type"].tolist() == [""]
    assert frame.attrs["warnings"] == ["data_type, row 0: 9 is not a value of marketDataType"]


def test_halted_is_true_for_every_kind_of_halt(client: ModuleType, aapl: Any) -> None:
    tickers = [client.Ticker(contract=aapl) for _ in range(2)]
    for ticker, value in zip(tickers, (1.0, 2.0), strict=True):
        ticker.halted = value

    assert quotes.frame(tickers)["halted"].tolist() == [True, True]
