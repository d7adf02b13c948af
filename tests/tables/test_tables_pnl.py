"""Profit and loss as a table: accounts, all of them together, positions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ibnb.tables.account import pnl

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def row(account: str, daily: float | None, currency: str = "USD", **others: Any) -> dict[str, Any]:
    figures = {"daily_pnl": daily, "unrealized_pnl": 1.0, "realized_pnl": 0.0, "time": NOW}
    return {"account": account, "currency": currency, **figures, **others}


def test_accounts_and_positions_stand_in_one_table(fits: Any) -> None:
    position = row("DU1", 3.0, con_id=265598, symbol="AAPL", sec_type="STK", position=10.0, market_value=2500.0)

    frame = pnl.frame([row("DU1", 5.0), position])

    fits(frame, pnl.SCHEMA)
    assert frame["con_id"].isna().tolist() == [True, False]
    assert frame["daily_pnl"].tolist() == [5.0, 3.0]
    assert frame["time"][0].isoformat() == "2026-03-02T15:00:00+00:00"


def test_what_tws_leaves_unset_is_unset() -> None:
    frame = pnl.frame([row("DU1", 1.7976931348623157e308, unrealized_pnl=None, time=None)])

    assert frame[["daily_pnl", "unrealized_pnl", "time"]].isna().all().all()
    assert frame.attrs["warnings"] == []


def test_no_rows_have_the_columns_all_the_same(fits: Any) -> None:
    fits(pnl.frame([]), pnl.SCHEMA)


def test_accounts_are_added_up_in_the_first_ones_base_currency() -> None:
    together = pnl.together([row("DU1", 100.0), row("DU2", 10.0, "EUR")], {"DU1": {"EUR": 1.2}})

    assert (together["account"], together["currency"], together["time"]) == ("All", "USD", NOW)
    assert together["daily_pnl"] == pytest.approx(112.0)


@pytest.mark.parametrize("rows", [[row("DU1", 1.0), row("DU2", None)], [row("DU1", 1.0), row("DU2", 1.0, "EUR")]])
def test_a_sum_that_lacks_a_part_is_unset(rows: list[dict[str, Any]]) -> None:
    """A figure that TWS has not told, or a rate that is not known: a part would look like the whole."""
    assert pnl.together(rows, {})["daily_pnl"] is None
