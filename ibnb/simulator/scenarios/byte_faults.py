"""Faults of frames and bytes: in pieces, in lumps, cut off, twice, out of order, or not what the protocol allows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from ibnb.simulator.scenarios.fault import Cut, Fault
from ibnb.wire.framing import frame
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client


class Trickles(Fault):
    """Bytes come in small pieces."""

    def __init__(self, size: int, seconds: float) -> None:
        self.size, self.seconds = size, seconds

    def transmitting(self, client: Client, data: bytes) -> list[tuple[float, bytes]]:
        """Cut them up."""
        return [(self.seconds, piece) for piece in re.findall(rb"(?s).{1,%d}" % self.size, data)]


class Keeps(Fault):
    """What is common to faults that keep bytes back for a while: they go out at the latest when the fault ends."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._kept: WeakKeyDictionary[Client, bytes] = WeakKeyDictionary()

    def keep(self, client: Client, data: bytes) -> None:
        """Keep bytes until the time is over; they are added to those kept already."""
        if client in self._kept:
            self._kept[client] += data
        else:
            self._kept[client] = data
            client.defer(self._release_later(client))

    def release(self, client: Client) -> bytes:
        """Return what is kept, and keep it no longer."""
        return self._kept.pop(client, b"")

    async def _release_later(self, client: Client) -> None:
        await asyncio.sleep(self.seconds)
        client.write_now(self.release(client))

    def ended(self) -> None:
        """Send what is still kept."""
        for client in list(self._kept):
            client.write_now(self.release(client))


class Coalesces(Keeps):
    """Whatever is sent within a while comes in one piece."""

    def transmitting(self, client: Client, data: bytes) -> list[tuple[float, bytes]]:
        """Keep it."""
        self.keep(client, data)
        return []


class Reorders(Keeps):
    """A message comes after the one that was sent behind it."""

    def __init__(self, response: Response | None, seconds: float) -> None:
        super().__init__(seconds)
        self.response = response

    def framing(self, client: Client, response: Response, data: bytes) -> list[bytes]:
        """Keep it until the next."""
        if kept := self.release(client):
            return [data, kept]
        if self.response not in (None, response):
            return [data]
        self.keep(client, data)
        return []


class Duplicates(Fault):
    """A message comes several times."""

    def __init__(self, response: Response | None, times: int) -> None:
        self.response, self.times = response, times

    def framing(self, client: Client, response: Response, data: bytes) -> list[bytes]:
        """Repeat it."""
        return [data] * self.times if self.response in (None, response) else [data]


class Cuts(Fault):
    """The connection ends in the middle of a message."""

    def __init__(self, response: Response | None, size: int, reset: bool) -> None:
        self.response, self.size, self.reset = response, size, reset

    def framing(self, client: Client, response: Response, data: bytes) -> list[bytes]:
        """Send the first bytes of it."""
        if self.response not in (None, response):
            return [data]
        cut = Cut(data[: min(self.size, len(data) - 1)])
        cut.reset = self.reset
        return [cut]


class Malforms(Fault):
    """A message is not what the protocol allows."""

    def __init__(self, response: Response | None, change: Callable[[bytes], bytes]) -> None:
        self.response, self.change = response, change

    def framing(self, client: Client, response: Response, data: bytes) -> list[bytes]:
        """Change it."""
        return [self.change(data)] if self.response in (None, response) else [data]


def _fields(data: bytes, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
    return frame(b"".join(field + b"\0" for field in change(data[4:-1].split(b"\0"))))


def _with_text(fields: list[bytes]) -> list[bytes]:
    """Put a word in place of the last field that holds a number, the message id aside."""
    for index in range(len(fields) - 1, 0, -1):
        if re.fullmatch(rb"-?[0-9.]+", fields[index]):
            return [*fields[:index], b"twelve", *fields[index + 1 :]]
    return [fields[0], b"twelve", *fields[1:]]


#: Ways in which a frame can be wrong, by name.
MALFORMATIONS: dict[str, Callable[[bytes], bytes]] = {
    "short": lambda data: _fields(data, lambda fields: fields[:-1]),
    "long": lambda data: _fields(data, lambda fields: [*fields, b"1"]),
    "text": lambda data: _fields(data, _with_text),
    "unknown": lambda data: _fields(data, lambda fields: [b"999", *fields[1:]]),
    "unended": lambda data: frame(data[4:-1]),
    "empty": lambda data: frame(b""),
    "binary": lambda data: frame(bytes(255 - byte for byte in data[4:])),
    "oversized": lambda data: b"\x7f\xff\xff\xff" + data[4:],
}
