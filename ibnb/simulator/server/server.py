"""The simulated TWS as a server: listens, keeps its clients, and gives each request to its handler.

One `Server` holds one world: a market, the books of the accounts, and the scenarios in force. It has no state of its
own besides its clients, so a restarted server with the same world is the same TWS.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import Counter
from typing import TYPE_CHECKING

from ibnb.errors import SimulatorError
from ibnb.simulator.server.client import ClientConnection
from ibnb.simulator.server.handlers import HANDLERS
from ibnb.wire.codec import Message
from ibnb.wire.handshake import MAX_VERSION
from ibnb.wire.ids import Request

if TYPE_CHECKING:
    from ibnb.simulator.accounts.books import Books
    from ibnb.simulator.market import Market
    from ibnb.simulator.scenarios.stack import Scenarios

#: How many clients a real TWS serves.
MAX_CLIENTS = 32

_log = logging.getLogger(__name__)


class Server:
    """A TWS on one port.

    Parameters
    ----------
    market : Market
        Prices, contracts and the clock.
    books : Books
        The accounts of the log-in.
    scenarios : Scenarios
        What goes wrong, if anything.
    max_version : int
        The highest server version spoken, 100 to 200.
    limits : bool
        Whether the limits of a real TWS (messages a second) are kept.
    """

    def __init__(
        self,
        market: Market,
        books: Books,
        scenarios: Scenarios,
        max_version: int = MAX_VERSION,
        limits: bool = True,
    ) -> None:
        self.market, self.books, self.scenarios = market, books, scenarios
        self.max_version, self.limits = max_version, limits
        self.clients: set[ClientConnection] = set()
        self.requests: Counter[int] = Counter()
        self._waiting: list[tuple[Request, int, asyncio.Future[None]]] = []
        self._listener: asyncio.Server | None = None

    # Life -------------------------------------------------------------------------------------------------

    async def start(self, host: str, port: int) -> int:
        """Listen on `host`, and return the port (a free one where `port` is 0).

        Raises
        ------
        SimulatorError
            If the port is taken or the address is not this machine's.
        """
        try:
            self._listener = await asyncio.start_server(self._accept, host, port)
        except OSError as error:
            raise SimulatorError(
                f"Cannot listen on {host}:{port}: {error.strerror or error}. Is a TWS or another simulator running "
                "there? Port 0 takes any free one."
            ) from error
        return int(self._listener.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and close all clients."""
        if self._listener is not None:
            self._listener.close()
        for client in list(self.clients):
            client.close()
        await asyncio.sleep(0)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = ClientConnection(self, reader, writer)
        self.clients.add(client)
        try:
            await client.serve()
        except asyncio.CancelledError:
            client.close()

    def forget(self, client: ClientConnection) -> None:
        """Take a client that ended off the list; its id is free at once."""
        self.clients.discard(client)

    # Requests ---------------------------------------------------------------------------------------------

    async def handle(self, client: ClientConnection, request: Message) -> None:
        """Answer one request. A handler that breaks costs its client an error message, never the connection."""
        handler = HANDLERS.get(Request(request.id))
        if not client.started and request.id != Request.START_API:
            client.error(504, "Not connected")
            return
        if handler is None:
            name = Request(request.id).name
            client.error(
                321, f"Error validating request.-'sim' : cause - {name} is not simulated", _request_id(request)
            )
            return
        try:
            answer = handler(client, request.values)
            if inspect.isawaitable(answer):
                await answer
        except asyncio.CancelledError:
            raise
        except Exception as error:
            _log.exception("%s", Request(request.id).name)
            client.error(
                322,
                f"Error processing request.-'sim' : cause - {type(error).__name__}: {error}",
                _request_id(request),
            )

    def received(self, client: ClientConnection, request: Message) -> None:
        """Note that a request came."""
        self.requests[request.id] += 1
        self.log(client, Request(request.id).name, repr(request.values).encode())
        for waited_for, count, future in self._waiting:
            if waited_for == request.id and self.requests[request.id] >= count and not future.done():
                future.set_result(None)

    async def wait_for(self, request: Request, timeout: float, count: int = 1) -> bool:
        """Wait until `count` requests of a kind have come since the start; returns whether they have."""
        if self.requests[request] >= count:
            return True
        entry = (request, count, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(timeout):
                await entry[2]
        except TimeoutError:
            return False
        finally:
            self._waiting.remove(entry)
        return True

    def ids_in_use(self) -> set[int]:
        """Return the client ids that are taken."""
        return {client.client_id for client in self.clients if client.client_id is not None}

    def log(self, client: ClientConnection, what: str, detail: bytes) -> None:
        """Write one line to the log, for people who run the simulator with ``--verbose``."""
        _log.debug("client %s: %s %s", client.client_id, what, detail[:500].decode("utf-8", "replace"))


def _request_id(request: Message) -> int:
    value = request.values.get("request_id", request.values.get("order_id"))
    return value if isinstance(value, int) else -1
