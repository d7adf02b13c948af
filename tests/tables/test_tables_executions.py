"""Fills with their commissions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from ibnb.tables.order import executions


@pytest.fixture
def fill(client: ModuleType, aapl: Any) -> Any:
    time = datetime(2026, 4, 13, 15, 27, 4, tzinfo=timezone(timedelta(hours=-4)))
    execution = client.Execution(
        execId="0000e0d5.69dd7411.01.01", time=time, acctNumber="DU9000001", exchange="IEX", side="BOT", shares=1.0,
        price=257.95, permId=389211034, clientId=94, orderId=1, cumQty=1.0, avgPrice=257.95, lastLiquidity=2,
    )  # fmt: skip
    report = client.CommissionReport(execution.execId, 1.0003, "USD", -68.051912)
    return client.Fill(aapl, execution, report, time)


def test_a_fill_is_flat_and_typed(fill: Any, fits: Any) -> None:
    frame = executions.frame([fill])

    fits(frame, executions.SCHEMA)
    row = frame.iloc[0]
    assert row["time"] == pd.Timestamp("2026-04-13T19:27:04Z")
    assert (row["symbol"], row["exchange"], row["side"], row["shares"], row["price"]) == (
        "AAPL",
        "IEX",
        "BOT",
        1,
        257.95,
    )
    assert (row["commission"], row["commission_currency"], row["realized_pnl"]) == (1.0003, "USD", -68.051912)
    assert (row["order_id"], row["perm_id"], row["client_id"], row["liquidity"]) == (
        1,
        389211034,
        94,
        "removed",
    )
    assert frame.attrs["account"] == "DU9000001"


def test_without_its_report_a_fill_has_no_commission(client: ModuleType, fill: Any) -> None:
    row = executions.frame([fill._replace(commissionReport=client.CommissionReport())]).iloc[0]

    assert pd.isna(row["commission"])
    assert pd.isna(row["realized_pnl"])
    assert row["commission_currency"] == ""


def test_an_unset_profit_is_na(client: ModuleType, fill: Any) -> None:
    fill.commissionReport.realizedPNL = 1.7976931348623157e308

    assert executions.frame([fill])["realized_pnl"].isna().all()


def test_an_order_given_by_hand_has_no_order_id(fill: Any) -> None:
    fill.execution.orderId = 0

    frame = executions.frame([fill])

    assert frame["order_id"].isna().all()
    assert frame["client_id"].tolist() == [94]


def test_the_default_time_of_the_client_is_unset(client: ModuleType, fill: Any) -> None:
    fill.execution.time = datetime(1970, 1, 1, tzinfo=UTC)

    assert executions.frame([fill])["time"].isna().all()


def test_a_time_to_the_microsecond_is_kept(fill: Any) -> None:
    fill.execution.time = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

    assert executions.frame([fill])["time"][0].to_pydatetime() == fill.execution.time
