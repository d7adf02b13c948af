"""A timeout that is that of a whole call, however many requests it takes."""

from __future__ import annotations

import asyncio


class Deadline:
    """Counts down from a number of seconds. Made on a running loop.

    Parameters
    ----------
    seconds : float
        How long from now.
    """

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self.at = self._loop.time() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left, to the hundredth; 0 where it has passed."""
        return round(max(0.0, self.at - self._loop.time()), 2)

    def share(self, parts: int) -> float:
        """Return the seconds for one of so many parts that still have to share what is left."""
        return round(self.left / max(parts, 1), 2)
