"""What one download brings together, bars or ticks: what is kept, what waits for proof, what is there for this call.

Rows are kept as soon as it is proved that nothing in their span changes any more, so that whatever ends a download,
the next one goes on where it stopped. What cannot be kept, or is not believed, is there for this call only.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from ibnb.errors import StoreError
from ibnb.history.planning.intervals import Interval, Intervals, united, without
from ibnb.history.store.disk import StoreWarning
from ibnb.history.store.kept import Rows, RowStore, in_thread

R = TypeVar("R", bound=Rows)


@dataclass(frozen=True)
class Waiting(Generic[R]):
    """What came for a span, and when it was asked for, in epoch seconds."""

    rows: R
    span: Interval
    sent: float


class Gathered(Generic[R]):
    """The rows of one series, as far as one download has them.

    Parameters
    ----------
    kept : RowStore
        Where rows are kept.
    merged : callable
        Returns the rows of several pieces in order.
    final : callable
        Says of what waits before which second nothing of it changes any more.
    name : str
        What is brought together, for messages: "ticks of AAPL".
    at_a_time, seconds : int, float
        Where a disk is waited for: so many spans are written at once, or what has come within so many seconds, while
        more is asked for. Who brings more waits where twice as many are not written yet.

    Attributes
    ----------
    newest : int
        The second of the newest row that is believed, as far as `look` or an answer has told; 0 for none.
    said : list of str
        What was odd in the answers.
    keep_or_fail : bool
        Whether rows that cannot be kept raise, rather than being there for this call with a warning.
    """

    def __init__(
        self,
        kept: RowStore[R],
        merged: Callable[[Iterable[R]], R],
        final: Callable[[Waiting[R]], int],
        name: str,
        *,
        at_a_time: int = 5,
        seconds: float = 0.25,
    ) -> None:
        self.kept, self._merged, self._final, self._name = kept, merged, final, name
        self._at_a_time, self._seconds = at_a_time, seconds
        self.newest = 0
        self.said: list[str] = []
        self.keep_or_fail = False
        self._looked = False
        self._waiting: list[Waiting[R]] = []
        self._proved: list[tuple[R, Interval]] = []
        self._taken = 0
        self._writing = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._failed: StoreError | None = None
        self._fresh: list[R] = []
        self._passing: Intervals = ()
        self._unkept: StoreError | None = None

    async def look(self) -> None:
        """Learn which row is the newest that is kept, the first time."""
        if not self._looked:
            self._looked = True
            newest = await in_thread(self.kept, self.kept.newest)
            self.newest = max(self.newest, newest or 0)

    def answered(self) -> Intervals:
        """Return for which seconds nothing is to be asked for by this call."""
        return united(self.kept.answered(), self._passing, (each.span for each in self._waiting))

    def missing(self, *wanted: Interval) -> Intervals:
        """Return what is still to be asked for of some spans."""
        return without(wanted, self.answered())

    async def missing_now(self, wanted: Intervals) -> Intervals:
        """Return the same, other programs having been looked after, without what waits for proof."""
        answered = await in_thread(self.kept, self.kept.answered)
        return without(wanted, united(answered, self._passing))

    async def read(self, start: int, end: int) -> R:
        """Return the rows that there are from one second on, before another."""
        await self.write()
        kept = await in_thread(self.kept, self.kept.read, start, end)
        waiting = (each.rows.between(*each.span) for each in self._waiting)
        return self._merged([kept, *(rows.between(start, end) for rows in (*self._fresh, *waiting))])

    def say(self, lines: Iterable[str]) -> None:
        """Note what was odd, each line once."""
        self.said += [line for line in dict.fromkeys(lines) if line not in self.said]

    def take(self, rows: R, span: Interval, sent: float) -> None:
        """Take the rows of a span, to be kept as far as they are proved."""
        if span[0] < span[1]:
            self._waiting.append(Waiting(rows, span, sent))

    def take_for_now(self, rows: R, span: Interval) -> None:
        """Take the rows of a span for this call only."""
        self._fresh.append(rows.between(*span))
        self.pass_over([span])

    def pass_over(self, spans: Iterable[Interval]) -> None:
        """Ask for nothing there, in this call."""
        self._passing = united(self._passing, spans)

    async def settle(self, spans: Intervals) -> None:
        """Note for good that nothing is to be asked for; where that cannot be written, for this call."""
        self.pass_over(spans)
        await self.write(spans)

    async def forget(self, spans: Intervals | None = None) -> None:
        """Take back that TWS has answered there, or anything."""
        await self.write()
        with suppress(StoreError):
            await in_thread(self.kept, self.kept.forget, self.kept.answered() if spans is None else spans)

    async def prove(self) -> None:
        """Keep what later rows prove, whichever answer brought them, or a long time."""
        still = []
        for each in self._waiting:
            low, high = each.span
            final = min(max(self._final(each), low), high)
            if low < final:
                self._proved.append((each.rows, (low, final)))
            if final < high:
                still.append(replace(each, span=(final, high)))
        self._waiting = still
        if not self.kept.waits or len(self._proved) >= 2 * self._at_a_time:
            await self.write()
        elif len(self._proved) >= self._at_a_time:
            self._write_soon(0)
        elif self._proved:
            self._write_soon(self._seconds)

    def _write_soon(self, seconds: float) -> None:
        """Have what is proved written while more is asked for."""
        loop = asyncio.get_running_loop()
        at = loop.time() + seconds
        if self._timer is None or at < self._timer.when():
            self._stop_timer()
            self._timer = loop.call_at(at, self._begin)

    def _begin(self) -> None:
        self._timer = None
        self._task = asyncio.ensure_future(self.write())
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())  # told by the next write

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def write(self, settled: Intervals = ()) -> None:
        """Return when what is proved is kept; what comes while one write is under way, the next keeps all at once.

        With it, what is `settled` is noted; where that cannot be written, it is only asked for again.
        """
        until = self._taken + len(self._proved)
        async with self._writing:
            if self._failed is not None:
                raise self._failed
            if self._taken >= until and not settled:  # by a write that has just ended
                return
            self._stop_timer()
            proved, self._proved = self._proved, []
            self._taken += len(proved)
            try:
                await in_thread(self.kept, self.kept.add_all, proved, settled)
            except StoreError as error:
                if not proved:
                    return
                if self.keep_or_fail:
                    self._failed = error
                    raise
                self._unkept = error
                for rows, span in proved:
                    self.take_for_now(rows, span)

    def warn(self) -> None:
        """Warn where not all could be kept."""
        if self._unkept is not None:
            text = f"{self._unkept} The {self._name.split()[0]} are returned, but not all are kept."
            warnings.warn(text, StoreWarning, stacklevel=2)

    def unreliable(self) -> StoreError:
        """Return what is told where a store does not hold what it took."""
        return StoreError(f"The {self._name} cannot be brought together: the store does not hold what it took.")
