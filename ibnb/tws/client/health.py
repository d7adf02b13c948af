"""Whether a client's connection is being mended, for all who wait for it.

A session that lasts puts a `Health` on its ``IB``. Whoever asks something may then wait until the connection stands
again, and ask again what does no harm to ask twice. An ``IB`` of somebody's own has none: there a loss is final.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from ibnb.errors import IBNBError, NotConnected, RequestDropped
from ibnb.ground.progress import span
from ibnb.ground.zones import clock
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of

T = TypeVar("T")

_FINAL = "Not connected to TWS: the connection was lost, or never made. Connect with ibnb.connect()."


@dataclass
class Health:
    """How the connection of one ``IB`` stands.

    Attributes
    ----------
    mending : bool
        Whether it is made again when it is lost.
    up : bool
        Whether it stands.
    since : datetime or None
        When it was lost, in UTC, while it does not stand.
    why : str
        Why it was lost, and why the latest attempt to have it back failed.
    uplink_lost : datetime or None
        When TWS lost its own connection to Interactive Brokers, in UTC, while it has none.
    """

    mending: bool = True
    up: bool = True
    since: datetime | None = None
    why: str = ""
    uplink_lost: datetime | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def lose(self, why: str) -> None:
        """Say that the connection is lost."""
        self.up, self.why, self.since = False, why, self.since or datetime.now(UTC)

    def regain(self) -> None:
        """Say that the connection stands again, and wake up who waits for it."""
        self.up, self.why, self.since = True, "", None
        self._wake()

    def end(self, why: str) -> None:
        """Say that the connection is not made again any more, and wake up who waits for it."""
        self.mending, self.up, self.why = False, False, why
        self._wake()

    async def changed(self) -> None:
        """Wait until it stands again, or is given up."""
        await self._news.wait()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def seconds(self) -> float:
        """Return for how long there has been no connection."""
        return (datetime.now(UTC) - self.since).total_seconds() if self.since is not None else 0.0

    def words(self) -> str:
        """Return how it stands, for people: "connected", or what is the matter."""
        if self.up and self.uplink_lost is not None:
            return f"connected, but TWS has been without Interactive Brokers since {clock(self.uplink_lost)}"
        if self.up:
            return "connected"
        if self.mending and self.since is not None:
            return f"connection lost at {clock(self.since)}, connecting again"
        return "connection lost"

    def error(self) -> NotConnected:
        """Return what a call is told that cannot be served now."""
        if not self.mending:
            return NotConnected(f"{self.why}. Make a new one with ibnb.connect().")
        if self.since is None:
            return NotConnected("The connection to TWS was lost meanwhile; it stands again. Ask again.")
        when, long = clock(self.since), span(self.seconds())
        return NotConnected(
            f"The connection to TWS was lost at {when}, {long} ago: {self.why}. It is being made again all the while: "
            "call again later, or with a longer timeout. tws.events tells what was tried."
        )


_HEALTH: Slot[Health | None] = Slot("health", "session", lambda _: None)


def health_of(ib: IB) -> Health | None:
    """Return how the connection of an ``IB`` stands, or None where nobody mends it."""
    return state_of(ib)[_HEALTH]


def put_health(ib: IB, health: Health) -> None:
    """Say that the connection of an ``IB`` is mended from now on."""
    state_of(ib)[_HEALTH] = health


def gone(ib: IB) -> NotConnected:
    """Return what a request is told that the connection of an ``IB`` does not serve."""
    health = health_of(ib)
    return NotConnected(_FINAL) if health is None else health.error()


def is_mended(ib: IB) -> bool:
    """Return whether the connection of an ``IB`` is made again when it is lost."""
    health = health_of(ib)
    return health is not None and health.mending


async def restored(ib: IB, timeout: float | None) -> bool:
    """Wait until the connection of an ``IB`` stands.

    Parameters
    ----------
    ib : IB
        A client, connected or not.
    timeout : float or None
        Seconds; None for as long as it takes.

    Returns
    -------
    bool
        Whether it stands. False at once where it does not and nobody mends it.
    """
    if (health := health_of(ib)) is None:
        return bool(ib.client.isReady())
    try:
        async with asyncio.timeout(timeout):
            while health.mending and not health.up:
                await health.changed()
    except TimeoutError:
        return False
    return health.up


#: How often a question is asked again that TWS has not taken.
_MOST_DROPS = 3


async def with_reconnect(ib: IB, question: Callable[[], Awaitable[T]], timeout: float) -> T:
    """Await what a question brings; where the connection is lost meanwhile, wait for it and ask again.

    Parameters
    ----------
    ib : IB
        The client that is asked.
    question : callable
        Makes the awaitable; must do no harm when it is asked twice, so never an order.
    timeout : float
        Seconds that may pass waiting for the connection, over all attempts.

    Raises
    ------
    NotConnected
        If the connection does not stand in time, saying since when and why.
    """
    loop = asyncio.get_running_loop()
    deadline, drops = loop.time() + timeout, 0
    while True:
        if not await restored(ib, deadline - loop.time()):
            raise gone(ib)
        try:
            return await question()
        except ConnectionError as error:
            drops += isinstance(error, RequestDropped)
            if not is_mended(ib) or drops > _MOST_DROPS:
                raise error if isinstance(error, IBNBError) else gone(ib) from error
            if ib.client.isReady():  # it is back already
                await asyncio.sleep(0)
