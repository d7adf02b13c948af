"""The engine: takes orders, changes and cancellations, and has what works meet the market as time goes on.

It moves the accounts' books and returns what TWS says about it, as notes for the desk to deliver. It has no sockets
and no timers: `tick` goes through the quotes of all seconds since the last one, so that what is filled depends on the
simulated clock and the seed alone.
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor
from typing import TYPE_CHECKING, Any, TypeAlias

from ibnb.simulator.accounts.book import Book, Event
from ibnb.simulator.accounts.trades.orders import OrderRecord
from ibnb.simulator.market.bar_sizes import MarketError
from ibnb.simulator.matching import groups
from ibnb.simulator.matching.checks import tif_rejection
from ibnb.simulator.matching.feed import Feed
from ibnb.simulator.matching.intake import Intake
from ibnb.simulator.matching.lifetime import CLOSE_CUTOFF, is_open, is_regular, opening_text, works_outside
from ibnb.simulator.matching.matcher import Matcher, Note, not_cancellable, noted
from ibnb.simulator.matching.refusal import OUTSIDE_IGNORED, Refused, Verdict
from ibnb.simulator.matching.terms import AT_CLOSE
from ibnb.simulator.matching.ways import Usual, Ways
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.accounts.books import Books
    from ibnb.simulator.market import Market

#: What is to be said of a new order, by the values of placeOrder.
Judge: TypeAlias = Callable[[dict[str, Any]], Verdict | None]
# A tick after a longer pause looks at so many moments of it, evenly apart.
_MOST_MOMENTS = 600


def _accepted(_values: dict[str, Any]) -> None:
    """Say nothing: the order is taken as it is."""


class Engine:
    """All orders of a simulated TWS.

    Parameters
    ----------
    market : Market
        Prices and the clock.
    books : Books
        The accounts of the log-in; orders that are in them already go on.
    ways : callable, optional
        Returns how this market fills orders at present.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from ibnb.simulator.accounts import Books, empty_account
    >>> from ibnb.simulator.market import Market
    >>> market = Market(seed=7)
    >>> engine = Engine(market, Books([empty_account(market)]))
    >>> apple = {"con_id": 265598, "exchange": "SMART"}
    >>> order = {"order_id": 1, "action": "BUY", "total_quantity": Decimal(10), "order_type": "MKT"}
    >>> [note.event.response.name for note in engine.place(1, {**apple, **order})]
    ['OPEN_ORDER', 'ORDER_STATUS', 'EXECUTION_DATA', 'OPEN_ORDER', 'ORDER_STATUS', 'COMMISSION_REPORT']
    """

    def __init__(self, market: Market, books: Books, ways: Callable[[], Ways] = Usual) -> None:
        self.market, self.books = market, books
        self._all = list(books)
        feed = Feed(market)
        self._ways = ways
        self._intake, self._matcher = Intake(market, feed, ways), Matcher(market, feed, ways)
        self._last = floor(market.clock.now())

    @property
    def is_working(self) -> bool:
        """Whether any order could still be filled."""
        return any(not order.is_done for book in self._all for order in book.orders)

    def watch(self, books: Books) -> None:
        """Match the orders of other accounts, too: a log-in may be shown with others than its own."""
        self._all += [book for book in books if not any(book is each for each in self._all)]

    # What clients ask -------------------------------------------------------------------------------------

    def place(
        self, client_id: int, values: dict[str, Any], books: Books | None = None, *, judge: Judge = _accepted
    ) -> list[Note]:
        """Take an order, change one, or say what one would do (what-if).

        Parameters
        ----------
        client_id : int
            Whose order it is.
        values : dict
            The values of placeOrder (3); those that are not set may be missing.
        books : Books, optional
            The accounts that the client sees; the engine's own where left out.
        judge : callable
            Returns what is to be said of the order, if it is a new one or a what-if; None where it is taken as it is.

        Returns
        -------
        list of Note
            Nothing for an order that is not to be transmitted yet.

        Raises
        ------
        Refused
            Where TWS answers with an error alone.
        """
        if not self.is_working:
            self._last = floor(self.market.clock.now())
        try:
            return self._place(client_id, values, self._seen(books), judge)
        except MarketError as error:  # no quotes, as of an option that has expired
            raise Refused(error.code, error.text) from None

    def _place(self, client_id: int, values: dict[str, Any], books: Books, judge: Judge) -> list[Note]:
        if values.get("what_if"):
            note = Note(*self._intake.preview(books, client_id, values))
            if (verdict := judge(values)) is not None:
                raise Refused(verdict.code, verdict.text)
            return [note]
        found = self._intake.find(books, client_id, values["order_id"] or 0)
        if found is not None and found[1].is_done and self._ways().order_ids_reused:
            found = None
        if found is not None and not self._intake.is_held(found[1]):
            return self._change(*found, values)
        if found is None:
            book, order = self._intake.new(books, client_id, values)
        else:  # a new version of one that was not transmitted
            book, order = self._intake.made(books, client_id, values)
            self._intake.drop(found[1])
        verdict = judge(values)
        if verdict is not None and verdict.how in ("rejected", "inactive"):
            self._intake.drop(order)
            return self._turn_down(book, order, verdict)
        if not values.get("transmit", True):
            self._intake.hold(book, order)
            return []
        family = [*self._intake.release(order), (book, order)]
        notes = [note for owner, each in family for note in self._accept(owner, each)]
        if verdict is not None and verdict.how == "cancelled" and not order.is_done:
            reason = verdict.text.partition("reason:")[2]
            return notes + self._matcher.cancel(book, order, requested=False, reason=reason)
        if verdict is not None and verdict.how == "remarked":
            notes += noted(book, order, [book.remark(order, verdict.text, verdict.code)])
        return notes + self._matcher.match(family, self.market.clock.now())

    def _turn_down(self, book: Book, order: OrderRecord, verdict: Verdict) -> list[Note]:
        """Book an order that does not work, because a scenario says so."""
        if verdict.how == "inactive":
            order.fields["warning_text"] = verdict.text
            return noted(book, order, [*book.submit(order), *book.deactivate(order)][2:])
        reason = verdict.text.partition("reason:")[2] or verdict.text
        return self._reject(book, order, reason, (verdict.code, verdict.text))

    def _reject(self, book: Book, order: OrderRecord, reason: str, error: tuple[int, str] | None = None) -> list[Note]:
        return noted(book, order, book.reject(order, reason, error, told=self._ways().rejections))

    def _seen(self, books: Books | None) -> Books:
        if books is None:
            return self.books
        self.watch(books)
        return books

    def _change(self, book: Book, order: OrderRecord, values: dict[str, Any]) -> list[Note]:
        if order.is_done:
            if order.status == "Filled" and self._intake.is_same(book, order, values):
                raise Refused(104, "Cannot modify a filled order.")
            raise Refused(103, "Duplicate order id")
        self._intake.change(book, order, values)
        self._matcher.forget(order)
        notes = noted(book, order, book.submit(order, order.status, order.why_held))
        return notes + self._matcher.match([(book, order)], self.market.clock.now())

    def _accept(self, book: Book, order: OrderRecord) -> list[Note]:
        """Enter an order that was transmitted, or reject it."""
        parent = groups.parent_of(book, order)
        if parent is not None and parent.is_done and not parent.filled:
            return self._reject(book, order, "Parent order is being cancelled.")
        if groups.is_spent(book, order):
            return self._reject(book, order, "OCA group is already filled.")
        if reason := tif_rejection(order.instrument, order.fields):
            return self._reject(book, order, reason)
        if parent is not None:
            if not order.fields.get("oca_group"):
                order.fields["oca_group"] = str(parent.perm_id)
        elif reason := self._intake.rejection(book, order):
            return self._reject(book, order, reason)
        events = book.submit(order, "PreSubmitted", self._matcher.why_held(book, order))
        if order.fields.get("outside_rth") and not works_outside(order):
            events.append(book.remark(order, OUTSIDE_IGNORED, 2109))
        now = self.market.clock.now()
        is_early = self._matcher.reading(order)[1].auction is not None and not is_regular(self.market, order, now)
        if is_early or not is_open(self.market, order, now):
            events.append(book.remark(order, opening_text(self.market, order, now)))
        return noted(book, order, events)

    def cancel(self, client_id: int, order_id: int, books: Books | None = None) -> list[Note]:
        """Cancel a client's order.

        Raises
        ------
        Refused
            10147 where there is none of this number, 10148 where it is done, 161 where its market lets it no more.
        """
        found = self._intake.find(self._seen(books), client_id, order_id)
        if found is None:
            raise Refused(10147, f"OrderId {order_id} that needs to be cancelled is not found.")
        book, order = found
        if order.is_done:
            raise Refused(*not_cancellable(order))
        if self._intake.is_held(order):
            self._intake.drop(order)
            return noted(book, order, book.cancel(order))
        terms, life = self._matcher.reading(order)
        if terms.kind in AT_CLOSE and self.market.clock.now() >= (life.auction or 0) - CLOSE_CUTOFF:
            text = f"Cancel attempted when order is not in a cancellable state.  Order permId ={order.perm_id}"
            raise Refused(161, text)
        if self._ways().cancels_too_late:
            return self._matcher.cancel_too_late(book, order)
        return self._matcher.cancel(book, order)

    def cancel_all(self, books: Books | None = None) -> list[Note]:
        """Cancel the orders of all clients and those of TWS itself (58)."""
        self._intake.drop_all()
        return [
            note
            for book in self._seen(books)
            for order in list(book.orders)
            if not order.is_done
            for note in self._matcher.cancel(book, order)
        ]

    def bind(self, books: Books | None = None) -> list[Note]:
        """Give the orders that were made in TWS itself numbers by which client 0 can change and cancel them.

        Returns
        -------
        list of Note
            orderBound for each; the numbers are negative.
        """
        notes = []
        seen = self._seen(books)
        lowest = min((order.order_id for book in seen for order in book.orders), default=0)
        for book in seen:
            for order in book.orders:
                if not order.is_done and (order.client_id, order.order_id) == (0, 0):
                    lowest = min(lowest, 0) - 1
                    order.order_id = lowest
                    values = {"perm_id": order.perm_id, "client_id": 0, "order_id": lowest}
                    notes.append(Note(book, order, Event(Response.ORDER_BOUND, values)))
        return notes

    # As time goes on --------------------------------------------------------------------------------------

    def tick(self) -> list[Note]:
        """Match all working orders against every second's quote since the last tick."""
        now = floor(self.market.clock.now())
        if now <= self._last:
            return []
        stride = max(1, (now - self._last) // _MOST_MOMENTS)
        moments = range(now, self._last, -stride)[::-1]
        self._last = now
        working = [(book, order) for book in self._all for order in book.orders if not order.is_done]
        self._matcher.forget_all_but(order for _, order in working)
        return [note for moment in moments for note in self._matcher.match(working, float(moment))]
