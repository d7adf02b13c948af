"""Bars that grow: written on the session's loop, read from any thread, always whole, never more than a limit."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from ibnb.history.columns.bars import Bars, empty, merged


class LiveBuffer:
    """The latest bars of one series.

    Parameters
    ----------
    limit : int
        So many bars are kept, the latest.

    Attributes
    ----------
    begun : int
        How many bars have begun since the first answer.

    Examples
    --------
    >>> buffer = LiveBuffer(limit=2)
    >>> one = np.array([1.0])
    >>> for start in (60, 60, 120, 180):
    ...     _ = buffer.put(Bars(np.array([start]), one, one, one, one, one, one, np.array([5])))
    >>> buffer.snapshot().start.tolist()
    [120, 180]
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._room: list[Any] = empty().columns()
        self._first = self._stop = 0  # the bars stand in the room from the first to before the stop
        self.begun = 0

    def __len__(self) -> int:
        return self._stop - self._first

    def snapshot(self, since: int | None = None) -> Bars:
        """Return a copy of all bars, or of those that start from a moment on."""
        with self._lock:
            view = self._view()
            first = 0 if since is None else int(np.searchsorted(view.start, since))
            return Bars(*(column[first:].copy() for column in view.columns()))

    def edges(self) -> tuple[int, int] | None:
        """Return the starts of the first and the last bar; None where there is none."""
        starts = self._view().start
        return (int(starts[0]), int(starts[-1])) if len(starts) else None

    def final_start(self) -> int | None:
        """Return the start of the last bar that is over: the one before the last; None where there is none."""
        starts = self._view().start
        return int(starts[-2]) if len(starts) > 1 else None

    def put(self, bars: Bars) -> int:
        """Add bars or replace those of the same start; return how many are later than all there were."""
        if not len(bars):
            return 0
        with self._lock:
            starts = self._view().start
            last = int(starts[-1]) if len(starts) else None
            fresh = len(bars) if last is None else int((bars.start > last).sum())
            if len(bars) > 1 or (last is not None and int(bars.start[0]) < last):
                self._replace(merged([self._view(), bars])[-self._limit :])
            elif last == int(bars.start[0]):
                self._write(self._stop - 1, bars)
            else:
                self._append(bars)
            self.begun += fresh
            return fresh

    def _view(self) -> Bars:
        return Bars(*(column[self._first : self._stop] for column in self._room))

    def _write(self, place: int, bars: Bars) -> None:
        for column, value in zip(self._room, bars.columns(), strict=True):
            column[place] = value[0]

    def _append(self, bars: Bars) -> None:
        if self._stop == len(self._room[0]):
            self._replace(self._view()[-self._limit :])
        self._write(self._stop, bars)
        self._stop += 1
        self._first = max(self._first, self._stop - self._limit)

    def _replace(self, bars: Bars) -> None:
        """Put bars into a room of their own, with space for as many again, at most as many as are kept."""
        space = min(max(len(bars), 64), self._limit)
        self._room = [np.concatenate([column, np.empty(space, dtype=column.dtype)]) for column in bars.columns()]
        self._first, self._stop = 0, len(bars)
