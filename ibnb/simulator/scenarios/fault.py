"""What can go wrong at a TWS, as an object with one hook for each moment of a connection's life.

A fault overrides the hooks it needs; what it leaves alone goes on as in a healthy TWS. Faults hold no state of a
client, so that they can be put in force and taken out while clients are connected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.server.client import ClientConnection
    from ibnb.wire.codec import Message


class Fault:
    """Nothing goes wrong; the base of those with which something does."""

    async def accepted(self, client: ClientConnection) -> bool:
        """Act when a client has connected; return whether it is to be served."""
        return True

    async def greeted(self, client: ClientConnection) -> bool:
        """Act when a client has offered its versions; return whether the server's version is to be sent."""
        return True

    async def requested(self, client: ClientConnection, request: Message) -> float | None:
        """Act when a request has come; return in how many seconds to answer it, or None for never."""
        return 0.0

    async def started(self, client: ClientConnection) -> None:
        """Act when a client has been told its accounts and its next order id."""

    def responding(self, client: ClientConnection, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Return a message's values as they are to be sent, or None to send nothing."""
        return values

    def transmitting(self, client: ClientConnection, data: bytes) -> list[tuple[float, bytes]]:
        """Return the pieces in which bytes go out, each with the seconds to wait before it."""
        return [(0.0, data)]
