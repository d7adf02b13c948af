"""When what is due is done: one timer of the event loop for all streams of a server, whatever their number."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
from collections.abc import Callable

_log = logging.getLogger(__name__)

#: Does its work and returns in how many seconds to do it again, or None for never.
Work = Callable[[], float | None]


class Scheduler:
    """Runs work when it is due.

    Examples
    --------
    >>> import asyncio
    >>> async def count() -> int:
    ...     done = []
    ...     Scheduler().add(lambda: done.append(1), 0.0)
    ...     await asyncio.sleep(0.01)
    ...     return len(done)
    >>> asyncio.run(count())
    1
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Work]] = []
        self._numbers = itertools.count()
        self._handle: asyncio.TimerHandle | None = None

    def add(self, work: Work, delay: float) -> None:
        """Do `work` in `delay` seconds, and again as often as it asks for."""
        heapq.heappush(self._heap, (asyncio.get_running_loop().time() + delay, next(self._numbers), work))
        self._arm()

    def _arm(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self._handle = asyncio.get_running_loop().call_at(self._heap[0][0], self._fire) if self._heap else None

    def _fire(self) -> None:
        now = asyncio.get_running_loop().time()
        # What is added meanwhile waits for the next turn of the loop, so that reading goes on in between.
        due = []
        while self._heap and self._heap[0][0] <= now:
            due.append(heapq.heappop(self._heap))
        for when, number, work in due:
            try:
                delay = work()
            except Exception:
                _log.exception("a stream broke")
                continue
            if delay is not None:
                # From when it was due, so that it does not drift; from now, where that has passed already.
                heapq.heappush(self._heap, (max(when + delay, now), number, work))
        self._arm()

    def close(self) -> None:
        """Forget all work."""
        self._heap.clear()
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
