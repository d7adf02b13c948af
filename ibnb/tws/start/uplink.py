"""Whether TWS has its own servers: what the notices 1100, 2110, 1101, 1102 and 1300 say, early or late."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from typing import Any, TypeVar

from ibnb.errors import NotConnected
from ibnb.tws.client.health import health_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.tap import UPLINK_BACK, UPLINK_LOST, Notice, Tap
from ibnb.tws.codes.causes import Finding, describe
from ibnb.tws.reach.endpoints import Endpoint

T = TypeVar("T")

_NO_UPLINK = "TWS has lost its connection to Interactive Brokers. Try again when it is back."
#: The socket port was set to another while clients were connected: they are dropped.
_PORT_CHANGED = 1300
_PORT = re.compile(r"\b(\d{2,5})\b\D*$")


def uplink_finding(tap: Tap, endpoint: Endpoint, *more: str) -> Finding | None:
    """Return what TWS has said of a connection that is gone, or None where it has said nothing, or that it is back.

    Parameters
    ----------
    tap : Tap
        Listening to the client.
    endpoint : Endpoint
        Where it is connected.
    *more : str
        Further evidence.
    """
    lost, moved = tap.uplink_lost, tap.last_notice(_PORT_CHANGED)
    if moved is not None:
        return _moved(moved, endpoint, more)
    if lost is None:
        return None
    return describe(
        "no-uplink",
        "; ".join((quote(lost), *more)),
        servers="Interactive Brokers' servers",
        what=f"TWS runs at {endpoint}, but has no connection to Interactive Brokers' servers.",
    )


def new_port(text: str) -> int | None:
    """Return the port that the notice 1300 names, or None where it names none."""
    found = _PORT.search(text)
    return int(found[1]) if found and 0 < int(found[1]) <= 65535 else None


def _moved(moved: Notice, endpoint: Endpoint, more: tuple[str, ...]) -> Finding:
    port = new_port(moved.text)
    to = f" to {port}" if port else ""
    return describe(
        "no-uplink",
        "; ".join((quote(moved), *more)),
        new_port=port,
        what=f"The socket port of TWS was changed from {endpoint.port}{to}, which drops every connection.",
    )


def quote(notice: Notice) -> str:
    """Return an error frame as evidence."""
    return f"error {notice.code}: {notice.text}"


class Uplink:
    """Whether a TWS that is connected has its own servers, as it says.

    Attributes
    ----------
    up : asyncio.Event
        Set while it has them.
    """

    def __init__(self, ib: IB) -> None:
        self.up = asyncio.Event()
        health = health_of(ib)
        if health is None or health.uplink_lost is None:
            self.up.set()
        self._open: set[asyncio.Future[Any]] = set()
        ib.errorEvent += self._on_error
        ib.disconnectedEvent += self.up.set  # the next connection is told anew

    async def through(self, question: Coroutine[Any, Any, T]) -> T:
        """Await what asks something of TWS's servers.

        Raises
        ------
        NotConnected
            If TWS has lost them, or loses them before it has answered: then no answer will come.
        """
        asking = asyncio.ensure_future(question)
        self._open.add(asking)
        if not self.up.is_set():
            asking.cancel()
        try:
            await asyncio.wait({asking})
        finally:
            self._open.discard(asking)
            if not asking.done():
                asking.cancel()
                await asyncio.wait({asking})
            if not asking.cancelled():
                asking.exception()  # asked for in any case: whoever was cancelled meanwhile does not hear of it
        if asking.cancelled():
            raise NotConnected(_NO_UPLINK)
        return asking.result()

    def _on_error(self, _req_id: int, code: int, _text: str, _contract: object) -> None:
        if code in UPLINK_BACK:
            self.up.set()
        elif code in UPLINK_LOST:
            self.up.clear()
            for asking in self._open:
                asking.cancel()


#: It listens from one connection to the next.
_UPLINK: Slot[Uplink] = Slot("whether TWS has its servers", "session", Uplink)


def uplink_of(ib: IB) -> Uplink:
    """Return whether the TWS of an ``IB`` has its servers; looked after from the first call on."""
    return state_of(ib)[_UPLINK]
