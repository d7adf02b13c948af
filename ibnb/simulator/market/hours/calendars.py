"""The trading days of each kind of market, as lists of segments: gap, before hours, regular hours, after hours.

Exchange days come from exchange_calendars (loaded on first use); currencies and crypto follow rules of their own.
By itself that library ends a year ahead, so it is told how far to go; a calendar that ends before then goes on by its
weekly pattern. Segments leave no hole: the gaps between sessions are segments too, shown or hidden by `sessions`.
"""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

import numpy as np

from ibnb.simulator.market.hashing import Floats, Ints
from ibnb.simulator.market.hours import kept

_log = logging.getLogger(__name__)

GAP, BEFORE, REGULAR, AFTER = 0, 1, 2, 3
DAY = 86_400
HOUR = 3_600
_EPOCH = date(1970, 1, 1)
#: So many days have their offset from UTC worked out, 1970 to 2069, and so many apart it is looked at first.
_DAYS, _APART = 36_600, 5


@dataclass(frozen=True)
class Hours:
    """What is particular to one kind of market.

    Attributes
    ----------
    zone : str
        IANA name of the exchange's zone.
    tws_zone : str
        The zone as TWS writes it.
    calendar : str
        The name in exchange_calendars, or "" for a rule.
    first : str
        The day from which sessions are known.
    before, after : int
        Seconds of extended hours before the open and after the close.
    """

    zone: str
    tws_zone: str
    calendar: str
    first: str
    before: int = 0
    after: int = 0


HOURS = {
    "US": Hours("America/New_York", "US/Eastern", "XNYS", "1980-01-01", 5 * HOUR + 1800, 4 * HOUR),
    "USRTH": Hours("America/New_York", "US/Eastern", "XNYS", "1980-01-01"),
    "BOND": Hours("America/New_York", "US/Eastern", "XNYS", "1980-01-01"),
    "CA": Hours("America/Toronto", "US/Eastern", "XTSE", "1990-01-01"),
    "DE": Hours("Europe/Berlin", "MET", "XETR", "1999-01-04"),
    "UK": Hours("Europe/London", "GB-Eire", "XLON", "1990-01-01"),
    "FR": Hours("Europe/Paris", "MET", "XPAR", "1999-01-04"),
    "NL": Hours("Europe/Amsterdam", "MET", "XAMS", "1999-01-04"),
    "IT": Hours("Europe/Rome", "MET", "XMIL", "1999-01-04"),
    "CH": Hours("Europe/Zurich", "MET", "XSWX", "1990-01-01"),
    "CME": Hours("America/Chicago", "US/Central", "CMES", "1990-01-01"),
    "NYMEX": Hours("America/New_York", "US/Eastern", "CMES", "1990-01-01"),
    "EUREX": Hours("Europe/Berlin", "MET", "XEUR", "1999-01-04"),
    "FX": Hours("America/New_York", "US/Eastern", "", "1980-01-01"),
    "CRYPTO": Hours("America/New_York", "US/Eastern", "", "2012-01-01"),
}


def day_number(day: date) -> int:
    """Return days since 1970-01-01."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """Return the date of a day number."""
    return _EPOCH + timedelta(days=int(number))


def local_seconds(days: Ints, seconds: int, zone: str) -> Ints:
    """Return the epoch second of a local time of day on each of the `days` (day numbers)."""
    moves = _offsets(zone, seconds)
    return days * DAY + seconds - moves[days]


@lru_cache(maxsize=64)
def _offsets(zone: str, seconds: int) -> Ints:
    """Return the zone's offset from UTC at a local time of day, for every day of 1970 to 2069."""
    info = ZoneInfo(zone)
    first = datetime(1970, 1, 1, tzinfo=info) + timedelta(seconds=seconds)

    def offset(number: int) -> float:
        return (first + timedelta(days=number)).utcoffset().total_seconds()  # type: ignore[union-attr]

    # Clocks are changed some days apart: between two days of one offset it is that of all days.
    looks = np.append(np.arange(0, _DAYS - 1, _APART), _DAYS - 1)
    seen = [offset(number) for number in looks.tolist()]
    offsets = np.empty(_DAYS, dtype=np.int64)
    for low, high, before, after in zip(looks[:-1], looks[1:], seen[:-1], seen[1:], strict=True):
        offsets[low:high] = before
        if before != after:
            offsets[low:high] = [offset(number) for number in range(low, high)]
    offsets[-1] = seen[-1]
    return offsets


@dataclass(frozen=True)
class Segments:
    """Columns of a market's segments in time order; each starts where the one before ends.

    Attributes
    ----------
    start, end : int64
        Epoch seconds.
    day : int64
        The session's date as a day number; a gap belongs to the session after it.
    kind : int64
        GAP, BEFORE, REGULAR or AFTER.
    business : float64
        Business time at the end, in trading days since the first segment: gaps count little, regular hours most.
    """

    start: Ints
    end: Ints
    day: Ints
    kind: Ints
    business: Floats

    def business_time(self, when: Ints) -> Floats:
        """Return the business time of epoch seconds."""
        return np.interp(when, self.end, self.business)


@lru_cache(maxsize=32)
def segments(kind: str, last: int) -> Segments:
    """Return the segments of a kind of market (a key of ``HOURS``) up to the day number `last`."""
    sessions = _exchange(kind, last) if HOURS[kind].calendar else _rule(kind, last)
    days, open_, regular, close, end = sessions
    before = np.concatenate([open_[:1] - DAY, end[:-1]])
    start = np.stack([before, open_, regular, close], axis=1).reshape(-1)
    stop = np.stack([open_, regular, close, end], axis=1).reshape(-1)
    day = np.repeat(days, 4)
    part = np.tile(np.array([GAP, BEFORE, REGULAR, AFTER]), len(days))
    kept = stop > start
    start, stop, day, part = start[kept], stop[kept], day[kept], part[kept]
    return Segments(start, stop, day, part, np.cumsum(_weights(stop - start, part)))


def _weights(length: Ints, part: Ints) -> Floats:
    """Return how many trading days' worth of movement a segment holds."""
    weight = np.select([part == BEFORE, part == REGULAR, part == AFTER], [0.12, 0.75, 0.06], 0.0)
    gap = np.minimum(0.03 * np.sqrt(length / HOUR), 0.3)
    return np.where(part == GAP, gap, weight)


def _exchange(kind: str, last: int) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    hours = HOURS[kind]
    days, regular, close = _known(hours, last)
    if hours.calendar == "CMES":
        # Globex rests from 16:00 to 17:00 Chicago; its pit hours are what TWS calls liquid hours.
        close = np.minimum(close, local_seconds(days, 16 * HOUR, "America/Chicago"))
        pit = local_seconds(days, 8 * HOUR + 1800, "America/Chicago")
        return days, regular, pit, close, close
    if kind == "EUREX":
        early = local_seconds(days, HOUR + 900, hours.zone)
        return days, early, local_seconds(days, 9 * HOUR, hours.zone), close, close
    if kind == "BOND":
        return days, regular - 5400, regular - 5400, close + HOUR, close + HOUR
    return days, regular - hours.before, regular, close, close + hours.after


def _known(hours: Hours, last: int) -> tuple[Ints, Ints, Ints]:
    """Return the days, opens and closes of an exchange, by the weekly pattern where its calendar has an end."""
    known = end = day_of(last).isoformat()
    with warnings.catch_warnings():
        # exchange_calendars itself uses what pandas 3.1 deprecates; a person could do nothing about it.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            days, opens, closes = kept.days(
                f"{hours.calendar} {hours.first} {end}", partial(_table, hours.calendar, hours.first, end)
            )
        except ValueError:  # it has an end of its own, before ours
            from exchange_calendars import get_calendar

            bound = get_calendar(hours.calendar).bound_max()
            if bound is None:
                raise
            known = bound.date().isoformat()
            days, opens, closes = _table(hours.calendar, hours.first, known)
    if known == end:
        return days, opens, closes
    _log.warning("The calendar of %s ends on %s: later days are weekdays, without holidays.", hours.calendar, known)
    more = np.arange(day_number(date.fromisoformat(known)) + 1, last + 1)
    more = more[(more + 3) % 7 < 5]
    return (
        np.concatenate([days, more]),
        np.concatenate([opens, _as_usual(opens - days * DAY, days, more, hours.zone)]),
        np.concatenate([closes, _as_usual(closes - days * DAY, days, more, hours.zone)]),
    )


def _table(name: str, first: str, last: str) -> Ints:
    """Return three rows of an exchange's sessions: day number, open and close, in epoch seconds."""
    from exchange_calendars import get_calendar

    calendar = get_calendar(name, start=first, end=last)
    days = calendar.sessions.to_numpy().astype("datetime64[D]").astype(np.int64)
    opens = calendar.opens.dt.tz_convert(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    closes = calendar.closes.dt.tz_convert(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    return np.stack([days, opens, closes])


def _as_usual(seconds: Ints, days: Ints, more: Ints, zone: str) -> Ints:
    """Return when something happens on more days: at the local time at which it did on most of the last 250 days."""
    recent = slice(-250, None)
    local = (seconds + _offsets(zone, 12 * HOUR)[days])[recent]
    times, counts = np.unique(local, return_counts=True)
    usual = int(times[counts.argmax()])
    return local_seconds(more + usual // DAY, usual % DAY, zone)


def _rule(kind: str, last: int) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Return the sessions of currencies (17:15 the evening before to 17:00) and crypto (all day)."""
    hours = HOURS[kind]
    days = np.arange(day_number(date.fromisoformat(hours.first)), last + 1)
    if kind == "CRYPTO":
        open_, close = local_seconds(days, 0, hours.zone), local_seconds(days + 1, 0, hours.zone)
        return days, open_, open_, close, close
    calendar_day = days.astype("datetime64[D]")
    month = calendar_day.astype("datetime64[M]")
    christmas = month.astype("datetime64[D]") + np.timedelta64(24, "D")
    feast = (calendar_day == christmas) & (month.astype(np.int64) % 12 == 11)
    feast |= calendar_day == calendar_day.astype("datetime64[Y]").astype("datetime64[D]")
    days = days[((days + 3) % 7 < 5) & ~feast]
    open_ = local_seconds(days - 1, 17 * HOUR + 900, hours.zone)
    close = local_seconds(days, 17 * HOUR, hours.zone)
    return days, open_, open_, close, close


def day_start(day: int, zone: str) -> int:
    """Return the epoch second of local midnight of a day number."""
    local = datetime.combine(day_of(day), datetime.min.time(), ZoneInfo(zone))
    return int(local.timestamp())


def local_day(when: float, zone: str) -> int:
    """Return the day number of a moment in a zone."""
    return day_number(datetime.fromtimestamp(when, UTC).astimezone(ZoneInfo(zone)).date())
