"""Quotes: the newest bid, ask and last of each contract, with greeks for options."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from ibnb.tables.contract.contract_columns import contract_columns
from ibnb.tables.contract.price_columns import PRICE_MAGNIFIER, PRICE_UNIT
from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tws.codes.book import in_one_line
from ibnb.tws.units.prices import NEGATIVE_PRICES, is_price

DATA_TYPES = {1: "live", 2: "frozen", 3: "delayed", 4: "delayed-frozen"}


def _data_type(value: Any) -> str:
    return DATA_TYPES[int(value)]


def _halted(value: Any) -> bool | None:
    return None if value is None or float(value) < 0 else float(value) > 0


def _price(name: str, meaning: str, path: str = "") -> Column:
    return Column(name, "float64", PRICE_UNIT, meaning, path or name, path or name)


def _size(name: str, meaning: str, path: str) -> Column:
    return Column(name, "float64", "shares or contracts", meaning, path, path, unset=(-1,))


def _greek(name: str, meaning: str, field: str, unit: str = "", none: float = -2, look: str = "plain") -> Column:
    return Column(
        name,
        "float64",
        unit,
        meaning,
        f"tickOptionComputation {field}",
        f"modelGreeks.{field}",
        unset=(none,),
        look=look,
    )


SCHEMA = Schema(
    name="quotes",
    meaning="the newest prices of one contract",
    request="reqMktData",
    essential=(
        "symbol bid ask last volume bid_size ask_size open high low close sec_type expiry strike right time reason"
    ),
    columns=(
        *contract_columns(),
        _price("bid", "Best bid; unset where nobody bids"),
        _price("ask", "Best ask; unset where nobody offers"),
        _price("last", "Last trade"),
        _size("bid_size", "Size at the bid", "bidSize"),
        _size("ask_size", "Size at the ask", "askSize"),
        _size("last_size", "Size of the last trade", "lastSize"),
        _size("volume", "Volume of the day", "volume"),
        _price("open", "Open of the day"),
        _price("high", "High of the day"),
        _price("low", "Low of the day"),
        _price("close", "Close of the day before"),
        Column(
            "time",
            "datetime64[us, UTC]",
            "UTC",
            "When the newest tick came, by this machine's clock",
            "",
            "time",
        ),
        Column(
            "data_type",
            "string",
            "",
            "live, frozen, delayed or delayed-frozen",
            "marketDataType",
            "marketDataType",
            clean=_data_type,
        ),
        Column(
            "halted",
            "boolean",
            "",
            "Whether trading is halted",
            "halted",
            "halted",
            "delayedHalted",
            clean=_halted,
        ),
        _greek(
            "implied_vol",
            "Implied volatility a year, by IB's option model",
            "impliedVol",
            "fraction",
            none=-1,
            look="fraction",
        ),
        _greek("delta", "Change of the option's price with the underlying's", "delta"),
        _greek("gamma", "Change of delta with the underlying's price", "gamma"),
        _greek("vega", "Change of the option's price with one point of volatility", "vega", "currency"),
        _greek("theta", "Change of the option's price with one day", "theta", "currency"),
        _greek(
            "option_price", "The option's price, by IB's option model", "optPrice", "currency", none=-1, look="average"
        ),
        _greek(
            "underlying_price", "The underlying's price in that model", "undPrice", "currency", none=-1, look="average"
        ),
        Column("reason", "string", "", "Why there are no prices; empty where there are", ""),
        PRICE_MAGNIFIER,
    ),
)


def frame(objects: Iterable[object], **attrs: Any) -> pd.DataFrame:
    """Return quotes as a DataFrame.

    Parameters
    ----------
    objects : iterable of Ticker
        From `IB.reqTickers`, `IB.reqMktData` or `IB.tickers`. The attribute ``refused``, where there is one that is
        not None, is the RequestError that says why it has no prices; ``price_magnifier`` is the contract's, where it
        is known.
    **attrs
        Into ``frame.attrs``. ``data_type`` there is the one of all rows, or ``"mixed"``, unless given.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("quotes")``.

    Examples
    --------
    >>> from ibnb.tables.market import quotes
    >>> quotes.frame([]).dtypes["bid"]
    dtype('float64')
    """
    problems = Problems()
    objects = list(objects)
    columns = SCHEMA.pull(objects, problems)
    refusals = [getattr(each, "refused", None) for each in objects]
    columns["reason"] = ["" if error is None else in_one_line(error) for error in refusals]
    columns["price_magnifier"] = [getattr(each, "price_magnifier", None) for each in objects]
    table = SCHEMA.frame(columns, problems, **attrs)
    for name in (*_SIZED, "open", "high", "low", "close"):
        table[name] = table[name].where(_prices(table, name))
    for name in _SIZED:  # the client makes an empty size a 0, and nobody bids with nothing
        table[f"{name}_size"] = table[f"{name}_size"].mask(table[name].notna() & (table[f"{name}_size"] == 0))
    types = sorted(set(table["data_type"]) - {""})
    table.attrs.setdefault("data_type", types[0] if len(types) == 1 else "mixed" if types else "")
    return table


_SIZED = ("bid", "ask", "last")


def _prices(table: pd.DataFrame, name: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which figures of a column are prices."""
    sized = name in _SIZED
    sizes = table[f"{name}_size"] if sized else table[name]
    magnifiers = table["price_magnifier"].fillna(1)
    told = [
        is_price(price, size, negative=kind in NEGATIVE_PRICES, magnifier=int(magnifier), sized=sized)
        for price, size, kind, magnifier in zip(table[name], sizes, table["sec_type"], magnifiers, strict=True)
    ]
    return np.array(told, dtype=bool)
