"""The scenarios in force: asks each of their faults in turn, and can be switched at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ibnb.simulator.scenarios.fault import Fault, Holdings
from ibnb.simulator.scenarios.habit import habits_of
from ibnb.simulator.scenarios.library import build
from ibnb.simulator.scenarios.ways import Habits
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.market.subscriptions import Subscriptions
    from ibnb.simulator.matching.refusal import Verdict
    from ibnb.simulator.roles import Client
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
        self._chosen: tuple[Fault, ...] = ()
        self._passing: tuple[Fault, ...] = ()
        #: All faults in force, those of the scenarios before those of events.
        self.faults: tuple[Fault, ...] = ()
        #: How this TWS behaves where real ones differ.
        self.habits = Habits()
        self.switch(*texts)

    def switch(self, *texts: str) -> None:
        """Put scenarios in force, in place of those before; they apply to connected clients at once.

        Raises
        ------
        BadInput
            For a scenario or a parameter that there is none of; then nothing changes.
        """
        before, faults = self._chosen, tuple(fault for text in texts for fault in build(text))
        self.names, self._chosen = tuple(texts) or ("healthy",), faults
        self._put_in_force()
        for fault in before:
            fault.ended()

    def add(self, fault: Fault) -> None:
        """Put a fault in force beside the scenarios, as an event does; `remove` ends it, `switch` does not."""
        self._passing += (fault,)
        self._put_in_force()

    def remove(self, fault: Fault) -> None:
        """Take a fault of `add` out of force."""
        self._passing = tuple(each for each in self._passing if each is not fault)
        self._put_in_force()
        fault.ended()

    def _put_in_force(self) -> None:
        self.faults = self._chosen + self._passing
        self.habits = habits_of(self.faults)

    @property
    def skew(self) -> float:
        """By how many seconds the server's clock is ahead."""
        return sum(fault.skew for fault in self.faults)

    @property
    def market_data(self) -> Subscriptions | None:
        """Which market data the account has, as the last scenario with an opinion has it, or None."""
        said = [fault.market_data for fault in self.faults if fault.market_data is not None]
        return said[-1] if said else None

    @property
    def holdings(self) -> Holdings | None:
        """What the accounts hold, as the last scenario with an opinion has it, or None."""
        said = [fault.holdings for fault in self.faults if fault.holdings is not None]
        return said[-1] if said else None

    def accounts(self, port: int) -> tuple[str, ...] | None:
        """Return the accounts of the log-in as the last scenario with an opinion has them, or None."""
        said = [accounts for fault in self.faults if (accounts := fault.accounts(port)) is not None]
        return said[-1] if said else None

    async def accepted(self, client: Client) -> bool:
        """Ask whether a client that has connected is to be served."""
        for fault in self.faults:
            if not await fault.accepted(client):
                return False
        return True

    async def greeted(self, client: Client) -> bool:
        """Ask whether the version is to be sent."""
        for fault in self.faults:
            if not await fault.greeted(client):
                return False
        return True

    async def requested(self, client: Client, request: Message) -> float | None:
        """Ask in how many seconds a request is to be answered: the sum of all delays, or None for never."""
        delay = 0.0
        for fault in self.faults:
            wait = await fault.requested(client, request)
            if wait is None:
                return None
            delay += wait
        return delay

    async def started(self, client: Client) -> None:
        """Tell all faults that a client has started."""
        for fault in self.faults:
            await fault.started(client)

    def judging(self, order: Mapping[str, Any]) -> Verdict | None:
        """Ask what is to be said of a new order: the first verdict of all faults, each of which sees the order."""
        verdicts = [verdict for fault in self.faults if (verdict := fault.judging(order)) is not None]
        return verdicts[0] if verdicts else None

    def left(self, client: Client) -> float:
        """Ask for how many seconds the id of a client that has gone stays taken."""
        return max((fault.left(client) for fault in self.faults), default=0.0)

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Return a message's values as they are to be sent, or None to send nothing."""
        changed: dict[str, Any] | None = values
        for fault in self.faults:
            if changed is not None:
                changed = fault.responding(client, response, changed)
        return changed

    def framing(self, client: Client, response: Response, data: bytes) -> list[bytes]:
        """Return what goes out in place of one whole frame."""
        frames = [data]
        for fault in self.faults:
            frames = [changed for each in frames for changed in fault.framing(client, response, each)]
        return frames

    def transmitting(self, client: Client, data: bytes) -> list[tuple[float, bytes]]:
        """Return the pieces in which bytes go out."""
        pieces = [(0.0, data)]
        for fault in self.faults:
            parts = []
            for delay, piece in pieces:
                wait = delay  # before the first part of the piece only
                for later, part in fault.transmitting(client, piece):
                    parts.append((wait + later, part))
                    wait = 0.0
            pieces = parts
        return pieces
