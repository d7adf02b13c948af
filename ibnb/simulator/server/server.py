"""The simulated TWS as a server: keeps its clients, and gives each request to its handler.

One `Server` holds one world: a market, the books of the accounts, and the scenarios in force. Where it listens is the
`Listener`'s business, so that a TWS can be reached before its world is built, and be restarted with the same world.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from ibnb.simulator.market import MarketError, TooLarge
from ibnb.simulator.market.subscriptions import Subscriptions
from ibnb.simulator.server.arrivals import Arrivals
from ibnb.simulator.server.connection.client import ClientConnection
from ibnb.simulator.server.connection.lateness import Lateness
from ibnb.simulator.server.desk import Desk
from ibnb.simulator.server.gate import Gate, request_id_of
from ibnb.simulator.server.handlers import HANDLERS
from ibnb.simulator.server.scheduler import Scheduler
from ibnb.simulator.server.streams.boards import Boards
from ibnb.simulator.world import books_of
from ibnb.wire.codec import Message
from ibnb.wire.handshake import MAX_VERSION
from ibnb.wire.ids import Request

if TYPE_CHECKING:
    from ibnb.simulator.accounts.books import Books
    from ibnb.simulator.listener import Listener
    from ibnb.simulator.market import Market
    from ibnb.simulator.roles import Client
    from ibnb.simulator.scenarios.fault import Holdings
    from ibnb.simulator.scenarios.stack import Scenarios

_log = logging.getLogger(__name__)


class Server:
    """A TWS.

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
        Whether the limits of a real TWS are kept: messages a second, subscriptions, pacing of history.
    master : int, optional
        The client id that is told of all clients' orders; none by default, as in TWS.
    keep : callable, optional
        Keeps the accounts; called after orders have changed them, and at the end.

    Attributes
    ----------
    books : Books
        The accounts that the next client to start will see; a client that has started keeps its own `books`.
    arrivals : Arrivals
        The requests that have come.
    listener : Listener or None
        Where it listens.
    subscriptions : Subscriptions
        Which market data the account has; everything live, unless it is replaced.
    scheduler, boards : Scheduler, Boards
        What drives the streams of all clients, and those of quotes in particular.
    lateness : Lateness
        How late the loop is, which is no fault of clients.
    desk : Desk
        Where clients place orders.
    display_groups : dict
        What each group of windows shows, where a client has set it.
    """

    def __init__(
        self,
        market: Market,
        books: Books,
        scenarios: Scenarios,
        max_version: int = MAX_VERSION,
        limits: bool = True,
        *,
        master: int | None = None,
        keep: Callable[[], None] | None = None,
    ) -> None:
        self.market, self.books, self.scenarios = market, books, scenarios
        self.max_version, self.limits = max_version, limits
        market.closures.told = lambda: (scenarios.habits.closed, scenarios.habits.closed_since)
        self.clients: set[Client] = set()
        self.arrivals = Arrivals()
        self.listener: Listener | None = None
        self.subscriptions = Subscriptions()
        self.scheduler, self.lateness = Scheduler(), Lateness()
        self.boards = Boards(self)
        self.display_groups: dict[int, str] = {}
        self.desk = Desk(self, master, keep)
        self._gate = Gate(self)
        self._own_books = books
        self._other_books: dict[tuple[tuple[str, ...], Holdings | None], Books] = {}
        self._held: dict[int, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # Life -------------------------------------------------------------------------------------------------

    async def start(self, listener: Listener) -> None:
        """Serve those who come to a listener."""
        self.listener = listener
        self._apply()
        self.desk.open()
        self.lateness.start()
        listener.serve(self)

    async def close(self) -> None:
        """Stop listening and close all clients."""
        if self.listener is not None:
            self.listener.close()
        for task in self._tasks:
            task.cancel()
        self.scheduler.close()
        self.lateness.stop()
        for client in list(self.clients):
            client.hang_up()
        self.desk.close()
        await asyncio.sleep(0)

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""
        client = ClientConnection(self, reader, writer)
        self.clients.add(client)
        try:
            await client.serve()
        except asyncio.CancelledError:
            client.hang_up()

    def forget(self, client: Client) -> None:
        """Take a client that ended off the list; its id is free at once, unless a scenario holds it."""
        self.clients.discard(client)
        if client.client_id is not None and (seconds := self.scenarios.left(client)) > 0:
            self._held[client.client_id] = time.monotonic() + seconds

    def ids_in_use(self) -> set[int]:
        """Return the client ids that are taken."""
        now = time.monotonic()
        self._held = {client_id: until for client_id, until in self._held.items() if until > now}
        return self._held.keys() | {client.client_id for client in self.clients if client.client_id is not None}

    def now(self) -> float:
        """Return the time that this TWS tells, in epoch seconds."""
        return self.market.clock.now() + self.scenarios.skew

    # Scenarios and events -----------------------------------------------------------------------------------

    def switch(self, *texts: str) -> None:
        """Put scenarios in force; clients feel them at once, other accounts only those who start from now on."""
        self.scenarios.switch(*texts)
        self._held.clear()
        self._apply()

    def _apply(self) -> None:
        """Show the accounts and the market data that the scenarios name, or this TWS's own."""
        self.subscriptions = self.scenarios.market_data or Subscriptions()
        accounts = self.scenarios.accounts(self.listener.port if self.listener else 0)
        holdings = self.scenarios.holdings
        if accounts is None and holdings is None:
            self.books = self._own_books
            return
        shown = (accounts or tuple(self._own_books.accounts), holdings)
        if shown not in self._other_books:
            self._other_books[shown] = books_of(self.market, self._own_books, *shown)
        self.books = self._other_books[shown]

    def notify(self, *notices: tuple[int, str]) -> int:
        """Send notices to all clients that have started; returns to how many."""
        started = [client for client in self.clients if client.started]
        for client in started:
            for code, text in notices:
                client.error(code, text)
        return len(started)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Run what an event does after a while; it ends with the server."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Requests ---------------------------------------------------------------------------------------------

    async def take(self, client: Client, request: Message) -> None:
        """Take one request that came: note it, and let it pass the gate."""
        self.arrivals.note(client.client_id, request)
        self.log(client, Request(request.id).name, repr(request.values).encode())
        await self._gate.take(client, request)

    async def handle(self, client: Client, request: Message) -> None:
        """Answer one request. A handler that breaks costs its client an error message, never the connection."""
        handler = HANDLERS.get(Request(request.id))
        if not client.started and request.id != Request.START_API:
            client.error(504, "Not connected")
            return
        if handler is None:
            name = Request(request.id).name
            client.error(
                321, f"Error validating request.-'sim' : cause - {name} is not simulated", request_id_of(request)
            )
            return
        try:
            answer = handler(client, request.values)
            if inspect.isawaitable(answer):
                await answer
        except asyncio.CancelledError:
            raise
        except TooLarge:
            return  # A real TWS never answers what is too large for its data farm.
        except MarketError as error:
            client.error(error.code, error.text, request_id_of(request))
        except Exception as error:
            _log.exception("%s", Request(request.id).name)
            client.error(
                322,
                f"Error processing request.-'sim' : cause - {type(error).__name__}: {error}",
                request_id_of(request),
            )

    def log(self, client: Client, what: str, detail: bytes) -> None:
        """Write one line to the log, for people who run the simulator with ``--verbose``."""
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("client %s: %s %s", client.client_id, what, detail[:500].decode("utf-8", "replace"))
