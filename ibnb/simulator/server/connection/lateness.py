"""How late the simulator's loop is: what comes while it is busy is read only afterwards, and all at once.

A real TWS counts messages when they come. What is counted here when it is read is forgiven that delay.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque

#: Seconds between two looks, and what is no delay worth a note.
_EVERY, _USUAL = 0.05, 0.02
#: For so many seconds a delay may crowd together what came one after another.
_LASTS = 2.0


class Lateness:
    """Watches the loop that it is started on."""

    def __init__(self) -> None:
        self._late: deque[tuple[float, float]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._wait()

    def stop(self) -> None:
        """End it. May be repeated."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def lately(self) -> float:
        """Return how many seconds the loop has been late in the last moments, all together."""
        now = time.monotonic()
        while self._late and now - self._late[0][0] > _LASTS:
            self._late.popleft()
        return sum(seconds for _, seconds in self._late)

    def _wait(self) -> None:
        # A timer and no task: it is served in the same round of the loop in which the data of clients arrive,
        # before any of them is looked at.
        self._timer = asyncio.get_running_loop().call_later(_EVERY, self._look, time.monotonic() + _EVERY)

    def _look(self, due: float) -> None:
        now = time.monotonic()
        if now - due > _USUAL:
            self._late.append((now, now - due))
        self._wait()
