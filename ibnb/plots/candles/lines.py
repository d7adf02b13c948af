"""The lines that belong to bars: averages, bands, VWAP, indicators. Pure, and on all bars, however few are drawn.

What lies before the bars counts where it is given: an average of 50 bars then begins with the first that is drawn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ibnb.errors import BadInput
from ibnb.plots.candles import indicators
from ibnb.plots.candles.overlays import Overlays
from ibnb.plots.drawing.barframe import Bars, Floats, Ints
from ibnb.plots.drawing.words import MINUS, day

_DAY = 86_400


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
    paired : bool
        Whether it is the other edge of what the line before bounds, and looks alike.
    """

    label: str
    meaning: str
    values: Floats
    begins: npt.NDArray[np.bool_]
    paired: bool = False

    @property
    def column(self) -> str:
        """Its name as a column of a table."""
        name = self.label.replace(MINUS, "minus ").replace("+", "plus ").replace("\N{GREEK SMALL LETTER SIGMA}", "")
        return re.sub(r"[^a-z0-9.]+", "_", name.lower()).strip("_")


@dataclass(frozen=True)
class Study:
    """What has a panel of its own below the bars.

    Attributes
    ----------
    name : str
        As its panel is headed.
    lines : tuple of Line
        In it.
    columns : Line or None
        Drawn as columns from 0.
    levels : tuple of float
        Thin lines across it; of an index from 0 to 100.
    """

    name: str
    lines: tuple[Line, ...]
    columns: Line | None = None
    levels: tuple[float, ...] = ()


def lines_over(bars: Bars, overlays: Overlays, earlier: Bars | None = None) -> list[Line]:
    """Return the lines to draw over bars, in the order they are named; `earlier` are the bars before them.

    Raises
    ------
    BadInput
        VWAP, of bars without volume.
    """
    led = _led(bars, earlier)
    lines = [_line(led, bars, f"MA {n}", f"{n}-bar moving average", indicators.sma(led.known, n)) for n in overlays.ma]
    lines += [
        _line(led, bars, f"EMA {n}", f"{n}-bar exponential moving average", indicators.ema(led.known, n))
        for n in overlays.ema
    ]
    if overlays.bollinger is not None:
        length, width = overlays.bollinger
        words = f"{length}-bar average {{}} {width:g} standard deviations"
        bands = indicators.bollinger(led.known, length, width)
        for side, sign, band in zip(("less", "plus"), (MINUS, "+"), bands, strict=True):
            edge = _line(
                led, bars, f"BB {length} {sign}{width:g}\N{GREEK SMALL LETTER SIGMA}", words.format(side), band
            )
            lines.append(replace(edge, paired=side == "plus"))
    return [*lines, *([vwap(bars)] if overlays.vwap else [])]


def studies_of(bars: Bars, overlays: Overlays, earlier: Bars | None = None) -> list[Study]:
    """Return what is to be drawn below bars; `earlier` are the bars before them."""
    led, found = _led(bars, earlier), []
    if overlays.rsi:
        values = indicators.rsi(led.known, overlays.rsi)
        line = _line(led, bars, f"RSI {overlays.rsi}", f"{overlays.rsi}-bar relative strength index", values)
        found.append(Study(line.label, (line,), levels=(30.0, 70.0)))
    if overlays.macd is not None:
        fast, slow, signal = overlays.macd
        values, average = indicators.macd(led.known, fast, slow, signal)
        name = f"MACD {fast}, {slow}"
        about = f"difference of the {fast}- and {slow}-bar exponential averages"
        line = _line(led, bars, name, about, values)
        mean = _line(led, bars, f"signal {signal}", f"{signal}-bar exponential average of that", average)
        between = _line(led, bars, "difference", "difference of the two", values - average)
        found.append(Study(name, (line, mean), between, (0.0,)))
    return found


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


@dataclass(frozen=True)
class _Led:
    """Bars with those before them: which of all have prices, and their closes."""

    drawable: npt.NDArray[np.bool_]
    known: Floats


def _led(bars: Bars, earlier: Bars | None) -> _Led:
    closes = bars.close if earlier is None else np.concatenate([earlier.close, bars.close])
    drawable = ~np.isnan(closes)
    return _Led(drawable, closes[drawable])


def _line(led: _Led, bars: Bars, label: str, meaning: str, values_of_known: Floats) -> Line:
    values = np.full(len(led.drawable), np.nan)
    values[led.drawable] = values_of_known
    return Line(label, meaning, values[len(values) - len(bars) :], np.zeros(len(bars), dtype=np.bool_))
