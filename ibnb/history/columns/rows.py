"""Rows of a message to columns of numbers, by Arrow straight from the bytes: no Python object a value, and no copy.

A message is fields that end in NUL. Where the NULs are is where the fields are: Arrow is told these places, and reads
the numbers where they stand. Whatever is out of the ordinary is refused here as `Unusual` and read again, field by
field, by the codec, which knows every way to write a value and names the field that is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibnb.errors import MalformedMessage

Array = NDArray[Any]
Bytes = NDArray[np.uint8]

#: Rows read at a time: fewer, and threads wait for each other; more, and the processor's cache is too small.
_AT_ONCE = 16_384
#: How columns lie in memory, and what an empty field is in them.
_KINDS: dict[str, tuple[str, Any]] = {"int64": ("int64", -1), "float64": ("float64", np.nan), "string": ("object", "")}


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
        wanted = {name: kind for name, kind in names.items() if kind}
        found = {name: np.empty(len(self), _KINDS[kind][0]) for name, kind in wanted.items()}
        places: dict[str, list[int]] = {}
        for place, kind in enumerate(names.values()):
            places.setdefault(kind, []).append(place)
        titles, shared = list(names), dict[str, str]()

        def part(first: int) -> None:
            for kind in dict.fromkeys(wanted.values()):
                values = self._values(first, places[kind], kind, shared)
                for column, place in zip(values.T, places[kind], strict=True):
                    found[titles[place]][first : first + len(column)] = column

        parts = range(0, len(self), _AT_ONCE)
        if len(parts) < 2:
            for first in parts:
                part(first)
        else:  # Arrow and NumPy do without Python's lock, so all cores help
            with ThreadPoolExecutor(min(len(parts), os.cpu_count() or 1)) as pool:
                list(pool.map(part, parts))
        return found

    def _values(self, first: int, places: list[int], kind: str, shared: dict[str, str]) -> Array:
        """Return the values of some rows in the columns of one kind, a row each."""
        import pyarrow as pa

        ends = self.ends[first * self.width : (first + _AT_ONCE) * self.width].reshape(-1, self.width)
        cuts = np.empty((len(ends), len(places), 2), np.int64)  # where each of the fields begins, and ends
        for at, place in enumerate(places):
            cuts[:, at, 1] = ends[:, place]
            cuts[:, at, 0] = ends[:, place - 1] if place else np.append(self._end_before(first), ends[:-1, -1])
        cuts[:, :, 0] += 1
        # For Arrow, what lies between two of the fields is a text, too: one that is null.
        there = np.zeros(cuts.size, dtype=bool)
        there[::2] = True if kind == "string" else (cuts[:, :, 0] < cuts[:, :, 1]).ravel()
        buffers = [pa.py_buffer(each) for each in (np.packbits(there, bitorder="little"), cuts, self.body)]
        texts = pa.Array.from_buffers(pa.large_string(), cuts.size - 1, buffers)
        try:
            values = _texts(texts, shared) if kind == "string" else _numbers(texts, kind, there[::2])
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise Unusual(str(error)) from error
        return values.reshape(-1, len(places))

    def _end_before(self, first: int) -> int:
        return int(self.ends[first * self.width - 1]) if first else -1


def _numbers(texts: Any, kind: str, there: NDArray[np.bool_]) -> Array:
    values: Array = np.frombuffer(texts.cast(kind).buffers()[1], kind, len(texts))[::2]
    if not there.all():
        values = np.where(there, values, _KINDS[kind][1])
    if kind == "float64" and np.count_nonzero(np.isnan(values)) != np.count_nonzero(~there):
        raise Unusual("not a number")
    return values


def _texts(texts: Any, shared: dict[str, str]) -> Array:
    """Return texts that share one Python object a distinct text."""
    coded = texts.dictionary_encode()
    distinct = np.array([shared.setdefault(text, text) for text in coded.dictionary.to_pylist()] + [""], dtype=object)
    values: Array = distinct[coded.indices.fill_null(-1).to_numpy()[::2]]
    return values


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
