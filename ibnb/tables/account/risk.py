"""The risk of a portfolio: its rows, and beside them greeks, beta and sector of each position."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ibnb.tables.account.portfolio import SCHEMA as PORTFOLIO
from ibnb.tables.contract.price_columns import PRICE_UNIT
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tables.schema.values import Values

_BASE = "base currency"
_GREEKS = "tickOptionComputation"


def _number(name: str, unit: str, meaning: str, source: str, look: str = "") -> Column:
    return Column(name, "float64", unit, meaning, source, look=look)


SCHEMA = Schema(
    name="risk",
    meaning="one contract held in one account, with what its value changes by",
    request="reqAccountUpdates, reqContractDetails, reqMktData, reqHistoricalData",
    essential=(
        "symbol position market_value_base delta gamma vega theta beta delta_base beta_delta_base sector "
        "sec_type expiry strike right account"
    ),
    columns=(
        *PORTFOLIO.columns,
        _number(
            "delta",
            "units of the underlying",
            "Size in the underlying: of a share its position, of an option with its delta and multiplier",
            f"position, {_GREEKS} delta",
            "plain",
        ),
        _number(
            "gamma",
            "units of the underlying a unit of its price",
            "Change of `delta` with the underlying's price",
            f"position, {_GREEKS} gamma",
            "plain",
        ),
        _number("vega", "currency", "Gain with one point (0.01) of volatility", f"position, {_GREEKS} vega", "money"),
        _number("theta", "currency", "Gain with one day that passes", f"position, {_GREEKS} theta", "money"),
        _number(
            "beta_delta",
            "units of the index",
            "Units of the index that gain as much where it moves, by `beta`",
            "delta, beta",
            "plain",
        ),
        _number("delta_base", _BASE, "`delta` at the underlying's price: what moves with it", "delta", "money"),
        _number("gamma_base", _BASE, "Change of `delta_base` where the underlying rises by 1 %", "gamma", "money"),
        _number("vega_base", _BASE, "`vega` at the account's exchange rate", "vega", "money"),
        _number("theta_base", _BASE, "`theta` at the account's exchange rate", "theta", "money"),
        _number("beta_delta_base", _BASE, "`delta_base` times `beta`", "delta, beta", "money"),
        _number("beta", "", "Return for one of the index, by a regression on daily bars", "reqHistoricalData", "plain"),
        _number("underlying_price", PRICE_UNIT, "Price of what it moves with", f"marketPrice, {_GREEKS} undPrice"),
        _number("implied_vol", "fraction", "Implied volatility a year, by TWS's model", f"{_GREEKS} impliedVol"),
        Column("underlying", "string", "", "Symbol of what it moves with", "underSymbol, symbol"),
        Column("sector", "string", "", "Industry of the underlying; empty where TWS tells none", "industry"),
        Column(
            "greeks",
            "string",
            "",
            "Where they are from: position (by its size alone), TWS, model (ours, where TWS left one out), or empty",
            "",
        ),
    ),
)

WHAT_IF = Schema(
    name="what_if",
    meaning="a change of all prices; each column is a change of all volatilities",
    request="reqAccountUpdates, reqContractDetails, reqMktData",
    columns=(),
    index=Column("price", "float64", "", "Change of each underlying's price, as a part of it", "", look="fraction"),
    cells=Column("profit", "float64", _BASE, "Profit of what is held", "", look="money"),
)


def frame(portfolio: pd.DataFrame, columns: Mapping[str, Values], **attrs: Any) -> pd.DataFrame:
    """Return the risk of a portfolio as a DataFrame.

    Parameters
    ----------
    portfolio : DataFrame
        As from `ibnb.tables.account.portfolio.frame`.
    columns : mapping
        Columns of the schema beside those of the portfolio.
    **attrs
        Into ``frame.attrs``, in which the portfolio's own stay.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("risk")``.

    Examples
    --------
    >>> from ibnb.tables.account import portfolio, risk
    >>> risk.frame(portfolio.frame([]), {}).dtypes["delta"]
    dtype('float64')
    """
    own: dict[str, Values] = {str(name): portfolio[name].array for name in portfolio.columns}
    kept = {str(key): value for key, value in portfolio.attrs.items() if key not in ("table", "request")}
    return SCHEMA.frame(own | dict(columns), **(kept | attrs))
