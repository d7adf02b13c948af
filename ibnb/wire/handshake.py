r"""The first exchange: which version both sides speak.

The client opens with ``API\0`` and a frame ``v<min>..<max>``; the server answers one frame of exactly two
fields, its version and its time. Both halves are here as state machines without sockets, so that the
simulator, the probe and the tests run the very same rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ibnb.errors import HandshakeError
from ibnb.wire.framing import frame

#: The greeting before the client's first frame.
GREETING = b"API\0"
#: The versions in which all messages are text; from 201 on ids are raw ints and messages move to protobuf.
MIN_VERSION, MAX_VERSION = 100, 200
#: An open order has its `duration` from 159 on for ib_insync, from 158 on for ibapi: 158 cannot suit both.
UNSPOKEN_VERSION = 158

_RANGE = re.compile(rb"v(\d{1,9})(?:\.\.(\d{1,9}))?(?: ([^\0]*))?\0?")


@dataclass(frozen=True)
class ClientHello:
    """What a client offers: a range of versions, and options such as ``+PACEAPI``."""

    min_version: int
    max_version: int
    options: str = ""


@dataclass(frozen=True)
class ServerHello:
    """What a server answers: the version both will speak, and its clock as text."""

    version: int
    time: str


def parse_client_hello(payload: bytes) -> ClientHello:
    """Read a client's first frame, such as ``v100..176``.

    Raises
    ------
    HandshakeError
        If it is not a range of versions.
    """
    match = _RANGE.fullmatch(payload)
    if match is None:
        raise HandshakeError("The client's first frame is not a range of versions like 'v100..176'.", payload)
    low = int(match[1])
    high = int(match[2]) if match[2] else low
    if high < low:
        raise HandshakeError("The client's range of versions ends before it starts.", payload)
    return ClientHello(low, high, (match[3] or b"").decode("utf-8", "backslashreplace"))


def negotiate(hello: ClientHello, server_max: int = MAX_VERSION) -> int | None:
    """Return the version a server of `server_max` speaks with this client, or None where they do not meet.

    The version is the lower of both maxima, as with a real TWS; 158 is answered with 157 (see
    `UNSPOKEN_VERSION`), except to a client that offers nothing below it.

    Examples
    --------
    >>> negotiate(ClientHello(157, 178))
    178
    >>> negotiate(ClientHello(100, 226), server_max=176)
    176
    >>> negotiate(ClientHello(201, 226)) is None
    True
    """
    version = min(hello.max_version, server_max)
    if version == UNSPOKEN_VERSION and hello.min_version < UNSPOKEN_VERSION:
        version -= 1
    return version if version >= max(hello.min_version, MIN_VERSION) else None


class ClientHandshake:
    r"""The client's half.

    Parameters
    ----------
    min_version, max_version : int
        The versions offered.

    Examples
    --------
    >>> handshake = ClientHandshake()
    >>> handshake.hello()
    b'API\x00\x00\x00\x00\tv100..200'
    >>> handshake.receive(b"176\x0020240324 21:18:59 Greenwich Mean Time\x00").version
    176
    """

    def __init__(self, min_version: int = MIN_VERSION, max_version: int = MAX_VERSION) -> None:
        self.min_version, self.max_version = min_version, max_version

    def hello(self) -> bytes:
        """Return the bytes that open the connection."""
        return GREETING + frame(b"v%d..%d" % (self.min_version, self.max_version))

    def receive(self, payload: bytes) -> ServerHello:
        """Read the server's first frame.

        Raises
        ------
        HandshakeError
            If it has not exactly two fields, or its version was not offered: it is an error frame, or no TWS
            at all.
        """
        fields = payload.split(b"\0")
        if len(fields) != 3 or fields[2] or not fields[0].isdigit() or len(fields[0]) > 9:
            raise HandshakeError("The first answer is not a version and a time.", payload)
        version = int(fields[0])
        if not self.min_version <= version <= self.max_version:
            raise HandshakeError(
                f"The first answer names version {version}, which is outside of what was offered, "
                f"{self.min_version} to {self.max_version}.",
                payload,
            )
        return ServerHello(version, fields[1].decode("utf-8", "backslashreplace"))


class ServerHandshake:
    r"""The server's half: eats the greeting, then the client's range.

    Parameters
    ----------
    max_version : int
        The highest version this server speaks.

    Notes
    -----
    A stream that does not begin with ``API\0`` raises `HandshakeError` on its first wrong byte, so that a
    browser or a scanner that knocks is not waited for.
    """

    def __init__(self, max_version: int = MAX_VERSION) -> None:
        self.max_version = max_version
        self.hello: ClientHello | None = None
        self.version: int | None = None
        self._greeting = b""

    def greet(self, data: bytes) -> bytes:
        """Take the stream's first bytes; return what comes after the greeting, which belongs to the deframer.

        Raises
        ------
        HandshakeError
            If the bytes are not those of an API client.
        """
        missing = len(GREETING) - len(self._greeting)
        self._greeting += data[:missing]
        if not GREETING.startswith(self._greeting):
            raise HandshakeError("The client did not open with 'API'.", self._greeting + data[missing:])
        return data[missing:]

    @property
    def greeted(self) -> bool:
        """Whether the whole greeting has come."""
        return self._greeting == GREETING

    def receive(self, payload: bytes) -> int | None:
        """Read the client's range and return the version to speak, or None where there is none in common."""
        self.hello = parse_client_hello(payload)
        self.version = negotiate(self.hello, self.max_version)
        return self.version

    def answer(self, time: str) -> bytes:
        """Return the one frame that answers a client whose range was taken.

        Parameters
        ----------
        time : str
            The server's clock, such as ``20240324 21:18:59 Greenwich Mean Time``.
        """
        if self.version is None:
            raise HandshakeError("There is no version in common to answer with.")
        return frame(b"%d\0%s\0" % (self.version, time.encode()))
