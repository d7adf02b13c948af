"""Bars as columns, and the making of bars from cells by exact aggregation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ibnb.simulator.market.hashing import Floats, Ints
from ibnb.simulator.market.paths.refine import Cells


class Bar(NamedTuple):
    """One bar; `day` is the session's date as days since 1970."""

    start: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    wap: float
    count: int  # type: ignore[assignment]  # the field's name, which hides a tuple's method
    day: int


@dataclass(frozen=True)
class Bars:
    """Bars in time order, as columns.

    Attributes
    ----------
    start : int64
        Epoch second at which the bar starts.
    open, high, low, close : float64
        Prices.
    volume, wap : float64
        Lots and their average price; -1 where the kind of bar has none.
    count : int64
        Trades; -1 where the kind of bar has none.
    day : int64
        The date of the session (of weeks and months, of their last session) as days since 1970-01-01.
    """

    start: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    wap: Floats
    count: Ints
    day: Ints

    def __len__(self) -> int:
        return len(self.start)

    def __iter__(self) -> Iterator[Bar]:
        columns = (getattr(self, name).tolist() for name in Bar._fields)
        return map(Bar._make, zip(*columns, strict=True))

    def __getitem__(self, rows: NDArray[np.bool_] | Ints | slice) -> Bars:
        return Bars(*(getattr(self, name)[rows] for name in Bar._fields))

    @property
    def dates(self) -> list[str]:
        """The sessions' dates as ``yyyymmdd``."""
        return [text.replace("-", "") for text in np.datetime_as_string(self.day.astype("datetime64[D]"))]


def gather(cells: Cells, first: Ints, day: Ints | None = None) -> Cells:
    """Aggregate cells into groups that begin at the rows `first`.

    The groups start where their first cell starts; their `seconds` are the sum of their cells'.
    """
    last = np.append(first[1:], len(cells)) - 1
    return Cells(
        start=cells.start[first],
        seconds=np.add.reduceat(cells.seconds, first),
        open=cells.open[first],
        high=np.maximum.reduceat(cells.high, first),
        low=np.minimum.reduceat(cells.low, first),
        close=cells.close[last],
        volume=np.add.reduceat(cells.volume, first),
        count=np.add.reduceat(cells.count, first),
        turnover=np.add.reduceat(cells.turnover, first),
        day=cells.day[first] if day is None else day,
    )


def changes(*labels: Ints) -> Ints:
    """Return the rows at which any of the labels differs from the row before."""
    fresh = np.zeros(len(labels[0]), dtype=bool)
    if len(fresh):
        fresh[0] = True
    for label in labels:
        fresh[1:] |= label[1:] != label[:-1]
    return np.flatnonzero(fresh)


def price(ticks: NDArray[np.integer] | Floats, tick: tuple[int, int]) -> Floats:
    """Return ticks as prices, each the float nearest to the exact value."""
    numerator, denominator = tick
    return np.asarray(ticks * numerator / denominator, dtype=np.float64)
