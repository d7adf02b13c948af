"""Accounts, account summary and account values."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from ibnb.tables.account import account_summary, account_values, accounts


@pytest.fixture
def summary(client: ModuleType) -> list[Any]:
    sent = [
        ("DU9000001", "AccountType", "INDIVIDUAL", ""),
        ("DU9000001", "Cushion", "0.993166", ""),
        ("DU9000001", "DayTradesRemaining", "-1", ""),
        ("DU9000001", "NetLiquidation", "1000123.45", "USD"),
        ("DU9000001", "TotalCashValue", "900000", "USD"),
        ("DU9000001", "BuyingPower", "1.7976931348623157E308", "USD"),
        ("U8000001", "NetLiquidation", "5.5", "EUR"),
        ("U8000001", "DayTradesRemaining", "3", ""),
        ("All", "NetLiquidation", "7", "USD"),
    ]
    return [client.AccountValue(account, tag, value, currency, "") for account, tag, value, currency in sent]


def test_accounts_have_one_row_each(summary: list[Any], fits: Any) -> None:
    frame = accounts.frame(summary, ["DU9000001", "DU9000002"])

    fits(frame, accounts.SCHEMA)
    assert frame["account"].tolist() == ["DU9000001", "DU9000002", "U8000001"]
    assert frame["kind"].tolist() == ["paper", "paper", "live"]
    assert frame["type"].tolist() == ["INDIVIDUAL", "", ""]
    assert frame["base_currency"].tolist() == ["USD", "", "EUR"]
    first = frame.iloc[0]
    assert (first["net_liquidation"], first["total_cash"], first["cushion"]) == (
        1000123.45,
        900000.0,
        0.993166,
    )
    assert pd.isna(first["buying_power"])


def test_no_limit_of_day_trades_is_unset(summary: list[Any]) -> None:
    frame = accounts.frame(summary)

    assert frame["day_trades_remaining"].isna().tolist() == [True, False]
    assert frame["day_trades_remaining"][1] == 3


def test_accounts_without_a_summary_are_listed(fits: Any) -> None:
    frame = accounts.frame([], ["DU1234567"])

    fits(frame, accounts.SCHEMA)
    assert frame["account"].tolist() == ["DU1234567"]
    assert frame["net_liquidation"].isna().all()


@pytest.mark.parametrize(
    ("account", "kind"),
    [
        ("DU1234567", "paper"),
        ("DF123456", "paper"),
        ("DI123456", "paper"),
        ("U1234567", "live"),
        ("F123", "live"),
        ("", "live"),
    ],
)
def test_the_kind_follows_the_prefix(account: str, kind: str) -> None:
    assert accounts.account_kind(account) == kind


@pytest.mark.parametrize("table", [account_summary, account_values])
def test_values_are_numbers_where_they_are_numeric(table: ModuleType, summary: list[Any], fits: Any) -> None:
    frame = table.frame(summary)

    fits(frame, table.SCHEMA)
    by_tag = frame[frame["account"] == "DU9000001"].set_index("tag")
    assert by_tag.loc["NetLiquidation", "value"] == 1000123.45
    assert by_tag.loc["NetLiquidation", "currency"] == "USD"
    assert by_tag.loc["AccountType", "text"] == "INDIVIDUAL"
    assert pd.isna(by_tag.loc["AccountType", "value"])
    assert by_tag.loc["DayTradesRemaining", "value"] == -1
    assert frame.attrs["warnings"] == []


def test_an_unset_value_shows_neither_number_nor_text(summary: list[Any]) -> None:
    row = account_summary.frame(summary).query("tag == 'BuyingPower'").iloc[0]

    assert pd.isna(row["value"])
    assert row["text"] == ""


def test_account_values_carry_the_model(client: ModuleType) -> None:
    frame = account_values.frame([client.AccountValue("DU1", "CashBalance", "1", "USD", "Growth")])

    assert frame["model_code"].tolist() == ["Growth"]


def test_rows_of_another_kind_do_not_become_accounts(client: ModuleType) -> None:
    frame = accounts.frame([None, client.AccountValue(None, None, None, None, None)])

    assert len(frame) == 0
    assert len(frame.attrs["warnings"]) == 2
