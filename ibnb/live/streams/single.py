"""Streams of one contract, held one by one: opened with an answer or a refusal, counted, and waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from ibnb.errors import BadInput, MalformedMessage, RequestError
from ibnb.live.streams.hours import market_closed
from ibnb.live.streams.stream import LiveStream
from ibnb.tws.client.ib import IB
from ibnb.tws.client.lines import lines_of
from ibnb.tws.client.values import Contract
from ibnb.tws.subscriptions.listener import Listener, settled
from ibnb.tws.subscriptions.stream import streams_of
from ibnb.tws.subscriptions.updates import Updates
from ibnb.wire.codec import decode_response

#: Seconds until a refusal would have come; while the market is closed nothing else does.
_FIRST = 3.0
#: A time so many seconds after all before, and after now, is none: TWS's clock may be another, but not by so much.
_AHEAD = 14 * 86_400.0
#: Seconds of 1973 and of 5138: a number beyond is none of a time.
_EARLIEST, _LATEST = 100_000_000, 100_000_000_000


class SingleStream(LiveStream, Updates):
    """A stream that counts what has come.

    Attributes
    ----------
    count : int
        How much has come since it was opened.
    """

    #: What it counts, for messages.
    counted = "updates"

    def __init__(self, ib: IB, contract: Contract, name: str, messages: set[int]) -> None:
        super().__init__(ib, contract, name, messages)
        self.count = 0
        self._latest = 0.0  # in TWS's time
        self._listeners: list[Listener] = []

    def _since(self, count: int) -> list[Any] | Any:
        """Return what has come since there were `count`."""
        raise NotImplementedError

    def _had_data(self) -> bool:
        return self.count > 0

    def nothing_due(self, seconds: float) -> bool:
        """Return whether nothing has come, and the market is certainly closed for so many seconds more."""
        return self.count == 0 and market_closed(self._ib, self.contract, seconds)

    async def opened(self, seconds: float) -> Self:
        """Open it, and return it once something has come, or after a moment of silence, so many seconds at the most.

        Raises
        ------
        RequestError
            With TWS's reason, where it refuses.
        """
        await self.open()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(_FIRST, seconds)):
                    await self._until(lambda: self.answered)
                    await settled(lambda: self.count)
        except BaseException:
            self.stop()
            raise
        if self.refusal is not None:
            self.stop()
            raise self.refusal
        return self

    def _read(self, payload: bytes) -> dict[str, Any]:
        """Return a message's values, whose time is one.

        Raises
        ------
        MalformedMessage
            If it does not fit the protocol.
        """
        values: dict[str, Any] = decode_response(self._ib.client.serverVersion(), payload).values
        moment = values["time"] or 0
        latest = max(self._latest, time.time()) + _AHEAD if self._latest else _LATEST
        if not _EARLIEST <= moment < latest:
            raise MalformedMessage("A message has a time that is none.", payload)
        self._latest = max(self._latest, moment)
        return values

    def listen(self, callback: Callable[[Any], object], every: float) -> Listener:
        """Have `callback` called with what has come, at most every so many seconds; `forget` ends it."""
        seen, stands = self.count, (self.state, self.reason)

        def call(_changed: list[Any]) -> object:
            nonlocal seen, stands
            before, seen = seen, self.count
            was, stands = stands, (self.state, self.reason)
            return callback(self._since(before)) if seen != before or stands != was else None

        listener = Listener(call, every)
        listener.listen(self)
        self._listeners.append(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        """End what `listen` began."""
        listener.stop()
        with suppress(ValueError):
            self._listeners.remove(listener)

    async def wait(self, n: int = 1) -> None:
        """Return when `n` more have come.

        Raises
        ------
        NotConnected
            If the connection is lost for good.
        IBNBError
            If it is stopped.
        """
        wanted = self.count + n
        await self._until(lambda: self.count >= wanted)

    async def _until(self, done: Callable[[], bool]) -> None:
        while not done():
            self._check(self.counted)
            self._news.clear()
            listener = self.listen(lambda _new: self._news.set(), 0.0)
            try:
                await self._news.wait()
            finally:
                self.forget(listener)


def check_limit(name: str, value: object, most: int) -> int:
    """Return how much is to be kept or asked for; refuse what is no whole number from 1 to `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise BadInput(name, value, f"a whole number from 1 to {most:,}")
    return value


def check_room(ib: IB, kind: type[SingleStream], fewest: int, share: float, what: str) -> None:
    """Refuse, before anything is sent, one stream more of a kind than TWS serves at once.

    Parameters
    ----------
    ib : IB
        A client.
    kind : type
        The class of the streams.
    fewest : int
        How many every account may have.
    share : float
        How many an account may have for each of its market data lines.
    what : str
        TWS's name of the request.

    Raises
    ------
    RequestError
        If there are so many already.
    """
    limit = lines_of(ib).limit
    most = max(fewest, int(limit * share))
    there = [each for each in streams_of(ib) if isinstance(each, kind)]
    if len(there) >= most:
        raise RequestError(
            None,
            f"{len(there)} are open, and TWS serves {most} at once to an account with {limit} market data lines",
            what,
            "Open are " + "; ".join(each.name for each in there) + ".",
            "Stop one that is not needed any more; where the account has more lines, say so by tws.lines.limit = N.",
        )
