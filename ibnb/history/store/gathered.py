"""What one download brings together, bars or ticks: what is kept, what waits for proof, what is there for this call.

Rows are kept as soon as it is proved that nothing in their span changes any more, so that whatever ends a download,
the next one goes on where it stopped. What cannot be kept, or is not believed, is there for this call only.
"""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf
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
        So many spans are written at once, or what has come after so many seconds; those that touch in one piece.

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
        at_a_time: int = 1,
        seconds: float = inf,
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
        self._writing, self._written = asyncio.Lock(), time.monotonic()
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
        with suppress(StoreError):
            await in_thread(self.kept, self.kept.settle, spans)

    async def forget(self, spans: Intervals | None = None) -> None:
        """Take back that TWS has answered there, or anything."""
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
        if len(self._proved) >= self._at_a_time or time.monotonic() - self._written > self._seconds:
            await self.write()

    async def write(self) -> None:
        """Return when what is proved is kept; what comes while one write is under way, the next keeps all at once."""
        until = self._taken + len(self._proved)
        async with self._writing:
            self._written = time.monotonic()
            if self._taken >= until:  # by a write that has just ended
                return
            proved, self._proved = self._proved, []
            self._taken += len(proved)
            pieces = self._side_by_side(proved) if self._at_a_time > 1 else proved
            try:
                await in_thread(self.kept, self.kept.add_all, pieces)
            except StoreError as error:
                if self.keep_or_fail:
                    raise
                self._unkept = error
                for rows, span in pieces:
                    self.take_for_now(rows, span)

    def _side_by_side(self, proved: list[tuple[R, Interval]]) -> list[tuple[R, Interval]]:
        """Return rows with their spans, those that touch each other in one piece."""
        pieces = sorted(((rows.between(*span), span) for rows, span in proved), key=lambda piece: piece[1])
        spans = united(span for _, span in pieces)
        return [
            (self._merged(rows for rows, span in pieces if low <= span[0] < high), (low, high)) for low, high in spans
        ]

    def warn(self) -> None:
        """Warn where not all could be kept."""
        if self._unkept is not None:
            text = f"{self._unkept} The {self._name.split()[0]} are returned, but not all are kept."
            warnings.warn(text, StoreWarning, stacklevel=2)

    def unreliable(self) -> StoreError:
        """Return what is told where a store does not hold what it took."""
        return StoreError(f"The {self._name} cannot be brought together: the store does not hold what it took.")
