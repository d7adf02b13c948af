"""Asking for TWS's clock."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from ibnb.tws.ask.calls.call import Ask, send_and_wait
from ibnb.tws.client.desk import desk_of

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
    desk = desk_of(ib)
    loop = asyncio.get_running_loop()
    async with desk.turns.setdefault("clock", asyncio.Lock()):
        await asyncio.sleep(max(0.0, desk.clock_asked + _SPACING - loop.time()))
        desk.clock_asked = loop.time()
        moment: datetime = await send_and_wait(
            ib, Ask("reqCurrentTime", ib.client.reqCurrentTime, timeout, key="currentTime")
        )
    return moment
