"""The portfolio: positions with TWS's own prices, values and profits, and what each weighs in its account and in all.

Money stands in the contract's currency, and beside it in the account's base currency at the account's own rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ibnb.tables.account.account_values import SCHEMA as ACCOUNT_VALUES
from ibnb.tables.account.account_values import value_frame
from ibnb.tables.account.holding_columns import holding_columns
from ibnb.tables.account.profit import Key, Profit
from ibnb.tables.contract.price_columns import PRICE_MAGNIFIER, PRICE_UNIT, seen_magnifiers
from ibnb.tables.schema.schema import Column, Schema

#: By account, then by currency: base currency for one unit.
Rates = Mapping[str, Mapping[str, float]]
Array = np.ndarray[Any, np.dtype[np.float64]]
_BASE = "base currency"
_WEIGHED = "Market value over the sum of all absolute ones "

SCHEMA = Schema(
    name="portfolio",
    meaning="one contract held in one account, as TWS values it",
    request="reqAccountUpdates, reqPnLSingle",
    essential=(
        "symbol position market_price market_value unrealized_pnl daily_pnl weight avg_cost sec_type expiry "
        "strike right currency account"
    ),
    columns=(
        *holding_columns("accountName", "averageCost"),
        Column(
            "market_price", "float64", PRICE_UNIT, "TWS's price of it", "marketPrice", "marketPrice", look="average"
        ),
        Column(
            "market_value",
            "float64",
            "currency",
            "Position at that price, with multiplier, over price_magnifier",
            "marketValue",
            "marketValue",
            look="money",
        ),
        Column(
            "unrealized_pnl", "float64", "currency", "Profit not taken", "unrealizedPNL", "unrealizedPNL", look="money"
        ),
        Column("realized_pnl", "float64", "currency", "Profit taken today", "realizedPNL", "realizedPNL", look="money"),
        Column(
            "market_value_base",
            "float64",
            _BASE,
            "Market value at the account's own exchange rate; unset where no rate is known",
            "marketValue, ExchangeRate",
        ),
        Column(
            "weight",
            "float64",
            "fraction",
            f"{_WEIGHED}of its account; negative when short; unset where one of them is",
            "marketValue, ExchangeRate",
        ),
        Column(
            "weight_all",
            "float64",
            "fraction",
            f"{_WEIGHED}of all accounts in the table; unset where one of them is",
            "marketValue, ExchangeRate",
        ),
        Column(
            "daily_pnl",
            "float64",
            "currency",
            "Profit of the day; unset where TWS tells none",
            "dailyPnL",
            look="money",
        ),
        Column(
            "total_pnl",
            "float64",
            "currency",
            "Profit not taken and taken today",
            "unrealizedPNL, realizedPNL",
            look="money",
        ),
        Column("base_currency", "string", "", "Currency that its account counts in", "currency of NetLiquidation"),
        Column(
            "exchange_rate",
            "float64",
            f"{_BASE} for one unit",
            "The account's own rate",
            "ExchangeRate",
            look="average",
        ),
        Column("unrealized_pnl_base", "float64", _BASE, "Profit not taken", "unrealizedPNL, ExchangeRate"),
        Column("realized_pnl_base", "float64", _BASE, "Profit taken today", "realizedPNL, ExchangeRate"),
        Column("daily_pnl_base", "float64", _BASE, "Profit of the day", "dailyPnL, ExchangeRate"),
        Column("total_pnl_base", "float64", _BASE, "Profit not taken and taken today", "unrealizedPNL, realizedPNL"),
        replace(PRICE_MAGNIFIER, source="marketPrice, marketValue"),
    ),
)


def frame(
    objects: Iterable[object],
    rates: Rates | None = None,
    profits: Mapping[Key, Profit] | None = None,
    bases: Mapping[str, str] | None = None,
    magnifiers: Mapping[int, int] | None = None,
    **attrs: Any,
) -> pd.DataFrame:
    """Return the portfolio as a DataFrame.

    Parameters
    ----------
    objects : iterable of PortfolioItem
        From `IB.portfolio`.
    rates : mapping, optional
        By account, then by currency: base currency for one unit; see `exchange_rates`. Without rates,
        ``market_value_base``, ``weight`` and what else is in base currency are unset.
    profits : mapping, optional
        By account and conId: what reqPnLSingle tells; see `told_in`.
    bases : mapping, optional
        By account: its base currency.
    magnifiers : mapping, optional
        By conId: the price magnifiers that contract details have told, for rows whose price and value do not tell it.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("portfolio")``.

    Examples
    --------
    >>> from ibnb.tables.account import portfolio
    >>> portfolio.frame([]).dtypes["weight"]
    dtype('float64')
    """
    table = SCHEMA.from_objects(objects, **attrs)
    known, bases = rates or {}, bases or {}
    rate = _column(table, ("account", "currency"), lambda account, currency: known.get(account, {}).get(currency))
    told = profits or {}
    found = [told.get(Key(*key), Profit()) for key in zip(table["account"], table["con_id"], strict=True)]
    daily, beside = (np.array([_real(getattr(each, name)) for each in found]) for name in ("daily", "value"))
    table["base_currency"] = pd.array([bases.get(account, "") for account in table["account"]], dtype=_text(table))
    table["exchange_rate"] = rate
    table["total_pnl"] = table["unrealized_pnl"] + table["realized_pnl"]
    table["daily_pnl"] = daily / told_in(beside, table["market_value"].to_numpy(), rate)
    for name in ("market_value", "unrealized_pnl", "realized_pnl", "daily_pnl", "total_pnl"):
        table[f"{name}_base"] = table[name] * rate
    weigh(table, known, bases)
    table["price_magnifier"] = seen_magnifiers(table, magnifiers or {})
    return table


def weigh(table: pd.DataFrame, rates: Rates, bases: Mapping[str, str]) -> None:
    """Set the weights of a portfolio from its values in base currency, within each account and over all.

    Parameters
    ----------
    table : DataFrame
        With ``account market_value_base``.
    rates : mapping
        As for `frame`: accounts of different base currencies are compared by them.
    bases : mapping
        By account: its base currency.
    """
    base = table["market_value_base"]
    # skipna=False: a weight within a part would look like one within the whole.
    whole = base.abs().groupby(table["account"]).transform(lambda values: values.sum(skipna=False))
    table["weight"] = (base / whole.where(whole > 0)).astype(np.float64)
    common = base * _column(table, ("account",), lambda account: common_rate(account, rates, bases))
    total = common.abs().sum(skipna=False)
    table["weight_all"] = (common / total if total > 0 else common * np.nan).astype(np.float64)


def common_rate(account: str, rates: Rates, bases: Mapping[str, str]) -> float | None:
    """Return what one unit of an account's base currency is worth in that of the first account, None if unknown.

    Examples
    --------
    >>> common_rate("DU2", {"DU1": {"EUR": 1.25}}, {"DU1": "USD", "DU2": "EUR"})
    1.25
    """
    first = next(iter(bases), account)
    if bases.get(first) == bases.get(account):
        return 1.0
    direct = rates.get(first, {}).get(bases.get(account, ""))
    if direct is not None:
        return direct
    inverse = rates.get(account, {}).get(bases[first])
    return None if not inverse else 1 / inverse


def exchange_rates(values: Iterable[object]) -> dict[str, dict[str, float]]:
    """Return the exchange rates that TWS values each account with.

    Parameters
    ----------
    values : iterable of AccountValue
        From `IB.accountValues`, or the account summary with its ledger.

    Returns
    -------
    dict
        By account, then by currency: base currency for one unit.
    """
    table = value_frame(ACCOUNT_VALUES, values)
    told = table[(table["tag"] == "ExchangeRate") & (table["value"] > 0) & (table["currency"] != "BASE")]
    rates: dict[str, dict[str, float]] = {}
    for account, currency, value in zip(told["account"], told["currency"], told["value"], strict=True):
        rates.setdefault(account, {})[currency] = float(value)
    return rates


def base_currencies(values: Iterable[Any]) -> dict[str, str]:
    """Return the currency that each account counts in.

    Parameters
    ----------
    values : iterable of AccountValue
        From `IB.accountValues`, or the account summary.
    """
    return {value.account: value.currency for value in values if value.tag == "NetLiquidation" and value.currency}


def told_in(told: Array, known: Array, rates: Array) -> Array:
    """Return what figures of reqPnLSingle are to be divided by to be in the contract's currency.

    TWS tells them in the contract's currency or in the account's base currency; which of them is seen by the market
    value beside them.

    Parameters
    ----------
    told, known : array
        Market values as they come with the figures, and as they are known in the contract's currency, which may be a
        few moments older.
    rates : array
        Base currency for one unit.

    Returns
    -------
    array
        The rate where the figures are in base currency, else 1.

    Examples
    --------
    >>> told_in(np.array([110.0, 137.5]), np.array([100.0, 100.0]), np.array([1.25, 1.25])).tolist()
    [1.0, 1.25]
    """
    with np.errstate(invalid="ignore"):
        in_base = np.abs(told - known * rates) < np.abs(told - known)
    return np.where(in_base, rates, 1.0)


def _real(value: float | None) -> float:
    return np.nan if value is None else value


def _column(table: pd.DataFrame, names: tuple[str, ...], one: Any) -> Array:
    """Return `one` of these columns' values in each row."""
    rows = zip(*(table[name] for name in names), strict=True)
    return np.array([_real(one(*row)) for row in rows], dtype=np.float64)


def _text(table: pd.DataFrame) -> Any:
    return table["account"].dtype
