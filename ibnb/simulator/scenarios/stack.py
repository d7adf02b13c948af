"""The scenarios in force: asks each of their faults in turn, and can be switched at any time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ibnb.simulator.scenarios.fault import Fault
from ibnb.simulator.scenarios.library import build
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.server.client import ClientConnection
    from ibnb.wire.codec import Message


class Scenarios:
    """What is wrong with the simulated TWS right now.

    Parameters
    ----------
    *texts : str
        Scenarios by name, as `switch` takes them; none is a healthy TWS.

    Examples
    --------
    >>> scenarios = Scenarios("no-account-data")
    >>> scenarios.switch("slow:seconds=1.5", "trickled")
    >>> scenarios.names
    ('slow:seconds=1.5', 'trickled')
    """

    def __init__(self, *texts: str) -> None:
        self.names: tuple[str, ...] = ()
        self._faults: tuple[Fault, ...] = ()
        self.switch(*texts)

    def switch(self, *texts: str) -> None:
        """Put scenarios in force, in place of those before; they apply to connected clients at once.

        Raises
        ------
        BadInput
            For a scenario or a parameter that there is none of; then nothing changes.
        """
        faults = tuple(fault for text in texts for fault in build(text))
        self.names, self._faults = tuple(texts) or ("healthy",), faults

    async def accepted(self, client: ClientConnection) -> bool:
        """Ask whether a client that has connected is to be served."""
        for fault in self._faults:
            if not await fault.accepted(client):
                return False
        return True

    async def greeted(self, client: ClientConnection) -> bool:
        """Ask whether the version is to be sent."""
        for fault in self._faults:
            if not await fault.greeted(client):
                return False
        return True

    async def requested(self, client: ClientConnection, request: Message) -> float | None:
        """Ask in how many seconds a request is to be answered: the sum of all delays, or None for never."""
        delay = 0.0
        for fault in self._faults:
            wait = await fault.requested(client, request)
            if wait is None:
                return None
            delay += wait
        return delay

    async def started(self, client: ClientConnection) -> None:
        """Tell all faults that a client has started."""
        for fault in self._faults:
            await fault.started(client)

    def responding(self, client: ClientConnection, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Return a message's values as they are to be sent, or None to send nothing."""
        changed: dict[str, Any] | None = values
        for fault in self._faults:
            if changed is not None:
                changed = fault.responding(client, response, changed)
        return changed

    def transmitting(self, client: ClientConnection, data: bytes) -> list[tuple[float, bytes]]:
        """Return the pieces in which bytes go out."""
        pieces: Iterable[tuple[float, bytes]] = [(0.0, data)]
        for fault in self._faults:
            pieces = [
                (delay + later, part) for delay, piece in pieces for later, part in fault.transmitting(client, piece)
            ]
        return list(pieces)
