"""What all subscriptions have in common: their states, their end, and their return after a loss.

A stream subscribes, takes what TWS sends from then on, and unsubscribes. Where the connection or TWS's own uplink was
lost it subscribes anew, by itself, a few times; where nobody mends the connection, a loss of it is final.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from ibnb.errors import IBNBError, NotConnected
from ibnb.tws.client.back_off import SERVE
from ibnb.tws.client.health import is_mended
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.tap import DATA_KEPT, UPLINK_BACK, UPLINK_LOST
from ibnb.tws.codes.book import is_fatal

State = Literal["live", "stale", "lost", "stopped"]
#: The updates of a request have ended.
_UPDATES_ENDED = 10182


class Stream:
    """One subscription on the loop of its client. Derive from it, and say how to subscribe and unsubscribe.

    Parameters
    ----------
    ib : IB
        A connected client.
    name : str
        What it is, for messages: TWS's name of the request and its main arguments.

    Attributes
    ----------
    state : str
        ``"live"``; ``"stale"``: updates are lost and being asked for again; ``"lost"``: the connection is gone;
        ``"stopped"``.
    reason : str
        Why it is not live.
    """

    #: Whether TWS goes on sending after its uplink was away without a loss of data (1102), so that nothing is to be
    #: asked for again.
    kept_by_tws = False

    def __init__(self, ib: IB, name: str) -> None:
        self._ib, self.name = ib, name
        self._news = asyncio.Event()
        self._recovery: asyncio.Task[None] | None = None
        self.state: State = "stale"
        self.reason = "not asked for yet"

    async def _subscribe(self) -> None:
        """Ask TWS, and return when the first answer is there; call `_set` with "live" then."""
        raise NotImplementedError

    def _unsubscribe(self) -> None:
        """Stop taking what comes, and tell TWS where it can be told (`_tell_tws`). May be repeated."""
        raise NotImplementedError

    def _owns(self, req_id: int) -> bool:
        """Return whether an error for this request ends the stream's updates."""
        raise NotImplementedError

    async def open(self) -> None:
        """Subscribe, and return when the first answer is there."""
        streams_of(self._ib).append(self)
        self._ib.errorEvent += self._on_error
        self._ib.disconnectedEvent += self._on_lost
        self._ib.connectedEvent += self._on_connected
        try:
            await self._subscribe()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the subscription. What came stays. May be repeated."""
        self._finish("stopped", "stopped")

    def give_up(self, why: str) -> None:
        """End the subscription because no connection will serve it any more."""
        self._finish("lost", why)

    def _finish(self, state: State, why: str) -> None:
        if self.state == "stopped" or self not in streams_of(self._ib):
            return
        self._set(state, why)
        self._ib.errorEvent -= self._on_error
        self._ib.disconnectedEvent -= self._on_lost
        self._ib.connectedEvent -= self._on_connected
        streams_of(self._ib).remove(self)
        self._give_up_recovery()
        self._unsubscribe()

    async def resume(self) -> None:
        """Subscribe anew: for when updates may have been lost."""
        self._unsubscribe()
        await self._subscribe()

    def _tell_tws(self, cancel: Callable[[], object]) -> None:
        """Tell TWS that no more is wanted, where there is a connection to tell it by."""
        if self._ib.client.isReady():
            with suppress(ConnectionError):
                cancel()

    def _set(self, state: State, reason: str = "") -> None:
        self.state, self.reason = state, reason
        self._news.set()

    def _check(self, what: str) -> None:
        """Raise where no more updates will come."""
        if self.state == "lost":
            raise NotConnected(f"No more {what} will come: {self.reason}. Connect again with ibnb.connect().")
        if self.state == "stopped":
            raise IBNBError(f"No more {what} will come: they were stopped. Ask for new ones.")

    def _on_lost(self) -> None:
        self._give_up_recovery()
        self._unsubscribe()  # ids begin anew with the next connection
        mended = is_mended(self._ib)
        self._set("stale" if mended else "lost", "the connection to TWS was lost")

    def _on_connected(self) -> None:
        self._recover("the connection to TWS was lost")

    def _on_error(self, req_id: int, code: int, text: str, _contract: object) -> None:
        if code in UPLINK_LOST:
            self._set("stale", "TWS has lost its connection to Interactive Brokers")
        elif code == DATA_KEPT and self.kept_by_tws:
            self._kept_on()
        elif code in UPLINK_BACK:
            self._recover("TWS has its connection to Interactive Brokers back")
        elif self._owns(req_id) and (code == _UPDATES_ENDED or is_fatal(code, text)):
            self._recover(f"TWS ended the updates ({code}: {text})")

    def _kept_on(self) -> None:
        """TWS has its uplink back and says that this subscription goes on (`kept_by_tws`)."""
        self._set("live")

    def _recover(self, reason: str) -> None:
        self._set("stale", reason)
        if self._recovery is None or self._recovery.done():
            self._recovery = asyncio.ensure_future(self._recovered())

    def _give_up_recovery(self) -> None:
        if self._recovery is not None:
            self._recovery.cancel()
            self._recovery = None

    async def _recovered(self) -> None:
        for seconds in SERVE:
            await asyncio.sleep(seconds)
            if self.state != "stale":
                return
            try:
                await self.resume()
            except (IBNBError, ConnectionError) as error:
                if self.state == "stale":
                    self.reason = str(error)
            else:
                return


#: They wait for the next connection, and subscribe again.
_STREAMS: Slot[list[Stream]] = Slot("streams", "session", lambda _: [])


def streams_of(ib: IB) -> list[Stream]:
    """Return the streams of an ``IB`` that are not stopped."""
    return state_of(ib)[_STREAMS]
