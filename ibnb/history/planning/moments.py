"""When: moments and ranges as people write them, read by one rule wherever there is a `start`, an `end`, a `duration`.

Without a zone of its own a moment is in the zone of the times that the table has: the exchange's for bars and ticks,
UTC for news. A date as an end includes that day. A duration goes back from the end, where there is no start.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from numbers import Number
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ibnb.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

    #: A moment as a person gives it: text, a date, or a time with or without a zone.
    Moment = str | date | datetime | pd.Timestamp

#: A day and a month in figures, the year behind them: which is which differs from country to country.
_EITHER_WAY = re.compile(r"\s*\d{1,2}([./-])\d{1,2}\1\d{2,4}\b")
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
    found: datetime = stamp_of(name, value).to_pydatetime(warn=False)
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def stamp_of(name: str, value: object) -> pd.Timestamp:
    """Return a person's date or time, with the zone that they gave, if any.

    Parameters
    ----------
    name : str
        The argument, for messages.
    value : str, date, datetime or Timestamp
        A text has the year first: 03.11.2026 and 11/03/2026 are read one way here and the other there.

    Raises
    ------
    BadInput
        For what is no date, and for one that can be read two ways.

    Examples
    --------
    >>> stamp_of("start", "2026-11-03").date()
    datetime.date(2026, 11, 3)
    """
    import pandas as pd

    if isinstance(value, str) and _EITHER_WAY.match(value):
        raise BadInput(name, value, "it is a date with the year first", "write the 3rd of November as '2026-11-03'")
    try:
        stamp = None if isinstance(value, Number) else pd.Timestamp(value)  # type: ignore[arg-type]
    except (ValueError, TypeError, OverflowError):
        stamp = None
    if stamp is None or pd.isna(stamp):
        raise BadInput(name, value, "it is a date or a time", "for example '2026-03-02' or '2026-03-02 09:30'")
    return stamp


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
        raise BadInput("start", start, "it has to be in the past", f"now is {now_there:%Y-%m-%d %H:%M} {zone}")
    if first is not None and last is not None and first >= last:
        hint = "swap them? Times without a zone are in the exchange's, of news in UTC"
        raise BadInput("start", start, f"it has to be before the end, {end}", hint)
    if last is None or present is None:
        return first, last
    if last > present + _AHEAD:
        raise BadInput("end", end, "it must not be in the future", "leave it out: it is then the present")
    return first, None if last >= present else last


def _is_date(value: Moment | None) -> bool:
    if isinstance(value, str):
        digits = value.strip().replace("-", "").replace("/", "")
        return len(digits) == len("yyyymmdd") and digits.isdigit()
    return isinstance(value, date) and not isinstance(value, datetime)
