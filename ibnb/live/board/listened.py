"""Who listens to a board and waits for it: told of all its lines together, and of rows that come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ibnb.errors import IBNBError, NotConnected
from ibnb.live.board.rows import Row
from ibnb.live.board.told import reason_of, state_of
from ibnb.tws.subscriptions.listener import Listener, Source
from ibnb.tws.subscriptions.stream import State
from ibnb.tws.subscriptions.updates import Updates

#: Seconds between two looks of somebody who waits for ticks.
_LOOK = 0.02


class Listened(Updates):
    """The rows of a board, as far as they are listened to."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Any, ...], Row] = {}
        self._listeners: list[Listener] = []
        self._itself = Source()  # its rows come and go
        self._stopped = False

    @property
    def rows(self) -> list[Row]:
        """Its rows, in order."""
        return list(self._rows.values())

    @property
    def state(self) -> State:
        """``"live"``; ``"stale"`` where TWS sends nothing at present; ``"lost"``; or ``"stopped"``."""
        return "stopped" if self._stopped else state_of(self.rows)

    @property
    def reason(self) -> str:
        """Why it is not live."""
        return reason_of(self.rows, self.state)

    def touch(self) -> None:
        """Have it drawn anew."""
        self._itself.wake()

    def listen(self, callback: Callable[[list[str]], object], every: float) -> Listener:
        """Have `callback` called with the names of the contracts that changed; `Listener.stop` ends it."""

        def call(changed: list[Source]) -> object:
            sources = set(changed)
            return callback([row.name for row in self.rows if row.line in sources])

        listener = Listener(call, every)
        listener.listen(self._itself)
        for row in self._rows.values():
            if row.line is not None:
                listener.listen(row.line)
        self._listeners.append(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        """End what `listen` began."""
        listener.stop()
        with suppress(ValueError):
            self._listeners.remove(listener)

    async def wait(self, n: int = 1) -> None:
        """Return when `n` more ticks have come, of all contracts together.

        Raises
        ------
        NotConnected
            If the connection is lost for good.
        IBNBError
            If the board is stopped.
        """
        wanted = self._ticks() + n
        await self._until(lambda: self._ticks() >= wanted, _LOOK)

    def _ticks(self) -> int:
        return sum(row.ticks for row in self._rows.values())

    async def _until(self, done: Callable[[], bool], every: float) -> None:
        news = asyncio.Event()
        listener = self.listen(lambda _names: news.set(), every)
        try:
            while not done():
                if self.state == "lost":
                    raise NotConnected(f"No more ticks will come: {self.reason}. Connect again with ibnb.connect().")
                if self._stopped:
                    raise IBNBError("No more ticks will come: the board was stopped. Start it again with start().")
                news.clear()
                await news.wait()
        finally:
            self.forget(listener)
