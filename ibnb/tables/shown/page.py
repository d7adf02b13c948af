"""A table as it is shown, before it is HTML or text: what is said of it, its columns as texts, what is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from ibnb.ground.masking import mask_account, mask_text
from ibnb.ground.numerals import count_text
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tables.schema.values import absent
from ibnb.tables.shown.figures import decimals_of
from ibnb.tables.shown.looks import CONTRACT, FIGURES, column_of, is_empty, look_of, schema_of
from ibnb.tables.shown.times import moment_text
from ibnb.tables.shown.written import any_text, written
from ibnb.tws.texts import clean

#: More columns are no table that is read.
MOST_COLUMNS = 60
#: So many warnings are told in full.
_WARNINGS = 3
#: By these a row is known where the index tells nothing; else by what comes first.
_LABELS = ("symbol", "tag")
#: Whose they are and which contract: told once where all rows share it.
_SHARED = CONTRACT | {"account", "base_currency"}
#: What tells rows of different contracts apart.
_OF_CONTRACTS = frozenset({"con_id", "contract", "symbol"})
#: What tables say of themselves that a reader wants to know.
_TOLD = ("symbol", "what", "bar_size", "data_type")


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
    """

    name: str
    unit: str
    meaning: str
    texts: list[str]
    figures: bool
    label: bool


@dataclass(frozen=True)
class Page:
    """A table as it is shown.

    Attributes
    ----------
    title : str
        The table's name; "" for frames that are not ibnb's.
    facts, remarks : list of str
        What is said of it, and what is not as it should be.
    columns : list of Cells
        All with the same rows.
    gap : int
        How many rows are shown before those that are not.
    hidden : int
        How many are not.
    notes : list of str
        What is told once of all rows, and which columns are left out.
    """

    title: str
    facts: list[str]
    remarks: list[str]
    columns: list[Cells]
    gap: int
    hidden: int
    notes: list[str]


def page_of(frame: pd.DataFrame, limit: int) -> Page:
    """Return a table as it is shown, with at most `limit` of its rows: the first and the last."""
    schema = schema_of(frame)
    hidden = max(len(frame) - limit, 0)
    gap = limit - limit // 2
    rows = pd.concat([frame.iloc[:gap], frame.iloc[len(frame) - limit // 2 :]]) if hidden else frame
    rows.attrs = frame.attrs
    places = range(frame.shape[1])
    empty = [place for place in places if len(frame) and is_empty(frame.iloc[:, place])]
    shared = [place for place in places if place not in empty and _is_shared(schema, frame, place)]
    there = [place for place in places if place not in empty and place not in shared]
    labels = _levels(rows)
    names = [frame.columns[place] for place in there[:MOST_COLUMNS]]
    label = None if labels else next((name for name in _LABELS if name in names), next(iter(names), None))
    body = [_Column.of(schema, name, rows.iloc[:, place]) for name, place in zip(names, there, strict=False)]
    columns = [_Column.of(schema, name, values, is_index=True) for name, values in labels] + body
    scale = _decimals(rows, body)
    made = [_cells(each, rows, scale, label=each.is_index or each.name == label) for each in columns]
    told = [_Column.of(schema, frame.columns[place], rows.iloc[:1, place]) for place in shared]
    same = [f"{_named(each.name)} {_cells(each, rows.iloc[:1], [0], label=False).texts[0]}" for each in told]
    notes = [
        _note("The same in all rows", same),
        _note("Empty in all rows and left out", [_named(frame.columns[place]) for place in empty]),
        _note("More columns", [_named(frame.columns[place]) for place in there[MOST_COLUMNS:]]),
    ]
    title, facts, remarks = _about(frame, schema)
    return Page(title, facts, remarks, made, gap if hidden else len(rows), hidden, [note for note in notes if note])


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
    return Cells(_named(each.name), clean(unit, 40), meaning, texts, each.look in FIGURES, label)


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


def _is_shared(schema: Schema | None, frame: pd.DataFrame, place: int) -> bool:
    """Return whether a column tells of all rows alike what they are about, which need not be told row by row."""
    if schema is None or len(frame) < 2 or frame.columns[place] not in _SHARED:
        return False
    values = frame.iloc[:, place]
    return bool((values == values.iloc[0]).fillna(False).all())


def _note(what: str, names: list[str]) -> str:
    return f"{what}: {', '.join(names)}." if names else ""


def _named(name: object) -> str:
    return " ".join(any_text(part) for part in (name if isinstance(name, tuple) else (name,)) if str(part))


def _about(frame: pd.DataFrame, schema: Schema | None) -> tuple[str, list[str], list[str]]:
    """Return title, facts and remarks of a table, account numbers masked."""
    count = f"{count_text(len(frame))} row{'' if len(frame) == 1 else 's'}"
    if schema is None:
        return "", [count], []
    attrs = frame.attrs
    numbered = frame.index.name is None and pd.api.types.is_integer_dtype(frame.index.dtype)
    as_made = numbered if schema.index is None else schema.index.name in frame.index.names
    facts = [mask_account(str(attrs.get("account", "")))]
    facts += [clean(mask_text(attrs[name]), 40) for name in _TOLD if isinstance(attrs.get(name), str)]
    fetched = moment_text(attrs.get("fetched_at"))
    facts += [count, f"fetched {fetched}" if fetched else ""]
    given = attrs.get("warnings")
    warnings = [clean(mask_text(str(each)), 200) for each in given] if isinstance(given, list) else []
    remarks = warnings[:_WARNINGS]
    if len(warnings) > _WARNINGS:
        remarks.append(f'and {len(warnings) - _WARNINGS} more in attrs["warnings"]')
    if attrs.get("complete") is False:
        remarks.insert(0, "Incomplete: not all of it came.")
    return schema.name if as_made else f"from {schema.name}", [fact for fact in facts if fact], remarks
