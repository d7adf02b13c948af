"""The latest ticks of a contract that is watched, one by one as TWS sent them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tables.schema.values import Values

SCHEMA = Schema(
    name="watch_ticks",
    meaning="one tick of a contract that is watched",
    request="reqMktData",
    index=Column("time", "datetime64[us, UTC]", "UTC", "When it came, by this machine's clock", ""),
    columns=(
        Column("tick", "string", "", "What it is about: bid, ask, last, bid_size, ...; else TWS's number", "tickType"),
        Column("value", "float64", "as the tick's", "Price, size or figure; unset for text", "value", look="tick"),
        Column("size", "float64", "shares or contracts", "The size that came with a price", "size"),
    ),
)


def frame(columns: Mapping[str, Values], /, **attrs: Any) -> pd.DataFrame:
    """Return ticks as a DataFrame (``ibnb.schema("watch_ticks")``).

    Examples
    --------
    >>> frame({}).columns.tolist()
    ['tick', 'value', 'size']
    """
    return SCHEMA.frame(columns, Problems(), **attrs)
