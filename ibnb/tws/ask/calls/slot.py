"""Sending many requests evenly: TWS drops what comes faster than 50 messages a second, and does not say which.

It counts when it reads, not when a message was sent, so what is sent as fast as it takes may be too fast for it.
"""

from __future__ import annotations

import asyncio

from ibnb.tws.ask.calls.call import last_sent
from ibnb.tws.client.ib import IB

#: Requests a second, and how many of them may go out at once. Together they stay below TWS's 50 in any second, also
#: where TWS was busy and reads late.
RATE, BURST = 42.0, 4
_NAME = "slots"


async def slot(ib: IB, messages: int = 1) -> None:
    """Wait until another request may go out, among others of many, which takes so many messages.

    A few at once go out at once.

    Parameters
    ----------
    ib : IB
        A connected client; all who ask on it share its slots.
    messages : int
        How many: a stream has to be ended, too.
    """
    loop, sent = asyncio.get_running_loop(), last_sent(ib)
    now = loop.time()
    due = max(sent.get(_NAME, 0.0), now)
    sent[_NAME] = due + messages / RATE
    await asyncio.sleep(max(due - now - (BURST - 1) / RATE, 0.0))
