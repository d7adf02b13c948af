"""Rows of a message to columns of numbers, by Arrow's CSV reader straight from the bytes: no Python object a value.

A message is fields that end in NUL. Where the NULs are is where the rows are; with the last NUL of each row turned
into a newline, the message is a CSV. Whatever is out of the ordinary is refused here as `Unusual` and read again,
field by field, by the codec, which knows every way to write a value and names the field that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibnb.errors import MalformedMessage

Array = NDArray[Any]
Bytes = NDArray[np.uint8]

_NEWLINE, _RETURN = 10, 13
#: What NUL becomes between fields: the largest byte of all others and 1 is that other, and of NUL it is 1.
_SEPARATOR = "\x01"


class Unusual(ValueError):
    """A message that may be right, but is not written as nearly all are."""


def head(payload: bytes, count: int) -> tuple[list[str], int]:
    r"""Return the first fields of a message, and where the next one begins.

    Examples
    --------
    >>> head(b"17\x007\x002\x00a\x00", 3)
    (['17', '7', '2'], 7)
    """
    fields, at = [], 0
    for _ in range(count):
        end = payload.find(b"\0", at)
        if end < 0:
            raise MalformedMessage(f"A message ends before its field {count}.", payload)
        fields.append(payload[at:end].decode("utf-8", "backslashreplace"))
        at = end + 1
    return fields, at


@dataclass(frozen=True)
class Rows:
    """The rows of a message, not yet read.

    Attributes
    ----------
    body : array of uint8
        Their bytes, with the NUL behind the last.
    width : int
        Fields a row.
    ends : array of int64
        Where the NULs are.
    """

    body: Bytes
    width: int
    ends: Array

    def __len__(self) -> int:
        return len(self.ends) // self.width

    def first(self) -> bytes:
        """Return the first field of the first row."""
        return self.body[: self.ends[0]].tobytes() if len(self.ends) else b""

    def column_of_texts(self, place: int) -> Bytes:
        """Return the texts of a column as one array of bytes, a row each.

        Raises
        ------
        Unusual
            If they are not equally long.
        """
        begins = np.append(0, self.ends[:-1] + 1)[place :: self.width]
        widths = self.ends[place :: self.width] - begins
        if not len(widths) or (widths != widths[0]).any():
            raise Unusual("texts of different lengths")
        texts: Bytes = self.body[begins[:, None] + np.arange(int(widths[0]))]
        return texts

    def read(self, names: Mapping[str, str]) -> dict[str, Array]:
        """Read columns of numbers and texts.

        Parameters
        ----------
        names : mapping of str to str
            All columns in order: ``"int64"``, ``"float64"``, ``"string"``, or ``""`` for one that is not wanted.

        Returns
        -------
        dict of str to array
            An empty field is NaN in a column of numbers, and -1 in one of whole numbers.

        Raises
        ------
        Unusual
            If a field is not of its kind.
        """
        import pyarrow as pa
        from pyarrow import csv

        kinds = {"int64": pa.int64(), "float64": pa.float64(), "string": pa.dictionary(pa.int32(), pa.string())}
        wanted = {name: kinds[kind] for name, kind in names.items() if kind}
        if "string" in names.values() and (self.body == _RETURN).any():
            raise Unusual("a text with a carriage return, of which Arrow would make a part of the newline")
        text = np.maximum(self.body, 1)
        text[self.ends[self.width - 1 :: self.width]] = _NEWLINE
        try:
            table = csv.read_csv(
                pa.py_buffer(text),
                read_options=csv.ReadOptions(column_names=list(names)),
                parse_options=csv.ParseOptions(
                    delimiter=_SEPARATOR, quote_char=False, double_quote=False, ignore_empty_lines=False
                ),
                convert_options=csv.ConvertOptions(
                    column_types=wanted,
                    include_columns=list(wanted),
                    null_values=[""],
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid as error:
            raise Unusual(str(error)) from error
        if table.num_rows != len(self):
            raise Unusual(f"{table.num_rows} rows instead of {len(self)}")
        del text  # as large as the message
        return {name: _array(table.column(name), names[name]) for name in wanted}


def _array(column: Any, kind: str) -> Array:
    if kind == "string":
        return _texts(column)
    array: Array = (column.fill_null(-1) if kind == "int64" and column.null_count else column).to_numpy()
    return array


def _texts(column: Any) -> Array:
    """Return texts that share one Python object a distinct text."""
    whole = column.unify_dictionaries().combine_chunks()
    distinct = np.array([*whole.dictionary.to_pylist(), ""], dtype=object)[:-1]
    texts: Array = distinct[whole.indices.to_numpy()]
    return texts


def rows(payload: bytes, at: int, count: str, width: int) -> tuple[Rows, int]:
    """Return the rows that begin at `at`, and where what follows them begins.

    Raises
    ------
    MalformedMessage
        If there are fewer fields than `count`, the text of the number of rows, says.
    """
    if count and not (count.isascii() and count.isdecimal() and len(count) < 10):
        raise MalformedMessage(f"A message announces {count[:40]!r} rows.", payload)
    fields = int(count or 0) * width
    body = np.frombuffer(payload, np.uint8)[at:]
    ends = np.flatnonzero(body == 0)
    if len(ends) < fields:
        raise MalformedMessage(
            f"A message announces {count} rows of {width} fields and has {len(ends)} fields.", payload
        )
    size = int(ends[fields - 1]) + 1 if fields else 0
    return Rows(body[:size], width, ends[:fields]), at + size
