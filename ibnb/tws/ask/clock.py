"""Asking for TWS's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ibnb.tws.ask.calls.call import Ask, send_and_wait, spaced, turn_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of

#: What it is called among the requests that TWS takes only so often.
CLOCK = "clock"
#: TWS ignores a second request within a second.
_SPACING = 1.05
#: By how much TWS's clock is ahead of this machine's; asked for once a session.
_AHEAD: Slot[timedelta | None] = Slot("TWS's clock beside ours", "session", lambda _: None)


async def current_time(ib: IB, *, timeout: float = 10) -> datetime:
    """Return TWS's clock (reqCurrentTime).

    Parameters
    ----------
    ib : IB
        A connected client.
    timeout : float
        Seconds. A call within a second of the one before waits out that second first.

    Returns
    -------
    datetime
        In UTC, in whole seconds.
    """
    async with spaced(ib, CLOCK, _SPACING):
        moment: datetime = await send_and_wait(
            ib, Ask("reqCurrentTime", ib.client.reqCurrentTime, timeout, key="currentTime")
        )
    return moment


async def clock_ahead(ib: IB, *, timeout: float = 10) -> timedelta:
    """Return by how much TWS's clock is ahead of this machine's (reqCurrentTime, once a session).

    Those who ask while it is being asked for share the answer. For parameters and errors see `current_time`.
    """
    state = state_of(ib)
    async with turn_of(ib, "how far TWS's clock is ahead"):
        if (ahead := state[_AHEAD]) is None:
            ahead = state[_AHEAD] = await current_time(ib, timeout=timeout) - datetime.now(UTC)
    return ahead
