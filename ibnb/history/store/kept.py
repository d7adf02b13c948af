"""Where the rows of one series are kept, bars or ticks, as a download sees it; and rows kept for one call only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from ibnb.history.planning.intervals import Interval, Intervals, united, without


class Rows(Protocol):
    """Rows of a series as columns of numbers, oldest first: bars, or ticks."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: object) -> Self: ...

    def between(self, start: int, end: int) -> Self:
        """Return the rows from the second `start` on, before `end`."""

    def span(self) -> Interval | None:
        """Return from the first row's second to just after the last one's; None where there is none."""

    def in_order(self) -> bool:
        """Return whether each row stands where it belongs."""

    def equals(self, other: Self) -> bool:
        """Return whether all values are the same."""


R = TypeVar("R", bound=Rows)
T = TypeVar("T")


@dataclass(frozen=True)
class Files(Generic[R]):
    """How rows of one kind lie in files.

    Attributes
    ----------
    read, write : callable
        Return the rows of a file; write rows to a file, all or nothing.
    merged : callable
        Returns the rows of several pieces, of which each stands after those before.
    """

    read: Callable[[Path], R]
    write: Callable[[Path, R], None]
    merged: Callable[[Iterable[R]], R]


class RowStore(Protocol[R]):
    """Where the rows of one series are kept."""

    #: Whether a disk is waited for: then it is to be done in a thread of its own.
    waits: bool

    def answered(self) -> Intervals:
        """Return for which seconds (starts of bars) TWS has answered, also with nothing."""

    def add(self, rows: R, settled: Interval) -> None:
        """Keep the rows of an answer, in place of all before in what it settles."""

    def add_all(self, answers: Sequence[tuple[R, Interval]], settled: Iterable[Interval] = ()) -> None:
        """Keep the rows of several answers, the later in place of the earlier; and `settle` more."""

    def settle(self, spans: Iterable[Interval]) -> None:
        """Note that there is nothing more to be asked for in these spans."""

    def read(self, start: int, end: int) -> R:
        """Return the rows from `start` on, before `end`."""

    def newest(self) -> int | None:
        """Return the second of the newest row; None where there is none."""

    def forget(self, spans: Iterable[Interval]) -> None:
        """Take back that TWS has answered for these seconds."""


class MemoryRows(Generic[R]):
    """Rows kept for one call.

    Parameters
    ----------
    merged : callable
        As for `Files`.
    """

    waits = False

    def __init__(self, merged: Callable[[Iterable[R]], R]) -> None:
        self._merged = merged
        self._answered: Intervals = ()
        self._pieces: list[tuple[Interval, R]] = []

    def answered(self) -> Intervals:
        """Return for which seconds TWS has answered, also with nothing."""
        return self._answered

    def add(self, rows: R, settled: Interval) -> None:
        """Keep the rows of an answer."""
        self._answered = united(self._answered, [settled])
        low, high = settled
        if any(start < high and low < end for (start, end), _ in self._pieces):
            pieces = self._pieces
            self._pieces = [(part, old.between(*part)) for span, old in pieces for part in without([span], [settled])]
        self._pieces.append((settled, rows.between(*settled)))

    def add_all(self, answers: Sequence[tuple[R, Interval]], settled: Iterable[Interval] = ()) -> None:
        """Keep the rows of several answers, the later in place of the earlier; and `settle` more."""
        for rows, span in answers:
            self.add(rows, span)
        self.settle(settled)

    def settle(self, spans: Iterable[Interval]) -> None:
        """Note that there is nothing more to be asked for in these spans."""
        self._answered = united(self._answered, spans)

    def read(self, start: int, end: int) -> R:
        """Return the rows from `start` on, before `end`."""
        self._pieces.sort(key=lambda piece: piece[0])
        return self._merged(rows for _, rows in self._pieces).between(start, end)

    def newest(self) -> int | None:
        """Return the second of the newest row; None where there is none."""
        return max((span[1] - 1 for _, rows in self._pieces if (span := rows.span())), default=None)

    def forget(self, spans: Iterable[Interval]) -> None:
        """Take back that TWS has answered for these seconds."""
        self._answered = without(self._answered, spans)


async def in_thread(kept: RowStore[R], function: Callable[..., T], *arguments: Any) -> T:
    """Return what a function of `kept` returns, done in a thread of its own where it waits for a disk."""
    return await asyncio.to_thread(function, *arguments) if kept.waits else function(*arguments)
