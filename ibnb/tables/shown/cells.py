"""The columns of a shown table as texts, each figure as what it is, and in which order their rows can be put."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pandas as pd

from ibnb.tables.schema.schema import Column, Schema
from ibnb.tables.schema.values import absent
from ibnb.tables.shown.figures import decimals_of
from ibnb.tables.shown.looks import FIGURES, column_of, look_of
from ibnb.tables.shown.places import without_attrs
from ibnb.tables.shown.written import any_text, written
from ibnb.tws.texts import clean

#: By these a row is known where the index tells nothing; else by what comes first.
_LABELS = ("symbol", "tag")
#: What tells rows of different contracts apart.
_OF_CONTRACTS = frozenset({"con_id", "contract", "symbol"})


@dataclass(frozen=True)
class Cells:
    """One column.

    Attributes
    ----------
    name, unit, meaning : str
        Its name; what is true of all its figures, such as their currency; what the schema says of it.
    texts : list of str
        Of the rows that are shown.
    figures : bool
        Whether they are figures, which stand at the right.
    label : bool
        Whether a row is known by it.
    ranks : list of int, optional
        Where each row stands when it is sorted by this column, -1 for what is unset; None where it is not sorted.
    """

    name: str
    unit: str
    meaning: str
    texts: list[str]
    figures: bool
    label: bool
    ranks: list[int] | None = None


def cells_of(
    rows: pd.DataFrame, schema: Schema | None, places: Sequence[int], *, levels: bool = True, ranked: bool = False
) -> list[Cells]:
    """Return the levels of the index and some columns as texts.

    Parameters
    ----------
    rows : DataFrame
        What is written.
    schema : Schema, optional
        Of the table.
    places : sequence of int
        Of the columns.
    levels : bool
        Whether the index is among them.
    ranked : bool
        Whether they are to be sorted.
    """
    labels = _levels(rows) if levels else []
    names, bare = [rows.columns[place] for place in places], without_attrs(rows)
    label = None if labels else next((name for name in _LABELS if name in names), next(iter(names), None))
    body = [_Column.of(schema, name, bare.iloc[:, place]) for name, place in zip(names, places, strict=True)]
    columns = [_Column.of(schema, name, values, is_index=True) for name, values in labels] + body
    scale = _decimals(rows, body)
    made = [_cells(each, rows, scale, label=each.is_index or each.name == label) for each in columns]
    if ranked:
        made = [
            replace(each, ranks=ranks_of(column.values, each.texts)) for each, column in zip(made, columns, strict=True)
        ]
    return made


def ranks_of(values: pd.Series[Any], texts: Sequence[str]) -> list[int]:
    """Return where each row stands when it is sorted by a column, -1 for what is unset.

    Examples
    --------
    >>> ranks_of(pd.Series([2.5, None, -1.0, 2.5]), []), ranks_of(pd.Series(["b", "", "A"]), ["b", "", "A"])
    ([1, -1, 0, 1], [1, -1, 0])
    """
    types = pd.api.types
    has_order = types.is_numeric_dtype(values.dtype) and not types.is_complex_dtype(values.dtype)
    if has_order or types.is_datetime64_any_dtype(values.dtype):
        sorted_by: pd.Series[Any] = values
    else:
        sorted_by = pd.Series(texts, dtype=object).map(lambda text: text.casefold() or None)
    ranks = sorted_by.rank(method="dense").fillna(0) - 1
    return [int(rank) for rank in ranks]


class _Column(NamedTuple):
    """A column of the rows that are shown, with what its schema says of it."""

    name: Any
    values: pd.Series[Any]
    column: Column | None
    look: str
    is_index: bool

    @classmethod
    def of(cls, schema: Schema | None, name: object, values: pd.Series[Any], *, is_index: bool = False) -> _Column:
        column = column_of(schema, name, values)
        return cls(name, values, column, look_of(column, values), is_index)


def _cells(each: _Column, rows: pd.DataFrame, scale: list[int], *, label: bool) -> Cells:
    texts, unit = written(each.look, each.values, rows, each.column, scale, is_index=each.is_index)
    meaning = each.column.meaning if each.column is not None else ""
    return Cells(named(each.name), clean(unit, 40), meaning, texts, each.look in FIGURES, label)


def _decimals(rows: pd.DataFrame, columns: list[_Column]) -> list[int]:
    """Return the decimals that each row's prices have: as many for all prices of one contract."""
    prices = [each.values for each in columns if each.look == "price"]
    most = [
        max((decimals_of(price) for price in row if not absent(price)), default=0) for row in zip(*prices, strict=True)
    ] or [0] * len(rows)
    if not _OF_CONTRACTS & {*map(str, rows.columns), *map(str, rows.index.names)}:
        most = [max(most, default=0)] * len(most)
    return most


def _levels(rows: pd.DataFrame) -> list[tuple[Any, pd.Series[Any]]]:
    """Return the levels of the index, unless that only numbers the rows."""
    index = rows.index
    if index.nlevels == 1 and index.name is None and pd.api.types.is_integer_dtype(index.dtype):
        return []
    levels = range(index.nlevels)
    return [
        ("" if index.names[level] is None else index.names[level], pd.Series(index.get_level_values(level)))
        for level in levels
    ]


def named(name: object) -> str:
    """Return the name of a column, which may have several parts, as it is shown."""
    return " ".join(any_text(part) for part in (name if isinstance(name, tuple) else (name,)) if str(part))
