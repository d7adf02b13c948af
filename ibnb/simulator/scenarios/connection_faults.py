"""Faults of a connection's life: being let in, the handshake, the start of the API, the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ibnb.simulator.scenarios.fault import Fault, Holdings
from ibnb.wire.framing import frame
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client
    from ibnb.wire.codec import Message


#: How long a client may take to speak first, in seconds.
_FIRST_BYTES = 0.25


class Closes(Fault):
    """The connection is accepted, then closed without a word."""

    async def accepted(self, client: Client) -> bool:
        """Wait for the client's first bytes, and close."""
        await client.swallow(_FIRST_BYTES)
        client.close()
        return False


class Resets(Fault):
    """The connection is accepted, then reset."""

    async def accepted(self, client: Client) -> bool:
        """Wait for the client's first bytes to be under way, then reset."""
        await asyncio.sleep(0.02)
        client.reset()
        return False


class Speaks(Fault):
    """Something else than a TWS answers: it sends its own bytes, then closes."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    async def accepted(self, client: Client) -> bool:
        """Answer in the other protocol."""
        await client.swallow(_FIRST_BYTES)
        client.write(self.data)
        client.close()
        return False


class KeepsSilent(Fault):
    """The handshake is never answered, as while a dialog waits in TWS."""

    async def greeted(self, client: Client) -> bool:
        """Say nothing."""
        return False


class AnswersHandshake(Fault):
    """The handshake is answered with other fields than this server's version and time."""

    def __init__(self, *fields: str) -> None:
        self.fields = fields

    async def greeted(self, client: Client) -> bool:
        """Send those fields."""
        client.write(frame("".join(f"{field}\0" for field in self.fields).encode()))
        return False


class RefusesStart(Fault):
    """Starting the API ends the connection, after an error where one is given.

    Parameters
    ----------
    code, text : int, str
        The error; code 0 is none.
    seconds : float
        How long the connection stays open.
    refused : callable, optional
        Which client ids; all where left out.
    """

    def __init__(
        self, code: int = 0, text: str = "", seconds: float = 0.0, refused: Callable[[int], bool] | None = None
    ) -> None:
        self.code, self.text, self.seconds, self.refused = code, text, seconds, refused

    async def requested(self, client: Client, request: Message) -> float | None:
        """Refuse START_API."""
        if request.id != Request.START_API or client.started:
            return 0.0
        if self.refused is not None and not self.refused(request.values["client_id"] or 0):
            return 0.0
        if self.code:
            client.error(self.code, self.text)
        await asyncio.sleep(self.seconds)
        client.close()
        return None


class HoldsIds(Fault):
    """The id of a client that has gone stays taken, as where no FIN came and only a keepalive finds out."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def left(self, client: Client) -> float:
        """Hold it."""
        return self.seconds


class ShowsAccounts(Fault):
    """The log-in has other accounts."""

    def __init__(self, choose: Callable[[int], tuple[str, ...]]) -> None:
        self.choose = choose

    def accounts(self, port: int) -> tuple[str, ...] | None:
        """Return them."""
        return self.choose(port)


class Holds(Fault):
    """The first account, or each, holds so many positions."""

    def __init__(self, count: int, each: bool) -> None:
        self.holdings = Holdings(count, each)


class SkewsClock(Fault):
    """The server's clock is ahead, or behind."""

    def __init__(self, seconds: float) -> None:
        self.skew = seconds


class Outage(Fault):
    """TWS has lost Interactive Brokers' servers: it keeps its clients, and nothing but notices comes."""

    def __init__(self, code: int, text: str) -> None:
        self.code, self.text = code, text

    async def started(self, client: Client) -> None:
        """Tell a client that starts meanwhile."""
        client.error(self.code, self.text)

    async def requested(self, client: Client, request: Message) -> float | None:
        """Answer what TWS knows by itself, and nothing else."""
        return 0.0 if request.id in _LOCAL else None

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Send nothing of what subscriptions would bring."""
        return values if response in _LOCAL_ANSWERS else None


#: What TWS does and says without the servers; a subscription can be ended too.
_LOCAL = frozenset(
    {
        Request.START_API,
        Request.CURRENT_TIME,
        Request.CURRENT_TIME_IN_MILLIS,
        Request.SET_SERVER_LOG_LEVEL,
        Request.MARKET_DATA_TYPE,
        Request.MANAGED_ACCTS,
        Request.IDS,
    }
    | {request for request in Request if request.name.startswith("CANCEL_") and request != Request.CANCEL_ORDER}
)
_LOCAL_ANSWERS = frozenset(
    (
        Response.ERROR,
        Response.MANAGED_ACCTS,
        Response.NEXT_VALID_ID,
        Response.CURRENT_TIME,
        Response.CURRENT_TIME_IN_MILLIS,
    )
)
