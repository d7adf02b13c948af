"""Cells of a table made fit for a spreadsheet program: nothing in them runs, and accounts are masked.

Symbols, headlines and order references come from outside. A spreadsheet runs a text that begins like a formula, also
one that hides behind blanks, and a person opens the file without a thought.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ibnb.ground.masking import mask_named, mask_text
from ibnb.tables.shown.looks import ACCOUNT, CONTRACT, column_of, is_empty, look_of, schema_of

#: What a spreadsheet takes for the beginning of a formula: these, and in East Asian settings their wide forms.
FORMULA_STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
#: Beyond these Python, and with it pandas, writes exponents.
_LEAST, _MOST = 1e-4, 1e16
_BEYOND_INTEGERS = 2.0**63
_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
#: A control character would break the file, or hide what follows it; tabs and line ends are kept.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def neutral(text: str) -> str:
    r"""Return `text` so that no spreadsheet runs it: with an apostrophe before what begins like a formula.

    Blanks and invisible characters before the beginning do not hide it. A text that is nothing but a number, such as
    ``-1.5``, stays as it is.

    Examples
    --------
    >>> neutral("=1+1"), neutral(" @SUM(A1)"), neutral("-1.5"), neutral("AAPL"), neutral("a\x00b")
    ("'=1+1", "' @SUM(A1)", '-1.5', 'AAPL', 'a\\x00b')
    """
    text = _CONTROLS.sub(lambda found: f"\\x{ord(found.group()):02x}", text).encode("utf-8", "replace").decode()
    if _PLAIN_NUMBER.fullmatch(text):
        return text
    for character in text:
        if character in FORMULA_STARTS:
            return f"'{text}"
        if not (character.isspace() or unicodedata.category(character) == "Cf"):
            break
    return text


#: Gives the text of a cell, and is told whether an account is named there.
CellText = Callable[..., str]


def cell_text(mask: bool) -> CellText:
    """Return ``text_of(value, look="")``, which gives the text of a cell or a header; equal ones are worked out once.

    Parameters
    ----------
    mask : bool
        Whether account numbers are masked.
    """
    known: dict[tuple[str, bool], str] = {}

    def text_of(value: object, look: str = "") -> str:
        text, is_account = str(value), look == ACCOUNT
        if (text, is_account) not in known:
            masked = mask_named(text, always=True) if is_account else mask_text(text, always=True)
            known[text, is_account] = neutral(masked if mask else text)
        return known[text, is_account]

    return text_of


class Field(NamedTuple):
    """A column of a file: its header, its values, and what they look like (`ibnb.tables.shown.looks`)."""

    header: str
    values: pd.Series[Any]
    look: str


def fields(frame: pd.DataFrame, empty_columns: bool = True) -> list[Field]:
    """Return the columns of a file: the index first, unless that only numbers the rows.

    Parameters
    ----------
    frame : pandas.DataFrame
        The levels of a column that has several are joined by a blank.
    empty_columns : bool
        Whether a table of ibnb's has all columns of its contracts, also those that are empty in all rows.
    """
    schema, index = schema_of(frame), frame.index
    found: list[Field] = []

    def add(header: str, name: object, values: pd.Series[Any]) -> None:
        found.append(Field(header, values, look_of(column_of(schema, name, values), values)))

    if not (isinstance(index, pd.RangeIndex) and index.name is None):
        several = index.nlevels > 1
        for level, name in enumerate(index.names):
            header = str(name) if name is not None else f"index_{level}" if several else "index"
            add(header, name, pd.Series(index.get_level_values(level)))
    names: list[Any] = list(frame.columns)
    for place, name in enumerate(names):
        values = frame.iloc[:, place].reset_index(drop=True)
        of_contract = schema is not None and name in CONTRACT
        if of_contract and not empty_columns and len(frame) and is_empty(values):
            continue
        parts = name if isinstance(name, tuple) else (name,)
        add(" ".join(str(part) for part in parts if str(part)), name, values)
    return found


def written_out(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return numbers as they are to stand in a text file: without exponents, whole ones without decimals.

    Examples
    --------
    >>> written_out(pd.Series([21843288.0, float("nan")])).tolist(), written_out(pd.Series([0.00001, 2.5])).tolist()
    ([21843288, <NA>], ['0.00001', 2.5])
    """
    if not isinstance(values.dtype, np.dtype) or values.dtype.kind != "f":
        return values
    size = values.abs()
    known = size[values.notna()]
    if ((known < _BEYOND_INTEGERS) & (known % 1 == 0)).all():
        return values.astype("Int64")
    exponents = ((size > 0) & (size < _LEAST)) | ((size >= _MOST) & np.isfinite(size))
    if not exponents.any():
        return values
    made: pd.Series[Any] = values.astype(object)
    made[exponents] = [np.format_float_positional(value, trim="-") for value in values[exponents]]
    return made


def is_plain(values: pd.Series) -> bool:
    """Whether a column is made of numbers, times or flags, which no spreadsheet can take for a formula."""
    types = pd.api.types
    return bool(
        types.is_bool_dtype(values.dtype)
        or types.is_numeric_dtype(values.dtype)
        or types.is_datetime64_any_dtype(values.dtype)
    )
