"""The limits of a real TWS besides those of history: messages a second, ids in use, subscriptions at once."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from ibnb.wire.codec import Message
from ibnb.wire.ids import Request

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

#: How many clients a real TWS serves.
MAX_CLIENTS = 32
#: A real TWS answers error 100 beyond this many messages in a second, and disconnects in the third such second.
MESSAGES_A_SECOND = 50
_PATIENCE = 3
#: The option with which a client asks to be slowed down instead.
PACE_OPTION = "+PACEAPI"


class Refusal(NamedTuple):
    """The error in place of an answer."""

    code: int
    text: str


class MessageRate:
    """Counts one client's messages by the second.

    Parameters
    ----------
    late : callable, optional
        Returns for how many seconds messages may have waited to be read: they have come more slowly than they are
        counted.
    """

    def __init__(self, late: Callable[[], float] = float) -> None:
        self._late = late
        self._served: deque[float] = deque()
        self._last_refused = -1e9
        self._surplus = 0
        self.floods = 0

    def wait(self) -> float:
        """Return for how many seconds a client that is paced must wait."""
        now = time.monotonic()
        self._forget(now)
        return 0.0 if len(self._served) < MESSAGES_A_SECOND else 1.0 - (now - self._served[0])

    def refuse(self) -> Refusal | None:
        """Count one message; return the error where there were too many within the last second."""
        now = time.monotonic()
        self._forget(now)
        if len(self._served) < MESSAGES_A_SECOND * (1 + self._late()):
            self._served.append(now)
            return None
        if now - self._last_refused >= 1:
            self._last_refused, self._surplus = now, 0
            self.floods += 1
        self._surplus += 1
        return Refusal(
            100,
            f"Max rate of messages per second has been exceeded:max={MESSAGES_A_SECOND} "
            f"rec={MESSAGES_A_SECOND + self._surplus} ({self.floods})",
        )

    @property
    def exhausted(self) -> bool:
        """Whether the client is to be disconnected."""
        return self.floods >= _PATIENCE

    def _forget(self, now: float) -> None:
        while self._served and now - self._served[0] >= 1:
            self._served.popleft()


#: Requests that need an id which no running subscription has.
_SUBSCRIPTIONS = frozenset(
    (
        Request.MKT_DATA,
        Request.MKT_DEPTH,
        Request.HISTORICAL_DATA,
        Request.REAL_TIME_BARS,
        Request.SCANNER_SUBSCRIPTION,
        Request.TICK_BY_TICK_DATA,
        Request.PNL,
        Request.PNL_SINGLE,
    )
)
#: How many subscriptions of a kind one log-in may have at once, with 100 market data lines.
_MOST: dict[int, tuple[int, Refusal]] = {
    Request.MKT_DATA: (100, Refusal(101, "Max number of tickers has been reached")),
    Request.MKT_DEPTH: (3, Refusal(309, "Max number (3) of market depth requests has been reached")),
    Request.TICK_BY_TICK_DATA: (5, Refusal(10190, "Max number of tick-by-tick requests has been reached.")),
    Request.SCANNER_SUBSCRIPTION: (
        10,
        Refusal(162, "Historical Market Data Service error message:only 10 simultaneous API scanner subscriptions"),
    ),
}


def refuse(clients: Iterable[Client], client: Client, request: Message) -> Refusal | None:
    """Return the error for a subscription whose id is taken, or for which there is no line left."""
    if request.id not in _SUBSCRIPTIONS:
        return None
    request_id = request.values["request_id"]
    waits = request.id == Request.HISTORICAL_DATA and request_id in client.open_history
    if waits or request_id in client.streams:
        return Refusal(322, "Error processing request.-'bZ' : cause - Duplicate ticker id")
    most, refusal = _MOST.get(request.id, (0, None))
    if refusal is None or request.values.get("snapshot"):
        return None
    return refusal if sum(each.subscribed(request.id) for each in clients) >= most else None
