"""Noticing that nobody is there any more, though no socket has said so: a cable pulled, a TWS that hangs, a sleep.

TWS sends something every few seconds while there is anything to tell. Where it has been silent for a while it is asked
for its clock, and where even that stays without an answer, the connection is given up.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from math import inf

from ibnb.ground.progress import span
from ibnb.tws.ask.calls.call import last_sent
from ibnb.tws.ask.clock import CLOCK
from ibnb.tws.client.ib import IB
from ibnb.tws.keeping.timeline import Timeline

#: Seconds between two looks; of silence before TWS is asked; that it has for an answer.
TICK, SILENCE, PATIENCE = 2.0, 10.0, 10.0
#: Where so many seconds are missing between two looks, this machine slept or the loop stood still.
_MISSING = 5.0
#: After a sleep TWS is asked at once, and has fewer seconds for an answer.
_AFTER_SLEEP = 4.0


class Pulse:
    """Watches the bytes of one client; runs on its loop until it is stopped.

    Parameters
    ----------
    ib : IB
        The client.
    timeline : Timeline
        Where silence and sleep are written down.
    on_dead : callable
        Called with the reason where TWS does not answer any more.
    """

    def __init__(self, ib: IB, timeline: Timeline, on_dead: Callable[[str], object]) -> None:
        self._ib, self._timeline, self._on_dead = ib, timeline, on_dead
        self._loop = asyncio.get_running_loop()
        self._heard = self._loop.time()
        self._asked: float | None = None
        self._patience = PATIENCE
        ib.client.conn.hasData += self._on_data
        self._task = asyncio.ensure_future(self._watch(self._loop.time(), time.time()))

    def stop(self) -> None:
        """Stop watching."""
        self._ib.client.conn.hasData -= self._on_data
        self._task.cancel()

    def _on_data(self, _data: bytes) -> None:
        self._heard = self._loop.time()

    async def _watch(self, began: float, wall: float) -> None:
        while True:
            await asyncio.sleep(TICK)
            now, wall_now = self._loop.time(), time.time()
            # some systems' monotonic clocks stand still in a sleep, others' go on
            missing = max(wall_now - wall, now - began) - TICK
            began, wall = now, wall_now
            slept = missing > _MISSING
            if slept:
                self._timeline.add("slept", f"Nothing ran here for {span(missing)}.", seconds=missing)
            self._look(slept)

    def _look(self, slept: bool) -> None:
        now = self._loop.time()
        if not self._ib.client.isReady():
            self._heard, self._asked = now, None
            return
        if self._asked is not None and (self._heard > self._asked or slept):
            self._asked = None
        if self._asked is None:
            if slept or now - self._heard >= SILENCE:
                self._ask(now, _AFTER_SLEEP if slept else PATIENCE)
        elif now - self._asked >= self._patience:
            silent = now - self._heard
            text = f"TWS has sent nothing for {span(silent)}, not even its clock when it was asked"
            self._timeline.add("silent", f"{text}.", seconds=silent)
            self._asked = None
            self._on_dead(text)

    def _ask(self, now: float, patience: float) -> None:
        """Ask for the clock; where somebody has within the second in which TWS ignores it, the next look does."""
        sent = last_sent(self._ib)
        if now - sent.get(CLOCK, -inf) > 1:
            sent[CLOCK] = self._asked = now
            self._patience = patience
            with suppress(ConnectionError):
                self._ib.client.reqCurrentTime()
