"""RSI, MACD and Bollinger bands as their authors define them, from closes alone. Pure: an array in, arrays out.

A value is NaN until there are as many closes as it is made of; what comes before a series counts where it is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ibnb.plots.drawing.barframe import Floats

if TYPE_CHECKING:
    import pandas as pd


def rsi(closes: Floats, length: int) -> Floats:
    """Return Wilder's relative strength index, from 0 to 100; 50 where nothing has moved.

    The first value is made of the plain means of the first `length` rises and falls; from there on each mean keeps
    (length - 1) / length of itself.

    Examples
    --------
    >>> rsi(np.array([1.0, 2.0, 3.0, 2.0]), 2).round(1).tolist()
    [nan, nan, 100.0, 50.0]
    """
    values = np.full(len(closes), np.nan)
    if len(closes) <= length:
        return values
    changes = np.diff(closes)
    rises, falls = (_wilder(np.maximum(each, 0.0), length) for each in (changes, -changes))
    moved = rises + falls
    values[length:] = np.divide(100 * rises, moved, out=np.full(len(moved), 50.0), where=moved > 0)
    return values


def macd(closes: Floats, fast: int, slow: int, signal: int) -> tuple[Floats, Floats]:
    """Return the difference of two exponential averages, and the exponential average of that.

    Examples
    --------
    >>> line, signal = macd(np.arange(6.0), 1, 2, 2)
    >>> line.round(3).tolist()
    [nan, 0.333, 0.444, 0.481, 0.494, 0.498]
    """
    line = ema(closes, fast) - ema(closes, slow)
    known = ~np.isnan(line)
    average = np.full(len(line), np.nan)
    average[known] = ema(line[known], signal)
    return line, average


def bollinger(closes: Floats, length: int, width: float) -> tuple[Floats, Floats]:
    """Return a moving average less and plus `width` standard deviations (of the population) of the same closes.

    Examples
    --------
    >>> [band.tolist() for band in bollinger(np.array([1.0, 3.0]), 2, 2)]
    [[nan, 0.0], [nan, 4.0]]
    """
    rolling = _series(closes).rolling(length)
    middle, spread = rolling.mean().to_numpy(), width * rolling.std(ddof=0).to_numpy()
    return middle - spread, middle + spread


def sma(closes: Floats, length: int) -> Floats:
    """Return the simple moving average."""
    found: Floats = _series(closes).rolling(length).mean().to_numpy()
    return found


def ema(closes: Floats, length: int) -> Floats:
    """Return the exponential moving average, whose weights fall by 2 / (length + 1); it begins with the first close."""
    found: Floats = _series(closes).ewm(span=length, adjust=False, min_periods=length).mean().to_numpy()
    return found


def _wilder(moves: Floats, length: int) -> Floats:
    seeded = np.concatenate(([moves[:length].mean()], moves[length:]))
    found: Floats = _series(seeded).ewm(alpha=1 / length, adjust=False).mean().to_numpy()
    return found


def _series(values: Floats) -> pd.Series[float]:
    import pandas as pd

    return pd.Series(values, dtype="float64")
