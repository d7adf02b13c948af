"""Quotes that stay current: those of `quotes` beside it, with the day's change and how far they are to be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ibnb.tables.contract.price_columns import PRICE_MAGNIFIER, PRICE_UNIT
from ibnb.tables.market import quotes
from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tables.schema.values import Values

_OF_QUOTES = [column for column in quotes.SCHEMA.columns if column.name not in ("reason", "price_magnifier")]

SCHEMA = Schema(
    name="watch",
    meaning="the newest prices of one contract that is watched",
    request="reqMktData",
    essential=(
        "symbol bid ask last change change_percent volume bid_size ask_size age sec_type expiry strike right reason"
    ),
    index=Column("contract", "string", "", "The contract as it was asked for: AAPL, EUR.USD", ""),
    columns=(
        *_OF_QUOTES,
        Column(
            "change",
            "float64",
            PRICE_UNIT,
            "Last trade, or the midpoint where there are none as for currency pairs, less the close of the day before",
            "",
            look="average",
        ),
        Column("change_percent", "float64", "percent", "The change as a part of the close of the day before", ""),
        Column("age", "float64", "s", "How long ago the newest tick came", ""),
        Column("stale", "boolean", "", "Whether TWS sends nothing at present, so that prices may be old", ""),
        Column("ticks", "Int64", "ticks", "How many ticks have come", ""),
        Column("reason", "string", "", "Why there are no prices, or why they are stale; empty where all is well", ""),
        PRICE_MAGNIFIER,
    ),
)


def frame(columns: Mapping[str, Values], /, **attrs: Any) -> pd.DataFrame:
    """Return quotes that are watched as a DataFrame.

    Parameters
    ----------
    columns : mapping of str to sequence
        By the names of the schema, ``bid ask last close`` among them. ``change`` and ``change_percent`` are worked out
        here.
    **attrs
        Into ``frame.attrs``. ``data_type`` there is the one of all rows, or ``"mixed"``.

    Returns
    -------
    pandas.DataFrame
        Index ``contract``, columns of ``ibnb.schema("watch")``.

    Examples
    --------
    >>> row = {"contract": ["EUR.USD"], "bid": [1.09], "ask": [1.11], "last": [float("nan")], "close": [1.0]}
    >>> float(frame(row)["change_percent"].round(2).iloc[0])
    10.0
    """
    given = dict(columns)
    last, bid, ask, close = (_floats(given.get(name, ())) for name in ("last", "bid", "ask", "close"))
    if len(close):
        given["change"] = change = mark(last, bid, ask) - close
        given["change_percent"] = change / np.where(close == 0, np.nan, np.abs(close)) * 100
    table = SCHEMA.frame(given, Problems(), **attrs)
    types = sorted(set(table["data_type"]) - {""})
    table.attrs.setdefault("data_type", types[0] if len(types) == 1 else "mixed" if types else "")
    return table


def _floats(values: Values) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def mark(last: Any, bid: Any, ask: Any) -> Any:
    """Return the price that a change is counted from: the last trade, else the midpoint."""
    return np.where(np.isnan(last), (bid + ask) / 2, last)
