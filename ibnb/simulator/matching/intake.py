"""Taking orders in: which account and contract, whether new or a change, what is held until it is transmitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any

from ibnb.simulator.accounts.book import Event
from ibnb.simulator.accounts.money import exact, unit_size
from ibnb.simulator.accounts.trades.orders import OrderRecord
from ibnb.simulator.matching import groups
from ibnb.simulator.matching.checks import check_order, takes, tif_rejection
from ibnb.simulator.matching.contract import contract_of
from ibnb.simulator.matching.core import touch
from ibnb.simulator.matching.lifetime import lifetime
from ibnb.simulator.matching.preview import Effect, effect
from ibnb.simulator.matching.refusal import Refused, invalid
from ibnb.simulator.matching.terms import Terms, kind_of
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book
    from ibnb.simulator.accounts.books import Books
    from ibnb.simulator.market import Instrument, Market
    from ibnb.simulator.matching.feed import Feed
    from ibnb.simulator.matching.ways import Ways

#: What a change may not touch; anything else that differs makes it another order.
_LINKS = ("parent_id", "oca_group", "oca_type")
_NO_SHORT = "The contract is not available for short sale."


class Intake:
    """The orders' way in.

    Parameters
    ----------
    market : Market
        Contracts and prices.
    feed : Feed
        The quotes that orders meet.
    ways : callable
        Returns how orders are taken at present.
    """

    def __init__(self, market: Market, feed: Feed, ways: Callable[[], Ways]) -> None:
        self._market, self._feed, self._ways = market, feed, ways
        self._held: list[tuple[Book, OrderRecord]] = []
        self._highest: dict[int, int] = {}

    # Finding ----------------------------------------------------------------------------------------------

    def find(self, books: Books, client_id: int, order_id: int) -> tuple[Book, OrderRecord] | None:
        """Return a client's order by its number and the book it is for, also one that is not transmitted yet."""
        if not order_id:
            return None
        for book, order in self._held:
            if (order.client_id, order.order_id) == (client_id, order_id):
                return book, order
        found = ((book, book.find(client_id, order_id)) for book in books)
        return next(((book, order) for book, order in found if order is not None), None)

    @staticmethod
    def _book(books: Books, values: dict[str, Any]) -> Book:
        account = values.get("account") or ""
        book = books.only(account)
        if book is not None:
            return book
        if account:
            raise invalid(f"Invalid account code '{account}'")
        raise Refused(435, "You must specify an account.")

    # New orders -------------------------------------------------------------------------------------------

    def new(self, books: Books, client_id: int, values: dict[str, Any]) -> tuple[Book, OrderRecord]:
        """Return a new order, checked, and the book it is for.

        Raises
        ------
        Refused
            With the code and text that TWS answers.
        """
        order_id = values["order_id"] or 0
        if order_id < 0:
            raise Refused(135, f"Can't find order with id ={order_id}")
        used = max(self._highest.get(client_id, 0), books.next_order_id(client_id) - 1)
        if order_id <= used and not self._ways().order_ids_reused:
            raise Refused(103, "Duplicate order id")
        book, order = self.made(books, client_id, values)
        if order.parent_id and self.find(books, client_id, order.parent_id) is None:
            raise Refused(135, f"Can't find order with id ={order.parent_id}")
        self._highest[client_id] = max(order_id, used)
        return book, order

    def made(self, books: Books, client_id: int, values: dict[str, Any]) -> tuple[Book, OrderRecord]:
        """Return an order that passes all checks of its own, and the book it is for."""
        book = self._book(books, values)
        instrument = contract_of(self._market, values)
        check_order(self._market, instrument, values)
        fields = self._sized(instrument, values)
        order = OrderRecord(instrument, fields, values["order_id"], client_id, values["exchange"])
        order.account, order.placed_at = book.account, self._market.clock.now()
        lifetime(order, self._market)  # refuses times that cannot be read
        return book, order

    def _sized(self, instrument: Instrument, values: dict[str, Any]) -> dict[str, Any]:
        """Return an order's fields with a quantity, also where it asks for an amount of money."""
        cash = values.get("cash_qty")
        if values["total_quantity"] or not cash:
            return dict(values)
        price, _ = touch(1 if values["action"] == "BUY" else -1, self._market.quote(instrument))
        step = exact(instrument.size_increment)
        units = (exact(cash) / (price * unit_size(instrument)) / step).to_integral_value(ROUND_FLOOR) * step
        if units <= 0:
            raise Refused(388, "Order size is smaller than the minimum requirement.")
        return {**values, "total_quantity": units}

    def hold(self, book: Book, order: OrderRecord) -> None:
        """Keep an order that is not to be transmitted yet."""
        self._held.append((book, order))

    def is_held(self, order: OrderRecord) -> bool:
        """Return whether an order has not been transmitted."""
        return any(each is order for _, each in self._held)

    def drop(self, order: OrderRecord) -> None:
        """Forget an order that was not transmitted."""
        self._held = [pair for pair in self._held if pair[1] is not order]

    def release(self, order: OrderRecord) -> list[tuple[Book, OrderRecord]]:
        """Return, no longer held, the family of an order that is transmitted: its parent and their children."""
        root = order.parent_id or order.order_id
        family = [
            (book, each)
            for book, each in self._held
            if each.client_id == order.client_id and root in (each.order_id, each.parent_id)
        ]
        self._held = [pair for pair in self._held if pair not in family]
        return family

    def drop_all(self) -> None:
        """Forget all orders that were not transmitted."""
        self._held.clear()

    # Changes ----------------------------------------------------------------------------------------------

    def change(self, book: Book, order: OrderRecord, values: dict[str, Any]) -> None:
        """Change a working order.

        Raises
        ------
        Refused
            With the code and text that TWS answers; then the order works on as it was.
        """
        if not self.is_same(book, order, values):
            raise Refused(105, "Order being modified does not match original order.")
        kind = kind_of(values["order_type"] or "")
        if kind != kind_of(order.fields["order_type"]) and not takes(order.instrument, kind):
            raise Refused(329, f"Order modify failed. Cannot change to the new order type:{kind}.")
        group = values.get("oca_group")
        if order.fields.get("oca_group") and group:
            if group != order.fields["oca_group"]:
                raise Refused(10326, "OCA group revision is not allowed")
            if (values.get("oca_type") or groups.REDUCE) != groups.oca_way(order):
                raise Refused(10327, "OCA group type revision is not allowed")
        check_order(self._market, order.instrument, values)
        fields = self._sized(order.instrument, values)
        fields |= {name: order.fields[name] for name in _LINKS if order.fields.get(name)}
        changed = replace(order, fields=fields)
        if changed.remaining <= 0:
            raise Refused(201, "Order rejected - reason:The order size must be greater than the filled quantity.")
        lifetime(changed, self._market)
        if changed.remaining > order.remaining and not order.parent_id and (reason := self.rejection(book, changed)):
            raise Refused(201, f"Order rejected - reason:{reason}")
        sec_type = order.instrument.sec_type
        if Terms.of(fields, sec_type) != Terms.of(order.fields, sec_type):
            order.triggered, order.stop, order.rested = False, None, False
        if fields.get("conditions") != order.fields.get("conditions"):
            order.condition_met = False
        order.fields = fields

    def is_same(self, book: Book, order: OrderRecord, values: dict[str, Any]) -> bool:
        """Return whether an order's basic parameters are those of another: account, contract, side."""
        if values.get("account") not in (None, "", book.account) or values["action"] != order.fields["action"]:
            return False
        instrument = contract_of(self._market, values)
        return instrument.con_id == order.instrument.con_id and (
            instrument.sec_type != "BAG" or values["combo_legs"] == order.fields["combo_legs"]
        )

    # What an order would do -------------------------------------------------------------------------------

    def preview(self, books: Books, client_id: int, values: dict[str, Any]) -> tuple[Book, OrderRecord, Event]:
        """Return the openOrder that answers a what-if; nothing is booked."""
        book, order = self.made(books, client_id, values)
        if reason := tif_rejection(order.instrument, order.fields):
            raise Refused(201, f"Order rejected - reason:{reason}")
        order.preview = self.effect(book, order).fields(self._ways().what_if_costs)
        order.status = "PreSubmitted"
        return book, order, Event(Response.OPEN_ORDER, order.open_order())

    def rejection(self, book: Book, order: OrderRecord) -> str:
        """Return why the account cannot take an order, or nothing."""
        if order.instrument.sec_type == "CRYPTO" and order.sign < 0:
            held = book.ledger.positions.get(order.instrument.con_id)
            if held is None or held.quantity < order.remaining:
                return _NO_SHORT
        found = self.effect(book, order)
        return found.reason if found.lacks_funds else ""

    def effect(self, book: Book, order: OrderRecord) -> Effect:
        """Return what a fill of all that remains would do to the account."""
        now = self._market.clock.now()
        legs = self._feed.legs(order)
        if legs:
            return effect(
                book,
                [
                    (
                        leg.instrument,
                        order.sign * leg.ratio * order.remaining,
                        touch(order.sign * leg.ratio, self._market.quote(leg.instrument, now))[0],
                    )
                    for leg in legs
                ],
            )
        return effect(book, [(order.instrument, order.sign * order.remaining, self._expected(order, now))])

    def _expected(self, order: OrderRecord, now: float) -> Decimal:
        """Return the price at which an order's effect is told: its own, where that is worse than the market's.

        What it would gain by a limit that the market does not come to is nothing that an account has.
        """
        terms = Terms.of(order.fields, order.instrument.sec_type)
        price, _ = touch(terms.sign, self._market.quote(order.instrument, now))
        own = terms.limit if terms.limit is not None and terms.kind != "LMT" else terms.trigger
        if own is None:
            return price
        return max(own, price) if terms.sign > 0 else min(own, price)
