"""A timeout that is that of a whole call, however many requests it takes."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ibnb.errors import RequestTimeout
from ibnb.tws.client.health import gone, health_of
from ibnb.tws.client.ib import IB
from ibnb.tws.codes.book import request_timeout

#: Seconds for each single request of a call that may take as long as it needs.
PATIENCE = 60.0


class Deadline:
    """Counts down from a number of seconds. Made on a running loop.

    Parameters
    ----------
    seconds : float or None
        How long from now; None for as long as it takes.
    """

    def __init__(self, seconds: float | None) -> None:
        self._loop = asyncio.get_running_loop()
        self.at = math.inf if seconds is None else self._loop.time() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left, to the hundredth; 0 where it has passed."""
        return round(max(0.0, self.at - self._loop.time()), 2)

    @property
    def whole(self) -> float | None:
        """Seconds that are left as a timeout, so never 0; None where it never passes."""
        return None if self.at == math.inf else max(self.left, 0.01)

    def share(self, parts: int) -> float:
        """Return the seconds for one of so many parts that still have to share what is left."""
        return round(self.left / max(parts, 1), 2)

    def most(self, seconds: float) -> float:
        """Return so many seconds, or fewer where fewer are left."""
        return min(seconds, self.left)


def patience(timeout: float | None) -> float:
    """Return the seconds for each request of a call that may take so long; 60 where it may take as long as it needs."""
    return PATIENCE if timeout is None else min(timeout, PATIENCE)


@asynccontextmanager
async def whole_call(
    ib: IB,
    name: str,
    timeout: float | None,
    told: Callable[[], str],
    cause: str | None = None,
    *,
    grace: float = 0.0,
) -> AsyncIterator[None]:
    """Give a call of many requests so many seconds for all of them.

    Parameters
    ----------
    ib : IB
        The client that is asked.
    name : str
        What is asked, by TWS's name of the request and its main arguments.
    timeout : float or None
        Seconds; None for as long as it takes.
    told : callable
        Returns how far it has come, as a sentence; "" where nothing has been answered.
    cause : str, optional
        The id of the diagnosis where nothing has.
    grace : float
        Seconds after the timeout in which what has come may still be put together.

    Raises
    ------
    RequestTimeout
        When they are over.
    NotConnected
        When they are over, and the connection has not come back by then.
    """
    try:
        async with asyncio.timeout(None if timeout is None else timeout + grace):
            yield
    except RequestTimeout:  # of a single request; it is a TimeoutError, too
        raise
    except TimeoutError:
        health = health_of(ib)
        if not ib.client.isReady() or (health is not None and not health.up):
            raise gone(ib) from None
        assert timeout is not None
        if how_far := told():
            raise RequestTimeout(name, timeout, how_far, "Ask again, or with a longer timeout.") from None
        raise request_timeout(name, timeout, cause) from None
