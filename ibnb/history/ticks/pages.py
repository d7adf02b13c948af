"""Which pages of ticks to ask for, and which rows of each to keep: no gap, no tick twice. No sockets here.

A page is some number of ticks from a second on, or before one, with the rest of its last second where TWS is
generous. A page of exactly that number may have cut its last second in two: that second is asked for again, whole.

A page may lie wholly before the start that it was asked for: then the day is asked for from its other end. Nothing is
taken for empty because what came lies elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from ibnb.history.columns.rows import Array
from ibnb.history.planning.intervals import Interval

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
    span : tuple of int
        For which seconds the latest page is the answer.
    sure : bool
        Whether it can be: a page that lies elsewhere says nothing of the seconds that were asked for.
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
        self._turned: int | None = None  # before which second the next page is asked for, back to `_at`
        self._until = self._at  # where it goes on then
        self.span: Interval = (self._at, self._at)
        self.sure = True

    @property
    def forward(self) -> bool:
        """Whether the next page is asked for from a second on, and not before one."""
        return self.start is not None and self._turned is None

    @property
    def at(self) -> int:
        """The second from which on (forward) or before which (backward) the next page is asked for."""
        return self._at if self._turned is None else self._turned

    @property
    def done(self) -> bool:
        """Whether all pages have come."""
        if self.start is not None:
            return self._at >= self.end
        return self._empty >= EMPTY_DAYS or (self.floor is not None and self._at <= self.floor)

    def share(self) -> float:
        """Return how much of a range with a start has come, 0 to 1."""
        if self.start is None or self.end <= self.start:
            return 0.0
        return min((self._at - self.start) / (self.end - self.start), 1.0)

    def take(self, times: Array, came: int | None = None) -> Array:
        """Take a page and return which of its rows are new and final.

        Parameters
        ----------
        times : array of int64
            The epoch second of each tick, in the order they came.
        came : int, optional
            How many there were before some were left out, where it was so.

        Returns
        -------
        array of bool
        """
        came = len(times) if came is None else came
        before, self.sure = self.at, True
        if self._turned is not None:
            return self._turned_round(times, came, self._turned)
        kept = self._forward(times, came) if self.forward else self._backward(times, came)
        self.span = (before, min(self._at, self.end)) if self.start is not None else (self._at, before)
        return kept

    def _forward(self, times: Array, came: int) -> Array:
        kept = times >= self._at
        if not kept.any():
            self._until = min(self._next_midnight(), self.end)
            if came:
                self._turned, self.sure = self._until, False
            else:
                self._at = self._until
            return kept
        first, last = int(times[kept].min()), int(times[kept].max())
        full = self._full(came, kept)
        if full and first < last:
            kept &= times < last
            self._at = last
        else:
            if full:
                self.cut.append(last)
            self._at = last + 1
        return kept & (times < self.end)

    def _backward(self, times: Array, came: int) -> Array:
        if not (times < self._at).any():
            self._at = self._not_below(self._last_midnight())
            self._empty += 1
            self.sure = not came
            return np.zeros(len(times), dtype=np.bool_)
        self._empty = 0
        kept, self._at = self._before(times, came, self._at, self.floor)
        self.oldest = int(times[kept].min()) if kept.any() else self.oldest
        return kept

    def _turned_round(self, times: Array, came: int, upper: int) -> Array:
        """Take a page of what lies before `upper`: whatever there is from where the pages stand."""
        if (times < upper).any():
            kept, reach = self._before(times, came, upper, self._at)
        else:  # the one says that there is something, and the other that there is not
            kept, reach, self.sure = np.zeros(len(times), dtype=np.bool_), self._at, False
        self.span = (reach, upper)
        self._turned = reach
        if reach <= self._at:
            self._at, self._turned = self._until, None
        return kept

    def _before(self, times: Array, came: int, upper: int, floor: int | None) -> tuple[Array, int]:
        """Return which rows of a page before `upper` are final, and down to which second."""
        kept = times < upper
        first, last = int(times[kept].min()), int(times[kept].max())
        full = self._full(came, kept)
        if full and first < last:
            reach = first + 1
        else:
            if full and (floor is None or first >= floor):
                self.cut.append(first)
            reach = first
        reach = reach if floor is None else max(reach, floor)
        return kept & (times >= reach), reach

    def _full(self, came: int, kept: Array) -> bool:
        """Whether a page may have been cut at its number, counted with or without what lies outside."""
        return self.number in (came, int(np.count_nonzero(kept)))

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
