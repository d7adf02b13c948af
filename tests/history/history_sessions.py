"""Sessions for the tests of plans and pacing, and which of their time a request covers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ibnb.history.planning.intervals import Intervals, united
from ibnb.history.planning.plan import Session
from ibnb.history.planning.sizes import DAY, Duration

ZONE = "America/New_York"
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
#: A present after all that is asked for.
FAR = 2**33


def sessions_of(days: int, opens: int = 34_200, closes: int = 57_600) -> list[Session]:
    """Return the sessions of weekdays from 2 March 2026 on, in New York's time."""
    found = []
    for number in range(days):
        day = MONDAY + timedelta(days=number)
        if day.weekday() < 5:
            midnight = int(day.replace(tzinfo=ZoneInfo(ZONE)).timestamp())
            found.append(Session(midnight + opens, midnight + closes, int(day.timestamp())))
    return found


def covered(end: int | None, duration: Duration, sessions: Sequence[Session]) -> Intervals:
    """Return the open time that a server sends which counts a duration as TWS does."""
    last = FAR if end is None else end
    past = [(each.start, min(each.end, last), each.day) for each in sessions if each.start < last]
    if duration.unit == "S":
        found, left = [], duration.number
        for start, stop, _ in reversed(past):
            found.append((max(start, stop - left), stop))
            left -= stop - found[-1][0]
            if left <= 0:
                break
        return united(found)
    days = sorted({day for _, _, day in past})
    wanted = duration.number if duration.unit == "D" else duration.seconds // DAY
    first = days[-min(wanted, len(days))] if duration.unit == "D" else days[-1] - (min(wanted, 28) - 1) * DAY
    return united((start, stop) for start, stop, day in past if day >= first)
