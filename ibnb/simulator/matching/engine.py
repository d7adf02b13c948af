"""The engine: takes orders, changes and cancellations, and matches what works against the market as time goes on.

It moves the accounts' books and returns what TWS says about it, as notes for the desk to deliver. It has no sockets
and no timers: `tick` goes through the quotes of all seconds since the last one, so that what is filled depends on the
simulated clock and the seed alone.
"""

from __future__ import annotations

from decimal import Decimal
from math import floor
from typing import TYPE_CHECKING, Any, NamedTuple

from ibnb.simulator.accounts.book import Book, Event
from ibnb.simulator.accounts.trades.combos import fill_combo
from ibnb.simulator.accounts.trades.orders import OrderRecord
from ibnb.simulator.accounts.trades.venues import venue
from ibnb.simulator.market.bar_sizes import MarketError
from ibnb.simulator.matching import groups
from ibnb.simulator.matching.conditions import are_met
from ibnb.simulator.matching.core import Progress, match, touch
from ibnb.simulator.matching.feed import Feed
from ibnb.simulator.matching.intake import Intake
from ibnb.simulator.matching.lifetime import CLOSE_CUTOFF, Lifetime, is_open, is_regular, lifetime, opening_text
from ibnb.simulator.matching.refusal import Refused
from ibnb.simulator.matching.sight import BookSight
from ibnb.simulator.matching.terms import AT_CLOSE, TRIGGERED, Terms
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ibnb.simulator.accounts.books import Books
    from ibnb.simulator.market import Market, Quote

# A tick after a longer pause looks at so many moments of it, evenly apart.
_MOST_MOMENTS = 600


class Note(NamedTuple):
    """One message about an order."""

    book: Book
    order: OrderRecord
    event: Event


class Engine:
    """All orders of a simulated TWS.

    Parameters
    ----------
    market : Market
        Prices and the clock.
    books : Books
        The accounts of the log-in; orders that are in them already go on.

    Examples
    --------
    >>> from ibnb.simulator.accounts import Books, empty_account
    >>> from ibnb.simulator.market import Market
    >>> market = Market(seed=7)
    >>> engine = Engine(market, Books([empty_account(market)]))
    >>> apple = {"con_id": 265598, "exchange": "SMART"}
    >>> order = {"order_id": 1, "action": "BUY", "total_quantity": Decimal(10), "order_type": "MKT"}
    >>> [note.event.response.name for note in engine.place(1, {**apple, **order})]
    ['OPEN_ORDER', 'ORDER_STATUS', 'EXECUTION_DATA', 'OPEN_ORDER', 'ORDER_STATUS', 'COMMISSION_REPORT']
    """

    def __init__(self, market: Market, books: Books) -> None:
        self.market, self.books = market, books
        self._all = list(books)
        self._feed = Feed(market)
        self._intake = Intake(market, self._feed)
        # What follows from an order's fields alone, until they change.
        self._read: dict[tuple[str, int], tuple[Terms, Lifetime]] = {}
        # Fills in this moment of which their OCA groups, without block, have not learnt yet.
        self._unsettled: list[tuple[Book, OrderRecord, Decimal]] = []
        self._last = floor(market.clock.now())

    @property
    def is_working(self) -> bool:
        """Whether any order could still be filled."""
        return any(not order.is_done for book in self._all for order in book.orders)

    def watch(self, books: Books) -> None:
        """Match the orders of other accounts, too: a log-in may be shown with others than its own."""
        self._all += [book for book in books if not any(book is each for each in self._all)]

    # What clients ask -------------------------------------------------------------------------------------

    def place(self, client_id: int, values: dict[str, Any], books: Books | None = None) -> list[Note]:
        """Take an order, change one, or say what one would do (what-if).

        Parameters
        ----------
        client_id : int
            Whose order it is.
        values : dict
            The values of placeOrder (3); those that are not set may be missing.
        books : Books, optional
            The accounts that the client sees; the engine's own where left out.

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
            return self._place(client_id, values, self._seen(books))
        except MarketError as error:  # no quotes, as of an option that has expired
            raise Refused(error.code, error.text) from None

    def _place(self, client_id: int, values: dict[str, Any], books: Books) -> list[Note]:
        if values.get("what_if"):
            return [Note(*self._intake.preview(books, client_id, values))]
        found = self._intake.find(books, client_id, values["order_id"] or 0)
        if found is not None and not self._intake.is_held(found[1]):
            return self._change(*found, values)
        if found is None:
            book, order = self._intake.new(books, client_id, values)
        else:  # a new version of one that was not transmitted
            book, order = self._intake.made(books, client_id, values)
            self._intake.drop(found[1])
        if not values.get("transmit", True):
            self._intake.hold(book, order)
            return []
        family = [*self._intake.release(order), (book, order)]
        notes = [note for owner, each in family for note in self._accept(owner, each)]
        return notes + self._match(family, self.market.clock.now())

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
        self._read.pop((order.account, order.perm_id), None)
        notes = _noted(book, order, book.submit(order, order.status, order.why_held))
        return notes + self._match([(book, order)], self.market.clock.now())

    def _accept(self, book: Book, order: OrderRecord) -> list[Note]:
        """Enter an order that was transmitted, or reject it."""
        parent = groups.parent_of(book, order)
        if parent is not None and parent.is_done and not parent.filled:
            return _noted(book, order, book.reject(order, "Parent order is being cancelled."))
        if groups.is_spent(book, order):
            return _noted(book, order, book.reject(order, "OCA group is already filled."))
        if parent is not None:
            if not order.fields.get("oca_group"):
                order.fields["oca_group"] = str(parent.perm_id)
        elif reason := self._intake.rejection(book, order):
            return _noted(book, order, book.reject(order, reason))
        events = book.submit(order, "PreSubmitted", self._why_held(book, order))
        now = self.market.clock.now()
        is_early = self._reading(order)[1].auction is not None and not is_regular(self.market, order, now)
        if is_early or not is_open(self.market, order, now):
            events.append(book.warn(order, opening_text(self.market, order, now)))
        return _noted(book, order, events)

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
            text = f"OrderId {order_id} that needs to be cancelled cannot be cancelled, state: {order.status}."
            raise Refused(10148, text)
        if self._intake.is_held(order):
            self._intake.drop(order)
            return _noted(book, order, book.cancel(order))
        terms, life = self._reading(order)
        if terms.kind in AT_CLOSE and self.market.clock.now() >= (life.auction or 0) - CLOSE_CUTOFF:
            text = f"Cancel attempted when order is not in a cancellable state.  Order permId ={order.perm_id}"
            raise Refused(161, text)
        return self._cancel(book, order)

    def cancel_all(self, books: Books | None = None) -> list[Note]:
        """Cancel the orders of all clients and those of TWS itself (58)."""
        self._intake.drop_all()
        return [
            note
            for book in self._seen(books)
            for order in list(book.orders)
            if not order.is_done
            for note in self._cancel(book, order)
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
        kept = {(order.account, order.perm_id) for _, order in working}
        self._read = {key: found for key, found in self._read.items() if key in kept}
        return [note for moment in moments for note in self._match(working, float(moment))]

    def _match(self, orders: Iterable[tuple[Book, OrderRecord]], moment: float) -> list[Note]:
        """Take orders through one moment; then what they fill without block reaches their groups."""
        notes = [note for book, order in orders if not order.is_done for note in self._step(book, order, moment)]
        unsettled, self._unsettled = self._unsettled, []
        return notes + [note for fill in unsettled for note in self._settle(*fill, moment)]

    def _step(self, book: Book, order: OrderRecord, moment: float) -> list[Note]:
        """Take one order through one moment."""
        terms, life = self._reading(order)
        if life.ends is not None and moment >= life.ends:
            return self._cancel(book, order, moment, requested=False)
        if moment < life.starts or groups.waits_for_parent(book, order):
            return []
        if not self._conditions_let(book, order, moment):
            return []
        if order.fields.get("conditions_cancel_order") and order.condition_met:
            return self._cancel(book, order, moment, requested=False)
        is_auction = life.auction is not None and moment >= life.auction
        if not is_auction and not is_open(self.market, order, moment):
            return []
        if life.auction is not None and not is_auction:
            return self._shown(book, order, "Submitted")
        return self._meet(book, order, terms, moment, (life.auction or 0) - 1 if is_auction else None)

    def _meet(self, book: Book, order: OrderRecord, terms: Terms, moment: float, auction: float | None) -> list[Note]:
        """Let an order meet the market; at an auction, that of the second before it."""
        quote = self._feed.quote(order, moment if auction is None else auction)
        progress = Progress(order.triggered, order.stop, order.rested, order.filled, order.last_fill_price)
        taken = self._feed.taken(order.instrument, order.sign, quote)
        found = match(terms, progress, quote, order.remaining, taken, auction=auction is not None)
        order.triggered, order.stop = found.progress.triggered, found.progress.stop
        notes = []
        if found.quantity:
            notes = self._fill(book, order, found.quantity, found.price, moment, quote)
        # The legs of a combination trade at their quotes: it has no price of its own to stand in the market at.
        order.rested = found.progress.rested and order.instrument.sec_type != "BAG"
        if order.is_done:
            return notes
        if terms.tif in ("IOC", "FOK") or auction is not None:
            return notes + self._cancel(book, order, moment, requested=False)
        if terms.kind in TRIGGERED and not order.triggered:
            return notes + self._shown(book, order, "PreSubmitted", "trigger")
        return notes + self._shown(book, order, "Submitted")

    def _shown(self, book: Book, order: OrderRecord, status: str, why_held: str = "") -> list[Note]:
        """Show an order whose status has changed."""
        if (order.status, order.why_held) == (status, why_held):
            return []
        return _noted(book, order, book.submit(order, status, why_held))

    def _conditions_let(self, book: Book, order: OrderRecord, moment: float) -> bool:
        """Return whether an order may work: its conditions have been met, or are those of its cancellation."""
        conditions = order.fields.get("conditions")
        if not conditions or order.condition_met:
            return True
        ignore_rth = order.fields.get("conditions_ignore_rth") or not self.market.clock.strict
        if ignore_rth or is_regular(self.market, order, moment):
            sight = BookSight(book, order, moment)
            order.condition_met = are_met(conditions, sight, order.instrument.time_zone_id)
        return order.condition_met or bool(order.fields.get("conditions_cancel_order"))

    # Fills and what follows from them ---------------------------------------------------------------------

    def _fill(
        self, book: Book, order: OrderRecord, quantity: Decimal, price: Decimal, moment: float, quote: Quote
    ) -> list[Note]:
        self._feed.take(order.instrument, order.sign, quote, quantity)
        share = quantity / order.remaining
        exchange = venue(order.instrument, len(book.executions), order.exchange)
        legs = self._feed.legs(order)
        if legs:
            quotes = [(leg, self.market.quote(leg.instrument, moment)) for leg in legs]
            priced = [(leg, touch(order.sign * leg.ratio, each)[0]) for leg, each in quotes]
            events = fill_combo(book, order, quantity, price, priced, moment, exchange)
        else:
            events = book.fill(order, quantity, price, moment, exchange)
        notes = _noted(book, order, events)
        if groups.blocks(order):
            return notes + self._settle(book, order, share, moment)
        self._unsettled.append((book, order, share))
        return notes

    def _settle(self, book: Book, order: OrderRecord, share: Decimal, moment: float) -> list[Note]:
        """Cancel or reduce the others of an order's OCA group, of which it has filled a share of what remained."""
        notes: list[Note] = []
        for other in groups.group_of(book, order):
            left = groups.reduced(other, share)
            if groups.oca_way(order) == groups.CANCEL_WITH_BLOCK or left <= 0:
                notes += self._cancel(book, other, moment, requested=False)
            else:
                other.fields["total_quantity"] = other.filled + left
                notes += _noted(book, other, book.submit(other, other.status, other.why_held))
        return notes

    def _cancel(
        self, book: Book, order: OrderRecord, moment: float | None = None, *, requested: bool = True
    ) -> list[Note]:
        """Cancel an order, and with it its children; at a person's request, its OCA group too."""
        notes = _noted(book, order, book.cancel(order, moment, requested=requested))
        others = groups.group_of(book, order) if requested else []
        for other in (*others, *groups.children_of(book, order)):
            if other.is_done:
                continue
            if order.filled and groups.is_child(other, order):
                # What the parent did fill is protected still, by children of its size.
                other.fields["total_quantity"] = order.filled
                notes += _noted(book, other, book.submit(other, other.status, other.why_held))
            else:
                notes += self._cancel(book, other, moment, requested=False)
        return notes

    def _why_held(self, book: Book, order: OrderRecord) -> str:
        """Return why a new order does not work yet."""
        reasons = ["child"] if groups.waits_for_parent(book, order) else []
        if self._reading(order)[0].kind in TRIGGERED:
            reasons.append("trigger")
        return ",".join(reasons)

    def _reading(self, order: OrderRecord) -> tuple[Terms, Lifetime]:
        key = order.account, order.perm_id
        found = self._read.get(key)
        if found is None:
            found = Terms.of(order.fields, order.instrument.sec_type), lifetime(order, self.market)
            if order.perm_id:
                self._read[key] = found
        return found


def _noted(book: Book, order: OrderRecord, events: list[Event]) -> list[Note]:
    return [Note(book, order, event) for event in events]
