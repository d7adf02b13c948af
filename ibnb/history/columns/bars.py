"""Bars as columns of numbers: what travels between an answer of TWS, the store and the frame.

Starts are epoch seconds; for bars of a day and longer, midnight UTC of the session's date. What TWS left unset is NaN,
or -1 as a number of trades.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars, oldest first.

    Attributes
    ----------
    start : array of int64
        Epoch seconds.
    open, high, low, close, volume, average : array of float64
        Prices, volume, and the average price by volume.
    bar_count : array of int64
        Number of trades; -1 where there is none.
    """

    start: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    average: Floats
    bar_count: Ints

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, rows: object) -> Self:
        return type(self)(*(column[rows] for column in self.columns()))

    def columns(self) -> list[Any]:
        """Return the columns in order."""
        return [getattr(self, name) for name in _NAMES]

    def between(self, start: int, end: int) -> Self:
        """Return the bars that start from `start` on, before `end`."""
        first, last = np.searchsorted(self.start, [start, end])
        return self[int(first) : int(last)]

    def span(self) -> tuple[int, int] | None:
        """Return from the first start to just after the last one; None where there is none."""
        return (int(self.start[0]), int(self.start[-1]) + 1) if len(self) else None

    def in_order(self) -> bool:
        """Return whether each bar starts after the one before."""
        return bool((np.diff(self.start) > 0).all())

    def ordered(self) -> Self:
        """Return the bars oldest first, of those with one start the last."""
        if self.in_order():
            return self
        order = np.argsort(self.start, kind="stable")
        starts = self.start[order]
        return self[order[np.append(starts[1:] != starts[:-1], True)]]

    def equals(self, other: Bars) -> bool:
        """Return whether all values are the same."""
        return len(self) == len(other) and all(
            np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f")
            for mine, theirs in zip(self.columns(), other.columns(), strict=True)
        )

    def frame(self, zone: str, *, daily: bool, **attrs: Any) -> pd.DataFrame:
        """Return the table of bars (``ibnb.schema("bars")``)."""
        from ibnb.tables.market import bars as table

        stamps = self.start.astype("datetime64[s]").astype("datetime64[us]") if daily else self.start
        return table.from_arrays(
            stamps,
            self.open,
            self.high,
            self.low,
            self.close,
            self.volume,
            self.average,
            self.bar_count,
            zone,
            daily=daily,
            **attrs,
        )


_NAMES = tuple(field.name for field in fields(Bars))


def empty() -> Bars:
    """Return no bars."""
    numbers = np.empty(0)
    whole = np.empty(0, dtype=np.int64)
    return Bars(whole, numbers, numbers, numbers, numbers, numbers, numbers, whole)


def joined(pieces: Iterable[Bars]) -> Bars:
    """Return the bars of several pieces one behind the other, as they are."""
    filled = [piece for piece in pieces if len(piece)]
    if len(filled) < 2:
        return filled[0] if filled else empty()
    columns = zip(*(piece.columns() for piece in filled), strict=True)
    return Bars(*(np.concatenate(parts) for parts in columns))


def merged(pieces: Iterable[Bars]) -> Bars:
    """Return the bars of several pieces in order; of two with one start, that of the later piece."""
    return joined(pieces).ordered()
