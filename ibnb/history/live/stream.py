"""Bars that keep up to date, on the loop of their client: the subscription, its updates, and its return after a loss.

TWS sends the history first (message 17), then the bar under way each time it changes (90). Where updates may have been
lost, history is asked for again from the last bar that is over, and merged by the start of each bar: no gap, and no bar
twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ibnb.errors import IBNBError
from ibnb.ground.logs import logger
from ibnb.ground.numerals import count_text
from ibnb.history.bars.ask import BAR_MESSAGES, attributes, bars_of_answer, ends_with
from ibnb.history.columns.decode import bar_of_update
from ibnb.history.columns.sift import sifted
from ibnb.history.live.buffer import LiveBuffer
from ibnb.history.live.updates import BarUpdates
from ibnb.history.planning.request import HistoryRequest, make_request
from ibnb.history.planning.sizes import BAR_SIZES, DAY
from ibnb.tws.ask.calls.call import request_id, send_and_wait
from ibnb.tws.ask.history import bars_ask
from ibnb.tws.client.filter import Take, collector, filter_of, needed_filter
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract
from ibnb.tws.contracts import label
from ibnb.tws.subscriptions.listener import Listener, Source
from ibnb.tws.subscriptions.stream import State, Stream
from ibnb.tws.units.price_units import unit_of
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.history.columns.bars import Bars

#: How often more is asked for, where the history does not reach back to the last bar that is over.
_TIMES_FURTHER = 3
#: An update of a bar so many seconds after all others, and after now, is of none.
_AHEAD = 14 * DAY
#: No bar is of a time before 1900, or after 2200.
_BEFORE_ALL, _NEVER = -2_208_988_800, 7_258_118_400
#: A duration counts the time in which the instrument trades: it reaches back further by so much at most.
_REACHES = 10
_UPDATE = int(Response.HISTORICAL_DATA_UPDATE)
_log = logger("ibnb.live")


class BarStream(Stream, Source, BarUpdates):
    """One series of bars, kept up to date by TWS. Made by `ibnb.aio.live_bars`; awaited on its client's loop."""

    def __init__(
        self, ib: IB, contract: Contract, request: HistoryRequest, zone: str, limit: int, timeout: float
    ) -> None:
        Stream.__init__(self, ib, f"reqHistoricalData({label(contract)}, kept up to date)")
        Source.__init__(self)
        self.contract, self.request, self.zone = contract, request, zone
        self._timeout = timeout
        self._buffer = LiveBuffer(limit)
        self.malformed = 0
        self._said: list[str] = []  # what was odd in the history
        self._req_id: int | None = None
        self._early: list[bytes] | None = None  # updates that came after the history, before it was read
        self._turn = asyncio.Lock()
        self._whole_up_to: int | None = None  # the last bar that was over when updates began to be lost
        self._listeners: dict[Listener, int] = {}  # with the first bar that has changed since each was called last

    def __len__(self) -> int:
        return len(self._buffer)

    @property
    def frame(self) -> pd.DataFrame:
        """All bars so far, as a frame of their own; the last one is under way. From any thread."""
        return self._framed(_BEFORE_ALL)

    def latest(self, n: int) -> pd.DataFrame:
        """Return the latest bars alone, which costs less than all. From any thread."""
        return self._of_bars(self._buffer.snapshot()[-n:])

    def _framed(self, since: int) -> pd.DataFrame:
        """Return the bars that start from a moment on."""
        return self._of_bars(self._buffer.snapshot(since))

    def _of_bars(self, bars: Bars) -> pd.DataFrame:
        return bars.frame(
            self.zone,
            daily=self.request.daily,
            live=self.state,
            warnings=self._warnings(),
            **attributes(self.contract, self.request.what, self.request.rth, self.zone, bar_size=self.request.bar_size),
            **unit_of(self._ib, self.contract),
        )

    @property
    def final(self) -> pd.DataFrame:
        """All bars but the one under way."""
        return self.frame[:-1]

    def _warnings(self) -> list[str]:
        updates = f"{self.malformed} update" + ("s" if self.malformed > 1 else "")
        return [*self._said, *([f"{updates} did not fit the protocol: left out"] if self.malformed else [])]

    def words(self) -> list[str]:
        """Return what it is, in words."""
        request = self.request
        return [label(self.contract), request.bar_size, request.what, f"{count_text(len(self))} bars"]

    async def wait(self, n: int = 1) -> None:
        """Return when `n` more bars have begun.

        Raises
        ------
        NotConnected
            If the connection is lost before, and nobody mends it.
        IBNBError
            If the stream is stopped.
        """
        wanted = self._buffer.begun + n
        while self._buffer.begun < wanted:
            self._check("bars")
            self._news.clear()
            await self._news.wait()

    async def resume(self) -> None:
        """Ask again from the last bar that is over, subscribe anew, and merge: for when updates may have been lost."""
        async with self._turn:
            await super().resume()

    async def _subscribe(self) -> None:
        since = self._whole_since()
        bars = await (self._ask(None) if since is None else self._ask_back_to(since))
        early, self._early = self._early, None
        self._put(bars)
        self._set("live")
        for payload in early or ():
            self._update(payload)

    async def _ask_back_to(self, since: int) -> Bars:
        """Subscribe; return the history from a bar on, also where this machine's clock is behind TWS's."""
        begins = min(since, int(time.time()) - BAR_SIZES[self.request.bar_size])
        for _ in range(_TIMES_FURTHER):
            bars = await self._ask(begins)
            if len(bars) and bars.start[0] <= since:
                return bars
            begins -= 2 * int(bars.start[0] - since) if len(bars) else DAY
            self._unsubscribe()
        return await self._ask(begins)

    async def _ask(self, begins: int | None) -> Bars:
        """Subscribe; return the history from a moment on, or of the duration that was wished; updates wait."""
        ib, request = self._ib, self.request
        filter = needed_filter(ib)
        req_id = request_id(ib)
        version = ib.client.serverVersion()
        ask = bars_ask(
            ib, req_id, self.contract, None, self._duration(begins), request.bar_size, request.what, request.rth,
            timeout=self._timeout, keep_up_to_date=True,
        )  # fmt: skip
        self._early, self._req_id = [], req_id
        filter.claim(req_id, {*BAR_MESSAGES, _UPDATE}, self._taker(req_id, collector(ib, req_id, ends_with(version))))
        try:
            answered = await send_and_wait(ib, ask)
            return self._sifted(answered, version, ask.name)
        except BaseException:
            filter.release(req_id)
            self._req_id = self._early = None
            raise

    def _sifted(self, answered: list[Any], version: int, name: str) -> Bars:
        """Return the bars of an answer by the rule for all of them, having said what was odd."""
        said = list[str]()
        bars = bars_of_answer(answered, version, self.zone, name, daily=self.request.daily, said=said)
        to_come = int(time.time() + _AHEAD)
        latest = to_come if (bars.start < to_come).any() else _NEVER  # TWS's clock may be another than ours
        newest = max(bars.start[bars.start < latest], default=_BEFORE_ALL)
        begins = newest - _REACHES * self.request.duration.seconds - _AHEAD
        found = sifted(bars, said, before=latest, since=int(min([begins, *(self._buffer.edges() or ())])))
        self._said = list(found.said)
        return found.bars

    def _whole_since(self) -> int | None:
        """Return the start of the last bar that is over and has no gap before it; None where there is none yet."""
        return self._buffer.final_start() if self._whole_up_to is None else self._whole_up_to

    def _duration(self, begins: int | None) -> str:
        request = self.request
        if begins is None:
            return str(request.duration)
        start = datetime.fromtimestamp(begins, UTC)
        reaching = make_request(bar_size=request.bar_size, what=request.what, rth=request.rth, start=start)
        return str(reaching.duration)

    def _set(self, state: State, reason: str = "") -> None:
        if state == "live":
            self._whole_up_to = None
        elif self.state == "live":  # what comes from now on may stand behind a gap
            self._whole_up_to = self._buffer.final_start()
        super()._set(state, reason)
        self.wake(soon=state in ("lost", "stopped"))

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
            self.malformed += 1
            _log.warning("%s", error)
            return
        first, last = self._buffer.edges() or (0, 0)
        if not first <= bar.start[0] <= max(last, time.time()) + _AHEAD:
            self.malformed += 1
            return
        self._put(bar)
        self._news.set()
        self.wake()

    def _put(self, bars: Bars) -> None:
        self._buffer.put(bars)
        if len(bars):
            first = int(bars.start[0])
            self._listeners = {each: min(first, before) for each, before in self._listeners.items()}

    def listen(self, callback: Callable[[pd.DataFrame], object], every: float) -> Listener:
        """Have `callback` called with the bars that came or changed, at most every so many seconds."""
        stands = self.state, self.reason

        def call(_changed: list[Any]) -> object:
            nonlocal stands
            since, self._listeners[listener] = self._listeners[listener], _NEVER
            was, stands = stands, (self.state, self.reason)
            return callback(self._framed(since)) if since != _NEVER or stands != was else None

        listener = Listener(call, every)
        listener.listen(self)
        self._listeners[listener] = _NEVER
        return listener

    def _unsubscribe(self) -> None:
        req_id, self._req_id = self._req_id, None
        filter = filter_of(self._ib)
        if req_id is None or filter is None:
            return
        filter.release(req_id)
        self._tell_tws(lambda: self._ib.client.cancelHistoricalData(req_id))

    def _owns(self, req_id: int) -> bool:
        return req_id == self._req_id

    def _on_error(self, req_id: int, code: int, text: str, contract: object) -> None:
        if self._early is None:  # a request that is under way sees to its errors itself, and brings all there is
            super()._on_error(req_id, code, text, contract)
