"""What a chart offers to choose from: ranges, and for each the bar sizes that make a picture of it.

A bar size is offered where the range then has enough bars to look like something, and not so many that fetching them
takes requests upon requests for what no screen can show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ibnb.history.planning.moments import stamp_of
from ibnb.history.planning.sizes import BAR_SIZES, DAY, check_bar_size, check_duration

#: Ranges that are always offered, as TWS writes them, with the exchange's days in each.
RANGES = {"1 D": 1, "5 D": 5, "1 M": 21, "3 M": 63, "1 Y": 252, "5 Y": 1260}
CUSTOM = "custom"
#: In place of a bar size: what suits the range and the hours in which the contract trades.
AUTOMATIC = ""
#: What can be shown; "" is trades, or midpoints of what has no trades.
SHOWN = {
    "Trades, or else midpoints": "",
    "TRADES": "TRADES",
    "ADJUSTED_LAST (splits and dividends)": "ADJUSTED_LAST",
    "MIDPOINT": "MIDPOINT",
    "BID": "BID",
    "ASK": "ASK",
}
#: Seconds of a regular New York session.
SESSION = 23_400
_FEWEST, _MOST = 20, 4_000
#: So many candles are told apart on a wide page, also where prices are long words.
_DRAWN = 270


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
            return RANGES[self.duration]
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
    return fitting or (best_size(wanted),)


def best_size(wanted: Range, session: float = SESSION) -> str:
    """Return the bar size that draws a range with as many candles as a wide page tells apart, and no more.

    Parameters
    ----------
    wanted : Range
        Of time.
    session : float
        Seconds in which the contract trades on a day.

    Examples
    --------
    >>> [best_size(Range(duration)) for duration in ("5 D", "3 M", "1 Y", "5 Y")]
    ['10 mins', '2 hours', '1 day', '1 week']
    >>> best_size(Range("5 D"), session=86_400)
    '30 mins'
    """
    counts = {size: bars_in(wanted, size, session) for size in BAR_SIZES}
    drawn = [size for size, count in counts.items() if count <= _DRAWN]
    # of sizes that come to as many bars, as eight hours and a day of a session, the longest says best what a bar is
    return max(drawn, key=lambda size: (counts[size], BAR_SIZES[size])) if drawn else list(BAR_SIZES)[-1]


def bars_in(wanted: Range, size: str, session: float = SESSION) -> float:
    """Return about how many bars a range has, of so many seconds of trading a day."""
    seconds = BAR_SIZES[size]
    if seconds >= DAY:
        return wanted.days * 365 / 252 * DAY / seconds if seconds > DAY else wanted.days
    return wanted.days * math.ceil(session / seconds)


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
        It is no date, or one that can be read two ways.
    """
    if value is None or value == "":
        return None
    found = stamp_of(name, value)
    return date(found.year, found.month, found.day)
