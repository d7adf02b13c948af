"""Which bars are missing, by the instrument's own schedule: never filled, always named.

What was never asked for is told from what TWS has no bars of.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from ibnb.errors import BadInput
from ibnb.history.bars.history import placed, symbol_of, zone_of
from ibnb.history.bars.schedule import schedule_of
from ibnb.history.columns.bars import Ints
from ibnb.history.planning.intervals import Intervals
from ibnb.history.planning.plan import Session, group_start
from ibnb.history.planning.range import range_of, reach_back, whole
from ibnb.history.planning.sizes import BAR_SIZES, DAY
from ibnb.history.planning.wishes import Wishes
from ibnb.history.store.naming import series_for
from ibnb.history.store.places import open_store
from ibnb.history.store.store import Store
from ibnb.tables.market.bars import schema as bars_schema
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tws import ask
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractLike
from ibnb.tws.resolve import resolve

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from ibnb.history.planning.moments import Moment

NOT_ASKED, NOTHING = "not asked for", "TWS has no bars"


async def gaps(
    ib: IB,
    contract: ContractLike,
    duration: str = "60 D",
    bar_size: str = "1 hour",
    what: str = "TRADES",
    rth: bool = True,
    *,
    start: Moment | None = None,
    end: Moment | None = None,
    store: Store | str | Path | None = None,
    timeout: float = 60,
) -> pd.DataFrame:
    """Return which bars the store lacks, by the schedule of the instrument (reqHistoricalData for SCHEDULE).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract, duration, bar_size, what, rth, start, end
        As for `history`.
    store : path, optional
        Where bars are kept; by default in the user's data folder.
    timeout : float
        Seconds.

    Returns
    -------
    pandas.DataFrame
        One row a stretch without bars: ``start end session bars reason``. `start` and `end` are in the exchange's
        zone (dates, for bars of a day and longer), `bars` is how many the schedule has there, and `reason` tells what
        was not asked for from what TWS has no bars of. No rows where nothing is missing.
    """
    place = open_store(store)
    if place is None:
        raise BadInput("store", store, "gaps are looked for in a store: None (your data folder) or a path")
    wishes = Wishes(duration, bar_size, what, rth, start, end)
    wishes.request()  # what is wrong in itself, before anything is sent
    deadline = Deadline(timeout)
    details = await resolve(ib, contract, timeout=timeout)
    zone = zone_of(details)
    request = await placed(ib, wishes, zone, details.contract.secType, timeout=deadline.left)
    now = ask.present(ib)
    low, high = reach_back(request, now) if request.start is None else (int(request.start.timestamp()), int(now))
    if request.end is not None:
        high = min(high, int(request.end.timestamp()))
    schedule = await schedule_of(ib, details, rth, low - 2 * DAY, high, timeout=deadline.left)
    wanted = range_of(request, zone, now, schedule.between(low, high))
    wanted = whole(wanted, request.bar_size) if request.daily else wanted
    kept = place.kept(series_for(details.contract, request))
    expected, days = expected_starts(schedule.sessions, request.bar_size, zone)
    inside = (expected >= wanted[0]) & (expected < min(wanted[1], int(now) // DAY * DAY if request.daily else int(now)))
    found = kept.read(*wanted).start
    return frame(
        expected[inside],
        days[inside],
        found,
        kept.answered(),
        request.bar_size,
        zone,
        symbol=symbol_of(details.contract),
        con_id=details.contract.conId,
        what=request.what,
        rth=request.rth,
        complete=schedule.told,
    )


def expected_starts(sessions: Sequence[Session], bar_size: str, zone: str) -> tuple[Ints, Ints]:
    """Return where bars begin by a schedule, and the date of the session that each is in (midnight UTC).

    Bars begin with their session and then at multiples of their size after the midnight of its date; bars of a day
    and longer stand for their dates.
    """
    size = BAR_SIZES[bar_size]
    if size >= DAY:
        groups = sorted({group_start(session.day, size) for session in sessions})
        dates = np.array(groups, dtype=np.int64)
        return dates, dates
    starts: list[Ints] = [np.empty(0, dtype=np.int64)]
    days: list[Ints] = [np.empty(0, dtype=np.int64)]
    for session in sessions:
        date = datetime.fromtimestamp(session.day, UTC).date()
        midnight = int(datetime(date.year, date.month, date.day, tzinfo=ZoneInfo(zone)).timestamp())
        first = session.start + -(session.start - midnight) % size
        grid = np.arange(first, session.end, size, dtype=np.int64)
        if first != session.start:
            grid = np.insert(grid, 0, session.start)
        starts.append(grid)
        days.append(np.full(len(grid), session.day, dtype=np.int64))
    return np.concatenate(starts), np.concatenate(days)


def frame(
    expected: Ints, days: Ints, found: Ints, answered: Intervals, bar_size: str, zone: str, **attrs: Any
) -> pd.DataFrame:
    """Return the stretches of expected bars that are not there.

    Parameters
    ----------
    expected, days : array of int64
        As from `expected_starts`.
    found : array of int64
        The starts of the bars that are there.
    answered : Intervals
        For which starts TWS has answered.
    bar_size, zone : str
        As TWS writes it; the exchange's.
    **attrs
        Into ``frame.attrs``.
    """
    size = BAR_SIZES[bar_size]
    daily = size >= DAY
    there = np.array([group_start(int(each), size) for each in found], dtype=np.int64) if daily else found
    place = np.flatnonzero(~np.isin(expected, there))
    known = np.zeros(len(place), dtype=bool)
    for low, high in answered:
        known |= (expected[place] >= low) & (expected[place] < high)
    breaks = np.flatnonzero(
        (np.diff(place) != 1) | (known[1:] != known[:-1]) | (np.diff(days[place]) != 0) & (not daily)
    )
    rows = []
    for run in np.split(np.arange(len(place)), breaks + 1) if len(place) else []:
        first, last = place[run[0]], place[run[-1]]
        rows.append(
            {
                "start": _shown(int(expected[first]), daily),
                "end": _shown(int(expected[last]) + size, daily),
                "session": _shown(int(days[first]), True),
                "bars": len(run),
                "reason": NOTHING if known[run[0]] else NOT_ASKED,
            }
        )
    index = bars_schema(zone, daily=daily).index
    assert index is not None
    schema = Schema(
        "gaps",
        "a stretch of time without the bars that the schedule has there",
        "reqHistoricalData (SCHEDULE)",
        (
            Column("start", index.dtype, "exchange's time", "Start of the first missing bar", ""),
            Column("end", index.dtype, "exchange's time", "End of the last missing bar", ""),
            Column("session", "datetime64[us]", "", "Date of the session", ""),
            Column("bars", "Int64", "bars", "How many are missing", ""),
            Column("reason", "string", "", f"{NOT_ASKED}, or {NOTHING}", ""),
        ),
    )
    return schema.frame(rows, bar_size=bar_size, time_zone=zone, **attrs)


def _shown(moment: int, daily: bool) -> Any:
    whole_moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=moment)
    return whole_moment.date() if daily else whole_moment
