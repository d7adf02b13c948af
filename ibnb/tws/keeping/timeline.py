"""What has happened to a session, in order: lost, tried again, back, and what had changed meanwhile."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from ibnb.ground.logs import logger
from ibnb.ground.masking import mask_text
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of

#: So many events are kept, the latest.
KEPT = 1_000
Status = Literal["ok", "warn", "fail", "info"]
#: Every kind of event, with how much it matters and what it means.
KINDS: dict[str, tuple[Status, str]] = {
    "connected": ("ok", "The session began."),
    "lost": ("fail", "The connection to TWS ended, or TWS did not answer any more."),
    "attempt-failed": ("info", "An attempt to connect again failed; the next one follows."),
    "connected-again": ("ok", "The connection stands again, under the same client id."),
    "silent": ("warn", "Nothing came from TWS for a while, not even an answer to what it was asked."),
    "slept": ("info", "This machine slept, or the process was stopped, and goes on."),
    "uplink-lost": ("warn", "TWS lost its connection to Interactive Brokers."),
    "uplink-restored": ("ok", "TWS has its connection to Interactive Brokers back."),
    "farm-broken": ("warn", "A data farm does not answer TWS; nothing is to be done but wait."),
    "farm-restored": ("ok", "The data farm is back."),
    "subscribed-again": ("ok", "A subscription was made again."),
    "not-subscribed-again": ("warn", "A subscription could not be made again yet; it is tried a few times."),
    "reconciled": ("ok", "Positions, orders and cash were compared with what they were before."),
    "not-reconciled": ("warn", "TWS did not answer all that is needed to compare."),
    "position-changed": ("info", "A position changed meanwhile."),
    "order-changed": ("info", "An order changed meanwhile."),
    "filled": ("info", "An order was filled meanwhile, in part or in whole."),
    "cash-changed": ("info", "A cash balance changed meanwhile."),
    "alert": ("warn", "An alert of yours has told what it watched for."),
    "log-in-changed": ("fail", "TWS came back with other accounts: this session ends, for safety."),
    "closed": ("info", "The session was closed."),
}
_log = logger("ibnb.session")


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Attributes
    ----------
    time : datetime
        When, in UTC, by this machine's clock.
    kind : str
        One of `KINDS`.
    text : str
        What happened, in a sentence; account numbers masked.
    code : int or None
        TWS's code where it said so.
    seconds : float or None
        How long it had lasted: of ``connected-again`` and ``uplink-restored``, since the loss.
    """

    time: datetime
    kind: str
    text: str
    code: int | None = None
    seconds: float | None = None

    @property
    def status(self) -> Status:
        """How much it matters: ``"ok"``, ``"info"``, ``"warn"`` or ``"fail"``."""
        return KINDS[self.kind][0]


_TIMELINE: Slot[Timeline | None] = Slot("timeline", "session", lambda _: None)


def put_timeline(ib: IB, timeline: Timeline) -> None:
    """Have what happens to an ``IB`` written down there."""
    state_of(ib)[_TIMELINE] = timeline


def timeline_of(ib: IB) -> Timeline | None:
    """Return where what happens to an ``IB`` is written down; None for one that nobody keeps."""
    return state_of(ib)[_TIMELINE]


class Timeline:
    """The events of one session; written on its loop, read from any thread.

    Examples
    --------
    >>> timeline = Timeline()
    >>> _ = timeline.add("connected", "Connected to 127.0.0.1:7497.")
    >>> [event.kind for event in timeline.events()]
    ['connected']
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._events: deque[Event] = deque(maxlen=kept)
        self._lock = threading.Lock()
        self._listeners: list[Callable[[Event], object]] = []

    def add(self, kind: str, text: str, *, code: int | None = None, seconds: float | None = None) -> Event:
        """Write an event down, and tell who listens; what a listener raises is logged."""
        event = Event(datetime.now(UTC), kind, mask_text(text), code, seconds)
        with self._lock:
            self._events.append(event)
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(event)
            except Exception:
                _log.exception("a listener of the session's events failed")
        return event

    def events(self) -> list[Event]:
        """Return the latest events, the oldest first."""
        with self._lock:
            return list(self._events)

    def listen(self, listener: Callable[[Event], object]) -> Callable[[], None]:
        """Have `listener` called with each event, on the session's thread; return what ends that."""
        with self._lock:
            self._listeners.append(listener)

        def end() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return end
