"""Tables into files for other programs: CSV and Excel, safe to open and safe to share.

Nothing in them runs as a formula (see `cells`), accounts are masked, and a file is there whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from ibnb.errors import BadInput
from ibnb.settings import options
from ibnb.tables.files.cells import CellText, Field, cell_text, fields, is_plain, written_out
from ibnb.tws.arguments import check_flag

#: Where a table goes: a file's path, or a file opened for bytes.
Place = str | os.PathLike[str] | BinaryIO

_NUMBER = count()


def to_csv(frame: pd.DataFrame, path: Place, *, mask: bool | None = None, empty_columns: bool = False) -> None:
    """Write a table as CSV that a spreadsheet can open without running anything in it.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any; its index is written too, unless it only numbers the rows.
    path : str, path or binary file
        Where to. A file that is there already is replaced, at once and whole.
    mask : bool, optional
        Whether account numbers are masked (``DU***001``); without it as ``ibnb.options.mask`` says.
    empty_columns : bool
        Whether columns that tell the contract (``expiry strike right ...``) are written even where they are empty in
        all rows of a table of ibnb's. A file of ``frame.to_parquet`` always has them.

    Raises
    ------
    BadInput
        If `frame` is no table, or no file can be written there.

    Notes
    -----
    A text that begins like a formula (``= + - @``, tab or line end, also after blanks) gets an apostrophe before it, in
    headers as well; numbers stay numbers, without exponents, and whole ones without decimals. Dates are written as
    ``2026-12-18``, times with the offset of their zone. The text is UTF-8; where it goes beyond ASCII it begins with
    the mark by which Excel knows.

    Examples
    --------
    >>> import io, ibnb, pandas as pd
    >>> file = io.BytesIO()
    >>> ibnb.to_csv(pd.DataFrame({"symbol": ["=1+1", "AAPL"], "position": [-5, 10]}), file)
    >>> file.getvalue().decode().split()
    ['symbol,position', "'=1+1,-5", 'AAPL,10']
    """
    text_of = cell_text(_masked(mask))
    columns = fields(_table(frame), check_flag("empty_columns", empty_columns))
    made = [written_out(each.values) if is_plain(each.values) else _texts(each, text_of) for each in columns]
    plain = pd.concat(made, axis=1) if made else pd.DataFrame()
    # Both characters of the line's end, so that either of them in a cell has it quoted: else it would begin a row.
    text = plain.to_csv(index=False, header=[text_of(each.header) for each in columns] or False, lineterminator="\r\n")
    with _opened(path) as file:
        file.write(text.encode("utf-8" if text.isascii() else "utf-8-sig"))


def to_excel(frame: pd.DataFrame, path: Place, *, mask: bool | None = None, empty_columns: bool = False) -> None:
    """Write a table as an Excel workbook (.xlsx) of one sheet, with nothing in it that runs.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any of up to 1,048,575 rows; its index is written too, unless it only numbers the rows.
    path : str, path or binary file
        Where to, ending in ``.xlsx``. A file that is there already is replaced, at once and whole.
    mask : bool, optional
        Whether account numbers are masked (``DU***001``); without it as ``ibnb.options.mask`` says.
    empty_columns : bool
        Whether columns that tell the contract (``expiry strike right ...``) are written even where they are empty in
        all rows of a table of ibnb's. A file of ``frame.to_parquet`` always has them.

    Raises
    ------
    BadInput
        If `frame` is no table or too large for a sheet, or no file can be written there.

    Notes
    -----
    Texts are treated as in `to_csv`. Figures get the format of what they are: prices their decimals, money its cents,
    fractions per cent, dates a date's; their values stay as they are. Excel's times have no zone: they are written as
    the clock of their zone shows them, and the header names it, as in ``date (America/New_York)``; where the column has
    an hour that this zone's clock shows twice, as UTC. They go to the millisecond. Whole numbers of more than 15
    digits, which Excel would round, become text.

    Examples
    --------
    >>> import io, ibnb
    >>> file = io.BytesIO()
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     ibnb.to_excel(tws.positions(), file)
    >>> file.getvalue()[:2]
    b'PK'
    """
    from ibnb.tables.files.workbook import MOST_COLUMNS, MOST_ROWS, write_workbook

    text_of = cell_text(_masked(mask))
    columns = fields(_table(frame), check_flag("empty_columns", empty_columns))
    if len(frame) > MOST_ROWS or len(columns) > MOST_COLUMNS:
        allowed = f"at most {MOST_ROWS} rows and {MOST_COLUMNS} columns fit into a sheet of Excel"
        raise BadInput("frame", f"{len(frame)} rows, {len(columns)} columns", allowed, "ibnb.to_csv has no such limit")
    if isinstance(path, (str, os.PathLike)) and Path(path).suffix.lower() != ".xlsx":
        raise BadInput("path", str(path), "the name of a workbook ends in .xlsx", f"{Path(path).stem}.xlsx")
    with _opened(path) as file:
        write_workbook(columns, file, text_of)


def _texts(field: Field, text_of: CellText) -> pd.Series:
    """Return the texts of a column of texts or mixed things; numbers among them stay numbers."""
    values, there = field.values, field.values.notna()
    kept = (bool, int, float)
    made = [
        "" if not known else value if isinstance(value, kept) else text_of(value, field.look)
        for value, known in zip(values.astype(object), there, strict=True)
    ]
    return pd.Series(made, index=values.index, dtype=object)


def _table(frame: object) -> pd.DataFrame:
    if not isinstance(frame, pd.DataFrame):
        raise BadInput("frame", type(frame).__name__, "a DataFrame", "such as tws.positions()")
    return frame


def _masked(mask: object) -> bool:
    if mask is None:
        return options.mask
    if not isinstance(mask, bool):
        raise BadInput("mask", mask, "True, False or None")
    return mask


@contextmanager
def _opened(path: object) -> Iterator[BinaryIO]:
    """Open a place for writing; a file on disk gets its name only once it is complete."""
    if hasattr(path, "write"):
        yield path  # type: ignore[misc]
        return
    if not isinstance(path, (str, os.PathLike)) or not os.fspath(path):
        raise BadInput("path", path, "the name of a file, or a file opened for bytes", "such as 'positions.csv'")
    target = Path(os.fspath(path)).expanduser()
    temporary = target.with_name(f".{target.name}.{os.getpid()}-{next(_NUMBER)}")
    try:
        with temporary.open("xb") as file:
            yield file
        temporary.replace(target)
    except OSError as error:
        hint = "close it in the other program" if isinstance(error, PermissionError) else "look at folder and disk"
        raise BadInput(
            "path", str(target), f"no file can be written there ({error.strerror or error})", hint
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
