"""The accounts of a log-in, one row each, with the figures an overview wants: from the account summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from ibnb.ground.account_numbers import is_paper
from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Columns, Schema, reach

_MONEY = (
    ("net_liquidation", "NetLiquidation", "What the account is worth: cash and market values"),
    ("total_cash", "TotalCashValue", "Cash of all currencies, with what futures have gained or lost"),
    ("settled_cash", "SettledCash", "Cash that is settled"),
    (
        "gross_position_value",
        "GrossPositionValue",
        "Absolute market values of stocks, options, bonds and funds",
    ),
    ("equity_with_loan", "EquityWithLoanValue", "The equity that margin is measured against"),
    ("initial_margin", "InitMarginReq", "Initial margin requirement"),
    ("maintenance_margin", "MaintMarginReq", "Maintenance margin requirement"),
    ("available_funds", "AvailableFunds", "Equity with loan less initial margin: what new trades may use"),
    (
        "excess_liquidity",
        "ExcessLiquidity",
        "Equity with loan less maintenance margin: the room before liquidation",
    ),
    ("buying_power", "BuyingPower", "What could be bought with all margin used"),
)

SCHEMA = Schema(
    name="accounts",
    meaning="one account of this log-in",
    request="managedAccounts, reqAccountSummary",
    essential=(
        "account kind base_currency net_liquidation total_cash gross_position_value available_funds "
        "excess_liquidity buying_power cushion"
    ),
    columns=(
        Column("account", "string", "", "Account", "account"),
        Column("kind", "string", "", "paper or live, by the account's prefix", "account"),
        Column("type", "string", "", "INDIVIDUAL, JOINT, ...", "AccountType"),
        Column("base_currency", "string", "", "Currency of the figures", "currency of NetLiquidation"),
        *(Column(name, "float64", "base currency", meaning, tag) for name, tag, meaning in _MONEY),
        Column("cushion", "float64", "fraction", "Excess liquidity as a part of net liquidation", "Cushion"),
        Column("leverage", "float64", "ratio", "Gross position value over net liquidation", "Leverage-S"),
        Column(
            "day_trades_remaining",
            "Int64",
            "trades",
            "Day trades left before a pattern day trader is restricted; unset where there is no limit",
            "DayTradesRemaining",
            unset=(-1,),
        ),
    ),
)
# Tags that some servers write otherwise.
_OTHER_NAMES = {"leverage": ("Leverage",)}
_GROUP = "All"


def frame(objects: Iterable[object], accounts: Sequence[str] = (), **attrs: Any) -> pd.DataFrame:
    """Return the accounts as a DataFrame.

    Parameters
    ----------
    objects : iterable of AccountValue
        The account summary, from `IB.accountSummary`.
    accounts : sequence of str
        The accounts that TWS manages (`IB.managedAccounts`): each gets a row, also without a summary.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("accounts")``, one row an account, managed accounts first.

    Examples
    --------
    >>> from ibnb.tables.account import accounts
    >>> accounts.frame([], ["DU1234567"])["kind"][0]
    'paper'
    """
    problems = Problems()
    sent: dict[str, dict[str, Any]] = {name: {} for name in accounts}
    fields = reach(list(objects), ("account", "tag", "value", "currency"), problems)
    for account, tag, value, currency in zip(*fields, strict=True):
        if not isinstance(account, str) or not isinstance(tag, str) or account in ("", _GROUP):
            continue
        tags = sent.setdefault(account, {})
        if tag == "NetLiquidation":
            tags["base"] = currency
        tags.setdefault(tag, value)
    columns: Columns = {
        "account": list(sent),
        "kind": [account_kind(name) for name in sent],
        "base_currency": [tags.get("base") for tags in sent.values()],
    }
    for column in SCHEMA.columns:
        if column.name not in columns:
            tags_of = (column.source, *_OTHER_NAMES.get(column.name, ()))
            columns[column.name] = [next((tags[tag] for tag in tags_of if tag in tags), None) for tags in sent.values()]
    return SCHEMA.frame(columns, problems, **attrs)


def account_kind(account: str) -> str:
    """Return ``"paper"`` for an account that is surely one of paper trading, else ``"live"``.

    Examples
    --------
    >>> account_kind("DUO123456"), account_kind("U1234567")
    ('paper', 'live')
    """
    return "paper" if is_paper(account) else "live"
