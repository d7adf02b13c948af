"""A table as it is shown, before it is HTML or text: what is said of it, its columns as texts, what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ibnb.ground.masking import mask_account, mask_text
from ibnb.ground.numerals import count_text
from ibnb.tables.schema.schema import Schema
from ibnb.tables.shown.cells import Cells, cells_of, named
from ibnb.tables.shown.looks import schema_of
from ibnb.tables.shown.places import Places, ends_of, places_of
from ibnb.tables.shown.times import moment_text
from ibnb.tws.texts import clean

#: So many warnings are told in full.
_WARNINGS = 3
#: What tables say of themselves that a reader wants to know.
_TOLD = ("symbol", "what", "bar_size", "data_type")


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
    more : list of str
        Columns that have something, and are shown on demand.
    notes : list of str
        What is told once of all rows, and which columns are left out.
    """

    title: str
    facts: list[str]
    remarks: list[str]
    columns: list[Cells]
    gap: int
    hidden: int
    more: list[str]
    notes: list[str]


def page_of(
    frame: pd.DataFrame, limit: int, columns: Sequence[object] | str | None = None, places: Places | None = None
) -> Page:
    """Return a table as it is shown.

    Parameters
    ----------
    frame : DataFrame
        Of ibnb, or any other.
    limit : int
        So many rows at most: the first and the last.
    columns : "all" or sequence of names, optional
        What is shown of it; without it what is essential.
    places : Places, optional
        Of these columns, where they are known already.
    """
    schema = schema_of(frame)
    places = places or places_of(frame, schema, columns)
    rows, gap, hidden = ends_of(frame, limit)
    made = cells_of(rows, schema, places.first)
    told = cells_of(rows.iloc[:1], schema, places.shared, levels=False)
    same = [f"{each.name} {each.texts[0]}" for each in told]
    notes = [
        _note("The same in all rows", same),
        _note("Empty in all rows and left out", [named(frame.columns[place]) for place in places.empty]),
    ]
    title, facts, remarks = _about(frame, schema)
    more = [named(frame.columns[place]) for place in places.more]
    told_once = [note for note in notes if note]
    return Page(title, facts, remarks, made, gap, hidden, more, told_once)


def _note(what: str, names: list[str]) -> str:
    return f"{what}: {', '.join(names)}." if names else ""


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
