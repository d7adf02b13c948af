"""The portfolio: positions with TWS's own prices, values and profits, and what each weighs in the account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ibnb.tables.account_values import SCHEMA as ACCOUNT_VALUES
from ibnb.tables.account_values import value_frame
from ibnb.tables.contract_columns import contract_columns
from ibnb.tables.schema import Column, Schema

SCHEMA = Schema(
    name="portfolio",
    meaning="one contract held in one account, as TWS values it",
    request="reqAccountUpdates",
    columns=(
        Column("account", "string", "", "Account", "accountName", "account"),
        *contract_columns(extra=True),
        Column(
            "position",
            "float64",
            "shares or contracts",
            "Quantity; negative when short",
            "position",
            "position",
        ),
        Column(
            "avg_cost",
            "float64",
            "currency",
            "Average cost of one share or contract, with commission and multiplier",
            "averageCost",
            "averageCost",
        ),
        Column("market_price", "float64", "currency", "TWS's price of it", "marketPrice", "marketPrice"),
        Column(
            "market_value",
            "float64",
            "currency",
            "Position at that price, with multiplier",
            "marketValue",
            "marketValue",
        ),
        Column("unrealized_pnl", "float64", "currency", "Profit not taken", "unrealizedPNL", "unrealizedPNL"),
        Column("realized_pnl", "float64", "currency", "Profit taken today", "realizedPNL", "realizedPNL"),
        Column(
            "market_value_base",
            "float64",
            "base currency",
            "Market value at the account's own exchange rate; unset where no rate is known",
            "marketValue, ExchangeRate",
        ),
        Column(
            "weight",
            "float64",
            "fraction",
            "Market value over the sum of all absolute ones of its account; negative when short; "
            "unset where one of them is",
            "marketValue, ExchangeRate",
        ),
    ),
)
Rates = Mapping[str, Mapping[str, float]]


def frame(objects: Iterable[object], rates: Rates | None = None, **attrs: Any) -> pd.DataFrame:
    """Return the portfolio as a DataFrame.

    Parameters
    ----------
    objects : iterable of PortfolioItem
        From `IB.portfolio`.
    rates : mapping, optional
        By account, then by currency: base currency for one unit; see `exchange_rates`. Without rates,
        ``market_value_base`` and ``weight`` are unset.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("portfolio")``.

    Examples
    --------
    >>> from ibnb.tables import portfolio
    >>> portfolio.frame([]).dtypes["weight"]
    dtype('float64')
    """
    table = SCHEMA.from_objects(objects, **attrs)
    known = rates or {}
    rate = np.array(
        [
            known.get(account, {}).get(currency, np.nan)
            for account, currency in zip(table["account"], table["currency"], strict=True)
        ],
        dtype=np.float64,
    )
    base = table["market_value"] * rate
    # skipna=False: a weight within a part of the account would look like one within the whole.
    whole = base.abs().groupby(table["account"]).transform(lambda values: values.sum(skipna=False))
    table["market_value_base"] = base
    table["weight"] = (base / whole.where(whole > 0)).astype(np.float64)
    return table


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
