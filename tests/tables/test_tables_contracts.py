"""Contract details."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from ibnb.tables.contract import contracts


@pytest.fixture
def details(client: ModuleType, aapl: Any) -> Any:
    return client.ContractDetails(
        contract=aapl, marketName="NMS", minTick=0.01, orderTypes="LMT,MKT", validExchanges="SMART,NASDAQ",
        priceMagnifier=1, longName="APPLE INC", industry="Technology", timeZoneId="US/Eastern",
        tradingHours="20260402:0400-20260402:2000", liquidHours="20260402:0930-20260402:1600",
        aggGroup=2147483647, marketRuleIds="26,26", stockType="COMMON", minSize=0.0001,
        secIdList=[client.TagValue("CUSIP", "037833100"), client.TagValue("ISIN", "US0378331005")],
    )  # fmt: skip


def test_details_are_flat_and_typed(details: Any, fits: Any) -> None:
    frame = contracts.frame([details])

    fits(frame, contracts.SCHEMA)
    row = frame.iloc[0]
    assert (row["con_id"], row["long_name"], row["min_tick"], row["isin"]) == (
        265598,
        "APPLE INC",
        0.01,
        "US0378331005",
    )
    assert (row["time_zone"], row["market_rule_ids"], row["stock_type"]) == (
        "America/New_York",
        "26,26",
        "COMMON",
    )
    assert (row["primary_exchange"], row["trading_class"]) == ("NASDAQ", "NMS")
    assert pd.isna(row["under_con_id"])
    assert pd.isna(row["size_increment"])
    assert frame.attrs["warnings"] == []


def test_an_unknown_zone_is_reported_and_empty(details: Any) -> None:
    details.timeZoneId = "Mordor"

    frame = contracts.frame([details])

    assert frame["time_zone"].tolist() == [""]
    assert "Mordor" in frame.attrs["warnings"][0]


def test_an_instrument_without_identifiers_has_no_isin(details: Any) -> None:
    details.secIdList = None

    assert contracts.frame([details])["isin"].tolist() == [""]


def test_a_future_has_its_underlying(client: ModuleType) -> None:
    future = client.Future("DC", "20240402", "CME", "DCH4", "2000", "USD", conId=553495230)
    detail = client.ContractDetails(
        contract=future, underConId=36555530, underSymbol="DA", underSecType="IND", contractMonth="202403",
        timeZoneId="US/Central", realExpirationDate="20240403", lastTradeTime="17:10:00",
    )  # fmt: skip

    row = contracts.frame([detail]).iloc[0]

    assert (row["under_con_id"], row["under_sec_type"], row["multiplier"]) == (36555530, "IND", 2000.0)
    assert row["time_zone"] == "America/Chicago"
    assert row[["expiry", "real_expiration_date"]].tolist() == [pd.Timestamp("2024-04-02"), pd.Timestamp("2024-04-03")]
