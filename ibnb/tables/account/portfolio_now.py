"""A portfolio brought up to the moment: TWS values accounts every three minutes, and single positions each second."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ibnb.tables.account.portfolio import common_rate, told_in, weigh

_KEY = ["account", "con_id"]
#: What is told of each position.
_TOLD = ("market_value", "unrealized_pnl", "realized_pnl", "daily_pnl")


def refreshed(portfolio: pd.DataFrame, profit: pd.DataFrame) -> pd.DataFrame:
    """Return a portfolio with the values and profits of this moment.

    Parameters
    ----------
    portfolio : DataFrame
        As from `ibnb.tables.account.portfolio.frame`.
    profit : DataFrame
        As from `ibnb.tables.account.pnl.frame`, of positions; in the contract's currency or in the base currency, see
        `told_in`. What TWS leaves unset stays as it was.

    Returns
    -------
    pandas.DataFrame
        A new one, with the same rows and columns.
    """
    table = portfolio.copy()
    told = profit.set_index(_KEY)[list(_TOLD)].reindex(pd.MultiIndex.from_frame(table[_KEY]))
    before, rate = (table[name].to_numpy() for name in ("market_value", "exchange_rate"))
    unit = told_in(told["market_value"].to_numpy(), before, rate)
    with np.errstate(invalid="ignore", divide="ignore"):
        moved = np.where(before != 0, told["market_value"].to_numpy() / unit / before, np.nan)
    for name in _TOLD:
        now = told[name].to_numpy() / unit
        table[name] = np.where(np.isnan(now), table[name], now)
    table["market_price"] = np.where(np.isnan(moved), table["market_price"], table["market_price"] * moved)
    table["total_pnl"] = table["unrealized_pnl"] + table["realized_pnl"]
    for name in (*_TOLD, "total_pnl"):
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
