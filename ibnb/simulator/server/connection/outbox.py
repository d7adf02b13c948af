"""What waits to be sent to one client: in order, in pieces where a scenario wants it so, and never without bound."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

#: A client that does not read is dropped once so many bytes wait for it.
MAX_WAITING = 32 * 1024 * 1024


class Outbox:
    """Writes to a client's socket.

    Parameters
    ----------
    writer : asyncio.StreamWriter
        The socket.
    overflow : callable
        Called when the client does not read and too much waits.
    """

    def __init__(self, writer: asyncio.StreamWriter, overflow: Callable[[], None]) -> None:
        self._writer, self._overflow = writer, overflow
        self._queue: deque[tuple[float, bytes | Callable[[], None]]] = deque()
        self._queued = 0
        self._draining: asyncio.Task[None] | None = None

    def put(self, pieces: Iterable[tuple[float, bytes]]) -> None:
        """Send pieces, each after so many seconds; what comes later waits for them."""
        for delay, data in pieces:
            if self._draining is None and delay <= 0:
                self.write(data)
            else:
                self._queued += len(data)
                self._enqueue(delay, data)
        if self._queued > MAX_WAITING:
            self._overflow()

    def then(self, act: Callable[[], None]) -> None:
        """Call `act` when all that was put before has been written."""
        if self._draining is None:
            act()
        else:
            self._enqueue(0.0, act)

    def write(self, data: bytes) -> None:
        """Write at once, before all that waits."""
        transport = self._writer.transport
        if transport.is_closing() or not data:
            return
        # Looked at before it is added to: an answer may be large, but the next has to wait until it is read.
        if transport.get_write_buffer_size() > MAX_WAITING:
            self._overflow()
            return
        self._writer.write(data)

    def stop(self) -> None:
        """Forget what waits."""
        self._queue.clear()
        self._queued = 0
        if self._draining is not None and self._draining is not asyncio.current_task():
            self._draining.cancel()

    def _enqueue(self, delay: float, item: bytes | Callable[[], None]) -> None:
        self._queue.append((delay, item))
        if self._draining is None:
            self._draining = asyncio.ensure_future(self._drain())

    async def _drain(self) -> None:
        try:
            while self._queue:
                delay, item = self._queue.popleft()
                if delay > 0:
                    await asyncio.sleep(delay)
                if isinstance(item, bytes):
                    self._queued -= len(item)
                    self.write(item)
                else:
                    item()
        finally:
            self._draining = None
