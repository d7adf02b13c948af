"""The kinds of fault, from the socket up to single messages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ibnb.simulator.scenarios.fault import Fault
from ibnb.wire.framing import frame
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.server.client import ClientConnection
    from ibnb.wire.codec import Message


class Closes(Fault):
    """The connection is accepted, then closed without a word."""

    async def accepted(self, client: ClientConnection) -> bool:
        """Close."""
        client.close()
        return False


class Resets(Fault):
    """The connection is accepted, then reset."""

    async def accepted(self, client: ClientConnection) -> bool:
        """Wait for the client's first bytes to be under way, then reset."""
        await asyncio.sleep(0.02)
        client.reset()
        return False


class Speaks(Fault):
    """Something else than a TWS answers: it sends its own bytes, then closes."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    async def accepted(self, client: ClientConnection) -> bool:
        """Answer in the other protocol."""
        client.write(self.data)
        client.close()
        return False


class KeepsSilent(Fault):
    """The handshake is never answered, as while a dialog waits in TWS."""

    async def greeted(self, client: ClientConnection) -> bool:
        """Say nothing."""
        return False


class AnswersHandshake(Fault):
    """The handshake is answered with other fields than this server's version and time."""

    def __init__(self, *fields: str) -> None:
        self.fields = fields

    async def greeted(self, client: ClientConnection) -> bool:
        """Send those fields."""
        client.write(frame("".join(f"{field}\0" for field in self.fields).encode()))
        return False


class RefusesStart(Fault):
    """Starting the API ends the connection, after an error where one is given."""

    def __init__(self, code: int = 0, text: str = "", seconds: float = 0.0) -> None:
        self.code, self.text, self.seconds = code, text, seconds

    async def requested(self, client: ClientConnection, request: Message) -> float | None:
        """Refuse START_API."""
        if request.id != Request.START_API:
            return 0.0
        if self.code:
            client.error(self.code, self.text)
        await asyncio.sleep(self.seconds)
        client.close()
        return None


class Ignores(Fault):
    """Some requests are never answered."""

    def __init__(self, *requests: Request) -> None:
        self.requests: Collection[int] = frozenset(requests)

    async def requested(self, client: ClientConnection, request: Message) -> float | None:
        """Swallow the request."""
        return None if request.id in self.requests else 0.0


class Withholds(Fault):
    """Some messages are never sent."""

    def __init__(self, *responses: Response) -> None:
        self.responses: Collection[int] = frozenset(responses)

    def responding(self, client: ClientConnection, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Drop the message."""
        return None if response in self.responses else values


class Replaces(Fault):
    """Some values of a message are others than they should be."""

    def __init__(self, response: Response, **values: Any) -> None:
        self.response, self.values = response, values

    def responding(self, client: ClientConnection, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Replace the values."""
        return {**values, **self.values} if response == self.response else values


class Answers(Fault):
    """Some requests are answered with an error, under their own id or -1."""

    def __init__(self, code: int, text: str, *requests: Request, own_id: bool = True) -> None:
        self.code, self.text, self.own_id = code, text, own_id
        self.requests: Collection[int] = frozenset(requests)

    async def requested(self, client: ClientConnection, request: Message) -> float | None:
        """Send the error."""
        if request.id not in self.requests:
            return 0.0
        own = request.values.get("request_id", request.values.get("order_id", -1))
        client.error(self.code, self.text, own if self.own_id else -1)
        return None


class Notices(Fault):
    """Notices follow the start of the API."""

    def __init__(self, *notices: tuple[int, str]) -> None:
        self.notices = notices

    async def started(self, client: ClientConnection) -> None:
        """Send them."""
        for code, text in self.notices:
            client.error(code, text)


class Delays(Fault):
    """Every answer comes late."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def requested(self, client: ClientConnection, request: Message) -> float | None:
        """Wait."""
        return self.seconds


class Trickles(Fault):
    """Bytes come in small pieces."""

    def __init__(self, size: int, seconds: float) -> None:
        self.size, self.seconds = size, seconds

    def transmitting(self, client: ClientConnection, data: bytes) -> list[tuple[float, bytes]]:
        """Cut them up."""
        return [(self.seconds, piece) for piece in re.findall(rb"(?s).{1,%d}" % self.size, data)]
