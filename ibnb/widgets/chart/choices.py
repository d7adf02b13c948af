"""What a chart offers to choose from: ranges, and for each the bar sizes that make a picture of it.

A bar size is offered where the range then has enough bars to look like something, and not so many that fetching them
takes requests upon requests for what no screen can show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ibnb.errors import BadInput
from ibnb.history.planning.sizes import BAR_SIZES, DAY, check_bar_size, check_duration

#: Ranges that are always offered, as TWS writes them: the exchange's days in each, and the bars to begin with.
RANGES = {
    "1 D": (1, "1 min"),
    "5 D": (5, "5 mins"),
    "1 M": (21, "30 mins"),
    "3 M": (63, "1 hour"),
    "1 Y": (252, "1 day"),
    "5 Y": (1260, "1 week"),
}
CUSTOM = "custom"
#: What can be shown; "" is trades, or midpoints of what has no trades.
SHOWN = {
    "Trades, or else midpoints": "",
    "TRADES": "TRADES",
    "ADJUSTED_LAST (splits and dividends)": "ADJUSTED_LAST",
    "MIDPOINT": "MIDPOINT",
    "BID": "BID",
    "ASK": "ASK",
}
_SESSION = 23_400  # seconds of a regular New York session
_FEWEST, _MOST, _BEST = 20, 4_000, 390


@dataclass(frozen=True)
class Range:
    """A range of time: back from now, or from a date to another.

    Attributes
    ----------
    duration : str
        How far back, as TWS writes it; "" where `start` says it.
    start, end : date or None
        From and up to, both included; without an end up to now.
    """

    duration: str = ""
    start: date | None = None
    end: date | None = None

    @property
    def days(self) -> float:
        """About how many of the exchange's days it has."""
        if self.start is not None:
            return max(1.0, (((self.end or date.today()) - self.start).days + 1) * 252 / 365)  # noqa: DTZ011
        if self.duration in RANGES:
            return RANGES[self.duration][0]
        length = check_duration(self.duration)
        # TWS counts a duration in days by the exchange's days, all others by the calendar.
        share = {"S": 1.0, "D": 1.0}.get(length.unit, 252 / 365)
        return length.seconds / DAY * share


def range_of(duration: str, start: date | None, end: date | None) -> Range:
    """Return the range that these mean: a duration goes back from the end, where there is no start.

    Examples
    --------
    >>> range_of("1 M", None, date(2026, 3, 31))
    Range(duration='', start=datetime.date(2026, 3, 1), end=datetime.date(2026, 3, 31))
    """
    if start is None and end is not None:
        start = check_duration(duration).before(datetime.combine(end + timedelta(days=1), time(), UTC)).date()
    return Range(duration) if start is None else Range("", start, end)


def sizes_for(wanted: Range) -> tuple[str, ...]:
    """Return the bar sizes that make sense for a range, the smallest first.

    Examples
    --------
    >>> sizes_for(Range("1 Y"))
    ('30 mins', '1 hour', '2 hours', '3 hours', '4 hours', '8 hours', '1 day', '1 week')
    """
    fitting = tuple(size for size in BAR_SIZES if _FEWEST <= bars_in(wanted, size) <= _MOST)
    return fitting or (min(BAR_SIZES, key=lambda size: _far_from_best(wanted, size)),)


def best_size(wanted: Range) -> str:
    """Return the bar size whose picture of a range is neither coarse nor crowded.

    Examples
    --------
    >>> best_size(Range("1 Y")), best_size(Range("60 D"))
    ('1 day', '1 hour')
    """
    if wanted.duration in RANGES:
        return RANGES[wanted.duration][1]
    return min(sizes_for(wanted), key=lambda size: _far_from_best(wanted, size))


def bars_in(wanted: Range, size: str) -> float:
    """Return about how many bars a range has."""
    seconds = BAR_SIZES[size]
    if seconds >= DAY:
        return wanted.days * 365 / 252 * DAY / seconds if seconds > DAY else wanted.days
    return wanted.days * math.ceil(_SESSION / seconds)


def label_of(duration: str) -> str:
    """Return a duration in words.

    Examples
    --------
    >>> label_of("5 D"), label_of("1 Y")
    ('5 days', '1 year')
    """
    return check_duration(duration).words


def check_size(size: str | None) -> str | None:
    """Return a bar size as TWS writes it, or None.

    Raises
    ------
    BadInput
        TWS has no such size.
    """
    return None if size is None else check_bar_size(size)


def check_day(name: str, value: object) -> date | None:
    """Return a date, or None for nothing.

    Raises
    ------
    BadInput
        It is no date.
    """
    import pandas as pd

    if value is None or value == "":
        return None
    try:
        found = pd.Timestamp(value)  # type: ignore[arg-type]
    except (ValueError, TypeError, OverflowError):
        found = None
    if found is None or pd.isna(found):
        raise BadInput(name, value, "it is a date", "write it as 2026-03-02")
    return date(found.year, found.month, found.day)


def _far_from_best(wanted: Range, size: str) -> float:
    return abs(math.log(max(bars_in(wanted, size), 0.01) / _BEST))
