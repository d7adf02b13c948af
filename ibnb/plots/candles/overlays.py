"""What is computed over bars: moving averages, VWAP, volume at price. Pure, and on all bars, however few are drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ibnb.errors import BadInput
from ibnb.plots.drawing.barframe import Bars, Floats, Ints
from ibnb.plots.drawing.words import day
from ibnb.tws.arguments import check_flag

#: More lines than this cannot be told apart over candles.
MOST_LINES = 6
_DAY = 86_400


@dataclass(frozen=True)
class Overlays:
    """What to draw over bars.

    Attributes
    ----------
    ma, ema : tuple of int
        Lengths of simple and exponential moving averages, in bars.
    vwap, profile : bool
        Whether to draw them.
    """

    ma: tuple[int, ...] = ()
    ema: tuple[int, ...] = ()
    vwap: bool = False
    profile: bool = False

    @classmethod
    def checked(cls, ma: object = (), ema: object = (), vwap: object = False, profile: object = False) -> Self:
        """Return the overlays that arguments name.

        Raises
        ------
        BadInput
            Naming the argument that is impossible.
        """
        found = cls(_lengths("ma", ma), _lengths("ema", ema), check_flag("vwap", vwap), check_flag("profile", profile))
        if len(found.ma) + len(found.ema) > MOST_LINES:
            raise BadInput("ma", (*found.ma, *found.ema), f"at most {MOST_LINES} averages, or none can be told apart")
        return found

    @classmethod
    def read(cls, text: str, *, vwap: bool = False, profile: bool = False) -> Self:
        """Return the overlays whose averages a person wrote as ``"20, 50, E21"``.

        Raises
        ------
        BadInput
            Some word is no average.

        Examples
        --------
        >>> Overlays.read("20, e21")
        Overlays(ma=(20,), ema=(21,), vwap=False, profile=False)
        """
        simple: list[int] = []
        exponential: list[int] = []
        for word in re.split(r"[\s,;]+", text.strip().upper()):
            match = re.fullmatch(r"(?:(E|EMA)|MA)?(\d{1,6})", word)
            if match:
                (exponential if match[1] else simple).append(int(match[2]))
            elif word:
                raise BadInput("averages", word, "numbers of bars, E before an exponential one", "20, 50, E21")
        return cls.checked(simple, exponential, vwap, profile)

    @property
    def averages(self) -> str:
        """The averages as `read` takes them."""
        return ", ".join([*map(str, self.ma), *(f"E{length}" for length in self.ema)])

    def __bool__(self) -> bool:
        return bool(self.ma or self.ema or self.vwap or self.profile)


@dataclass(frozen=True)
class Line:
    """One value a bar.

    Attributes
    ----------
    label : str
        As the figure's key has it.
    meaning : str
        What it is, in words.
    values : array of float64
        NaN where there is none.
    begins : array of bool
        Where it begins anew, so that no line leads there.
    """

    label: str
    meaning: str
    values: Floats
    begins: npt.NDArray[np.bool_]


def lines_over(bars: Bars, overlays: Overlays) -> list[Line]:
    """Return the lines to draw over bars, in the order they are named.

    Raises
    ------
    BadInput
        VWAP, of bars without volume.
    """
    lines = [_average(bars, length, exponential=False) for length in overlays.ma]
    lines += [_average(bars, length, exponential=True) for length in overlays.ema]
    return [*lines, *([vwap(bars)] if overlays.vwap else [])]


def traded(bars: Bars) -> bool:
    """Whether any of the bars has volume."""
    return bool((np.nan_to_num(bars.volume) > 0).any())


def require_volume(bars: Bars, name: str) -> None:
    """Refuse an overlay made of volume where no bar has any.

    Raises
    ------
    BadInput
        Naming the argument.
    """
    if not traded(bars):
        what = bars.attrs.get("what")
        bars_of = f"bars of {what}" if what else "these bars"
        raise BadInput(name, True, f"it is made of volume, and {bars_of} have none", "what='TRADES', of what trades")


def typical_price(bars: Bars) -> Floats:
    """Return each bar's average price by volume as TWS says it, or (high + low + close) / 3 where it does not."""
    typical = (bars.high + bars.low + bars.close) / 3
    # What lies outside of its bar is no average of it: some servers send 0 for none.
    said = np.nan_to_num(bars.average, nan=-1.0)
    return np.where((said >= bars.low) & (said <= bars.high), bars.average, typical)


def vwap(bars: Bars) -> Line:
    """Return the average price by volume: of each session so far, or of all bars so far where they last days."""
    require_volume(bars, "vwap")
    session = session_of(bars.wall) if bars.intraday else np.zeros(len(bars), dtype=np.int64)
    begins = np.diff(session, prepend=session[:1] - 1) != 0
    volume = np.where(bars.drawable, np.nan_to_num(bars.volume), 0.0)
    worth = np.where(volume > 0, typical_price(bars) * volume, 0.0)
    first = np.flatnonzero(begins)[np.cumsum(begins) - 1]
    so_far = [np.cumsum(each) - (np.cumsum(each) - each)[first] for each in (worth, volume)]
    with np.errstate(invalid="ignore", divide="ignore"):
        values = so_far[0] / so_far[1]
    values[~bars.drawable] = np.nan
    since = "by session" if bars.intraday else f"since {day(bars.time(0))}"
    made = "each session's" if bars.intraday else f"from {day(bars.time(0))} on"
    return Line(f"VWAP {since}", f"average price by volume, {made}", values, begins)


def session_of(wall: Ints) -> Ints:
    """Return for each time on the wall clock the number of its session.

    A session begins at the time of day that follows the longest pause: so one that trades over midnight stays whole.
    Where nothing ever pauses it begins at midnight.
    """
    times = np.unique(wall % _DAY)
    pauses = np.diff(times, append=times[:1] + _DAY)
    longest = int(pauses.argmax()) if len(times) else 0
    start = 0
    if len(times) and pauses[longest] > np.median(pauses):
        start = int(times[(longest + 1) % len(times)])
    return (wall - start) // _DAY


def _average(bars: Bars, length: int, *, exponential: bool) -> Line:
    import pandas as pd

    known = bars.drawable
    closes = pd.Series(bars.close[known])
    if exponential:
        means = closes.ewm(span=length, adjust=False, min_periods=length).mean()
    else:
        means = closes.rolling(length).mean()
    values = np.full(len(bars), np.nan)
    values[known] = means.to_numpy()
    name, kind = ("EMA", "exponential moving") if exponential else ("MA", "moving")
    return Line(f"{name} {length}", f"{length}-bar {kind} average", values, np.zeros(len(bars), dtype=np.bool_))


def _lengths(name: str, given: Any) -> tuple[int, ...]:
    listed: Sequence[Any] = [given] if isinstance(given, (int, np.integer)) else given
    if isinstance(listed, (str, bytes)) or not isinstance(listed, Iterable):
        raise BadInput(name, given, "a number of bars, or several", f"{name}=(20, 50)")
    found = list(listed)
    for each in found:
        if isinstance(each, (bool, np.bool_)) or not isinstance(each, (int, np.integer)) or not 1 <= each <= 10**6:
            raise BadInput(name, each, "a whole number of bars from 1", f"{name}=(20, 50)")
    return tuple(dict.fromkeys(int(each) for each in found))
