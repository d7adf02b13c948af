"""Habits of calendars: days on which TWS, its list of sessions and everybody else's calendar do not agree."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ibnb.errors import BadInput
from ibnb.simulator.scenarios.fault import Fault
from ibnb.simulator.scenarios.habit import habit
from ibnb.simulator.scenarios.registry import Faults
from ibnb.wire.ids import Response
from ibnb.wire.layout import Rendered

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

_NEW_YORK = ZoneInfo("America/New_York")


class _Closed(Fault):
    """An ordinary day is a holiday: it has no bars, or is not in the list of sessions, or neither.

    Parameters
    ----------
    day : str
        As ``20260303``.
    listed, traded : bool
        Whether the list of sessions has it, and whether there are bars.
    """

    def __init__(self, day: str, *, listed: bool, traded: bool) -> None:
        try:
            date.fromisoformat(day)
        except ValueError:
            raise BadInput("day", day, "a date such as 20260303") from None
        self.day, self.listed, self.traded = day, listed, traded

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Leave the day out."""
        if response == Response.HISTORICAL_SCHEDULE and not self.listed:
            return {**values, "sessions": [each for each in values["sessions"] if each["ref_date"] != self.day]}
        if response == Response.HISTORICAL_DATA and not self.traded:
            return {**values, "bars": self._without(values["bars"])}
        return values

    def _without(self, bars: Rendered) -> Rendered:
        fields = bars.text.split("\0")
        width = len(fields) // max(bars.count, 1)
        rows = [fields[at : at + width] for at in range(0, width * bars.count, width)]
        kept = [row for row in rows if not self._has(row[0])]
        return Rendered(len(kept), "\0".join(field for row in kept for field in row))

    def _has(self, text: str) -> bool:
        if text.isdigit() and len(text) > len(self.day):  # epoch seconds
            return f"{datetime.fromtimestamp(int(text), _NEW_YORK):%Y%m%d}" == self.day
        return text.startswith(self.day)


@habit("own-holiday", "A day is a holiday that no calendar knows: no session is told, and no bar is served.")
def _own_holiday(day: str = "20260303") -> Faults:
    return (_Closed(day, listed=False, traded=False),)


@habit("holiday-listed", "A holiday stands in the list of sessions (SCHEDULE) though nothing was traded.")
def _holiday_listed(day: str = "20260303") -> Faults:
    return (_Closed(day, listed=True, traded=False),)


@habit("session-not-listed", "A day that was traded is not in the list of sessions (SCHEDULE).")
def _session_not_listed(day: str = "20260303") -> Faults:
    return (_Closed(day, listed=False, traded=True),)
