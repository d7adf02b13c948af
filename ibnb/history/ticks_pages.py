"""Which pages of ticks to ask for, and which rows of each to keep: no gap, no tick twice. No sockets here.

A page is some number of ticks from a second on, or before one, with the rest of its last second where TWS is
generous. A page of exactly that number may have cut its last second in two: that second is asked for again, whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from ibnb.history.fast_rows import Array

#: What TWS gives at most.
PAGE = 1_000
#: So many days in a row may be empty before nothing is looked for any more, where no start was given.
EMPTY_DAYS = 14


@dataclass
class Pages:
    """The pages of one range, one after the other.

    Parameters
    ----------
    start, end : int or None, int
        Epoch seconds: from `start` on, before `end`. Without a start, backwards from the end.
    zone : str
        The exchange's time zone: where there is nothing, the search goes on at the next midnight there.
    number : int
        Ticks a page.
    floor : int or None
        Without a start: no further back than this second.

    Attributes
    ----------
    cut : list of int
        Seconds of which TWS gave exactly a page and may have more.
    oldest : int or None
        The second of the oldest tick that came.
    """

    start: int | None
    end: int
    zone: str = "UTC"
    number: int = PAGE
    cut: list[int] = field(default_factory=list)
    floor: int | None = None
    oldest: int | None = None

    def __post_init__(self) -> None:
        self._at = self.end if self.start is None else self.start
        self._empty = 0

    @property
    def forward(self) -> bool:
        """Whether pages follow each other in time."""
        return self.start is not None

    @property
    def at(self) -> int:
        """The second from which on (forward) or before which (backward) the next page is asked for."""
        return self._at

    @property
    def done(self) -> bool:
        """Whether all pages have come."""
        if self.forward:
            return self._at >= self.end
        return self._empty >= EMPTY_DAYS or (self.floor is not None and self._at <= self.floor)

    def share(self) -> float:
        """Return how much of a range with a start has come, 0 to 1."""
        if self.start is None or self.end <= self.start:
            return 0.0
        return min((self._at - self.start) / (self.end - self.start), 1.0)

    def take(self, times: Array) -> Array:
        """Take a page and return which of its rows are new and final.

        Parameters
        ----------
        times : array of int64
            The epoch second of each tick, in the order they came.

        Returns
        -------
        array of bool
        """
        return self._forward(times) if self.forward else self._backward(times)

    def _forward(self, times: Array) -> Array:
        kept = times >= self._at
        if not kept.any():
            self._at = self._next_midnight()
            return kept
        first, last = int(times[kept].min()), int(times[kept].max())
        if len(times) == self.number and first < last:
            kept &= times < last
            self._at = last
        else:
            if len(times) == self.number:
                self.cut.append(last)
            self._at = last + 1
        return kept & (times < self.end)

    def _backward(self, times: Array) -> Array:
        kept = times < self._at
        if not kept.any():
            self._at = self._not_below(self._last_midnight())
            self._empty += 1
            return kept
        self._empty = 0
        first, last = int(times[kept].min()), int(times[kept].max())
        if len(times) == self.number and first < last:
            kept &= times > first
            self._at = first + 1
        else:
            if len(times) == self.number:
                self.cut.append(first)
            self._at = first
        self._at = self._not_below(self._at)
        kept &= times >= self._at
        self.oldest = int(times[kept].min()) if kept.any() else self.oldest
        return kept

    def _not_below(self, second: int) -> int:
        return second if self.floor is None else max(second, self.floor)

    def _next_midnight(self) -> int:
        day = self._local(self._at).date() + timedelta(days=1)
        return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone)).timestamp())

    def _last_midnight(self) -> int:
        day = self._local(self._at - 1).date()
        return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone)).timestamp())

    def _local(self, second: int) -> datetime:
        return datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(self.zone))


def in_order(times: Array) -> Array:
    """Return the places of ticks in the order of time; those of one second stay in the order they came."""
    return np.argsort(times, kind="stable")
