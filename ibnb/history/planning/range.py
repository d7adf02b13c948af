"""From a checked request to the range of bars it means, in seconds or dates, and whether one request brings it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from ibnb.history.planning.intervals import Interval
from ibnb.history.planning.plan import Session, date_of, group_end, group_start, longest
from ibnb.history.planning.request import HistoryRequest
from ibnb.history.planning.sizes import BAR_SIZES, DAY

#: So many bars at most, by the calendar, are asked for in one request beyond TWS's table of step sizes.
_MOST_AT_ONCE = 2_000


def fits_one(request: HistoryRequest) -> bool:
    """Return whether one request brings these bars."""
    seconds = request.duration.seconds
    return seconds <= longest(request.bar_size).seconds or seconds // BAR_SIZES[request.bar_size] <= _MOST_AT_ONCE


def range_of(request: HistoryRequest, zone: str, now: float, sessions: Sequence[Session] = ()) -> Interval:
    """Return which starts of bars a request means: seconds, or dates for bars of a day and longer.

    Parameters
    ----------
    request : HistoryRequest
        The wishes.
    zone : str
        The exchange's.
    now : float
        The present, in epoch seconds.
    sessions : sequence of Session
        For a request without a start: those that its duration counts, up to its end.
    """
    end = now if request.end is None else request.end.timestamp()
    if request.start is not None:
        first = request.start.timestamp()
        low = date_of(first, zone) if request.daily else int(first)
    else:
        low = _counted_back(request, zone, end, sessions)
    high = date_of(end - 1e-3, zone) + DAY if request.daily else -int(-end // 1)
    return min(low, high), high


def whole(wanted: Interval, bar_size: str) -> Interval:
    """Return the range of whole days, weeks or months that a range of dates touches."""
    size = BAR_SIZES[bar_size]
    return group_start(wanted[0], size), group_end(wanted[1] - 1, size)


def in_frame(wanted: Interval, request: HistoryRequest) -> Interval:
    """Return which bars of a range are shown: of weeks and months those that it touches, whatever date they bear."""
    if BAR_SIZES[request.bar_size] <= DAY:
        return wanted
    low, high = whole(wanted, request.bar_size)
    return low, (high if request.end is None else wanted[1])


def reach_back(request: HistoryRequest, now: float) -> tuple[int, int]:
    """Return a range of time that is sure to hold the sessions that a duration counts."""
    end = now if request.end is None else request.end.timestamp()
    days = -(-request.duration.seconds // DAY)
    if request.duration.unit in "DS":  # of seven days five are traded on, less holidays
        days = days * 8 // 5 + 10
    return int(end) - (days + 5) * DAY, int(end)


def _counted_back(request: HistoryRequest, zone: str, end: float, sessions: Sequence[Session]) -> int:
    past = [session for session in sessions if session.start < end]
    if not past:
        return int(end) - request.duration.seconds
    duration = request.duration
    if duration.unit == "S" and not request.daily:
        left = duration.number
        for session in reversed(past):
            open_for = int(min(session.end, -(-end // 1))) - session.start
            if open_for >= left:
                return session.start + open_for - left
            left -= open_for
        return past[0].start
    days = sorted({session.day for session in past})
    if duration.unit in "DS":
        number = duration.number if duration.unit == "D" else -(-duration.number // DAY)
        first = days[-min(number, len(days))]
    else:
        first = int(duration.before(datetime.fromtimestamp(days[-1], UTC)).timestamp()) + DAY
    if request.daily:
        return first
    return next((session.start for session in past if session.day >= first), past[0].start)
