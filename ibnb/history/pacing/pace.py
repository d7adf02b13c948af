"""Keeping the pace while downloading: waits for the limits of small bars, and how many requests are open at once.

Large bars have no hard limit but a throttle that nobody can see: as many requests are kept open as TWS answers in time,
fewer after it complained.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import islice

from ibnb.ground.progress import span
from ibnb.history.pacing.ledger import SharedLedger
from ibnb.history.pacing.limits import Demand
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of

#: Requests open at once: TWS allows 50 for all sessions together.
_OPEN_AT_FIRST, _OPEN_AT_MOST = 6, 10
#: So many answers in a row, and one more request may be open.
_ANSWERS_FOR_MORE = 10
#: Names of one and the same machine: its TWS counts all requests together, however a session found it.
_LOOPBACK = ("localhost", "::1")
#: Of very many requests, how long these take tells how long all of them do.
_LOOKED_AT = 500


def _silent(_reason: str) -> None:
    """Say nothing."""


class Pace:
    """The pace of one session's requests for history.

    Parameters
    ----------
    ledger : SharedLedger
        Where requests for small bars are counted.
    clock : callable
        Seconds of the epoch, as all sessions of the machine count them.
    sleep : coroutine function
        Waits so many seconds of that clock.

    Attributes
    ----------
    open : int
        How many requests are open.
    planned : Counter of Demand
        What is to be asked for of small bars, by all who download with this session.
    """

    def __init__(
        self,
        ledger: SharedLedger,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._ledger, self._clock, self._sleep = ledger, clock, sleep
        self._turn = asyncio.Lock()
        self._waiting: list[asyncio.Future[None]] = []
        self.open, self._most, self._answers = 0, _OPEN_AT_FIRST, 0
        self._hold = 0.0
        self.planned: Counter[Demand] = Counter()

    @asynccontextmanager
    async def slot(self, wanted: Demand | None, say: Callable[[str], None] = _silent) -> AsyncIterator[None]:
        """Wait until a request may be sent, and count it as open.

        Parameters
        ----------
        wanted : Demand or None
            What a request for small bars counts as; None for larger bars.
        say : callable
            Is told what is waited for, in words; "" when it is over.
        """
        while self.open >= self._most:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            finally:
                self._waiting.remove(turn)
        self.open += 1
        try:
            if wanted is None:
                await self._wait(lambda: self._hold - self._clock(), say)
                yield
            else:
                async with self._turn:  # in the order of their coming: each waits for its own moment only
                    await self._wait(lambda: self._ledger.reserve(wanted, self._clock()), say)
                try:
                    yield
                finally:
                    self._ledger.answered(wanted, self._clock())
        finally:
            self.open -= 1
            for turn in self._waiting:
                if not turn.done():
                    turn.set_result(None)

    async def _wait(self, left: Callable[[], float], say: Callable[[str], None]) -> None:
        if (seconds := left()) <= 0:
            return
        while seconds > 0:
            say(f"waiting {span(seconds)} for TWS's pace")
            await self._sleep(seconds)
            seconds = left()
        say("")  # whoever gives up while it waits is to know for what

    def violated(self) -> None:
        """Note that TWS refused a request for its pace: fewer are open at once, and none for a while."""
        self._hold = self._ledger.violated(self._clock())
        self.slower()

    def slower(self) -> None:
        """Keep fewer requests open: TWS is late."""
        self._most, self._answers = max(self._most // 2, 1), 0

    def served(self) -> None:
        """Note an answer in time."""
        self._answers += 1
        if self._answers >= _ANSWERS_FOR_MORE:
            self._most, self._answers = min(self._most + 1, _OPEN_AT_MOST), 0
        if self._hold:
            self._hold = 0.0
            self._ledger.served(self._clock())

    def seconds_left(self) -> float:
        """Return how long all that is planned of small bars must take by the limits alone."""
        now, number = self._clock(), self.planned.total()
        some = list(islice(self.planned.elements(), _LOOKED_AT))
        seconds = self._ledger.peek(now).seconds_for(some, now)
        return seconds * number / len(some) if some else 0.0


def _first_pace(ib: IB) -> Pace:
    host = "127.0.0.1" if ib.client.host in _LOOPBACK else ib.client.host
    return Pace(SharedLedger(f"{host}:{ib.client.port}"))


#: TWS counts by log-in and time: what was asked for before a loss counts after it.
PACE: Slot[Pace] = Slot("pace of requests for history", "session", _first_pace)


def pace_of(ib: IB) -> Pace:
    """Return the pace of an ``IB``, made at its first request for history and kept with it."""
    return state_of(ib)[PACE]
