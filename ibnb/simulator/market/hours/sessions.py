"""Which stretches of time are open: the segments of a market as a person sees them, regular hours or all hours.

By default the market never closes: from shortly before the simulator's start on, the gaps between sessions are
extended hours of the session that follows. The prices in a gap exist either way, so both worlds agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ibnb.simulator.market.hashing import Ints
from ibnb.simulator.market.hours.calendars import GAP, HOUR, HOURS, REGULAR, Segments, local_day, segments
from ibnb.simulator.market.hours.clock import Clock

_AHEAD = 800  # days of calendar beyond the clock, enough for the last option expiry
_NEVER = 1 << 60


@dataclass(frozen=True)
class View:
    """The open stretches of one market, in time order.

    Attributes
    ----------
    start, end : int64
        Epoch seconds; a gap may begin later here than its segment does.
    day : int64
        Session dates as day numbers.
    row : int64
        The row of the segment.
    """

    start: Ints
    end: Ints
    day: Ints
    row: Ints

    def __getitem__(self, rows: NDArray[np.bool_] | Ints | slice) -> View:
        return View(self.start[rows], self.end[rows], self.day[rows], self.row[rows])

    def __len__(self) -> int:
        return len(self.start)

    def before(self, moment: float) -> View:
        """Return the stretches that begin before a moment."""
        return self[: int(np.searchsorted(self.start, moment, side="left"))]

    def of_days(self, first: int, last: int) -> View:
        """Return the stretches of the sessions from one day number to another, both included."""
        return self[int(np.searchsorted(self.day, first)) : int(np.searchsorted(self.day, last, side="right"))]


class Sessions:
    """The sessions of every kind of market around one clock.

    Parameters
    ----------
    clock : Clock
        Its strictness decides whether gaps are open; its time when created, from when on.
    """

    def __init__(self, clock: Clock) -> None:
        now = clock.now()
        self._last = (local_day(now, "UTC") + _AHEAD) // 365 * 365 + 365
        self.open_from = _NEVER if clock.strict else int((now - HOUR) // HOUR) * HOUR
        self._views: dict[tuple[str, bool, bool], View] = {}

    def segments(self, kind: str) -> Segments:
        """Return all segments of a kind of market, open or not."""
        return segments(kind, self._last)

    def view(self, kind: str, rth: bool, extended: bool = True) -> View:
        """Return the open stretches of a kind of market.

        Parameters
        ----------
        rth : bool
            Regular hours only.
        extended : bool
            Whether the instrument has hours before and after the regular ones; without them (options) only the
            hours added around the simulator's own time lie outside the regular ones.
        """
        key = (kind, rth, extended)
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = self._make(kind, rth, extended)
        return view

    def _make(self, kind: str, rth: bool, extended: bool) -> View:
        all_ = self.segments(kind)
        regular = all_.kind == REGULAR
        fixed = regular if rth or not extended else all_.kind != GAP
        shown = fixed if rth else fixed | (all_.end > self.open_from)
        start = np.where(fixed, all_.start, np.maximum(all_.start, self.open_from))
        return View(start[shown], all_.end[shown], all_.day[shown], np.flatnonzero(shown))

    def session_day(self, kind: str, moment: float) -> int:
        """Return the session (day number) that covers a moment or, where none does, the last one before it."""
        view = self.view(kind, rth=False)
        return int(view.day[max(int(np.searchsorted(view.start, moment, side="right")) - 1, 0)])

    def bounds(self, kind: str, day: int) -> tuple[int, int, int, int]:
        """Return (start, regular start, regular end, end) of a session by the calendar, gaps left out."""
        all_ = self.segments(kind)
        rows = np.flatnonzero((all_.day == day) & (all_.kind != GAP))
        regular = rows[all_.kind[rows] == REGULAR]
        return (
            int(all_.start[rows[0]]),
            int(all_.start[regular[0]]),
            int(all_.end[regular[-1]]),
            int(all_.end[rows[-1]]),
        )

    def days(self, kind: str) -> Ints:
        """Return the day numbers of all sessions of a kind of market."""
        all_ = self.segments(kind)
        return np.asarray(all_.day[all_.kind == REGULAR])

    def is_open(self, kind: str, moment: float, rth: bool = False) -> bool:
        """Tell whether the market is open at a moment."""
        view = self.view(kind, rth)
        row = int(np.searchsorted(view.start, moment, side="right")) - 1
        return row >= 0 and bool(moment < view.end[row])

    def zone(self, kind: str) -> str:
        """Return the IANA name of a market's zone."""
        return HOURS[kind].zone
