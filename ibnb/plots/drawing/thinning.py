"""Fewer candles than bars, without a lie: each has the true prices and volume of the bars it stands for.

A line keeps of each candle's bars its first, lowest, highest and last value: it looks as if all were drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ibnb.plots.drawing.barframe import Bars, Floats, Ints

_STEPS = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)


@dataclass(frozen=True)
class Candles:
    """Candles of `size` bars each; `first` and `last` are the positions of the bars that a candle spans.

    Candles whose bars all lack prices are left out, so that the place stays empty.
    """

    size: int
    first: Ints
    last: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats


def bucket_size(bars: int, most: int) -> int:
    """Return how many bars a candle stands for, for at most `most` candles; a round number."""
    least = -(-bars // max(1, most))
    if least <= 6:
        return max(1, least)
    scale = 10 ** max(0, len(str(least)) - 2)
    return next(int(step * scale) for step in (8, *_STEPS) if step * scale >= least and (scale == 1 or step >= 10))


def thin(bars: Bars, size: int, start: int = 0, stop: int | None = None) -> Candles:
    """Return the candles of the bars from `start` to `stop`, widened to whole candles.

    Candles begin at multiples of `size`, wherever one looks, so that panning never changes a candle.
    The newest may hold fewer bars.
    """
    stop = len(bars) if stop is None else min(len(bars), -(-stop // size) * size)
    start = max(0, min(start, stop)) // size * size
    if stop <= start:
        empty = np.array([], dtype=np.float64)
        return Candles(size, empty.astype(np.int64), empty.astype(np.int64), empty, empty, empty, empty, empty)
    span = slice(start, stop)
    first = np.arange(start, stop, size)
    last = np.minimum(first + size, stop) - 1
    opens = first - start
    good = bars.drawable[span]
    places = np.arange(stop - start)
    # The first and the last bar with prices in each candle: NaN bars never give an open or a close.
    first_good = np.minimum.reduceat(np.where(good, places, stop - start), opens)
    last_good = np.maximum.reduceat(np.where(good, places, -1), opens)
    kept = last_good >= 0
    known = ~np.isnan(bars.volume[span])
    volume = np.add.reduceat(np.where(known, bars.volume[span], 0.0), opens)
    volume[~np.logical_or.reduceat(known, opens)] = np.nan
    return Candles(
        size,
        first[kept],
        last[kept],
        bars.open[span][first_good[kept]],
        np.fmax.reduceat(bars.high[span], opens)[kept],
        np.fmin.reduceat(bars.low[span], opens)[kept],
        bars.close[span][last_good[kept]],
        volume[kept],
    )


def thin_line(values: Floats, size: int, start: int = 0, stop: int | None = None) -> Ints:
    """Return the positions of the values that a line must pass through, from `start` to `stop`, widened as in `thin`.

    Parameters
    ----------
    values : array of float64
        One a bar; a line has no point where one is NaN.
    size : int
        How many bars a candle stands for.
    start, stop : int
        From which bar, and up to which.
    """
    stop = len(values) if stop is None else min(len(values), -(-stop // size) * size)
    start = max(0, min(start, stop)) // size * size
    part = values[start:stop]
    if size <= 4:  # as many points as values
        return start + np.flatnonzero(~np.isnan(part))
    table = np.full((-(-len(part) // size), size), np.nan)
    table.flat[: len(part)] = part
    known = ~np.isnan(table)
    rows = np.flatnonzero(known.any(axis=1))
    table, known = table[rows], known[rows]
    first, last = known.argmax(axis=1), size - 1 - known[:, ::-1].argmax(axis=1)
    lowest = np.where(known, table, np.inf).argmin(axis=1)
    highest = np.where(known, table, -np.inf).argmax(axis=1)
    return np.unique(start + rows[:, None] * size + np.stack([first, lowest, highest, last], axis=1))
