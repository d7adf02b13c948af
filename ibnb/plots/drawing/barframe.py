"""A frame of bars, checked and taken apart into the arrays that are drawn.

What cannot be drawn truthfully (no prices, bars out of order, the same bar twice) is refused here, with what
to do.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, SupportsInt

import numpy as np
import numpy.typing as npt

from ibnb.errors import BadInput
from ibnb.ground.zones import HERE, shown_zone
from ibnb.plots.drawing.words import moment

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
PRICES = ("open", "high", "low", "close")
_DAILY = ("day", "week", "month", "W", "M", "D")


@dataclass(frozen=True)
class Bars:
    """Bars as arrays of equal length, oldest first.

    Attributes
    ----------
    wall, clock : array of int64
        The clock of the bar's own zone, by which sessions are told, and that of the zone that is shown; in seconds
        since 1970 on that clock.
    open, high, low, close : array of float64
        Prices; all four NaN where the frame lacks one of them.
    volume, average : array of float64
        NaN where unknown; `average` is each bar's average price by volume.
    zone : str
        The name of the zone that is shown, with its abbreviations; empty where the frame has none.
    tz : tzinfo or None
        That zone.
    intraday : bool
        Whether the bars have a time of day.
    attrs : dict
        What the frame knows about itself: symbol, bar_size, what, currency, rth.
    """

    wall: Ints
    clock: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    average: Floats
    zone: str
    tz: dt.tzinfo | None
    intraday: bool
    attrs: dict[str, Any]

    def __len__(self) -> int:
        return len(self.wall)

    @property
    def drawable(self) -> npt.NDArray[np.bool_]:
        """Which bars have all their prices."""
        return ~np.isnan(self.close)

    def time(self, position: int) -> dt.datetime:
        """Return the time of the bar at a position by the clock that is shown, without its zone."""
        return on_clock(self.clock[position])

    def moment(self, position: int) -> str:
        """Return the time of the bar at a position in words, with its zone."""
        return moment_on(self.clock[position], self.tz, intraday=self.intraday)


def on_clock(seconds: SupportsInt) -> dt.datetime:
    """Return what a clock shows so many seconds after its 1970 began."""
    return dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(seconds))  # noqa: DTZ001


def moment_on(seconds: SupportsInt, tz: dt.tzinfo | None, *, intraday: bool) -> str:
    """Return what a clock shows in words; of a bar within a day with the clock's zone."""
    when = on_clock(seconds)
    mark = f" {when.replace(tzinfo=tz):%Z}" if intraday and tz is not None else ""
    return moment(when, intraday=intraday) + mark


def read_bars(frame: pd.DataFrame) -> Bars:
    """Return the arrays of a frame of bars.

    Parameters
    ----------
    frame : DataFrame
        As ``tws.history()`` gives it: index `date`, columns ``open high low close``, if known ``volume``.

    Raises
    ------
    BadInput
        Not such a frame.
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise BadInput(
            "bars",
            type(frame).__name__,
            "a DataFrame of bars",
            "bars = tws.history('AAPL'), then plot_bars(bars)",
        )
    missing = [column for column in PRICES if column not in frame.columns]
    if missing:
        raise BadInput(
            "bars",
            list(frame.columns),
            f"the columns {', '.join(missing)} are missing",
            "bars.rename(columns=...) to open, high, low, close, volume",
        )
    columns = {name: _numbers(frame, name) for name in PRICES}
    volume, average = (
        _numbers(frame, name) if name in frame.columns else np.full(len(frame), np.nan)
        for name in ("volume", "average")
    )
    index = _index(frame)
    complete = np.logical_and.reduce([np.isfinite(values) for values in columns.values()])
    prices = {name: np.where(complete, values, np.nan) for name, values in columns.items()}
    wall = _seconds(index)
    said_daily = str(frame.attrs.get("bar_size", "")).rstrip("s").endswith(_DAILY)
    intraday = bool(len(wall)) and not said_daily and bool((wall % 86_400 != 0).any())
    shown = _shown(index) if intraday else index
    return Bars(
        wall,
        _seconds(shown),
        **prices,
        average=average,
        volume=np.where(volume < 0, np.nan, volume),
        zone=_zone(shown),
        tz=shown.tz,
        intraday=intraday,
        attrs={str(key): value for key, value in frame.attrs.items()},
    )


def _numbers(frame: pd.DataFrame, name: str) -> Floats:
    column = frame[name]
    if getattr(column, "ndim", 1) != 1:
        raise BadInput("bars", list(frame.columns), f"there are several columns named {name}", "keep one of them")
    try:
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise BadInput(
            "bars",
            f"column {name} of {column.dtype}",
            "its columns must be numbers",
            f"bars['{name}'] = pandas.to_numeric(bars['{name}'])",
        ) from None


def _index(frame: pd.DataFrame) -> pd.DatetimeIndex:
    import pandas as pd

    if not len(frame):
        return pd.DatetimeIndex([])
    index = frame.index
    if not isinstance(index, pd.DatetimeIndex):
        raise BadInput(
            "bars",
            f"index of {index.dtype}",
            "its index must be the bars' dates",
            "bars = bars.set_index('date'), after pandas.to_datetime",
        )
    if index.hasnans:
        raise BadInput(
            "bars",
            f"{np.count_nonzero(index.isna())} rows without a date",
            "every bar needs its date",
            "bars[bars.index.notna()]",
        )
    if not index.is_unique:
        raise BadInput(
            "bars",
            f"{index[index.duplicated()][0]} twice",
            "every date may come once",
            "bars[~bars.index.duplicated()]",
        )
    if not index.is_monotonic_increasing:
        raise BadInput("bars", f"{index[0]} to {index[-1]}", "the dates must go from old to new", "bars.sort_index()")
    return index


def _shown(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return times in the zone that is shown; those of an index without a zone stay as they are."""
    if index.tz is None:
        return index
    zone = shown_zone(index.tz)
    return index.tz_convert(HERE if zone is None else zone)


def _seconds(index: pd.DatetimeIndex) -> Ints:
    return index.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)


def _zone(index: pd.DatetimeIndex) -> str:
    if index.tz is None or not len(index):
        return ""
    marks = dict.fromkeys(str(when.tzname()) for when in (index[0], index[len(index) // 2], index[-1]))
    name = str(index.tz)
    if name == HERE:  # whose name tells nothing
        return "/".join(sorted(marks, reverse=True))
    return name if list(marks) == [name] else f"{name}, {'/'.join(sorted(marks, reverse=True))}"
