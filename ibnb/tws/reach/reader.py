"""Reading a socket with patience: a wait that ends loses nothing of what comes just then.

`asyncio.timeout` around a read throws away bytes that were read in the same turn of the loop, which shows on a machine
that is busy.
"""

from __future__ import annotations

import asyncio
import socket


class PatientReader:
    """Reads from one non-blocking socket.

    Parameters
    ----------
    sock : socket
        Connected and non-blocking.
    size : int
        So many bytes at a time.
    """

    def __init__(self, sock: socket.socket, size: int = 4096) -> None:
        self._sock, self._size = sock, size
        self._reading: asyncio.Task[bytes] | None = None

    async def read(self, patience: float | None = None) -> bytes | None:
        """Return the next bytes, b"" at the end of the stream, or None where nothing came in `patience` seconds."""
        if self._reading is None:
            self._reading = asyncio.ensure_future(asyncio.get_running_loop().sock_recv(self._sock, self._size))
        done, _ = await asyncio.wait({self._reading}, timeout=None if patience is None else max(patience, 0))
        if not done:
            return None
        reading, self._reading = self._reading, None
        return reading.result()

    async def close(self) -> None:
        """Stop reading, before the socket is closed."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})
