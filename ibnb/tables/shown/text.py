"""A shown table as text for a terminal: as wide as that is, in several parts where not all fits beside each other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from textwrap import wrap

import pandas as pd

from ibnb.ground.numerals import count_text
from ibnb.tables.shown.cells import Cells
from ibnb.tables.shown.page import Page, page_of

_BETWEEN = "  "
#: Longer texts go on in the next line, so many lines at most.
_WIDEST, _TALLEST = 60, 4


def frame_text(frame: pd.DataFrame, limit: int, columns: Sequence[object] | str | None = None) -> str:
    """Return a table as a terminal shows it; for the parameters see `page_of`."""
    return text_of(page_of(frame, limit, columns))


def text_of(page: Page, width: int | None = None) -> str:
    """Return a shown table as text.

    Parameters
    ----------
    page : Page
        From `page_of`.
    width : int, optional
        In characters; without it, that of the terminal.
    """
    wide = width or shutil.get_terminal_size((100, 24)).columns
    about = " · ".join([*([page.title] if page.title else []), *page.facts])
    lines = [about, *(line for remark in page.remarks for line in wrap(remark, wide))]
    for part in _parts(page.columns, wide):
        lines += ["", *_block(part, page)]
    more = f'More columns: {", ".join(page.more)}. ibnb.show(frame, columns="all") shows them.'
    notes = [line for note in [*page.notes, *([more] if page.more else [])] for line in wrap(note, wide)]
    return "\n".join([*lines, *(["", *notes] if notes else [])])


def _block(columns: list[Cells], page: Page) -> Iterator[str]:
    """Return the lines of columns that fit beside each other."""
    units = any(column.unit for column in page.columns)
    widths = [_width(column) for column in columns]
    yield _line([column.name for column in columns], columns, widths)
    if units:
        yield _line([column.unit for column in columns], columns, widths)
    rows = range(len(columns[0].texts))
    lines = ["\n".join(_row([column.texts[row] for column in columns], columns, widths)) for row in rows]
    if page.hidden:
        lines.insert(page.gap, f"… {count_text(page.hidden)} more rows …")
    yield from lines


def _parts(columns: list[Cells], wide: int) -> list[list[Cells]]:
    """Return columns in parts that fit, each beginning with those by which a row is known."""
    labels = [column for column in columns if column.label]
    whole = wide - sum(_width(column) + len(_BETWEEN) for column in labels)
    parts, room = [[*labels]], whole
    for column in columns:
        if column.label:
            continue
        if _width(column) > room and len(parts[-1]) > len(labels):
            parts.append([*labels])
            room = whole
        parts[-1].append(column)
        room -= _width(column) + len(_BETWEEN)
    return parts if columns else []


def _row(texts: list[str], columns: list[Cells], widths: list[int]) -> Iterator[str]:
    """Return a row in as many lines as its longest text takes."""
    parts = [_folded(text) for text in texts]
    for number in range(max(map(len, parts))):
        yield _line([part[number] if number < len(part) else "" for part in parts], columns, widths)


def _folded(text: str) -> list[str]:
    """Return the lines of a text."""
    if len(text) <= _WIDEST:
        return [text]
    found = wrap(text, _WIDEST)
    return found if len(found) <= _TALLEST else [*found[: _TALLEST - 1], _cut(f"{found[_TALLEST - 1]} {_WIDEST * '.'}")]


def _line(texts: list[str], columns: list[Cells], widths: list[int]) -> str:
    cells = [
        _padded(_cut(text), width, right=column.figures)
        for text, column, width in zip(texts, columns, widths, strict=True)
    ]
    return _BETWEEN.join(cells).rstrip()


def _width(column: Cells) -> int:
    return max(_length(_cut(text)) for text in (column.name, column.unit, *column.texts))


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _padded(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - _length(text))
    return blank + text if right else text + blank


def _length(text: str) -> int:
    """Return how many places a text takes in a terminal, where some characters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
