"""The talk of a probe on one open socket, and the verdict on it.

Every way in which the first bytes can go wrong is told apart here: silence, an end, a reset, an error frame, a
version too old, another protocol. Nothing larger than a handshake is ever stored.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from ibnb.errors import FrameTooLarge, HandshakeError
from ibnb.tws.codes.book import entry_of
from ibnb.tws.codes.causes import Finding, describe
from ibnb.tws.reach.endpoints import Endpoint
from ibnb.tws.reach.lookup import Address
from ibnb.tws.reach.protocols import describe_protocol, hint_for, name_protocol
from ibnb.tws.reach.reader import PatientReader
from ibnb.wire.framing import Deframer
from ibnb.wire.handshake import ClientHandshake, ServerHello

#: The first version whose messages the clients can read.
MIN_SERVER_VERSION = 157
#: A handshake answer is below 100 bytes, an error frame below some thousand; a larger length is no TWS.
_MAX_ANSWER = 64 * 1024
#: So long a banner may come before we speak: SSH, mail servers and those who hang up at once show here.
_LISTEN_FIRST = 0.02
#: Sent when the time is nearly over: servers that read lines (HTTP, Redis, memcached) wait for the end of one. Not
#: earlier, since a TWS whose dialog waits for a click would take it for a broken frame.
_NUDGE = b"\r\n\r\n"
_NUDGE_BEFORE_END = 0.3


@dataclass(frozen=True)
class ProbeResult:
    """What one probe has seen.

    Attributes
    ----------
    endpoint : Endpoint
    address : str
        The numeric address of the host that was looked at last.
    cause : str or None
        None where a TWS answered, else an id of the book of causes.
    seconds : float
        How long the probe took.
    version : int or None
        The server's version, at most the 200 that the probe offers.
    server_time : str
        The server's clock as it writes it.
    evidence : str
        What was seen: times, error numbers, first bytes.
    received : bytes
        The first bytes that came.
    protocol : str or None
        What the program speaks instead, as far as known.
    code, text : int or None, str
        The error frame that came instead of a version.
    errno : int or None
        The operating system's error number.
    """

    endpoint: Endpoint
    cause: str | None
    seconds: float
    address: str = ""
    version: int | None = None
    server_time: str = ""
    evidence: str = ""
    received: bytes = b""
    protocol: str | None = None
    code: int | None = None
    text: str = ""
    errno: int | None = None

    @property
    def ok(self) -> bool:
        """Whether a TWS answered that the clients can talk to."""
        return self.cause is None

    def finding(self, **facts: object) -> Finding:
        """Return the cause with this probe's facts filled in, and those given."""
        if self.cause is None:
            raise ValueError("a probe that succeeded has no finding")
        host, port = self.endpoint.host, self.endpoint.port
        known = {
            "host": host,
            "port": port,
            "seconds": self.seconds,
            "version": self.version,
            "protocol": self.protocol,
            "hint": hint_for(self.protocol, port) if self.protocol else None,
            "code": self.code,
            "text": self.text,
            "next_step": entry_of(self.code, self.text).next_step if self.code else None,
        }
        return describe(self.cause, self.evidence, **(known | facts))


class Greeting:
    """The talk on one open socket, and its outcome."""

    def __init__(self, endpoint: Endpoint, address: Address, started: float) -> None:
        self._endpoint, self._address, self._started = endpoint, address, started
        self._connected = started
        self._handshake = ClientHandshake()
        self._deframer = Deframer(_MAX_ANSWER)
        self._received = bytearray()
        self._spoken = self._nudged = False

    async def talk(self, sock: socket.socket, left: float) -> ProbeResult:
        """Exchange the handshake and return what came of it."""
        self._connected = time.monotonic()
        reader = PatientReader(sock)
        try:
            return await self._talk(sock, reader, left)
        finally:
            await reader.close()

    async def _talk(self, sock: socket.socket, reader: PatientReader, left: float) -> ProbeResult:
        loop = asyncio.get_running_loop()
        data = await reader.read(min(_LISTEN_FIRST, left / 4))
        if data is not None and (outcome := self._take(data)):
            return outcome
        self._spoken = True
        await loop.sock_sendall(sock, self._handshake.hello())
        data = await reader.read(left - min(_NUDGE_BEFORE_END, left / 4) - (time.monotonic() - self._connected))
        if data is None:
            self._nudged = True
            await loop.sock_sendall(sock, _NUDGE)
        while data is None or (outcome := self._take(data)) is None:
            data = await reader.read()
        return outcome

    def _take(self, data: bytes) -> ProbeResult | None:
        """Judge the bytes so far; None where more must come."""
        if not data:
            return self._ended("handshake-closed", "closed")
        self._received += data[: 1024 - len(self._received)]
        if name_protocol(bytes(self._received)) in ("HTTP", "TLS", "SSH", "Redis"):
            return self._foreign()
        try:
            payloads = self._deframer.feed(data)
        except FrameTooLarge:
            return self._foreign()
        return self._judge(payloads[0]) if payloads else None

    def _judge(self, payload: bytes) -> ProbeResult:
        fields = payload.decode("utf-8", "backslashreplace").split("\0")
        try:
            hello = self._handshake.receive(payload)
        except HandshakeError:
            if fields[0] == "4" and (found := _error_frame(fields)):
                code, text = found
                return self.result("handshake-error", self._first_bytes(), code=code, text=text)
            if len(fields) == 3 and fields[0].isdigit() and 0 < int(fields[0]) < self._handshake.min_version:
                return self._too_old(ServerHello(int(fields[0]), fields[1]))
            return self._foreign()
        if hello.version < MIN_SERVER_VERSION:
            return self._too_old(hello)
        evidence = f"version {hello.version}, server time {hello.time!r}, after {self._milliseconds():.0f} ms"
        return self.result(None, evidence, version=hello.version, server_time=hello.time)

    def _too_old(self, hello: ServerHello) -> ProbeResult:
        return self.result("server-too-old", self._first_bytes(), version=hello.version, server_time=hello.time)

    def _foreign(self) -> ProbeResult:
        first = bytes(self._received)
        return self.result("not-tws", self._first_bytes(), protocol=describe_protocol(first))

    def _ended(self, cause: str, how: str, error: int | None = None) -> ProbeResult:
        """Judge an end that came before a whole answer."""
        if self._nudged and not self._received:  # that it hung up on the nudge is our doing; until then it was silent
            cause, how = "handshake-silent", "still silent"
        if self._received and not _may_be_frame(bytes(self._received)):
            return self._foreign()
        when = "after our greeting" if self._spoken else "before we had sent anything"
        evidence = f"{how} {self._milliseconds():.0f} ms after accepting, {when}"
        if self._received:
            evidence += f", in the middle of an answer; {self._first_bytes()}"
        return self.result(cause, evidence, errno=error)

    def silent(self) -> ProbeResult:
        """Judge a deadline that passed."""
        return self._ended("handshake-silent", "still silent")

    def broken(self, error: OSError) -> ProbeResult:
        """Judge a connection that broke."""
        return self._ended("handshake-reset", f"reset ({os_error(error)})", error.errno)

    def _milliseconds(self) -> float:
        return (time.monotonic() - self._connected) * 1000

    def _first_bytes(self) -> str:
        return f"first bytes {bytes(self._received[:64])!r} after {self._milliseconds():.0f} ms"

    def result(self, cause: str | None, evidence: str, **found: object) -> ProbeResult:
        """Return the outcome with everything that this exchange knows."""
        make: Callable[..., ProbeResult] = ProbeResult
        return make(
            self._endpoint,
            cause,
            time.monotonic() - self._started,
            str(self._address),
            evidence=evidence,
            received=bytes(self._received),
            **found,
        )


def _error_frame(fields: list[str]) -> tuple[int, str] | None:
    """Read code and text of message 4, whose version and id fields depend on a version not yet agreed."""
    for place, field in enumerate(fields[1:4], 1):
        if field.isdigit() and int(field) >= 100 and len(field) < 6:
            return int(field), fields[place + 1] if place + 1 < len(fields) else ""
    return None


def _may_be_frame(first: bytes) -> bool:
    """Return whether the bytes may be the beginning of a short frame."""
    return first.startswith(b"\0\0"[: len(first)])


def os_error(error: OSError) -> str:
    """Return an error of the operating system with its number and name."""
    name = errno.errorcode.get(error.errno or 0, "")
    return f"errno {error.errno} {name}".strip() if error.errno else str(error)
