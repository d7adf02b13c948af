"""The planner: which requests bring a range of bars, each within TWS's table of step sizes, as few as there can be.

Pure: intervals, sessions and a bar size go in, pieces come out, newest first. Seconds of a duration count open time
only and its days only days with trading, so a piece may reach over nights and weekends; whether a server took it
that way shows in its answer (`reached`), and what it left is planned again with `chain` off.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from itertools import takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ibnb.history.planning.intervals import Interval, united
from ibnb.history.planning.sizes import BAR_SIZES, DAY, Duration

#: TWS's table of step sizes: the longest duration for bars of so many seconds and more.
LONGEST = (
    (1, Duration(1_800, "S")),
    (5, Duration(3_600, "S")),
    (10, Duration(14_400, "S")),
    (30, Duration(28_800, "S")),
    (60, Duration(1, "D")),
    (120, Duration(2, "D")),
    (180, Duration(1, "W")),
    (1_800, Duration(1, "M")),
    (DAY, Duration(1, "Y")),
)
#: Bars that are cut anywhere, in durations of seconds; longer ones by whole sessions.
_CUT_ANYWHERE = 60
#: A year's request for daily bars, less what its edges may cost; weeks and months in whole ones.
_DAYS_A_YEAR, _WEEKS_A_YEAR, _MONTHS_A_YEAR = 363, 51, 11
_WEEK = 604_800


class Session(NamedTuple):
    """One session of an instrument: start and end in epoch seconds, and midnight UTC of the date it belongs to."""

    start: int
    end: int
    day: int


class Piece(NamedTuple):
    """One request of a plan.

    Attributes
    ----------
    end : int or None
        Up to when, in epoch seconds; None for now.
    duration : Duration
        How far back.
    cover : Interval
        What its answer settles.
    starts : tuple of int
        Where its stretches of open time begin, oldest first: one that no bar reaches is not settled.
    """

    end: int | None
    duration: Duration
    cover: Interval
    starts: tuple[int, ...]


def longest(bar_size: str) -> Duration:
    """Return the longest duration that TWS's table of step sizes has for a bar size."""
    return [duration for least, duration in LONGEST if least <= BAR_SIZES[bar_size]][-1]


def plan(
    missing: Iterable[Interval], bar_size: str, sessions: Sequence[Session], zone: str, now: int, *, chain: bool = True
) -> list[Piece]:
    """Return the requests for a set of intervals, newest first.

    Parameters
    ----------
    missing : iterable of Interval
        What is wanted; for bars of a day and longer in midnights UTC of dates.
    bar_size : str
        As TWS writes it.
    sessions : sequence of Session
        When the instrument trades, oldest first; not looked at for bars of a day and longer.
    zone : str
        The exchange's zone.
    now : int
        The present, in epoch seconds.
    chain : bool
        Whether one piece may reach over closed hours on the strength of how durations are counted.

    Returns
    -------
    list of Piece
        Each within the table of step sizes.
    """
    size = BAR_SIZES[bar_size]
    if size >= DAY:
        return _dated(missing, size, zone, now)
    stretches = _touched(missing, sessions)
    if size > _CUT_ANYWHERE:
        return _by_days(sorted({each.session for each in stretches}), longest(bar_size), sessions, now, chain)
    whole = [_whole_bars(each, size, sessions[each.session]) for each in stretches]
    return _by_seconds(whole, size, longest(bar_size).seconds, sessions, now, chain)


def reached(piece: Piece, first: int | None) -> Interval:
    """Return what an answer settles: all of its piece, or less if it does not go back far enough.

    Parameters
    ----------
    piece : Piece
        What was asked.
    first : int or None
        The start of the first bar that came; None where none came.
    """
    start, end = piece.cover
    if first is None or first < piece.starts[0]:
        return start, end
    settled = max(each for each in piece.starts if each <= first)
    return (start if settled == piece.starts[0] else settled), end


class _Stretch(NamedTuple):
    """Open time without a break, and the number of its session."""

    start: int
    end: int
    session: int


def _touched(missing: Iterable[Interval], sessions: Sequence[Session]) -> list[_Stretch]:
    """Return every missing stretch of open time, oldest first."""
    wanted = united(missing)
    found: list[_Stretch] = []
    place = 0
    for number, session in enumerate(sessions):
        while place < len(wanted) and wanted[place][1] <= session.start:
            place += 1
        for low, high in takewhile(lambda pair, end=session.end: pair[0] < end, wanted[place:]):  # type: ignore[misc]
            found.append(_Stretch(max(low, session.start), min(high, session.end), number))
    return found


def _whole_bars(wanted: _Stretch, size: int, session: Session) -> _Stretch:
    start, end = wanted.start - wanted.start % size, wanted.end + -wanted.end % size
    return _Stretch(max(start, session.start), min(end, session.end), wanted.session)


def _by_seconds(
    stretches: list[_Stretch], size: int, budget: int, sessions: Sequence[Session], now: int, chain: bool
) -> list[Piece]:
    pieces: list[Piece] = []
    left = list(stretches)
    while left:
        end, spent = left[-1].end, 0
        starts: list[int] = []
        newer: _Stretch | None = None
        while left and (newer is None or (chain and _adjoin(left[-1], newer, sessions))):
            start, stop, number = left[-1]
            room = stop - (budget - spent)
            cut = max(start, room + -room % size)  # on a bar's edge, so that none is cut in two
            if cut >= stop:
                break
            left.pop()
            spent += stop - cut
            starts.insert(0, cut)
            newer = _Stretch(cut, stop, number)
            if cut > start:
                left.append(_Stretch(start, cut, number))
                break
        closing = None if end >= now else end
        pieces.append(Piece(closing, Duration(max(spent, size), "S"), (starts[0], end), tuple(starts)))
    return pieces


def _adjoin(older: _Stretch, newer: _Stretch, sessions: Sequence[Session]) -> bool:
    """Return whether there is no open time between two stretches."""
    follows = older.session == newer.session - 1
    return follows and older.end == sessions[older.session].end and newer.start == sessions[newer.session].start


def _by_days(numbers: list[int], unit: Duration, sessions: Sequence[Session], now: int, chain: bool) -> list[Piece]:
    days = sorted({session.day for session in sessions})
    left = [sessions[number] for number in numbers]
    pieces: list[Piece] = []
    while left:
        newest = left[-1]
        earliest = _earliest(newest.day, unit, days, chain)
        first = bisect_left(left, earliest, key=lambda session: session.day)
        taken, left = left[first:], left[:first]
        count = bisect_right(days, newest.day) - bisect_left(days, taken[0].day)
        duration = Duration(count, "D") if chain or unit.unit == "D" else unit
        closing = None if newest.end >= now else newest.end
        starts = tuple(session.start for session in taken)
        pieces.append(Piece(closing, duration, (taken[0].start, newest.end), starts))
    return pieces


def _earliest(day: int, unit: Duration, days: Sequence[int], chain: bool) -> int:
    """Return the first day that a duration back from the end of `day` is sure to hold."""
    if unit.unit == "D":
        place = bisect_right(days, day) - (unit.number if chain else 1)
        return days[max(place, 0)]
    length = unit.seconds // DAY
    # However a server counts a month, it holds four weeks.
    return day - (length if chain else min(length, 28)) * DAY + DAY


def _dated(missing: Iterable[Interval], size: int, zone: str, now: int) -> list[Piece]:
    """Plan bars of days, weeks or months, whole ones, by years."""
    whole = united((group_start(start, size), group_end(end - 1, size)) for start, end in missing)
    pieces: list[Piece] = []
    for start, end in reversed(whole):
        high = end
        while high > start:
            low = max(_a_year_before(high, size), start)
            days = (high - low) // DAY
            # A request that ends at midnight may count the day under way there, hence the two days more.
            duration = Duration(days + 2, "D") if size == DAY and days < 200 else Duration(1, "Y")
            ending = local_midnight(high, zone)
            pieces.append(Piece(None if ending >= now else ending, duration, (low, high), (low,)))
            high = low
    return pieces


def _a_year_before(high: int, size: int) -> int:
    if size == DAY:
        return high - _DAYS_A_YEAR * DAY
    if size == _WEEK:
        return high - _WEEKS_A_YEAR * _WEEK
    last = datetime.fromtimestamp(high, UTC)
    months = last.year * 12 + last.month - 1 - _MONTHS_A_YEAR
    return int(datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC).timestamp())


def group_start(day: int, size: int) -> int:
    """Return the midnight of the first date of the day, week (from Monday) or month that a moment is in."""
    midnight = day - day % DAY
    if size <= DAY:
        return midnight
    if size == _WEEK:
        return midnight - (midnight // DAY + 3) % 7 * DAY
    return int(datetime.fromtimestamp(midnight, UTC).replace(day=1).timestamp())


def group_end(day: int, size: int) -> int:
    """Return the midnight after the last date of the day, week or month that a moment is in."""
    start = group_start(day, size)
    if size <= DAY:
        return start + DAY
    if size == _WEEK:
        return start + _WEEK
    return group_start(start + 32 * DAY, size)


def local_midnight(day: int, zone: str) -> int:
    """Return when the date of a midnight UTC begins in a zone, in epoch seconds."""
    on = datetime.fromtimestamp(day, UTC).date()
    return int(datetime.combine(on, time(), ZoneInfo(zone)).timestamp())


def date_of(moment: float, zone: str) -> int:
    """Return midnight UTC of the date that a moment has in a zone."""
    on = datetime.fromtimestamp(moment, ZoneInfo(zone)).date()
    return int(datetime.combine(on, time(), UTC).timestamp())
