"""A simulated TWS inside the tests' own process, on a real socket: quick to start, and its inside can be looked at."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from simulator.talker import Talker

from ibnb.simulator.listener import Listener
from ibnb.simulator.scenarios import Scenarios
from ibnb.simulator.scenarios.events import happen
from ibnb.simulator.server.server import Server


class Running:
    """A server on a thread of its own."""

    def __init__(self, world: Any, *scenarios: str, **settings: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._talkers: list[Talker] = []
        self.server: Server = self.call(self._start(world, scenarios, settings))

    async def _start(self, world: Any, scenarios: tuple[str, ...], settings: dict[str, Any]) -> Server:
        market, books = world
        server = Server(market, books, Scenarios(*scenarios), **settings)
        listener = Listener("127.0.0.1")
        await listener.open(0)
        await server.start(listener)
        return server

    def call(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    @property
    def port(self) -> int:
        assert self.server.listener
        return self.server.listener.port

    def talk(self, client_id: int = 1, **settings: Any) -> Talker:
        self._talkers.append(Talker(self.port, client_id, **settings))
        return self._talkers[-1]

    def switch(self, *scenarios: str) -> None:
        async def switch() -> None:
            self.server.switch(*scenarios)

        self.call(switch())

    def event(self, text: str) -> dict[str, Any]:
        return self.call(happen(self.server, text))

    def inspect(self, look: Callable[[], Any]) -> Any:
        async def looked() -> Any:
            return look()

        return self.call(looked())

    def close(self) -> None:
        for talker in self._talkers:
            talker.close()
        self.call(self.server.close())
        self.call(self._settle())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _settle(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
