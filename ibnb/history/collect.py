"""Bringing one series of bars together: what is kept, and requests for what is missing until nothing is.

An answer is kept as soon as it came, so that whatever ends a download, the next one goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import time
import warnings
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from ibnb.errors import NotConnected, RequestError, StoreError
from ibnb.history.answer import ask_bars, verdict
from ibnb.history.arrays import Bars, empty, merged
from ibnb.history.disk import StoreWarning
from ibnb.history.intervals import Interval, Intervals, common, united, without
from ibnb.history.kept import Kept
from ibnb.history.pace import Pace
from ibnb.history.pacing import SMALL, Demand, demand
from ibnb.history.partition import Series
from ibnb.history.plan import Piece, date_of, group_start, plan, reached
from ibnb.history.progress import Progress
from ibnb.history.schedule import Schedule, schedule_of
from ibnb.history.sizes import BAR_SIZES, DAY
from ibnb.tws import ask

#: A bar that ended so many seconds ago is whole; the last one of a session that has just ended may still change.
_SETTLING, _AFTER_CLOSE = 5, 900
#: How often a request is sent again after pacing violations, and how often it is halved when it is not answered.
_MOST_VIOLATIONS, _MOST_HALVINGS = 10, 3
#: A request for fewer bars than this is not halved.
_FEW = 300
#: From so many requests on, it is worth asking first where the history begins.
_ASK_HEAD = 4
_WORKERS = 10
_ROUNDS = 6


@dataclass
class Job:
    """One series to bring together.

    Attributes
    ----------
    ib : IB
        A connected client.
    details : ContractDetails
        Of the contract.
    series : Series
        Which bars.
    wanted : Interval
        Starts of bars; for bars of a day and longer, midnights UTC of dates.
    zone : str
        The exchange's.
    kept : Kept
        Where bars are kept.
    pace : Pace
        Shared by all jobs of a session.
    progress : Progress
        The numbers to keep up to date.
    timeout : float
        Seconds for each request.
    keep_or_fail : bool
        Whether bars that cannot be kept end the job, rather than being returned with a warning.
    """

    ib: Any
    details: Any
    series: Series
    wanted: Interval
    zone: str
    kept: Kept
    pace: Pace
    progress: Progress = field(default_factory=Progress)
    timeout: float = 60
    keep_or_fail: bool = False
    requests: int = 0
    _fresh: list[Bars] = field(default_factory=list)
    _passing: Intervals = ()
    _unkept: StoreError | None = None
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _headed: bool = False

    @property
    def size(self) -> int:
        """The bars' length in seconds."""
        return BAR_SIZES[self.series.bar_size]

    async def run(self) -> Bars:
        """Return all bars of the range that there are.

        Raises
        ------
        RequestError
            If TWS refuses; what came before is kept.
        NotConnected
            If the connection is lost; likewise.
        """
        chain = True
        for _ in range(_ROUNDS):
            missing = self._missing()
            if missing:
                await self._fetch(missing, chain=chain)
                chain = False  # what answers did not reach back to is asked for session by session
                if self._missing():
                    continue
            bars = await self.kept_bars()
            if not self._missing():
                self._warn()
                return bars
            chain = True  # a file was broken: what it held is asked for again
        raise StoreError(f"The bars of {self.series} cannot be brought together: the store does not hold what it took.")

    async def kept_bars(self) -> Bars:
        """Return the bars of the range that are there: those kept, and those that could not be."""
        kept = await asyncio.to_thread(self.kept.read, *self.wanted)
        return merged([kept, *self._fresh]).between(*self.wanted)

    async def forget_all(self) -> None:
        """Take back that TWS has answered anything."""
        with suppress(StoreError):
            await asyncio.to_thread(self.kept.forget, self.kept.answered())

    def _missing(self) -> Intervals:
        return without([self.wanted], united(self.kept.answered(), self._passing))

    async def _fetch(self, missing: Intervals, *, chain: bool) -> None:
        now = int(time.time())
        low, high = missing[0][0], missing[-1][1]
        schedule = None
        if not self.series.daily:
            schedule = await schedule_of(
                self.ib, self.details, self.series.rth, low, min(high, now), timeout=self.timeout
            )
        pieces = self._plan(missing, schedule, now, chain)
        if len(pieces) >= _ASK_HEAD and not self._headed:
            missing = await self._from_the_head(missing)
            pieces = self._plan(missing, schedule, now, chain)
        self._expect(pieces)
        await self._all(pieces, schedule)
        await self._close(missing, schedule, now)

    def _plan(self, missing: Intervals, schedule: Schedule | None, now: int, chain: bool) -> list[Piece]:
        sessions = schedule.sessions if schedule else ()
        told = schedule is None or schedule.told
        return plan(missing, self.series.bar_size, sessions, self.zone, now, chain=chain and told)

    async def _from_the_head(self, missing: Intervals) -> Intervals:
        """Return what is missing from the first moment on that there is data for."""
        self._headed = True
        try:
            head = await ask.head_timestamp(
                self.ib, self.details.contract, self.series.what, self.series.rth, timeout=min(self.timeout, 15)
            )
        except ConnectionError as error:
            raise _lost(error) from error
        except RequestError:
            return missing  # not every kind of data has one; then the answers tell
        stamp = (head if head.tzinfo else head.replace(tzinfo=UTC)).timestamp()
        begins = group_start(date_of(stamp, self.zone), self.size) if self.series.daily else int(stamp) // DAY * DAY
        if begins > missing[0][0]:
            await self._settle(((missing[0][0], min(begins, self.wanted[1])),))
        return without(missing, [(missing[0][0], begins)])

    def _expect(self, pieces: list[Piece]) -> None:
        self.progress.planned += len(pieces)
        demands = [each for each in map(self._demand, pieces) if each is not None]
        if demands:
            self.progress.least_seconds = self.pace.seconds_for(demands)
            self.progress.at = time.monotonic()

    def _demand(self, piece: Piece) -> Demand | None:
        if self.size > SMALL:
            return None
        series, contract = self.series, self.details.contract
        rest = (piece.end, str(piece.duration), series.bar_size, series.rth)
        return demand(contract.conId, contract.exchange, series.what, *rest)

    async def _all(self, pieces: list[Piece], schedule: Schedule | None) -> None:
        """Ask for all pieces, several at once, in their order."""
        left = deque(pieces)

        async def work() -> None:
            while left:
                await self._one(left.popleft(), schedule)

        workers = [asyncio.ensure_future(work()) for _ in range(min(_WORKERS, len(pieces)))]
        try:
            await asyncio.gather(*workers)
        except ConnectionError as error:
            lost = _lost(error)
            lost.add_note(
                f"{self.progress.done} of {self.progress.planned} requests are done; a new call goes on there."
            )
            raise lost from error
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _one(self, piece: Piece, schedule: Schedule | None, halvings: int = 0) -> None:
        violations = 0
        while True:
            sent, bars, refusal = time.time(), empty(), None
            try:
                sent, bars = await self.ask(piece)
            except RequestError as error:
                refusal = error
            if refusal is None or verdict(refusal) == "nothing":
                self.pace.served()
                await self.keep(piece, bars, sent, schedule)
                return
            if verdict(refusal) == "pacing" and violations < _MOST_VIOLATIONS:
                violations += 1
                self.pace.violated()
                continue
            halves = self._halves(piece, schedule) if verdict(refusal) == "late" and halvings < _MOST_HALVINGS else []
            if not halves:
                raise refusal
            self.pace.slower()
            self.progress.planned += len(halves) - 1
            for half in halves:
                await self._one(half, schedule, halvings + 1)
            return

    async def ask(self, piece: Piece) -> tuple[float, Bars]:
        """Send the request of a piece when the pace allows; return when it was sent, and the bars that came."""
        series = self.series
        async with self.pace.slot(self._demand(piece), self.progress.wait_for):
            sent = time.time()
            self.requests += 1
            bars = await ask_bars(
                self.ib,
                self.details.contract,
                piece.end,
                str(piece.duration),
                series.bar_size,
                series.what,
                series.rth,
                self.zone,
                timeout=self.timeout,
            )
        return sent, bars

    def _halves(self, piece: Piece, schedule: Schedule | None) -> list[Piece]:
        """Return the requests for a piece in two parts; none where it is too small for that."""
        low, high = piece.cover
        if schedule is None:
            middle = group_start((low + high) // 2, self.size)
            if (high - low) // self.size < _FEW or not low < middle < high:
                return []
        else:
            sessions = common([piece.cover], [(each.start, each.end) for each in schedule.between(low, high)])
            if sum(end - start for start, end in sessions) // self.size < _FEW:
                return []
            middle = sessions[len(sessions) // 2][0] if len(sessions) > 1 else (low + high) // 2
            middle -= middle % self.size if len(sessions) == 1 else 0
        now = int(time.time())
        return [
            half
            for part in ((middle, high), (low, middle))
            for half in self._plan((part,), schedule, now, chain=False)
            if half.cover != piece.cover
        ]

    async def keep(self, piece: Piece, bars: Bars, sent: float, schedule: Schedule | None) -> None:
        """Keep what an answer settles, and what it brought that is not whole yet for this call."""
        first = int(bars.start[0]) if len(bars) else None
        low, high = reached(piece, first)
        final = self._final(sent, bars, schedule)
        whole = (low, min(high, final))
        self.progress.done += 1
        self.progress.rows += len(bars)
        if high > final:
            self._fresh.append(bars.between(max(low, final), high))
            self._passing = united(self._passing, [(max(low, final), high)])
        if whole[0] < whole[1]:
            async with self._writing:
                try:
                    await asyncio.shield(asyncio.to_thread(self.kept.add, bars, whole))
                except StoreError as error:
                    self._could_not_keep(error, bars.between(*whole), whole)

    def _could_not_keep(self, error: StoreError, bars: Bars, span: Interval) -> None:
        if self.keep_or_fail:
            raise error
        self._unkept = error
        self._fresh.append(bars)
        self._passing = united(self._passing, [span])

    async def _settle(self, spans: Intervals) -> None:
        """Note for good that nothing is to be asked for; where that cannot be written, for this call."""
        self._passing = united(self._passing, spans)
        with suppress(StoreError):
            await asyncio.to_thread(self.kept.settle, spans)

    def _final(self, sent: float, bars: Bars, schedule: Schedule | None) -> int:
        """Return the moment before which bars will not change any more."""
        if schedule is None:
            return group_start(date_of(sent, self.zone), self.size)
        final = int(sent) - _SETTLING - self.size + 1
        under_way = schedule.between(int(sent) - _AFTER_CLOSE, int(sent) + 1)
        if under_way and len(bars):  # clocks differ: the newest bar of an open session is not trusted to be whole
            final = min(final, int(bars.start[-1])) if bars.start[-1] >= under_way[-1].start else final
        return final

    async def _close(self, missing: Intervals, schedule: Schedule | None, now: int) -> None:
        """Settle the hours in which the instrument did not trade."""
        if schedule is None:
            return
        closed = without(missing, [(each.start, each.end) for each in schedule.sessions])
        past = common(closed, [(0, min(now, schedule.end))]) if schedule.told else ()
        await self._settle(past)
        self._passing = united(self._passing, closed)

    def _warn(self) -> None:
        if self._unkept is not None:
            warnings.warn(f"{self._unkept} The bars are returned, but not all are kept.", StoreWarning, stacklevel=2)


def _lost(error: ConnectionError) -> NotConnected:
    """Return what a lost connection is told by, also where the client itself noticed while it was sending."""
    if isinstance(error, NotConnected):
        return error
    return NotConnected("The connection to TWS was lost. Connect again with ibnb.connect().")
