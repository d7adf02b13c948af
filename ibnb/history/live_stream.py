"""Bars that keep up to date, on the loop of their client: the subscription, its updates, and its return after a loss.

TWS sends the history first (message 17), then the bar under way each time it changes (90). Where updates may have been
lost, history is asked for again from the last bar that is over, and merged by the start of each bar: no gap, and no bar
twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ibnb.errors import IBNBError, NotConnected
from ibnb.history.fast import BAR_MESSAGES, attributes, bars_ask, bars_of_answer, ends_with
from ibnb.history.fast_bars import bar_of_update
from ibnb.history.fast_filter import Take, collector, filter_of
from ibnb.history.live_buffer import LiveBuffer
from ibnb.history.request import HistoryRequest, make_request
from ibnb.tws.ask.call import answer
from ibnb.tws.codes import is_fatal
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    import pandas as pd

_UPDATE = int(Response.HISTORICAL_DATA_UPDATE)
#: TWS has lost its servers; it has them back, with or without a loss of data; the updates of a request have ended.
_UPLINK_LOST, _UPLINK_BACK, _UPDATES_ENDED = (1100, 2110), (1101, 1102), 10182
#: Seconds before each attempt to have the updates back.
_ATTEMPTS = (0.0, 2.0, 10.0, 30.0, 60.0, 120.0)
#: Called with whether a new bar has begun.
OnUpdate = Callable[[bool], object]
_log = logging.getLogger("ibnb.live")


class BarStream:
    """One series of bars, kept up to date by TWS. Made by `ibnb.aio.live_bars`; awaited on its client's loop.

    Attributes
    ----------
    state : str
        ``"live"``; ``"stale"``: updates are lost and being asked for again; ``"lost"``: the connection is gone;
        ``"stopped"``.
    reason : str
        Why it is not live.
    """

    def __init__(self, ib: Any, contract: Any, request: HistoryRequest, zone: str, limit: int, timeout: float) -> None:
        self._ib, self.contract, self.request, self.zone = ib, contract, request, zone
        self._timeout = timeout
        self._buffer = LiveBuffer(limit)
        self._req_id: int | None = None
        self._early: list[bytes] | None = None  # updates that came after the history, before it was read
        self._news, self._turn = asyncio.Event(), asyncio.Lock()
        self._callbacks: list[OnUpdate] = []
        self._recovery: asyncio.Task[None] | None = None
        self.state, self.reason = "stale", "not asked for yet"

    def __len__(self) -> int:
        return len(self._buffer)

    @property
    def frame(self) -> pd.DataFrame:
        """All bars so far, as a frame of their own; the last one is under way. From any thread."""
        return self._buffer.snapshot().frame(
            self.zone,
            daily=self.request.daily,
            live=self.state,
            **attributes(self.contract, self.request.what, self.request.rth, self.zone, bar_size=self.request.bar_size),
        )

    @property
    def final(self) -> pd.DataFrame:
        """All bars but the one under way."""
        return self.frame[:-1]

    async def open(self) -> None:
        """Subscribe (reqHistoricalData that keeps up to date), and return when the history is there."""
        streams_of(self._ib).append(self)
        self._ib.errorEvent += self._on_error
        self._ib.disconnectedEvent += self._on_lost
        try:
            await self._subscribe(str(self.request.duration))
        except BaseException:
            self.stop()
            raise

    async def wait(self, n: int = 1) -> None:
        """Return when `n` more bars have begun.

        Raises
        ------
        NotConnected
            If the connection is lost before.
        IBNBError
            If the stream is stopped.
        """
        wanted = self._buffer.begun + n
        while self._buffer.begun < wanted:
            if self.state == "lost":
                raise NotConnected(f"No more bars will come: {self.reason}. Connect again with ibnb.connect().")
            if self.state == "stopped":
                raise IBNBError("No more bars will come: they were stopped. Call live_bars again for new ones.")
            self._news.clear()
            await self._news.wait()

    def on_update(self, callback: OnUpdate) -> OnUpdate:
        """Have `callback` called after each update, with whether a new bar has begun; may be used as a decorator.

        It runs on the client's loop, so it must be quick; what it raises is logged.
        """
        self._callbacks.append(callback)
        return callback

    def stop(self) -> None:
        """End the subscription. The bars stay. May be repeated."""
        if self.state == "stopped":
            return
        self._set("stopped", "stopped")
        self._ib.errorEvent -= self._on_error
        self._ib.disconnectedEvent -= self._on_lost
        with suppress(ValueError):
            streams_of(self._ib).remove(self)
        if self._recovery is not None:
            self._recovery.cancel()
        self._unsubscribe()

    async def refill(self) -> None:
        """Ask again from the last bar that is over, subscribe anew, and merge: for when updates may have been lost."""
        async with self._turn:
            since = self._buffer.final_start()
            duration = self.request.duration
            if since is not None:
                request = self.request
                span = make_request(
                    bar_size=request.bar_size,
                    what=request.what,
                    rth=request.rth,
                    start=datetime.fromtimestamp(since, UTC),
                )
                duration = span.duration
            self._unsubscribe()
            await self._subscribe(str(duration))

    async def _subscribe(self, duration: str) -> None:
        ib, request = self._ib, self.request
        filter = filter_of(ib)
        if filter is None:
            raise IBNBError("This version of the client keeps its data where ibnb does not know it. Update ibnb.")
        req_id = ib.client.getReqId()
        version = ib.client.serverVersion()
        ask = bars_ask(
            ib, req_id, self.contract, "", duration, request.bar_size, request.what, request.rth,
            timeout=self._timeout, keep_up_to_date=True,
        )  # fmt: skip
        self._early, self._req_id = [], req_id
        filter.claim(req_id, {*BAR_MESSAGES, _UPDATE}, self._taker(req_id, collector(ib, req_id, ends_with(version))))
        try:
            answered = await answer(ib, ask)
            bars = bars_of_answer(answered, version, self.zone, ask.name, daily=request.daily)
        except BaseException:
            filter.release(req_id)
            self._req_id = self._early = None
            raise
        early, self._early = self._early, None
        began = bool(self._buffer.put(bars))
        self._set("live", "")
        self._tell(began)
        for payload in early:
            self._update(payload)

    def _taker(self, req_id: int, collect: Take) -> Take:
        def take(kind: int, payload: bytes) -> None:
            if kind != _UPDATE:
                if self._early is not None:
                    self._early.clear()  # what came before the history is older than it
                collect(kind, payload)
            elif req_id != self._req_id:
                return
            elif self._early is not None:
                self._early.append(payload)
            else:
                self._update(payload)

        return take

    def _update(self, payload: bytes) -> None:
        try:
            bar = bar_of_update(payload, self._ib.client.serverVersion(), self.zone, daily=self.request.daily)
        except IBNBError as error:
            _log.warning("%s", error)
            return
        self._tell(bool(self._buffer.put(bar)))

    def _tell(self, began: bool) -> None:
        self._news.set()
        for callback in list(self._callbacks):
            try:
                callback(began)
            except Exception:
                _log.exception("a callback of live bars failed")

    def _unsubscribe(self) -> None:
        """Stop taking the updates, and tell TWS where it can be told."""
        req_id, self._req_id = self._req_id, None
        filter = filter_of(self._ib)
        if req_id is None or filter is None:
            return
        filter.release(req_id)
        if self._ib.client.isReady():
            with suppress(ConnectionError):
                self._ib.client.cancelHistoricalData(req_id)

    def _set(self, state: str, reason: str) -> None:
        self.state, self.reason = state, reason
        self._news.set()

    def _on_lost(self) -> None:
        self._req_id = None  # ids begin anew with the next connection
        self._set("lost", "the connection to TWS was lost")

    def _on_error(self, req_id: int, code: int, text: str, _contract: object) -> None:
        if self._early is not None:
            return  # the request that is under way sees to its errors itself, and brings all there is
        if code in _UPLINK_LOST:
            self._set("stale", "TWS has lost its connection to Interactive Brokers")
        elif code in _UPLINK_BACK:
            self._recover("TWS has its connection to Interactive Brokers back")
        elif req_id == self._req_id and (code == _UPDATES_ENDED or is_fatal(code, text)):
            self._recover(f"TWS ended the updates ({code}: {text})")

    def _recover(self, reason: str) -> None:
        self._set("stale", reason)
        if self._recovery is None or self._recovery.done():
            self._recovery = asyncio.ensure_future(self._recovered())

    async def _recovered(self) -> None:
        for seconds in _ATTEMPTS:
            await asyncio.sleep(seconds)
            if self.state != "stale":
                return
            try:
                await self.refill()
            except IBNBError as error:
                self._set(self.state, str(error))
            else:
                return


def streams_of(ib: Any) -> list[BarStream]:
    """Return the streams of an ``IB`` that are not stopped: who connects it again calls `refill` on each."""
    streams: list[BarStream] = vars(ib).setdefault("_ibnb_streams", [])
    return streams
