"""Which columns of a table are shown: what is essential at first, the others on demand, what is the same once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from ibnb.tables.schema.schema import Schema
from ibnb.tables.shown.looks import CONTRACT, is_empty

#: More columns are no table that is read.
MOST_COLUMNS = 60
#: So few more are shown at once.
_FEW = 2
#: For whoever wants all columns.
ALL_COLUMNS = "all"
#: Whose they are and which contract: told once where all rows share it.
_SHARED = CONTRACT | {"account", "base_currency"}
#: What tells a contract from others of its symbol: they stand beside it.
_BESIDE = ("sec_type", "expiry", "strike", "right")


class Places(NamedTuple):
    """Which columns of a frame are shown, by their places: at first, on demand, told once, and not at all."""

    first: list[int]
    more: list[int]
    shared: list[int]
    empty: list[int]


def without_attrs(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame for who takes columns out of it: with each, pandas copies what the frame says of itself."""
    bare = frame.copy(deep=False)
    bare.attrs = {}
    return bare


def ends_of(frame: pd.DataFrame, most: int) -> tuple[pd.DataFrame, int, int]:
    """Return the first and the last rows of a long table, how many stand before those left out, and how many these are.

    Examples
    --------
    >>> rows, gap, hidden = ends_of(pd.DataFrame({"number": range(9)}), 5)
    >>> rows["number"].tolist(), gap, hidden
    ([0, 1, 2, 7, 8], 3, 4)
    """
    hidden = max(len(frame) - most, 0)
    if not hidden:
        return frame, len(frame), 0
    gap = most - most // 2
    rows = pd.concat([frame.iloc[:gap], frame.iloc[len(frame) - most // 2 :]])
    rows.attrs = frame.attrs
    return rows, gap, hidden


def places_of(frame: pd.DataFrame, schema: Schema | None, columns: Sequence[object] | str | None = None) -> Places:
    """Return which columns are shown: `columns`, or of a whole table what is essential and has something."""
    names: list[Any] = list(frame.columns)
    frame = without_attrs(frame)
    if columns is not None and columns != ALL_COLUMNS:
        return Places([place for wanted in columns for place, name in enumerate(names) if name == wanted], [], [], [])
    every = range(frame.shape[1])
    empty = [place for place in every if len(frame) and is_empty(frame.iloc[:, place])]
    shared = [place for place in every if place not in empty and _is_shared(schema, frame, place)]
    there = [place for place in every if place not in empty and place not in shared]
    essential = _essential(schema, names) if len(frame) else []
    beside = [place for place in there if names[place] in _BESIDE and names[place] in essential]
    others = [place for place in there if place not in beside]
    at = next((number for number, place in enumerate(others, 1) if names[place] == "symbol"), 0)
    there = [*others[:at], *beside, *others[at:]]
    if columns == ALL_COLUMNS:
        return Places(there, [], shared, empty)
    first = [place for place in there if names[place] in essential]
    if first and len(there) - len(first) > _FEW:
        return Places(first, [place for place in there if place not in first], shared, empty)
    return Places(there[:MOST_COLUMNS], there[MOST_COLUMNS:], shared, empty)


def _essential(schema: Schema | None, names: Sequence[object]) -> list[str]:
    """Return what is essential of a whole table; of one of which a person has chosen columns, those are."""
    is_whole = schema is not None and {each.name for each in schema.columns} <= {*names}
    return schema.essential.split() if schema is not None and is_whole else []


def _is_shared(schema: Schema | None, frame: pd.DataFrame, place: int) -> bool:
    """Return whether a column tells of all rows alike what they are about, which need not be told row by row."""
    if schema is None or len(frame) < 2 or frame.columns[place] not in _SHARED:
        return False
    values = frame.iloc[:, place]
    return bool((values == values.iloc[0]).fillna(False).all())
