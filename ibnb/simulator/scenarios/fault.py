"""What can go wrong at a TWS, as an object with one hook for each moment of a connection's life.

A fault overrides the hooks it needs; what it leaves alone goes on as in a healthy TWS. Faults can be put in force and
taken out while clients are connected; one that keeps something back for a client gives it out in `ended`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.market.subscriptions import Subscriptions
    from ibnb.simulator.matching.refusal import Verdict
    from ibnb.simulator.roles import Client
    from ibnb.wire.codec import Message


@dataclass(frozen=True)
class Holdings:
    """How many positions the first account holds, and whether each of the others holds as many."""

    count: int
    each: bool


class Cut(bytes):
    """The last bytes that a client gets: after them its connection ends, by a reset where `reset` is set."""

    reset: bool = False


class Fault:
    """Nothing goes wrong; the base of those with which something does."""

    #: By how many seconds the server's clock is ahead.
    skew: float = 0.0
    #: Which market data the account has, or None to leave them as they are.
    market_data: Subscriptions | None = None
    #: What the accounts hold, or None to leave it as it is.
    holdings: Holdings | None = None
    #: Which habits of this TWS are others than usual, by the names of the fields of `Habits`.
    habits: Mapping[str, Any] = {}

    def accounts(self, port: int) -> tuple[str, ...] | None:
        """Return the accounts of the log-in at a TWS on `port`, or None to leave them as they are."""
        return None

    def ended(self) -> None:
        """Act when the fault is taken out of force."""

    # A connection, in the order of its life -----------------------------------------------------------------

    async def accepted(self, client: Client) -> bool:
        """Act when a client has connected; return whether it is to be served."""
        return True

    async def greeted(self, client: Client) -> bool:
        """Act when a client has offered its versions; return whether the server's version is to be sent."""
        return True

    async def requested(self, client: Client, request: Message) -> float | None:
        """Act when a request has come; return in how many seconds to answer it, or None for never."""
        return 0.0

    async def started(self, client: Client) -> None:
        """Act when a client has been told its accounts and its next order id."""

    def judging(self, order: Mapping[str, Any]) -> Verdict | None:
        """Return what is to be said of a new order, by the values of placeOrder; None where it is taken as it is."""
        return None

    def left(self, client: Client) -> float:
        """Return for how many seconds the id of a client that has gone stays taken."""
        return 0.0

    # What is sent, from the message down to its bytes -------------------------------------------------------

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Return a message's values as they are to be sent, or None to send nothing."""
        return values

    def framing(self, client: Client, response: Response, data: bytes) -> list[bytes]:
        """Return what goes out in place of one whole frame: no frame, one, or several; `Cut` ends the connection."""
        return [data]

    def transmitting(self, client: Client, data: bytes) -> list[tuple[float, bytes]]:
        """Return the pieces in which bytes go out, each with the seconds to wait before it."""
        return [(0.0, data)]
