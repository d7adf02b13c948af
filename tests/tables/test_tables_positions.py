"""Positions, and the contract columns that all tables share."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pandas as pd

from ibnb.tables.account import positions

CONTRACT_START = [
    "con_id",
    "symbol",
    "sec_type",
    "exchange",
    "currency",
    "local_symbol",
    "expiry",
    "strike",
    "right",
    "multiplier",
]


def test_positions_are_flat_and_typed(client: ModuleType, aapl: Any, option: Any, fits: Any) -> None:
    frame = positions.frame(
        [
            client.Position("DU9000001", aapl, -110.0, 201.8829709),
            client.Position("DU9000001", option, 2.0, 120.5),
        ]
    )

    fits(frame, positions.SCHEMA)
    assert {*frame.columns} >= {"account", *CONTRACT_START}
    assert list(frame.columns[:3]) == ["symbol", "position", "avg_cost"]
    stock, put = (row for _, row in frame.iterrows())
    assert (stock["symbol"], stock["con_id"], stock["position"], stock["avg_cost"]) == (
        "AAPL",
        265598,
        -110,
        201.8829709,
    )
    assert (put["expiry"], put["strike"]) == (pd.Timestamp("2026-11-20"), 10.0)
    assert (put["right"], put["multiplier"]) == ("P", 100.0)
    assert frame.attrs["account"] == "DU9000001"
    assert frame.attrs["warnings"] == []


def test_what_a_stock_does_not_have_is_unset(client: ModuleType, aapl: Any) -> None:
    aapl.right, aapl.strike, aapl.multiplier = "?", 0.0, ""

    frame = positions.frame([client.Position("DU9000001", aapl, 1.0, 2.0)])

    assert frame["right"][0] == ""
    assert frame[["expiry", "strike", "multiplier"]].isna().all().all()


def test_an_expiry_is_the_day_alone(client: ModuleType) -> None:
    for sent in ("20240402", "20240402-17:10:00", "20240402 17:10:00 US/Central"):
        future = client.Future("DC", sent, "CME")

        frame = positions.frame([client.Position("DU1", future, 1.0, 2.0)])

        assert frame["expiry"].tolist() == [pd.Timestamp("2024-04-02")]


def test_a_contract_month_is_no_day_and_told_as_such(client: ModuleType) -> None:
    future = client.Future("DC", "202403", "CME")

    frame = positions.frame([client.Position("DU1", future, 1.0, 2.0)])

    assert frame["expiry"].isna().all()
    assert frame.attrs["warnings"] == ["expiry, row 0: '202403' is not a date"]


def test_nonsense_in_a_contract_is_reported_and_unset(client: ModuleType, aapl: Any) -> None:
    aapl.right, aapl.lastTradeDateOrContractMonth, aapl.conId = "X", "tomorrow", [1]

    frame = positions.frame([client.Position("DU1", aapl, "many", 2.0)])

    assert frame["right"][0] == ""
    assert frame[["con_id", "expiry", "position"]].isna().all().all()
    assert {line.split(",")[0] for line in frame.attrs["warnings"]} == {"con_id", "expiry", "right", "position"}


def test_a_missing_contract_leaves_the_rest_of_the_row(client: ModuleType, fits: Any) -> None:
    frame = positions.frame([client.Position("DU1", None, 3.0, 2.0)])

    fits(frame, positions.SCHEMA)
    assert frame["position"].tolist() == [3.0]
    assert frame["symbol"].tolist() == [""]


def test_a_generator_will_do(client: ModuleType, aapl: Any) -> None:
    assert len(positions.frame(client.Position("DU1", aapl, float(n), 1.0) for n in range(3))) == 3
