"""A proxy before a real TWS: forwards every byte as it is, and notes every frame with account numbers replaced."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Protocol

from ibnb.errors import FrameTooLarge
from ibnb.simulator.recording.pseudonyms import Pseudonyms
from ibnb.simulator.recording.tape import Record
from ibnb.wire.framing import Deframer
from ibnb.wire.handshake import GREETING
from ibnb.wire.ids import Response

_MANAGED_ACCOUNTS = b"%d\0" % Response.MANAGED_ACCTS
_CONNECT_SECONDS = 10.0

_log = logging.getLogger(__name__)


class Writer(Protocol):
    """What takes the frames: a `TapeWriter`, or nothing at all."""

    def write(self, record: Record) -> None:
        """Add a frame."""


class Proxy:
    """Stands between clients and a TWS.

    Parameters
    ----------
    host, port : str, int
        Where the TWS listens.
    tape : Writer, optional
        Where the frames go.
    """

    def __init__(self, host: str, port: int, tape: Writer | None = None) -> None:
        self._host, self._port, self._tape = host, port, tape
        self._names = Pseudonyms()
        self._connections = 0
        self._started = time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client until it or the TWS ends the connection; the other side is then closed too."""
        self._connections += 1
        notes = _Notes(self, self._connections)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                upstream, downstream = await asyncio.open_connection(self._host, self._port)
        except (OSError, TimeoutError) as error:
            _log.warning("no TWS at %s:%s: %s", self._host, self._port, error)
            notes.end("nobody: no TWS answers")
            writer.close()
            return
        pumps = {
            asyncio.create_task(_pump(reader, downstream, notes.from_client)): "client",
            asyncio.create_task(_pump(upstream, writer, notes.from_server)): "server",
        }
        self._tasks |= pumps.keys()
        try:
            done, _ = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            notes.end(" and ".join(sorted(pumps[task] for task in done)))
        finally:
            for task in pumps:
                task.cancel()
            self._tasks -= pumps.keys()
            writer.close()
            downstream.close()

    def close(self) -> None:
        """End all connections, and the recording before them: that we have ended them is none of the session's."""
        self._tape = None
        for task in self._tasks:
            task.cancel()

    def note(self, connection: int, direction: str, version: int | None, payload: bytes) -> None:
        """Write one frame to the tape."""
        if self._tape is None:
            return
        if direction == "response" and payload.startswith(_MANAGED_ACCOUNTS):
            for account in payload.split(b"\0")[2:3]:
                for each in account.split(b","):
                    self._names.learn(each.strip())
        at = time.monotonic() - self._started
        try:
            self._tape.write(Record(at, connection, direction, version, self._names.replace(payload)))
        except OSError as error:
            # The session goes on all the same: it is somebody's real one.
            _log.error("the recording ends here: %s", error)
            self._tape = None


class _Notes:
    """Finds the frames in both directions of one connection."""

    def __init__(self, proxy: Proxy, connection: int) -> None:
        self._proxy, self._connection = proxy, connection
        self._greeting = b""
        self._version: int | None = None
        self._hello_seen = self._ended = False
        self._frames: dict[str, Deframer | None] = {"request": Deframer(), "response": Deframer()}

    def from_client(self, data: bytes) -> None:
        """Take what the client sent."""
        missing = len(GREETING) - len(self._greeting)
        self._greeting += data[:missing]
        if not GREETING.startswith(self._greeting):
            self._unreadable("request", self._greeting)
            return
        self._feed("request", data[missing:])

    def from_server(self, data: bytes) -> None:
        """Take what the TWS sent."""
        self._feed("response", data)

    def end(self, by: str) -> None:
        """Take the end of the connection."""
        if not self._ended:
            self._ended = True
            self._proxy.note(self._connection, "closed", self._version, by.encode())

    def _feed(self, direction: str, data: bytes) -> None:
        frames = self._frames[direction]
        if frames is None:
            return
        try:
            for payload in frames.feed(data):
                self._frame(direction, payload)
        except FrameTooLarge:
            self._unreadable(direction, data)

    def _frame(self, direction: str, payload: bytes) -> None:
        if direction == "request" and not self._hello_seen:
            self._hello_seen, direction = True, "hello"
        elif direction == "response" and self._version is None:
            head = payload.partition(b"\0")[0]
            if head.isdigit() and payload.count(b"\0") == 2:
                self._version, direction = int(head), "version"
        self._proxy.note(self._connection, direction, self._version, payload)

    def _unreadable(self, direction: str, data: bytes) -> None:
        """Note once that what follows is no frame; it is forwarded all the same."""
        if self._frames[direction] is not None:
            self._frames[direction] = None
            self._proxy.note(self._connection, "unreadable", self._version, data[:64])


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, note: Callable[[bytes], None]) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            note(data)
            await writer.drain()
