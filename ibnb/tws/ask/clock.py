"""Asking for TWS's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from ibnb.errors import NotConnected, RequestDropped, RequestError
from ibnb.tws.ask.calls.call import Ask, send_and_wait, spaced, turn_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of

#: What it is called among the requests that TWS takes only so often.
CLOCK = "clock"
#: TWS ignores a second request within a second.
_SPACING = 1.05
#: By how much TWS's clock is ahead of this machine's; asked for once a session.
_AHEAD: Slot[timedelta | None] = Slot("TWS's clock beside ours", "session", lambda _: None)
#: Whether it was asked for in vain: nothing that can do without waits for it a second time.
_UNTOLD: Slot[bool] = Slot("whether TWS's clock is not told", "session", lambda _: False)
#: Clocks that are closer than that are taken for one: what rests on minutes is proven by what TWS sends.
_ONE = timedelta(hours=12)
#: So many seconds are waited for TWS's clock where this machine's may do.
_PATIENCE = 2.0


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


async def find_present(ib: IB, *, timeout: float = _PATIENCE) -> float:
    """Return the present as `present` does, having asked TWS for its clock (reqCurrentTime, once a session).

    Parameters
    ----------
    ib : IB
        A connected client.
    timeout : float
        Seconds; where TWS does not tell, this machine's clock has to do.
    """
    state = state_of(ib)
    if not state[_UNTOLD]:
        try:
            await clock_ahead(ib, timeout=min(timeout, _PATIENCE))
        except (NotConnected, RequestDropped):
            pass  # what is asked next waits for the connection, or says that there is none
        except RequestError:
            state[_UNTOLD] = True
    return present(ib)


def present(ib: IB) -> float:
    """Return the present in epoch seconds: by TWS's clock where that was asked for and tells of another day."""
    ahead = state_of(ib)[_AHEAD] or timedelta()
    return time.time() + (ahead.total_seconds() if abs(ahead) > _ONE else 0.0)
