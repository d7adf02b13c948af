"""Finding orders again of which it is not known what became of them: TWS is asked for them by their references.

What is open, what was completed and what was filled today together tell of every order that TWS has. The answers reach
the records as any message does (`ibnb.trading.sending.tracker`); here is only who asks when, and what silence means.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from zoneinfo import ZoneInfo

from ibnb.errors import IBNBError, NotConnected
from ibnb.trading.records import counting
from ibnb.trading.records.record import Record
from ibnb.trading.sending.tracker import Tracker, tracker_of
from ibnb.tws import ask
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of

#: Seconds until TWS is asked once more for what it did not know: it may not have read it yet.
ONCE_MORE = 1.5
#: So many seconds after a connection was made TWS, which may have been started anew, may not list all orders yet.
SYNCED = 8.0
#: Seconds that TWS gets to say how an order stands that it has told two things of.
DOUBT = 0.5
#: Seconds for looking after a loss.
_SEEKING = 30.0
#: TWS tells what was completed and filled of its day alone, and its day begins by one of these clocks: the exchanges',
#: that of the machine it runs on, which is this one (None) or a container's.
_DAYS = ("America/New_York", None, "UTC")
#: The server version from which on completed orders can be asked for.
COMPLETED_FROM = 150

NEVER_ARRIVED = "TWS has no order of this reference, neither open nor completed nor filled"
SAME_CONNECTION = "TWS has said nothing of it, and does not list it"


async def find(ib: IB, tracker: Tracker, records: Iterable[Record], *, timeout: float, always: bool = False) -> None:
    """Ask TWS what became of orders, and settle what its answers tell.

    Two who look at the same time take turns, and the second looks for what the first has not found. An order that TWS
    does not list has never arrived only where the connection that it was sent by has ended: what was sent by the
    present one may still be on its way.

    Parameters
    ----------
    ib : IB
        A connected client.
    tracker : Tracker
        Whose records they are.
    records : iterable of Record
        Which.
    timeout : float
        Seconds for all of it.
    always : bool
        Whether TWS is asked though none is sought: it may have orders of this client id that nobody remembers.

    Raises
    ------
    NotConnected
        If the connection is lost.
    """
    deadline, since = Deadline(timeout), {record.token: record.told for record in records}
    async with tracker.turn:
        sought = [record for record in records if not record.is_over and record.told == since[record.token]]
        if not sought and not always:
            return
        for record in sought:
            record.believe()
        missing: list[str] = []
        may_be_early = any(record.connection != tracker.connection for record in sought)
        for attempt in count():
            missing = await _ask_all(ib, deadline.left)
            is_early = may_be_early and time.monotonic() - tracker.connected < SYNCED
            if missing or all(record.told > since[record.token] for record in sought) or (attempt and not is_early):
                break
            await asyncio.sleep(min(ONCE_MORE, deadline.left))
        for record in sought:
            _settle(tracker, record, missing, found=record.told > since[record.token])
        tracker.written_each(("found", each, {"state": each.state, "text": each.log[-1].text}) for each in sought)
        for record in sought:
            tracker.told(record)


async def _ask_all(ib: IB, timeout: float) -> list[str]:
    """Ask for all orders and fills; return which of the three was not answered."""
    deadline, missing = Deadline(timeout), list[str]()
    questions: list[tuple[str, Callable[..., Awaitable[object]]]] = [
        ("open orders", ask.open_orders),
        ("executions", ask.executions),
    ]
    if int(ib.client.serverVersion()) >= COMPLETED_FROM:
        questions.append(("completed orders", ask.completed_orders))
    else:
        missing.append("completed orders")
    for name, question in questions:
        try:
            await question(ib, timeout=deadline.left)
        except NotConnected:
            raise
        except IBNBError:
            missing.append(name)
    return missing


def _settle(tracker: Tracker, record: Record, missing: list[str], *, found: bool) -> None:
    if found:
        counting.listed(record, tracker.connection)
        record.settle(record.state, f"TWS knows it: {record.status or record.state}, {record.filled:g} filled")
    elif missing:
        record.settle("unknown", f"TWS does not list it, and has not told its {' and '.join(missing)}")
    elif record.acknowledged or record.told:
        record.settle("unknown", "TWS does not list it any more")
    elif record.connection == tracker.connection:
        record.settle("unknown", SAME_CONNECTION)
    elif not _is_of_today(record.sent):
        record.settle("unknown", "it was sent before midnight: TWS tells what was completed of the day alone")
    else:
        record.settle("never arrived", NEVER_ARRIVED)


def _is_of_today(sent: datetime) -> bool:
    """Tell whether something is of today by each clock that TWS's day may begin by."""
    now, zones = datetime.now(UTC), [None if name is None else ZoneInfo(name) for name in _DAYS]
    return all(sent.astimezone(zone).date() == now.astimezone(zone).date() for zone in zones)


class Seeker:
    """Looks for the orders of one client that are not over, each time that its connection stands again.

    Those that are in doubt while it stands are looked for by themselves.
    """

    def __init__(self, ib: IB) -> None:
        self._ib = ib
        self._task: asyncio.Task[None] | None = None
        self._doubts: dict[str, asyncio.Task[None]] = {}
        ib.connectedEvent += self._on_connected
        tracker_of(ib).watch(self._on_change)

    def _on_connected(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.ensure_future(self._seek())

    def _on_change(self, record: Record) -> None:
        if record.in_doubt and record.token not in self._doubts:
            self._doubts[record.token] = asyncio.ensure_future(self._clear_up(record))

    async def _clear_up(self, record: Record) -> None:
        """Ask TWS of an order, unless what it tells meanwhile says how it stands."""
        try:
            await asyncio.sleep(DOUBT)
            if record.in_doubt:
                with suppress(NotConnected):
                    await find(self._ib, tracker_of(self._ib), [record], timeout=_SEEKING)
        finally:
            del self._doubts[record.token]

    async def _seek(self) -> None:
        tracker = tracker_of(self._ib)
        with suppress(NotConnected):  # lost again: the next connection is the next occasion
            await find(self._ib, tracker, list(tracker.open()), timeout=_SEEKING)


_SEEKER: Slot[Seeker] = Slot("who looks for orders after a loss", "session", Seeker)


def seek_after_losses(ib: IB) -> None:
    """Have orders looked for after each loss of the connection, from now on."""
    _ = state_of(ib)[_SEEKER]
