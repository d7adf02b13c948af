"""The market behind `other_tws`: one share that trades when its sessions say so, and bars that follow from the time."""

from __future__ import annotations

import calendar
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

DAY = 86_400
SIZES = {
    "secs": 1,
    "sec": 1,
    "min": 60,
    "mins": 60,
    "hour": 3600,
    "hours": 3600,
    "day": DAY,
    "week": 7 * DAY,
    "month": 0,
}
LIST = (
    "Historical data bar size setting is invalid. Legal ones are: 1 secs, 5 secs, 10 secs, 15 secs, 30 secs, 1 min, "
    "2 mins, 3 mins, 5 mins, 10 mins, 15 mins, 20 mins, 30 mins, 1 hour, 2 hours, 3 hours, 4 hours, 8 hours, "
    "1 day, 1W, 1M"
)


def text_of(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y%m%d-%H:%M:%S")


def read(text: str) -> int:
    """Read a time as the clients of TWS write it, in UTC."""
    text = text.removesuffix(" UTC").replace(" ", "-")
    return calendar.timegm(time.strptime(text, "%Y%m%d-%H:%M:%S"))


class Market:
    """One share, XYZ.

    Attributes
    ----------
    sessions : list of (int, int)
        When it trades, in epoch seconds, oldest first; by default always, a session a UTC day.
    held_back : float
        Bars end so many seconds before now.
    schedule : str
        ``told``, ``refused`` or ``empty``.
    hours : str
        What the contract's details say of its hours.
    odd : callable or None
        Changes the rows of an answer.
    without : set of str
        Bar sizes that this TWS refuses.
    told_until : float or None
        The list of sessions ends there; None where it is whole.
    by_calendar : bool
        Whether durations count closed hours, too.
    magnifier : int
        What prices are to be divided by.
    """

    def __init__(self) -> None:
        today = int(time.time()) // DAY * DAY
        self.sessions = [(day, day + DAY) for day in range(today - 1500 * DAY, today + DAY, DAY)]
        self.held_back = 0.0
        self.schedule = "told"
        self.hours = ""
        self.odd: Callable[[list[Any]], list[Any]] | None = None
        self.without: set[str] = set()
        self.by_calendar = False
        self.told_until: float | None = None
        self.magnifier = 1
        self.no_data = "Historical Market Data Service error message:HMDS query returned no data: XYZ@SMART Trades"

    def details(self, contract: list[str]) -> list[object] | None:
        con_id, symbol, sec_type = contract[:3]
        if (symbol != "XYZ" and con_id != "9001") or sec_type not in ("STK", ""):
            return None
        orders, exchanges = "LMT,MKT", "SMART,NYSE"
        return [
            *("XYZ", "STK", "", 0, "", "SMART", "USD", "XYZ", "NMS", "NMS", 9001, 0.01, "", orders, exchanges),
            *(self.magnifier, 0, "XYZ INC", "NYSE", "", "", "", "", "UTC", self.hours, self.hours, "", 0, 0),
            *(1, "", "", "26", "", "COMMON", "0.0001", "0.0001", 100),
        ]

    def price(self, moment: int) -> float:
        return 100 + moment // 60 % 97 / 10

    def bar(self, start: int, size: int) -> list[Any]:
        price = self.price(start)
        return [start, price, price + 1, price - 1, price + 0.5, 100 + start // size % 7, price, 3]

    def refusal(self, end: str, size: str, duration: str) -> tuple[int, str] | None:
        if size in self.without:
            return 321, f"Error validating request.-'bS' : cause - {LIST}"
        if not self._starts(end, size, duration):
            return 162, self.no_data
        return None

    def rows(self, end: str, size: str, duration: str) -> list[list[Any]]:
        rows = [self.bar(start, _seconds(size)) for start in self._starts(end, size, duration)]
        if self.odd and rows:
            rows = self.odd(rows)
        return [[_date(row[0]), *row[1:]] for row in rows] if size == "1 day" else rows

    def _starts(self, end: str, size: str, duration: str) -> list[int]:
        seconds, last = _seconds(size), min(read(end) if end else time.time(), time.time() - self.held_back)
        first = self._first(read(end) if end else time.time(), duration)
        return [
            start
            for low, high in self.sessions
            if high > first and low < last
            for start in range(low, high, seconds)
            if start < last and (first <= start or (first < start + seconds and seconds < DAY))
        ]

    def _first(self, end: float, duration: str) -> float:
        number, unit = int(duration.split()[0]), duration.split()[1]
        if self.by_calendar:
            return end - number * {"S": 1, "D": DAY, "W": 7 * DAY, "M": 30 * DAY, "Y": 365 * DAY}[unit]
        past = [session for session in self.sessions if session[0] < end]
        if unit == "S":
            for low, high in reversed(past):
                number -= min(high, int(end)) - low
                if number <= 0:
                    return low - number
            return past[0][0]
        days = {"D": 1, "W": 5, "M": 23, "Y": 262}[unit] * number
        return past[-min(days, len(past))][0]

    def told_sessions(self, end: str, duration: str) -> list[tuple[str, str, str]]:
        until = read(end) if end else time.time()
        first = self._first(until, duration)
        return [
            (text_of(low), text_of(high), text_of(low)[:8])
            for low, high in self.sessions
            if low >= first and low < min(until, self.told_until or until)
        ]


def _seconds(size: str) -> int:
    number, unit = size.split()
    return int(number) * SIZES[unit]


def _date(moment: int) -> str:
    day = datetime(1970, 1, 1) + timedelta(seconds=moment)  # noqa: DTZ001
    return f"{day.year:04}{day:%m%d}"
