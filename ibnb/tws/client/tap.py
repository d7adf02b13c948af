"""Watching the wire beside the client: which messages came, how many, and when.

The client decodes and stores; it does not tell when the first row or the end marker of an answer came, and drops
error frames that come early. A `Tap` listens to the same bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from ibnb.errors import FrameTooLarge
from ibnb.ground.account_numbers import learn
from ibnb.tws.client.ib import IB
from ibnb.wire.framing import Deframer
from ibnb.wire.ids import Response

#: TWS has lost its servers; it has them back, with a loss of data or without.
UPLINK_LOST, DATA_LOST, DATA_KEPT = (1100, 2110), 1101, 1102
UPLINK_BACK = (DATA_LOST, DATA_KEPT)
#: More messages came in a second than TWS takes; it drops some, and does not say which.
TOO_FAST = 100


@dataclass
class Arrivals:
    """The messages of one kind: how many came, and when the first and the last did (`time.monotonic`)."""

    count: int = 0
    first: float | None = None
    last: float | None = None


@dataclass(frozen=True)
class Notice:
    """An error frame: the id it is for (-1: for none), code and text, and when it came (`time.monotonic`)."""

    req_id: int
    code: int
    text: str
    at: float


class Tap:
    """Listens to a client's socket and to its errors from the moment it is made.

    Parameters
    ----------
    ib : IB
        The client, best before it is connected.
    on_change : callable, optional
        Called without arguments after each piece of news.

    Attributes
    ----------
    notices : list of Notice
        Error frames in the order they came.
    greeted : bool
        Whether TWS has answered the handshake.
    accounts : list of str or None
        What message 15 named; None where it has not come.
    has_order_id : bool
        Whether message 9 has come.
    lost : bool
        Whether the connection has ended from the other side.
    """

    def __init__(self, ib: IB, on_change: Callable[[], None] | None = None) -> None:
        self._ib, self._on_change = ib, on_change
        self._deframer = Deframer()
        self.greeted = False
        self._arrivals: dict[int, Arrivals] = {}
        self.notices: list[Notice] = []
        self.accounts: list[str] | None = None
        self.has_order_id = False
        self.lost = False
        self.lost_text = ""
        ib.client.conn.hasData += self._on_data
        ib.client.conn.disconnected += self._on_lost
        ib.errorEvent += self._on_error

    def close(self) -> None:
        """Stop listening."""
        self._ib.client.conn.hasData -= self._on_data
        self._ib.client.conn.disconnected -= self._on_lost
        self._ib.errorEvent -= self._on_error
        self._on_change = None

    def arrivals(self, response: Response) -> Arrivals:
        """Return how often and when a kind of message has come."""
        return self._arrivals.setdefault(int(response), Arrivals())

    def codes(self) -> set[int]:
        """Return the codes of all error frames so far."""
        return {notice.code for notice in self.notices}

    def last_notice(self, *codes: int) -> Notice | None:
        """Return the latest error frame of the codes given."""
        return next((notice for notice in reversed(self.notices) if notice.code in codes), None)

    @property
    def uplink_lost(self) -> Notice | None:
        """The notice that TWS lost its servers, where none has said since that they are back."""
        last = self.last_notice(*UPLINK_LOST, *UPLINK_BACK)
        return last if last is not None and last.code in UPLINK_LOST else None

    def _on_data(self, data: bytes) -> None:
        now = time.monotonic()
        try:
            payloads = self._deframer.feed(data)
        except FrameTooLarge as error:
            self._on_lost(str(error))
            return
        for payload in payloads:
            if not self.greeted:  # the first frame is the handshake's
                self.greeted = True
                continue
            kind, _, rest = payload.partition(b"\0")
            if not kind.isdigit():
                continue
            arrivals = self._arrivals.setdefault(int(kind), Arrivals())
            arrivals.count += 1
            arrivals.last = now
            arrivals.first = arrivals.first or now
            if int(kind) == Response.MANAGED_ACCTS:
                names = rest.split(b"\0")[1].decode("utf-8", "backslashreplace") if b"\0" in rest else ""
                self.accounts = [name.strip() for name in names.split(",") if name.strip()]
                learn(self.accounts)
            elif int(kind) == Response.NEXT_VALID_ID:
                self.has_order_id = True
        self._changed()

    def _on_error(self, req_id: int, code: int, text: str, _contract: object) -> None:
        self.notices.append(Notice(req_id, code, text, time.monotonic()))
        self._changed()

    def _on_lost(self, text: str) -> None:
        self.lost, self.lost_text = True, text
        self._changed()

    def _changed(self) -> None:
        if self._on_change is not None:
            self._on_change()
