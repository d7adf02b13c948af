"""Sessions for the tests of plans and pacing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ibnb.history.plan import Session

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
