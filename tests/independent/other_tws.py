"""A TWS of a few hundred lines that shares nothing with ibnb: its own framing, its own fields, its own idea of time.

It acts out ways of real servers that the simulator has by its scenarios, so that ibnb is not only held to itself.
What a test wants otherwise it sets as an attribute, while clients are connected, too. Server version 176.
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable, Iterable

from independent.other_market import Market
from own_loop import OwnLoop

VERSION = 176
UNSET = "1.7976931348623157E308"


def packed(*fields: object) -> bytes:
    """Return one message with its length before it."""
    body = b"".join(str(field).encode() + b"\0" for field in fields)
    return struct.pack(">I", len(body)) + body


class OtherTws(OwnLoop):
    """Serves each connection on a thread of its own loop.

    Attributes
    ----------
    accounts : list of str
        Of the log-in.
    market : Market
        What there is to be traded, and its bars.
    notices : list of (int, str)
        What follows the start of the API.
    answers : dict
        By a request's number: a function of its fields that gives messages in place of the usual answer.
    requests : list of list of str
        All that came.
    """

    def __init__(self) -> None:
        self.accounts = ["DU9000001"]
        self.market = Market()
        self.notices: list[tuple[int, str]] = []
        self.answers: dict[int, Callable[[list[str]], Iterable[bytes] | None]] = {}
        self.requests: list[list[str]] = []
        self._writers: set[asyncio.StreamWriter] = set()
        super().__init__("other-tws")

    def tell(self, *messages: bytes) -> None:
        """Send messages to all who are connected."""

        async def send() -> None:
            for writer in self._writers:
                writer.write(b"".join(messages))

        self._call(send())

    def notify(self, code: int, text: str, request_id: int = -1) -> None:
        """Send a notice to all who are connected."""
        self.tell(error(code, text, request_id))

    def asked(self, kind: int) -> list[list[str]]:
        """Return the requests of a kind that came."""
        return [fields for fields in self.requests if fields[0] == str(kind)]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if await reader.readexactly(4) != b"API\0":
                return
            await reader.readexactly(struct.unpack(">I", await reader.readexactly(4))[0])
            writer.write(packed(VERSION, "20261127 12:00:00 Greenwich Mean Time"))
            while True:
                size = struct.unpack(">I", await reader.readexactly(4))[0]
                fields = (await reader.readexactly(size)).decode().split("\0")[:-1]
                self.requests.append(fields)
                if fields[0] == "71":
                    self._writers.add(writer)
                answer = self.answers.get(int(fields[0]), self._usual)(fields)
                if answer is None:
                    answer = self._usual(fields)
                for message in answer:
                    writer.write(message)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            self._tasks.discard(task)
            writer.close()

    def _usual(self, fields: list[str]) -> Iterable[bytes]:
        handler = getattr(self, f"_on_{fields[0]}", None)
        return handler(fields) if handler else ()

    def _on_71(self, fields: list[str]) -> Iterable[bytes]:
        yield packed(15, 1, ",".join(self.accounts))
        yield packed(9, 1, 1)
        yield packed(4, 2, -1, 2104, "Market data farm connection is OK:usfarm", "")
        for code, text in self.notices:
            yield error(code, text)

    def _on_6(self, fields: list[str]) -> Iterable[bytes]:
        if fields[2] == "1":
            yield packed(6, 2, "NetLiquidation", "1000", "USD", fields[3] or self.accounts[0])
            yield packed(54, 1, fields[3] or self.accounts[0])

    def _on_61(self, fields: list[str]) -> Iterable[bytes]:
        yield packed(62, 1)

    def _on_5(self, fields: list[str]) -> Iterable[bytes]:
        yield packed(53, 1)

    _on_16 = _on_5

    def _on_7(self, fields: list[str]) -> Iterable[bytes]:
        yield packed(55, 1, fields[2])

    def _on_99(self, fields: list[str]) -> Iterable[bytes]:
        yield packed(102)

    def _on_76(self, fields: list[str]) -> Iterable[bytes]:
        yield packed(73, 1, fields[2], fields[3], "", "NetLiquidation", "1000", "USD")
        yield packed(74, 1, fields[2])

    def _on_49(self, fields: list[str]) -> Iterable[bytes]:
        yield packed(49, 1, int(time.time()))

    def _on_9(self, fields: list[str]) -> Iterable[bytes]:
        row = self.market.details(fields[3:15])
        if row is None:
            yield error(200, "No security definition has been found for the request", fields[2])
            return
        yield packed(10, fields[2], *row)
        yield packed(52, 1, fields[2])

    def _on_87(self, fields: list[str]) -> Iterable[bytes]:
        yield error(162, "Historical Market Data Service error message:No head time stamp", fields[1])

    def _on_20(self, fields: list[str]) -> Iterable[bytes]:
        request, end, size, duration, what = fields[1], fields[15], fields[16], fields[17], fields[19]
        if what == "SCHEDULE":
            yield from self._schedule(request, end, duration)
            return
        if refusal := self.market.refusal(end, size, duration):
            yield error(*refusal, request)
            return
        if self.market.held_back:
            yield error(2188, "Bars are served without the real-time entitlement.", request)
        rows = self.market.rows(end, size, duration)
        flat = [value for row in rows for value in row]
        yield packed(17, request, "x", "y", len(rows), *flat)

    def _schedule(self, request: str, end: str, duration: str) -> Iterable[bytes]:
        if self.market.schedule == "refused":
            yield error(162, "Historical Market Data Service error message:No schedule", request)
            return
        told = self.market.told_sessions(end, duration) if self.market.schedule == "told" else []
        flat = [text for session in told for text in session]
        yield packed(106, request, told[0][0] if told else "", told[-1][1] if told else "", "UTC", len(told), *flat)


def error(code: int, text: str, request_id: object = -1) -> bytes:
    """Return an error or a notice."""
    return packed(4, 2, request_id, code, text, "")
