"""Asking for TWS's clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ibnb.tws.ask.calls.call import Ask, send_and_wait, spaced

#: What it is called among the requests that TWS takes only so often.
CLOCK = "clock"
#: TWS ignores a second request within a second.
_SPACING = 1.05


async def current_time(ib: Any, *, timeout: float = 10) -> datetime:
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
