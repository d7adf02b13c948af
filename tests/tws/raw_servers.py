"""Servers of a few lines on 127.0.0.1: for everything that goes wrong below or at the start of the protocol."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

from ibnb.wire.framing import Deframer, frame

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Serves each connection with an async function, on a thread of its own."""

    def __init__(self, talk: Talk, port: int = 0, host: str = "127.0.0.1") -> None:
        self._talk = talk
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections = 0
        self._thread = threading.Thread(target=self._loop.run_forever, name="raw-server", daemon=True)
        self._thread.start()
        self._server = self._call(self._start(host, port))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(5)

    async def _start(self, host: str, port: int):
        return await asyncio.start_server(self._serve, host, port)

    async def _serve(self, reader, writer) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._talk(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _stop(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


def says(data: bytes, *, wait: bool = True, then_close: bool = False) -> Talk:
    """Answer the first bytes with `data`, or send them unasked, then stay or go."""

    async def talk(reader, writer):
        if wait:
            await reader.read(1)
        writer.write(data)
        await writer.drain()
        if not then_close:
            await asyncio.sleep(60)

    return talk


async def silence(reader, writer):
    await asyncio.sleep(60)


async def hang_up(reader, writer):
    await reader.read(64)


async def hang_up_at_once(reader, writer):
    return


async def reset(reader, writer):
    await reader.read(64)
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


def payload(*fields: object) -> bytes:
    return b"".join(str(field).encode() + b"\0" for field in fields)


HELLO = frame(payload(176, "20240324 21:18:59 Greenwich Mean Time"))


class Script:
    """The least of a TWS: the handshake, then for each request what the script says.

    `answers` maps the first field of a request to payloads, or to a function of its fields that gives them; an
    answer of None hangs up.
    """

    def __init__(self, answers, version: int = 176) -> None:
        self.answers, self.version = answers, version
        self.received: list[list[str]] = []

    async def __call__(self, reader, writer) -> None:
        await reader.readexactly(4)
        deframer = Deframer()
        greeted = False
        while data := await reader.read(65536):
            for body in deframer.feed(data):
                if not greeted:
                    greeted = True
                    writer.write(frame(payload(self.version, "20240324 21:18:59 Greenwich Mean Time")))
                    continue
                fields = body.decode().split("\0")[:-1]
                self.received.append(fields)
                answer = self.answers.get(int(fields[0]), ())
                if callable(answer):
                    answer = answer(fields)
                if answer is None:
                    return
                for one in answer:
                    if isinstance(one, float):
                        await asyncio.sleep(one)
                    else:
                        writer.write(frame(one))

    def requests(self, kind: int) -> list[list[str]]:
        return [fields for fields in self.received if fields[0] == str(kind)]


ACCOUNT = "DU9000001"
FARM_OK = payload(4, 2, -1, 2104, "Market data farm connection is OK:usfarm", "")
POSITION = payload(61, 3, ACCOUNT, 265598, "AAPL", "STK", "", "0.0", "", "", "NASDAQ", "USD", "AAPL", "NMS", 100, 150.5)


def started(accounts: str = ACCOUNT, *more: bytes | float) -> list[bytes | float]:
    """Return what TWS sends after START_API."""
    return [payload(15, 1, accounts), payload(9, 1, 1), FARM_OK, *more]


def value(account: str) -> bytes:
    """Return an account value."""
    return payload(6, 2, "NetLiquidation", "1000", "USD", account)


def healthy(**changed) -> dict[int, object]:
    """Answers of a TWS that works, with some changed by name."""
    answers = {
        "start": started(),
        "updates": lambda f: [value(f[3]), payload(54, 1, f[3])] if f[2] == "1" else [],
        "positions": [POSITION, payload(62, 1)],
        "orders": [payload(53, 1)],
        "values": lambda f: [payload(73, 1, f[2], f[3], "", "NetLiquidation", "1000", "USD"), payload(74, 1, f[2])],
    }
    numbers = {"start": 71, "updates": 6, "positions": 61, "orders": 5, "values": 76}
    return {numbers[name]: answer for name, answer in (answers | changed).items()}


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
