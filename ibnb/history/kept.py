"""Where the bars of one series are kept, as a download sees it; and bars that are kept for one call only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from ibnb.history.arrays import Bars, merged
from ibnb.history.intervals import Interval, Intervals, united, without


class Kept(Protocol):
    """Where the bars of one series are kept."""

    def answered(self) -> Intervals:
        """Return for which starts of bars TWS has answered, also with nothing."""

    def add(self, bars: Bars, settled: Interval) -> None:
        """Keep the bars of an answer, in place of all before in what it settles."""

    def settle(self, spans: Iterable[Interval]) -> None:
        """Note that there is nothing more to be asked for in these spans."""

    def read(self, start: int, end: int) -> Bars:
        """Return the bars that start from `start` on, before `end`."""

    def forget(self, spans: Iterable[Interval]) -> None:
        """Take back that TWS has answered for these starts."""


class InMemory:
    """Bars kept for one call."""

    def __init__(self) -> None:
        self._answered: Intervals = ()
        self._pieces: list[Bars] = []

    def answered(self) -> Intervals:
        """Return for which starts of bars TWS has answered, also with nothing."""
        return self._answered

    def add(self, bars: Bars, settled: Interval) -> None:
        """Keep the bars of an answer."""
        self._answered = united(self._answered, [settled])
        self._pieces.append(bars.between(*settled))

    def settle(self, spans: Iterable[Interval]) -> None:
        """Note that there is nothing more to be asked for in these spans."""
        self._answered = united(self._answered, spans)

    def read(self, start: int, end: int) -> Bars:
        """Return the bars that start from `start` on, before `end`."""
        self._pieces = [merged(self._pieces)]
        return self._pieces[0].between(start, end)

    def forget(self, spans: Iterable[Interval]) -> None:
        """Take back that TWS has answered for these starts."""
        self._answered = without(self._answered, spans)
