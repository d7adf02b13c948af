"""Trading and liquid hours as contract details write them: six days from a moment on, in the exchange's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from ibnb.simulator.market.hashing import Ints
from ibnb.simulator.market.hours.calendars import GAP, HOURS, REGULAR, Segments, day_of, local_day
from ibnb.simulator.market.hours.sessions import Sessions

_DAYS = 6


def hours_text(sessions: Sessions, kind: str, moment: float, extended: bool = True) -> tuple[str, str]:
    """Return (trading hours, liquid hours), such as ``20260405:CLOSED;20260406:0930-20260406:1600``.

    Parameters
    ----------
    kind : str
        The kind of market.
    moment : float
        Epoch seconds; the first of the six days is its date in the exchange's zone.
    extended : bool
        Whether hours before and after the regular ones are traded.
    """
    zone = ZoneInfo(HOURS[kind].zone)
    first = local_day(moment, HOURS[kind].zone)
    all_ = sessions.segments(kind)
    lower, upper = map(int, np.searchsorted(all_.day, [first, first + 2 * _DAYS]))
    trading: list[str] = []
    liquid: list[str] = []
    day = first
    while len(trading) < _DAYS:
        rows = _session_of(all_, day, lower, upper)
        late = _session_of(all_, day + 1, lower, upper)
        if not len(rows) and len(late) and local_day(float(all_.start[late[0]]), HOURS[kind].zone) == day:
            # A Sunday evening stands for the Monday that it opens.
            rows, day = late, day + 1
        regular = rows[all_.kind[rows] == REGULAR]
        for text, part in ((trading, rows if extended else regular), (liquid, regular)):
            if len(part):
                text.append(f"{_stamp(all_.start[part[0]], zone)}-{_stamp(all_.end[part[-1]], zone)}")
            else:
                text.append(f"{day_of(day):%Y%m%d}:CLOSED")
        day += 1
    return ";".join(trading), ";".join(liquid)


def _session_of(all_: Segments, day: int, lower: int, upper: int) -> Ints:
    """Return the rows of a session's segments, gaps left out."""
    part = slice(lower, upper)
    return lower + np.flatnonzero((all_.day[part] == day) & (all_.kind[part] != GAP))


def _stamp(second: np.int64, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(int(second), UTC).astimezone(zone).strftime("%Y%m%d:%H%M")
