"""Who wants to know that something has changed: told soon, but at most so often, with all that changed since.

A source that changes thousands of times a second pays for its listeners once in their period: it wakes them, and
forgets them until they have looked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from ibnb.ground.logs import logger

_log = logger("ibnb.live")


#: Seconds of silence that end the first answer, which comes in several messages, and how often it is looked for.
_SILENCE, _LOOKS = 0.05, 6


async def settled(count: Callable[[], int]) -> None:
    """Wait until what is counted stands still, or for a moment at most where it never does."""
    for _ in range(_LOOKS):
        before = count()
        await asyncio.sleep(_SILENCE)
        if count() == before:
            return


class Source:
    """Something that changes. `armed` are those to be woken by the next change."""

    def __init__(self) -> None:
        self.armed: list[Listener] = []

    def wake(self, *, soon: bool = False) -> None:
        """Tell those who wait for it that it has changed; `soon` where it cannot wait for their turn."""
        armed, self.armed = self.armed, []
        for listener in armed:
            listener.heard(self, soon)


class Listener:
    """Calls back on the loop where it was made.

    Parameters
    ----------
    callback : callable
        Takes the list of the sources that have changed. What it raises is logged.
    every : float
        Seconds from one call to the next, at least.

    Examples
    --------
    >>> async def example() -> list[int]:
    ...     heard = []
    ...     source = Source()
    ...     Listener(lambda changed: heard.append(len(changed)), every=0.01).listen(source)
    ...     for _ in range(1000):
    ...         source.wake()
    ...     await asyncio.sleep(0.05)
    ...     return heard
    >>> asyncio.run(example())
    [1]
    """

    def __init__(self, callback: Callable[[list[Any]], object], every: float) -> None:
        self._callback, self._every = callback, every
        self._loop = asyncio.get_running_loop()
        self._sources: set[Source] = set()
        self._changed: list[Source] = []
        self._timer: asyncio.Handle | None = None
        self._last = float("-inf")

    def listen(self, source: Source) -> None:
        """Hear of a source's changes from now on."""
        if source not in self._sources:
            self._sources.add(source)
            source.armed.append(self)

    def leave(self, source: Source) -> None:
        """Hear of it no more."""
        self._sources.discard(source)
        if self in source.armed:
            source.armed.remove(self)

    def stop(self) -> None:
        """Hear of nothing any more."""
        for source in list(self._sources):
            self.leave(source)
        if self._timer is not None:
            self._timer.cancel()

    def heard(self, source: Source, soon: bool = False) -> None:
        """Take in that a source has changed."""
        self._changed.append(source)
        if soon:  # it ends, and perhaps the loop with it
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self._loop.call_soon(self._call)
        elif self._timer is None:
            wait = max(self._last + self._every - self._loop.time(), 0.0)
            self._timer = self._loop.call_later(wait, self._call)

    def _call(self) -> None:
        self._timer, self._last = None, self._loop.time()
        changed, self._changed = [each for each in self._changed if each in self._sources], []
        for source in changed:
            source.armed.append(self)
        if not changed:
            return
        try:
            self._callback(changed)
        except Exception:
            _log.exception("a callback of live data failed")
