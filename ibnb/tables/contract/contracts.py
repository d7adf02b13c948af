"""Contracts in full, as TWS describes them: names, price steps, trading hours, underlying."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ibnb.tables.contract.contract_columns import contract_columns, expiry_day
from ibnb.tables.schema.moments import DATE
from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema, reach
from ibnb.tables.schema.timeparse import iana


def _iana(value: object) -> str:
    return iana(value) if value else ""


_HOURS = "from-to of each day in time_zone, as TWS writes them"

SCHEMA = Schema(
    name="contracts",
    meaning="one contract that fits what was asked for",
    request="reqContractDetails",
    essential=(
        "symbol long_name sec_type exchange primary_exchange currency expiry strike right multiplier "
        "min_tick industry con_id local_symbol"
    ),
    columns=(
        *contract_columns(extra=True),
        Column("long_name", "string", "", "Name of the company or instrument", "longName", "longName"),
        Column("stock_type", "string", "", "COMMON, ETF, ADR, ... for stocks", "stockType", "stockType"),
        Column("market_name", "string", "", "Market name", "marketName", "marketName"),
        Column("industry", "string", "", "Industry", "industry", "industry"),
        Column("category", "string", "", "Category within the industry", "category", "category"),
        Column("subcategory", "string", "", "Subcategory", "subcategory", "subcategory"),
        Column(
            "min_tick",
            "float64",
            "currency",
            "Smallest price step anywhere in its market",
            "minTick",
            "minTick",
        ),
        Column(
            "price_magnifier",
            "Int64",
            "",
            "Prices are quoted times this: 100 where they are in pence or cents; min_tick is in the whole unit",
            "priceMagnifier",
            "priceMagnifier",
        ),
        Column("min_size", "float64", "shares or contracts", "Smallest order", "minSize", "minSize", unset=(0,)),
        Column(
            "size_increment",
            "float64",
            "shares or contracts",
            "Step of sizes",
            "sizeIncrement",
            "sizeIncrement",
            unset=(0,),
        ),
        Column(
            "time_zone",
            "string",
            "IANA name",
            "Zone of the trading hours",
            "timeZoneId",
            "timeZoneId",
            clean=_iana,
        ),
        Column(
            "trading_hours",
            "string",
            "local time",
            f"Trading hours: {_HOURS}",
            "tradingHours",
            "tradingHours",
        ),
        Column("liquid_hours", "string", "local time", f"Regular hours: {_HOURS}", "liquidHours", "liquidHours"),
        Column(
            "contract_month",
            "string",
            "yyyymm",
            "Contract month of a future or option",
            "contractMonth",
            "contractMonth",
        ),
        Column(
            "real_expiration_date",
            DATE,
            "date",
            "When it really expires",
            "realExpirationDate",
            "realExpirationDate",
            clean=expiry_day,
        ),
        Column(
            "last_trade_time",
            "string",
            "local time",
            "Time of the last trade on its day",
            "lastTradeTime",
            "lastTradeTime",
        ),
        Column("under_con_id", "Int64", "", "con_id of the underlying", "underConId", "underConId", unset=(0,)),
        Column("under_symbol", "string", "", "Symbol of the underlying", "underSymbol", "underSymbol"),
        Column("under_sec_type", "string", "", "Security type of the underlying", "underSecType", "underSecType"),
        Column(
            "market_rule_ids",
            "string",
            "",
            "Rules of price steps, one for each of valid_exchanges",
            "marketRuleIds",
            "marketRuleIds",
        ),
        Column("valid_exchanges", "string", "", "Where it can be traded", "validExchanges", "validExchanges"),
        Column("order_types", "string", "", "Order types that it takes", "orderTypes", "orderTypes"),
        Column("isin", "string", "", "ISIN", "secIdList"),
        Column("cusip", "string", "", "CUSIP, for bonds", "cusip", "cusip"),
        Column("coupon", "float64", "percent", "Coupon of a bond", "coupon", "coupon", unset=(0,)),
        Column("maturity", DATE, "date", "Maturity of a bond", "maturity", "maturity", clean=expiry_day),
        Column("ratings", "string", "", "Ratings of a bond", "ratings", "ratings"),
    ),
)


def frame(objects: Iterable[object], **attrs: Any) -> pd.DataFrame:
    """Return contract details as a DataFrame.

    Parameters
    ----------
    objects : iterable of ContractDetails
        From `IB.reqContractDetails`.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("contracts")``.

    Examples
    --------
    >>> from ibnb.tables.contract import contracts
    >>> contracts.frame([]).dtypes["min_tick"]
    dtype('float64')
    """
    objects = list(objects)
    problems = Problems()
    columns = SCHEMA.pull(objects, problems)
    columns["isin"] = [_sec_id(pairs, "ISIN") for pairs in reach(objects, ["secIdList"])[0]]
    return SCHEMA.frame(columns, problems, **attrs)


def _sec_id(pairs: object, tag: str) -> str:
    entries = pairs if isinstance(pairs, (list, tuple)) else ()
    return next((pair.value for pair in entries if getattr(pair, "tag", None) == tag), "")
