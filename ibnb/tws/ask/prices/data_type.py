"""Asking for a kind of market data other than live, without changing what others on the same client get.

TWS remembers one kind for a client's requests to come. So the kind is named before some requests and set back behind
them in one go, or for as long as a round of requests lasts; who comes between restores what the round has set.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of

#: Market data types of TWS. The last one takes whatever there is: live, frozen, delayed, or delayed and frozen.
LIVE, FROZEN, DELAYED, DELAYED_FROZEN = 1, 2, 3, 4

#: So many requests go out together, and so many seconds lie between: TWS drops what exceeds 50 messages a second.
_TOGETHER, _PAUSE = 8, 0.25


@dataclass
class _Switch:
    """What one client asks for: the kind in force, and the requests that wait for their turn under another."""

    kind: int = LIVE
    round: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: dict[int, deque[Callable[[], object]]] = field(default_factory=dict)


#: TWS forgets with the connection what kind was asked for.
_SWITCH: Slot[_Switch] = Slot("kind of market data", "connection", lambda _: _Switch())


def send_as(ib: IB, kind: int, send: Callable[[], object]) -> None:
    """Send a request for market data of a kind soon: with others of this turn of the loop, a few at a time.

    Parameters
    ----------
    ib : IB
        A connected client; where the connection is lost meanwhile, nothing is sent.
    kind : int
        `LIVE`, `FROZEN`, `DELAYED` or `DELAYED_FROZEN`.
    send : callable
        Sends the request (reqMarketDataType goes before and behind it).
    """
    switch = state_of(ib)[_SWITCH]
    waiting = switch.waiting
    if kind in waiting:
        waiting[kind].append(send)
    else:
        waiting[kind] = deque([send])
        asyncio.get_running_loop().call_soon(_send_some, ib, switch, kind)


def _send_some(ib: IB, switch: _Switch, kind: int) -> None:
    waiting = switch.waiting[kind]
    some = [waiting.popleft() for _ in range(min(_TOGETHER, len(waiting)))]
    if not some:
        del switch.waiting[kind]
        return
    if ib.client.isReady() and switch is state_of(ib)[_SWITCH]:  # else the connection is another by now
        with suppress(ConnectionError):
            ib.client.reqMarketDataType(kind)
            for send in some:
                send()
            ib.client.reqMarketDataType(switch.kind)
    asyncio.get_running_loop().call_later(_PAUSE, _send_some, ib, switch, kind)


@asynccontextmanager
async def switched(ib: IB, kind: int) -> AsyncIterator[None]:
    """Let requests for market data be of a kind within the ``async with``; one such round after the other."""
    switch = state_of(ib)[_SWITCH]
    async with switch.round:
        switch.kind = kind
        ib.client.reqMarketDataType(kind)
        try:
            yield
        finally:
            switch.kind = LIVE
            if ib.client.isReady() and switch is state_of(ib)[_SWITCH]:
                with suppress(ConnectionError):
                    ib.client.reqMarketDataType(LIVE)
