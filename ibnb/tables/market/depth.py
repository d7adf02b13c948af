"""The depth of book: the prices behind the best bid and ask, level by level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tables.schema.values import Values

_SIZE = "shares or contracts"

SCHEMA = Schema(
    name="depth",
    meaning="one level of a book: the bid and the ask at the same distance from the best",
    request="reqMktDepth",
    index=Column("level", "Int64", "", "0 is the best", "position"),
    columns=(
        Column(
            "bid_maker", "string", "", "Exchange or market maker of the bid; empty where none is told", "marketMaker"
        ),
        Column("bid_size", "float64", _SIZE, "Size at the bid", "size"),
        Column("bid", "float64", "currency", "Bid; unset where that side is shorter", "price"),
        Column("ask", "float64", "currency", "Ask; unset where that side is shorter", "price"),
        Column("ask_size", "float64", _SIZE, "Size at the ask", "size"),
        Column(
            "ask_maker", "string", "", "Exchange or market maker of the ask; empty where none is told", "marketMaker"
        ),
    ),
)


def frame(columns: Mapping[str, Values], /, **attrs: Any) -> pd.DataFrame:
    """Return a book as a DataFrame (``ibnb.schema("depth")``).

    Examples
    --------
    >>> frame({}).columns.tolist()
    ['bid_maker', 'bid_size', 'bid', 'ask', 'ask_size', 'ask_maker']
    """
    return SCHEMA.frame(columns, Problems(), **attrs)
