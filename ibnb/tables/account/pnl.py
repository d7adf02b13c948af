"""Profit and loss as TWS tells it while it changes: of accounts, of all of them together, and of single positions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from ibnb.tables.account.portfolio import Rates, common_rate
from ibnb.tables.schema.schema import Column, Schema

#: The row of all accounts together, named as TWS names that group.
ALL = "All"
_FIGURES = ("daily_pnl", "unrealized_pnl", "realized_pnl")

SCHEMA = Schema(
    name="pnl",
    meaning="one account, all of them together, or one position",
    request="reqPnL, reqPnLSingle",
    essential="account symbol position market_value daily_pnl unrealized_pnl realized_pnl currency time",
    columns=(
        Column("account", "string", "", f"Account, or {ALL} for all together", "account", "account"),
        Column("con_id", "Int64", "", "The position's conId; unset for an account", "conId", unset=(0,)),
        Column("symbol", "string", "", "The position's symbol; empty for an account", "symbol"),
        Column("local_symbol", "string", "", "Symbol at its exchange", "localSymbol"),
        Column("sec_type", "string", "", "STK, OPT, FUT, ...", "secType"),
        Column("currency", "string", "", "Currency of the figures: an account's base, a position's own", "currency"),
        Column("position", "float64", "shares or contracts", "Quantity; negative when short", "pos"),
        Column("market_value", "float64", "currency", "The position's market value", "value", look="money"),
        Column("daily_pnl", "float64", "currency", "Profit of the day", "dailyPnL", look="money"),
        Column("unrealized_pnl", "float64", "currency", "Profit not taken", "unrealizedPnL", look="money"),
        Column("realized_pnl", "float64", "currency", "Profit taken today", "realizedPnL", look="money"),
        Column("time", "datetime64[us, UTC]", "", "When TWS told it; unset where it has not", "(arrival)"),
    ),
)


def frame(rows: Iterable[Mapping[str, Any]], **attrs: Any) -> pd.DataFrame:
    """Return profit and loss as a DataFrame.

    Parameters
    ----------
    rows : iterable of mapping
        By column: accounts first, then positions.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("pnl")``.

    Examples
    --------
    >>> from ibnb.tables.account import pnl
    >>> pnl.frame([]).dtypes["daily_pnl"]
    dtype('float64')
    """
    return SCHEMA.frame(rows, **attrs)


def together(accounts: Sequence[Mapping[str, Any]], rates: Rates) -> dict[str, Any]:
    """Return the row of all accounts together, in the base currency of the first.

    Parameters
    ----------
    accounts : sequence of mapping
        The rows of the accounts.
    rates : mapping
        By account, then by currency: base currency for one unit. Where one that is needed is unknown, or one account
        has no figure, the sum has none either: a part would look like the whole.
    """
    bases = {row["account"]: row["currency"] for row in accounts}
    total: dict[str, Any] = {"account": ALL, "currency": accounts[0]["currency"]}
    for name in _FIGURES:
        parts = [(row[name], common_rate(row["account"], rates, bases)) for row in accounts]
        known = [value * rate for value, rate in parts if value is not None and rate is not None]
        total[name] = sum(known) if len(known) == len(parts) else None
    times = [row["time"] for row in accounts]
    total["time"] = None if None in times else min(times)
    return total
