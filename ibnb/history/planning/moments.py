"""When: moments and ranges as people write them, read by one rule wherever there is a `start`, an `end`, a `duration`.

Without a zone of its own a moment is in the zone of the times that the table has: the exchange's for bars and ticks,
UTC for news. A date as an end includes that day. A duration goes back from the end, where there is no start.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from numbers import Number
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ibnb.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

    #: A moment as a person gives it: text, a date, or a time with or without a zone.
    Moment = str | date | datetime | pd.Timestamp

#: An end may be so far ahead: somewhere it is tomorrow already, and the end of that day is meant.
_AHEAD = timedelta(days=2)


def moment(name: str, value: Moment, zone: str) -> datetime:
    """Return a person's moment as a time in UTC.

    Parameters
    ----------
    name : str
        The argument, for messages.
    value : str, date, datetime or Timestamp
        Without a zone of its own it is in `zone`; a date alone is its midnight there.
    zone : str
        By its IANA name.
    """
    import pandas as pd

    try:
        stamp = None if isinstance(value, Number) else pd.Timestamp(value)
    except (ValueError, TypeError, OverflowError):
        stamp = None
    if stamp is None or pd.isna(stamp):
        raise BadInput(name, value, "it is a date or a time", "for example '2026-03-02' or '2026-03-02 09:30'")
    found: datetime = stamp.to_pydatetime(warn=False)
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def ends_of(
    start: Moment | None, end: Moment | None, zone: str, present: datetime | None = None
) -> tuple[datetime | None, datetime | None]:
    """Return from when and up to when, in UTC; None for what is left open.

    Parameters
    ----------
    start, end : str, date, datetime or Timestamp, optional
        As a person wrote them.
    zone : str
        That of moments without one, by its IANA name.
    present : datetime, optional
        Nothing begins or ends later, and an end there is left open; without it that is not looked at.

    Raises
    ------
    BadInput
        For what is no moment, a start after the end, and what is in the future.

    Examples
    --------
    >>> ends_of(None, "2026-11-20", "UTC")[1].isoformat()
    '2026-11-21T00:00:00+00:00'
    """
    first = None if start is None else moment("start", start, zone)
    last = None if end is None else moment("end", end, zone)
    if last is not None and _is_date(end):
        last += timedelta(days=1)  # a date alone, as an end, is the end of that day
    if first is not None and present is not None and first >= present:
        now_there = present.astimezone(ZoneInfo(zone))
        raise BadInput("start", start, "it is in the past", f"now is {now_there:%Y-%m-%d %H:%M} {zone}")
    if first is not None and last is not None and first >= last:
        hint = "swap them? Times without a zone are in the exchange's, of news in UTC"
        raise BadInput("start", start, f"it is before the end, {end}", hint)
    if last is None or present is None:
        return first, last
    if last > present + _AHEAD:
        raise BadInput("end", end, "it is not in the future", "leave it out: it is then the present")
    return first, None if last >= present else last


def _is_date(value: Moment | None) -> bool:
    if isinstance(value, str):
        digits = value.strip().replace("-", "").replace("/", "")
        return len(digits) == len("yyyymmdd") and digits.isdigit()
    return isinstance(value, date) and not isinstance(value, datetime)
