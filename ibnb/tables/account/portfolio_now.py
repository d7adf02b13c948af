"""A portfolio brought up to the moment: TWS values accounts every three minutes, and single positions each second."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd

from ibnb.tables.account.portfolio import common_rate, weigh

_MONEY = ("market_value", "unrealized_pnl", "realized_pnl", "daily_pnl", "total_pnl")


class Now(Protocol):
    """What reqPnLSingle tells of a position; None where TWS left a figure unset."""

    @property
    def daily(self) -> float | None:
        """Profit of the day."""

    @property
    def unrealized(self) -> float | None:
        """Profit not taken."""

    @property
    def realized(self) -> float | None:
        """Profit taken today."""

    @property
    def value(self) -> float | None:
        """Market value."""


def refreshed(portfolio: pd.DataFrame, profits: Mapping[tuple[str, int], Now]) -> pd.DataFrame:
    """Return a portfolio with the values and profits of this moment.

    Parameters
    ----------
    portfolio : DataFrame
        As from `ibnb.tables.account.portfolio.frame`.
    profits : mapping
        By account and conId: what TWS tells, in the contract's currency or in the base currency, as is seen by the
        market value. What it leaves unset stays as it was.

    Returns
    -------
    pandas.DataFrame
        A new one, with the same rows and columns.
    """
    table = portfolio.copy()
    found = [profits.get(key) for key in zip(table["account"], table["con_id"], strict=True)]
    before = table["market_value"].to_numpy()
    value = _told(found, "value")
    rate = table["exchange_rate"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(np.abs(value - before * rate) < np.abs(value - before), 1 / rate, 1.0)
        moved = np.where(before != 0, value * factor / before, np.nan)
    for name, figure in (
        ("market_value", "value"),
        ("unrealized_pnl", "unrealized"),
        ("realized_pnl", "realized"),
        ("daily_pnl", "daily"),
    ):
        told = _told(found, figure) * factor
        table[name] = np.where(np.isnan(told), table[name], told)
    table["market_price"] = np.where(np.isnan(moved), table["market_price"], table["market_price"] * moved)
    table["total_pnl"] = table["unrealized_pnl"] + table["realized_pnl"]
    for name in _MONEY:
        table[f"{name}_base"] = table[name] * rate
    weigh(table, *money_of(table))
    return table


def money_of(portfolio: pd.DataFrame) -> tuple[dict[str, dict[str, float]], dict[str, str]]:
    """Return the rates of a portfolio (by account and currency) and the base currencies (by account)."""
    rates: dict[str, dict[str, float]] = {}
    bases: dict[str, str] = {}
    columns = ("account", "currency", "exchange_rate", "base_currency")
    for account, currency, rate, base in zip(*(portfolio[name] for name in columns), strict=True):
        bases[account] = base
        if rate == rate:
            rates.setdefault(account, {})[currency] = float(rate)
    return rates, bases


def common_rates(portfolio: pd.DataFrame) -> pd.Series[float]:
    """Return what each row's base currency is worth in that of the first account; NaN where that is not known."""
    rates, bases = money_of(portfolio)
    known = {account: common_rate(account, rates, bases) for account in bases}
    values = [np.nan if known[account] is None else known[account] for account in portfolio["account"]]
    return pd.Series(np.array(values, dtype=np.float64), index=portfolio.index)


def _told(found: list[Now | None], name: str) -> Any:
    values = [None if each is None else getattr(each, name) for each in found]
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
