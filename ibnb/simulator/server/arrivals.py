"""What has arrived: how many requests of each kind, the latest of them, and those who wait for one to come."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from decimal import Decimal
from typing import Any

from ibnb.wire.codec import Message
from ibnb.wire.ids import Request

#: How many requests of a kind are kept, and how much of each text in them: memory stays flat whatever clients send.
KEPT = 100
_LONGEST = 1000


class Arrivals:
    """The requests since the start."""

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()
        self._latest: dict[int, deque[dict[str, Any]]] = {}
        self._waiting: list[tuple[Request, int, asyncio.Future[None]]] = []

    def note(self, client_id: int | None, request: Message) -> None:
        """Enter a request that came from a client."""
        self.counts[request.id] += 1
        kept = self._latest.setdefault(request.id, deque(maxlen=KEPT))
        kept.append({"from_client": client_id, **{name: _bounded(value) for name, value in request.values.items()}})
        for waited_for, count, future in self._waiting:
            if waited_for == request.id and self.counts[request.id] >= count and not future.done():
                future.set_result(None)

    def latest(self, request: Request) -> list[dict[str, Any]]:
        """Return the latest requests of a kind, the oldest first: their values, and ``from_client``."""
        return list(self._latest.get(request, ()))

    async def wait_for(self, request: Request, timeout: float, count: int = 1) -> bool:
        """Wait until `count` requests of a kind have come since the start; returns whether they have."""
        if self.counts[request] >= count:
            return True
        entry = (request, count, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(timeout):
                await entry[2]
        except TimeoutError:
            return False
        finally:
            self._waiting.remove(entry)
        return True


def _bounded(value: object) -> Any:
    """Return a value as JSON can hold it, cut to a bounded size."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return [_bounded(each) for each in value[:KEPT]]
    if isinstance(value, dict):
        return {name: _bounded(each) for name, each in value.items()}
    return value
