"""One client of the simulated TWS: its socket, its handshake, and how messages go out to it.

Bytes come in through `ClientConnection.serve`, which hands whole requests to the server's handlers. Everything sent
goes through `send`, so that a scenario can change, drop, delay or cut any message in one place.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ibnb.errors import MalformedMessage, WireError
from ibnb.wire.codec import Message, decode_request, encode_response
from ibnb.wire.framing import Deframer, frame
from ibnb.wire.handshake import ServerHandshake
from ibnb.wire.ids import Response
from ibnb.wire.layout import Values

if TYPE_CHECKING:
    from ibnb.simulator.server.server import Server

#: A client that does not read is dropped once so many bytes wait for it.
MAX_WAITING = 64 * 1024 * 1024
#: A real TWS answers error 100 beyond this many messages in a second, and in the end disconnects.
MAX_REQUESTS_A_SECOND = 50
_PATIENCE = 5  # seconds of too many messages before the disconnect
_ERROR_READING = 320


class ClientConnection:
    """One connected client.

    Parameters
    ----------
    server : Server
        Whose client it is.
    reader, writer : asyncio streams
        Its socket.
    """

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server = server
        self.client_id: int | None = None
        self.started = False
        self.market_data_type = 1
        self.last_current_time = 0.0
        self.account_updates: set[str] = set()
        self.summaries: set[int] = set()
        self.streams: dict[int, asyncio.Task[None]] = {}
        self.deferred: set[asyncio.Task[None]] = set()
        self.closed = False
        self._reader, self._writer = reader, writer
        self._handshake = ServerHandshake(server.max_version)
        self._deframer = Deframer()
        self._outbox: asyncio.Queue[list[tuple[float, bytes]]] | None = None
        self._arrivals: deque[float] = deque()
        self._floods = 0

    @property
    def version(self) -> int:
        """The version spoken with this client."""
        return self._handshake.version or self.server.max_version

    # In ---------------------------------------------------------------------------------------------------

    async def serve(self) -> None:
        """Read until the client goes away or is sent away."""
        try:
            if await self.server.scenarios.accepted(self):
                while not self.closed and (data := await self._reader.read(65536)):
                    await self._received(data)
        except (ConnectionError, WireError):
            pass  # A stream that broke off, or that no API client sent: a real TWS just closes it.
        finally:
            self.close()

    async def _received(self, data: bytes) -> None:
        if not self._handshake.greeted:
            data = self._handshake.greet(data)
        for payload in self._deframer.feed(data):
            if self.closed:
                return
            if self._handshake.hello is None:
                await self._hello(payload)
            else:
                await self._request(payload)

    async def _hello(self, payload: bytes) -> None:
        version = self._handshake.receive(payload)
        if version is None:
            self.close()
        elif await self.server.scenarios.greeted(self):
            # One send, and nothing more until the client starts the API: several clients lose what comes with it.
            self.write(self._handshake.answer(time.strftime("%Y%m%d %H:%M:%S Greenwich Mean Time", time.gmtime())))

    async def _request(self, payload: bytes) -> None:
        try:
            request = decode_request(self.version, payload)
        except MalformedMessage as error:
            self.server.log(self, "malformed", payload)
            self.error(_ERROR_READING, f"Error reading request. {error}")
            return
        self.server.received(self, request)
        if self._floods_the_server():
            return
        delay = await self.server.scenarios.requested(self, request)
        if delay is None or self.closed:
            return
        if delay > 0:
            self.defer(self._answer_later(request, delay))
        else:
            await self.server.handle(self, request)

    async def _answer_later(self, request: Message, delay: float) -> None:
        await asyncio.sleep(delay)
        if not self.closed:
            await self.server.handle(self, request)

    def defer(self, work: Awaitable[None]) -> None:
        """Run `work` beside the reading of further requests; it ends with the connection."""
        task = asyncio.ensure_future(work)
        self.deferred.add(task)
        task.add_done_callback(self.deferred.discard)

    def _floods_the_server(self) -> bool:
        now = time.monotonic()
        self._arrivals.append(now)
        while now - self._arrivals[0] > 1:
            self._arrivals.popleft()
        if len(self._arrivals) <= MAX_REQUESTS_A_SECOND or not self.server.limits:
            return False
        self._floods += 1
        self._arrivals.clear()
        self.error(
            100,
            f"Max rate of messages per second has been exceeded:max={MAX_REQUESTS_A_SECOND} "
            f"rec={MAX_REQUESTS_A_SECOND + 1} ({self._floods})",
        )
        if self._floods >= _PATIENCE:
            self.close()
        return True

    # Out --------------------------------------------------------------------------------------------------

    def send(self, response: Response, values: Values | None = None) -> None:
        """Send one message, unless the scenario keeps it back."""
        changed = self.server.scenarios.responding(self, response, dict(values or {}))
        if changed is None or self.closed:
            return
        self.write(frame(encode_response(self.version, response, changed)))

    def error(self, code: int, message: str, request_id: int = -1) -> None:
        """Send an error or a notice; id -1 is a notice about the whole session."""
        self.send(
            Response.ERROR,
            {"request_id": request_id, "code": code, "message": message, "time": int(time.time() * 1000)},
        )

    def write(self, data: bytes) -> None:
        """Send bytes as they are, in the pieces and at the times that the scenario says."""
        pieces = self.server.scenarios.transmitting(self, data)
        if self._outbox is None and len(pieces) == 1 and pieces[0][0] <= 0:
            self._write_now(pieces[0][1])
            return
        if self._outbox is None:
            self._outbox = asyncio.Queue()
            self.defer(self._drain(self._outbox))
        self._outbox.put_nowait(pieces)

    def _write_now(self, data: bytes) -> None:
        if self.closed:
            return
        self._writer.write(data)
        if self._writer.transport.get_write_buffer_size() > MAX_WAITING:
            self.server.log(self, "does not read; dropped", b"")
            self.reset()

    async def _drain(self, outbox: asyncio.Queue[list[tuple[float, bytes]]]) -> None:
        while True:
            for delay, data in await outbox.get():
                if delay > 0:
                    await asyncio.sleep(delay)
                self._write_now(data)

    # End --------------------------------------------------------------------------------------------------

    def stream(self, request_id: int, work: Callable[[], Awaitable[None]]) -> None:
        """Run a subscription under its request id until `stop` or the end of the connection."""
        self.stop(request_id)
        self.streams[request_id] = asyncio.ensure_future(work())

    def stop(self, request_id: int) -> bool:
        """End a subscription; returns whether there was one."""
        task = self.streams.pop(request_id, None)
        if task is not None:
            task.cancel()
        return task is not None

    def close(self) -> None:
        """Close the connection as TWS does, after what was sent has gone out."""
        self._end()
        with contextlib.suppress(Exception):
            self._writer.close()

    def reset(self) -> None:
        """Cut the connection: the client sees a reset."""
        sock = self._writer.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._end()
        self._writer.transport.abort()

    def _end(self) -> None:
        if self.closed:
            return
        self.closed = True
        for task in (*self.streams.values(), *self.deferred):
            if task is not asyncio.current_task():
                task.cancel()
        self.streams.clear()
        self.server.forget(self)
