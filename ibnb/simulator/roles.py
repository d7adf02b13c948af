"""What a handler, a stream, a scenario or the gate may ask of a client and of the server it belongs to.

The classes themselves know all of those; these protocols know none, so that no module has to know the whole house.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book
    from ibnb.simulator.accounts.books import Books
    from ibnb.simulator.market import Market
    from ibnb.simulator.market.subscriptions import Subscriptions
    from ibnb.simulator.matching.refusal import Verdict
    from ibnb.simulator.scenarios.ways import Habits
    from ibnb.simulator.server.connection.lateness import Lateness
    from ibnb.simulator.server.connection.under_way import Stoppable
    from ibnb.simulator.server.scheduler import Scheduler
    from ibnb.wire.codec import Message
    from ibnb.wire.ids import Request, Response
    from ibnb.wire.layout import Values


class Client(Protocol):
    """One connected client; see `ibnb.simulator.server.connection.client.ClientConnection`."""

    client_id: int | None
    started: bool
    closed: bool
    books: Books
    market_data_type: int
    last_current_time: float
    summaries: set[int]
    shown_account: Book | None
    watches_positions: bool
    binds_orders: bool
    account_watches: dict[int, dict[str, Any]]
    position_watches: dict[int, dict[str, Any]]
    streams: dict[int, Stoppable]
    open_history: set[int]

    @property
    def server(self) -> Server:
        """Whose client it is."""

    @property
    def version(self) -> int:
        """The version spoken with it."""

    def send(self, response: Response, values: Values | None = None) -> None:
        """Send one message, unless the scenario keeps it back."""

    def error(self, code: int, message: str, request_id: int = -1) -> None:
        """Send an error or a notice."""

    def write(self, data: bytes) -> None:
        """Send bytes as the scenario says."""

    def write_now(self, data: bytes) -> None:
        """Send bytes as they are, at once."""

    async def swallow(self, seconds: float) -> None:
        """Read what it sends first."""

    async def handle(self, request: Message) -> None:
        """Answer a request now."""

    def handle_later(self, request: Message, seconds: float) -> None:
        """Answer a request after so many seconds, unless it is cancelled before."""

    def cancel_late(self, request: Request, request_id: int) -> bool:
        """Cancel an answer that is not out yet; returns whether there was one."""

    def defer(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Run something beside the reading of further requests."""

    def stream(self, request_id: int, work: Callable[[], Awaitable[None]]) -> None:
        """Run a subscription under its request id."""

    def keep(self, request_id: int, subscription: Stoppable) -> None:
        """Keep a subscription that something else drives."""

    def stop(self, request_id: int) -> bool:
        """End a subscription; returns whether there was one."""

    def stop_kinds(self, kinds: Collection[int]) -> None:
        """End all subscriptions that some kinds of request began."""

    def silence_kinds(self, kinds: Collection[int]) -> None:
        """Have all subscriptions of some kinds send nothing any more."""

    def subscribed(self, kind: int) -> int:
        """Return how many subscriptions of one kind of request are running."""

    def running(self) -> dict[str, int]:
        """Return how many subscriptions are running, by the name of the request that began them."""

    def close(self) -> None:
        """Close the connection after what was sent has gone out."""

    def hang_up(self) -> None:
        """Close the connection at once."""

    def reset(self) -> None:
        """Cut the connection."""


class Server(Protocol):
    """The TWS; see `ibnb.simulator.server.server.Server`."""

    subscriptions: Subscriptions
    display_groups: dict[int, str]

    @property
    def market(self) -> Market:
        """Prices, contracts and the clock."""

    @property
    def books(self) -> Books:
        """The accounts that the next client to start will see."""

    @property
    def scenarios(self) -> Scenarios:
        """What goes wrong, if anything."""

    @property
    def clients(self) -> Collection[Client]:
        """All that are connected."""

    @property
    def max_version(self) -> int:
        """The highest server version spoken."""

    @property
    def limits(self) -> bool:
        """Whether the limits of a real TWS are kept."""

    @property
    def scheduler(self) -> Scheduler:
        """What drives the streams of all clients."""

    @property
    def lateness(self) -> Lateness:
        """How late the loop is."""

    @property
    def boards(self) -> Boards:
        """The streams of quotes."""

    @property
    def desk(self) -> Desk:
        """Where clients place orders."""

    def now(self) -> float:
        """Return the time that this TWS tells, in epoch seconds."""

    def ids_in_use(self) -> set[int]:
        """Return the client ids that are taken."""

    def log(self, client: Client, what: str, detail: bytes) -> None:
        """Write one line to the log."""

    def forget(self, client: Client) -> None:
        """Take a client that ended off the list."""

    async def take(self, client: Client, request: Message) -> None:
        """Take one request that came."""

    async def handle(self, client: Client, request: Message) -> None:
        """Answer one request."""


class Scenarios(Protocol):
    """The scenarios in force; see `ibnb.simulator.scenarios.stack.Scenarios`."""

    @property
    def habits(self) -> Habits:
        """How this TWS behaves where real ones differ."""

    @property
    def faults(self) -> Collection[object]:
        """All faults in force."""

    def judging(self, order: Mapping[str, Any]) -> Verdict | None:
        """Ask what is to be said of a new order; None where it is taken as it is."""

    async def accepted(self, client: Client) -> bool:
        """Ask whether a client that has connected is to be served."""

    async def greeted(self, client: Client) -> bool:
        """Ask whether the version is to be sent."""

    async def requested(self, client: Client, request: Message) -> float | None:
        """Ask in how many seconds a request is to be answered; None for never."""

    async def started(self, client: Client) -> None:
        """Tell all faults that a client has started."""

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Return a message's values as they are to be sent, or None to send nothing."""

    def framing(self, client: Client, response: Response, data: bytes) -> list[bytes]:
        """Return what goes out in place of one whole frame."""

    def transmitting(self, client: Client, data: bytes) -> list[tuple[float, bytes]]:
        """Return the pieces in which bytes go out."""


class Desk(Protocol):
    """Where clients place orders; see `ibnb.simulator.server.desk.Desk`."""

    def place(self, client: Client, values: dict[str, Any]) -> None:
        """Take an order; raises Refused."""

    def cancel(self, client: Client, order_id: int) -> None:
        """Cancel an order; raises Refused."""

    def cancel_all(self, client: Client) -> None:
        """Cancel all orders."""

    def bind(self, client: Client) -> None:
        """Give client 0 numbers for the orders that were made in TWS itself."""


class Boards(Protocol):
    """The streams of quotes; see `ibnb.simulator.server.streams.boards.Boards`, which knows what a watch is."""

    def snapshot(self, watch: Any) -> bool:
        """Send once what there is; returns whether there is anything."""

    def start(self, watch: Any) -> bool:
        """Begin to send what changes."""


#: A handler takes the client and the request's values; one that takes time is a coroutine.
Handler = Callable[[Client, dict[str, Any]], Awaitable[None] | None]
