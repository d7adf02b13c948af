"""Cells of a table made fit for a spreadsheet program: nothing in them runs, and accounts are masked.

Symbols, headlines and order references come from outside. A spreadsheet runs a text that begins like a formula, also
one that hides behind blanks, and a person opens the file without a thought.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pandas as pd

from ibnb.masking import mask_text

#: What a spreadsheet takes for the beginning of a formula: these, and in East Asian settings their wide forms.
FORMULA_STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
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


def cell_text(mask: bool) -> Callable[[object], str]:
    """Return the function that gives the text of a cell or a header; equal ones are worked out once.

    Parameters
    ----------
    mask : bool
        Whether account numbers are masked.
    """
    known: dict[str, str] = {}

    def text_of(value: object) -> str:
        text = str(value)
        if text not in known:
            known[text] = neutral(mask_text(text, always=True) if mask else text)
        return known[text]

    return text_of


def fields(frame: pd.DataFrame) -> list[tuple[str, pd.Series]]:
    """Return the columns of a file with their headers: the index first, unless that only numbers the rows.

    Parameters
    ----------
    frame : pandas.DataFrame
        The levels of a column that has several are joined by a blank.
    """
    index = frame.index
    found: list[tuple[str, pd.Series]] = []
    if not (isinstance(index, pd.RangeIndex) and index.name is None):
        several = index.nlevels > 1
        for level, name in enumerate(index.names):
            header = str(name) if name is not None else f"index_{level}" if several else "index"
            found.append((header, pd.Series(index.get_level_values(level))))
    names: list[Any] = list(frame.columns)
    for place, name in enumerate(names):
        parts = name if isinstance(name, tuple) else (name,)
        header = " ".join(str(part) for part in parts if str(part))
        found.append((header, frame.iloc[:, place].reset_index(drop=True)))
    return found


def is_plain(values: pd.Series) -> bool:
    """Whether a column is made of numbers, times or flags, which no spreadsheet can take for a formula."""
    types = pd.api.types
    return bool(
        types.is_bool_dtype(values.dtype)
        or types.is_numeric_dtype(values.dtype)
        or types.is_datetime64_any_dtype(values.dtype)
    )
