"""When an instrument trades: its sessions as TWS tells them (reqHistoricalData for SCHEDULE), remembered.

Where TWS tells none (an old server, an instrument without a schedule), it may trade at any hour: every day is asked
for whole, and a request never counts on how closed hours are passed over. The usual hours of the contract's details
serve to count days back then, and to say what is missing, but leave nothing out. The same holds for the time before
the first session that TWS tells, as lists may be cut short; and once bars come of hours that the list has not.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from ibnb.errors import BadInput, RequestDropped, RequestError, RequestTimeout
from ibnb.history.bars.answer import verdict
from ibnb.history.pacing.pace import pace_of
from ibnb.history.planning.plan import Session
from ibnb.history.planning.sizes import DAY
from ibnb.tables.schema.timeparse import iana
from ibnb.tws import ask
from ibnb.tws.ask.calls.call import Ask, request_id, send_and_wait
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.values import Contract, ContractDetails
from ibnb.tws.contracts import label
from ibnb.tws.start.uplink import uplink_of

#: A market is closed for so long at the most: what lies further before the first session told is not known.
_LONGEST_CLOSURE = 14 * DAY
#: A bar so far from any session is of one that the list does not have, rather than one of an auction.
_NEAR = 7_200
#: The first server version that tells schedules.
_SINCE = 162
_MOST_VIOLATIONS = 10
_HOURS = re.compile(r"(\d{8}):(\d{4})-(\d{8}):(\d{4})")
#: A day, and a moment, of a session: three texts for each of a year's 250, and the same again for the next contract.
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
_MOMENT = re.compile(_DAY.pattern + r"-(\d\d):(\d\d):(\d\d)")


@dataclass(frozen=True)
class Schedule:
    """The sessions of a range.

    Attributes
    ----------
    sessions : tuple of Session
        Oldest first.
    start, end : int
        From when to when they are known, in epoch seconds.
    told : bool
        Whether TWS told them, rather than the usual hours.
    any_hour : tuple of Session
        Whole days for the time of which TWS has told nothing, oldest first.
    """

    sessions: tuple[Session, ...]
    start: int
    end: int
    told: bool = True
    any_hour: tuple[Session, ...] = ()

    def between(self, start: int, end: int) -> tuple[Session, ...]:
        """Return the sessions that have time in a range, for counting."""
        return _between(self.sessions, start, end)

    def open_in(self, start: int, end: int) -> tuple[Session, ...]:
        """Return when it may trade in a range, for asking: the sessions told, and whole days where none is told."""
        told = self.sessions if self.told else ()
        return _between((*self.any_hour, *told), start, end)

    def lacks(self, starts: np.ndarray[Any, np.dtype[np.int64]]) -> bool:
        """Return whether bars that came are of a session that TWS did not tell."""
        starts = starts[(starts >= self.start) & (starts < self.end)]  # an answer may reach back further
        if not self.told or not len(starts):
            return False
        near = self.open_in(int(starts[0]) - _NEAR, int(starts[-1]) + _NEAR)
        lows, highs = (np.array([each[side] for each in near], dtype=np.int64) for side in (0, 1))
        before = np.searchsorted(lows - _NEAR, starts, side="right") - 1
        return bool((before < 0).any() or (starts >= highs[before] + _NEAR).any())


def _between(sessions: tuple[Session, ...], start: int, end: int) -> tuple[Session, ...]:
    first = bisect_right(sessions, start, key=lambda session: session.end)
    last = bisect_left(sessions, end, key=lambda session: session.start)
    return sessions[first:last]


SCHEDULES: Slot[dict[tuple[Any, ...], Schedule]] = Slot("trading hours", "session", lambda _: {})


async def schedule_of(
    ib: IB, details: ContractDetails, rth: bool, start: int, end: int, *, timeout: float = 60
) -> Schedule:
    """Return the sessions of a contract in a range, asked for where they are not known yet.

    Parameters
    ----------
    ib : IB
        A connected client.
    details : ContractDetails
        Of the contract.
    rth : bool
        Regular trading hours only.
    start, end : int
        Epoch seconds; `end` may be the present, but no later.
    timeout : float
        Seconds.
    """
    contract = details.contract
    known = state_of(ib)[SCHEDULES]
    key = (contract.conId, contract.exchange, rth)
    found = known.get(key)
    if found is not None and found.start <= start and end <= found.end:
        return found
    if found is not None:
        start, end = min(start, found.start), max(end, found.end)
    sessions = await _patiently(ib, contract, rth, start, end, timeout)
    told = bool(sessions)
    zone = _zone_of(details)
    if not told:
        sessions = usual_hours(details, rth, start, end)
        any_hour = whole_days(zone, start, end + DAY)
    else:
        any_hour = whole_days(zone, start, sessions[0].start) if sessions[0].start > start + _LONGEST_CLOSURE else []
    # A session under way is known to its end: until then nothing new can be said.
    known_until = max(end, sessions[-1].end if told else end)
    known[key] = Schedule(tuple(sessions), start, known_until, told, tuple(any_hour))
    return known[key]


def distrust(ib: IB, details: ContractDetails, rth: bool) -> None:
    """Note that the sessions that TWS told of a contract are not all: from now on every day is asked for whole."""
    known = state_of(ib)[SCHEDULES]
    key = (details.contract.conId, details.contract.exchange, rth)
    found = known[key]
    days = whole_days(_zone_of(details), found.start, found.end + DAY)
    known[key] = replace(found, told=False, any_hour=tuple(days))


async def _patiently(ib: IB, contract: Contract, rth: bool, start: int, end: int, timeout: float) -> list[Session]:
    """Ask, and after pacing violations again; none where TWS tells none."""
    pace = pace_of(ib)
    for _ in range(_MOST_VIOLATIONS):
        async with pace.slot(None):
            try:
                return await _ask(ib, contract, rth, start, end, timeout)
            except (RequestTimeout, RequestDropped):
                raise
            except RequestError as error:
                if verdict(error) != "pacing":
                    break
        pace.violated()
    return []


async def _ask(ib: IB, contract: Contract, rth: bool, start: int, end: int, timeout: float) -> list[Session]:
    if ib.client.serverVersion() < _SINCE:
        return []
    days = (end - start) // DAY + 3
    duration = f"{days} D" if days <= 365 else f"{days // 365 + 1} Y"
    # The sessions of the day after, too: a session may begin the evening before its date.
    until = datetime.fromtimestamp(end + DAY, UTC)
    ending = "" if until.timestamp() >= ask.present(ib) else f"{until:%Y%m%d-%H:%M:%S}"
    req_id = request_id(ib)
    question = Ask(
        f"reqHistoricalData({label(contract)}, {ending or 'now'}, {duration}, SCHEDULE)",
        lambda: ib.client.reqHistoricalData(req_id, contract, ending, duration, "1 day", "SCHEDULE", rth, 1, False, []),
        timeout,
        req_id=req_id,
        cancel=lambda: ib.client.cancelHistoricalData(req_id),
        cause="history-silent",
        contract=contract,
    )
    told: Any = await uplink_of(ib).through(send_and_wait(ib, question))
    if not hasattr(told, "sessions"):  # the client could not read the message
        return []
    try:
        zone = ZoneInfo(iana(told.timeZone))
        sessions = [
            Session(_moment(each.startDateTime, zone), _moment(each.endDateTime, zone), _day(each.refDate))
            for each in told.sessions
        ]
    except (BadInput, ValueError, OverflowError):
        return []  # what cannot be read tells nothing
    return _in_order(sessions)


def _in_order(sessions: list[Session]) -> list[Session]:
    """Return sessions oldest first, each once; none at all where they contradict each other."""
    ordered = sorted(set(sessions))
    odd = any(each.start >= each.end for each in ordered)
    overlap = any(later.start < earlier.end for earlier, later in pairwise(ordered))
    return [] if odd or overlap else ordered


def whole_days(zone: ZoneInfo, start: int, end: int) -> list[Session]:
    """Return each day of a range as a session from midnight to midnight in a zone, cut at the range's end."""
    day = datetime.fromtimestamp(start, zone).date()
    sessions: list[Session] = []
    low = int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
    while low < end:
        midnight = _day(f"{day:%Y%m%d}")
        day += timedelta(days=1)
        high = int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
        sessions.append(Session(low, min(high, end), midnight))
        low = high
    return sessions


def _zone_of(details: ContractDetails) -> ZoneInfo:
    return ZoneInfo(iana(details.timeZoneId) if details.timeZoneId else "UTC")


@lru_cache(8_192)
def _moment(text: str, zone: ZoneInfo) -> int:
    return _epoch(_MOMENT.fullmatch(text), zone)


@lru_cache(8_192)
def _day(text: str) -> int:
    return _epoch(_DAY.match(text), UTC)


def _epoch(found: re.Match[str] | None, zone: tzinfo) -> int:
    if found is None:
        raise ValueError("no time of a session")
    year, month, day, hour, minute, second = (*map(int, found.groups()), 0, 0, 0)[:6]
    return int(datetime(year, month, day, hour, minute, second, tzinfo=zone).timestamp())


def usual_hours(details: ContractDetails, rth: bool, start: int, end: int) -> list[Session]:
    """Return sessions as the contract's details tell them for these days, repeated through a range.

    Parameters
    ----------
    details : ContractDetails
        Its trading hours or liquid hours tell about a week.
    rth : bool
        Regular trading hours only.
    start, end : int
        Epoch seconds.
    """
    zone = _zone_of(details)
    lows, highs, weekdays = [], [], set(range(5))
    for match in _HOURS.finditer(details.liquidHours if rth else details.tradingHours):
        opened = datetime.strptime(match[1] + match[2], "%Y%m%d%H%M").replace(tzinfo=UTC)
        closed = datetime.strptime(match[3] + match[4], "%Y%m%d%H%M").replace(tzinfo=UTC)
        midnight = closed.replace(hour=0, minute=0)
        if closed == midnight:
            midnight -= timedelta(days=1)
        lows.append((opened - midnight).total_seconds())
        highs.append((closed - midnight).total_seconds())
        weekdays.add(midnight.weekday())
    # The widest hours on every day: what this week has of holidays and half days, other weeks do not have.
    low, high = (min(lows), max(highs)) if lows else (0.0, float(DAY))
    sessions: list[Session] = []
    day = datetime.fromtimestamp(start, zone).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    while day.timestamp() < end + DAY:
        if day.weekday() in weekdays or not lows:
            first, last = (int((day + timedelta(seconds=each)).timestamp()) for each in (low, high))
            first = max(first, sessions[-1].end) if sessions else first
            if start < last and first < min(last, end):
                sessions.append(Session(first, last, _day(f"{day:%Y%m%d}")))
        day += timedelta(days=1)
    return sessions
