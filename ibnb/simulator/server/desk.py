"""The desk: runs the engine beside a server, and tells each client what concerns it.

Ticks come only while orders work. Orders are told to the client that placed them, to the master client, and those of
TWS itself to client 0; after a fill, whoever has subscribed to positions or an account gets the rows that changed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ibnb.simulator.accounts.book import Book, Event
from ibnb.simulator.accounts.trades.corrections import correct, told_executions
from ibnb.simulator.matching.engine import Engine
from ibnb.simulator.matching.matcher import Note
from ibnb.simulator.server.handlers.account.accounts import send_figures, send_holdings
from ibnb.simulator.server.timetable import timetable
from ibnb.simulator.texts import zoned_text
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.accounts.trades.executions import Execution
    from ibnb.simulator.roles import Client, Server

#: How often working orders look at the market, in seconds of the simulated clock.
TICK = 0.25
# Bounds of the same in real seconds, whatever the clock's speed.
_SHORTEST, _LONGEST = 0.02, 1.0
#: In how many seconds after fills an account's figures are sent again, and the accounts are kept; once for all of them.
SOON = 1.0


_log = logging.getLogger(__name__)


class Desk:
    """Where a server's clients place orders.

    Parameters
    ----------
    server : Server
        Whose clients they are.
    master : int, optional
        The client id that is told of all clients' orders; none by default, as in TWS.
    keep : callable, optional
        Keeps the accounts; called after changes, at most once a second, and at the end.
    """

    def __init__(self, server: Server, master: int | None = None, keep: Callable[[], None] | None = None) -> None:
        self.engine = Engine(server.market, server.books, lambda: server.scenarios.habits)
        self.master = master
        self._server, self._keep = server, keep
        self._is_ticking, self._is_kept = False, True
        self._traded: list[Book] = []

    # Life -------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Begin to match what works already."""
        self._wake()

    def close(self) -> None:
        """Keep the accounts as they are at the end."""
        self._is_kept = False
        self._save()

    def _wake(self) -> None:
        if not self._is_ticking and self.engine.is_working:
            self._is_ticking = True
            self._server.scheduler.add(self._tick, self._pause())

    def _pause(self) -> float:
        speed = self._server.market.clock.speed
        return min(max(TICK / speed, _SHORTEST), _LONGEST) if speed else _LONGEST

    def _tick(self) -> float | None:
        for client in self._server.clients:
            self.engine.watch(client.books)
        self._tell(self.engine.tick())
        self._is_ticking = self.engine.is_working
        return self._pause() if self._is_ticking else None

    def _save(self) -> None:
        if self._keep is not None and not self._is_kept:
            self._is_kept = True
            try:
                self._keep()
            except OSError:
                _log.exception("the accounts could not be kept")

    # Clients ----------------------------------------------------------------------------------------------

    def place(self, client: Client, values: dict[str, Any]) -> None:
        """Take an order (3); raises Refused."""
        judge = self._server.scenarios.judging
        self._tell(self.engine.place(client.client_id or 0, values, client.books, judge=judge))

    def cancel(self, client: Client, order_id: int) -> None:
        """Cancel an order (4); raises Refused."""
        self._tell(self.engine.cancel(client.client_id or 0, order_id, client.books))

    def cancel_all(self, client: Client) -> None:
        """Cancel all orders (58)."""
        self._tell(self.engine.cancel_all(client.books))

    def bind(self, client: Client) -> None:
        """Give client 0 numbers for the orders that were made in TWS itself."""
        self._tell(self.engine.bind(client.books))

    def deactivate(self) -> int:
        """Put all working orders to sleep, as a person does in TWS; return how many there were."""
        found = [(book, order) for book in self._server.books for order in book.orders if not order.is_done]
        self._tell([Note(book, order, event) for book, order in found for event in book.deactivate(order)])
        return len(found)

    def correct(self) -> int:
        """Tell the day's latest fill of each account anew; return how many there were."""
        notes = []
        for book in self._server.books:
            for execution in told_executions(book, corrected=False)[-1:]:
                order = next(each for each in book.orders if each.perm_id == execution.perm_id)
                notes += [Note(book, order, event) for event in _events(correct(book, execution))]
        self._tell(notes)
        return len(notes) // 2

    def _tell(self, notes: Iterable[Note]) -> None:
        """Tell each note to the clients that it concerns, then what fills have changed in the accounts."""
        filled: dict[int, tuple[Book, set[int]]] = {}
        noted = list(notes)
        for note, delay in timetable(noted, self._server.scenarios.habits):
            for client in self._seeing(note.book):
                # What goes wrong is told to the client that asked for it alone.
                is_error = note.event.response == Response.ERROR
                if client.client_id == note.order.client_id or (client.client_id == self.master and not is_error):
                    self._send(client, note.event.response, _at(client.version, note), delay)
        for note in noted:
            if not note.order.preview:
                self._changed()
            if note.event.response == Response.EXECUTION_DATA:
                filled.setdefault(id(note.book), (note.book, set()))[1].add(note.event.values["con_id"])
        for book, con_ids in filled.values():
            for client in self._seeing(book):
                send_holdings(client, book, con_ids)
            if not self._traded:
                self._server.scheduler.add(self._send_figures, SOON)
            self._traded.append(book)
        self._wake()

    def _send(self, client: Client, response: Response, values: dict[str, Any], delay: float) -> None:
        if delay:
            self._server.scheduler.add(lambda: client.send(response, values), delay)
        else:
            client.send(response, values)

    def _seeing(self, book: Book) -> list[Client]:
        return [
            client for client in self._server.clients if client.started and any(each is book for each in client.books)
        ]

    def _send_figures(self) -> None:
        for book in {id(book): book for book in self._traded}.values():
            for client in self._seeing(book):
                send_figures(client, book)
        self._traded.clear()

    def _changed(self) -> None:
        if self._keep is not None and self._is_kept:
            self._is_kept = False
            self._server.scheduler.add(self._save, SOON)


def _events(execution: Execution) -> list[Event]:
    """Return what TWS sends of a fill that is told anew."""
    return [
        Event(Response.EXECUTION_DATA, {"request_id": -1, **execution.execution()}),
        Event(Response.COMMISSION_REPORT, execution.commission_report()),
    ]


def _at(version: int, note: Note) -> dict[str, Any]:
    """Return a note's values as a server of a version writes them."""
    values = dict(note.event.values)
    if note.event.response == Response.EXECUTION_DATA:
        values["time"] = zoned_text(values["time"], version)
    return values
