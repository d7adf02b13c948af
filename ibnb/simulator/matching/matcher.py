"""What becomes of orders that work: each moment they meet the market, are filled, lapse, or follow their group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, NamedTuple

from ibnb.simulator.accounts.book import Book, Event
from ibnb.simulator.accounts.trades.combos import fill_combo
from ibnb.simulator.accounts.trades.orders import OrderRecord
from ibnb.simulator.accounts.trades.venues import venue
from ibnb.simulator.matching import groups
from ibnb.simulator.matching.conditions import are_met
from ibnb.simulator.matching.core import Match, Progress, match, touch
from ibnb.simulator.matching.feed import Feed
from ibnb.simulator.matching.lifetime import Lifetime, is_closed, is_open, is_regular, lifetime
from ibnb.simulator.matching.sight import BookSight
from ibnb.simulator.matching.terms import TRIGGERED, Terms
from ibnb.simulator.matching.ways import Ways, is_meant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ibnb.simulator.market import Market, Quote


class Note(NamedTuple):
    """One message about an order."""

    book: Book
    order: OrderRecord
    event: Event


class Matcher:
    """Takes orders through the moments of a market.

    Parameters
    ----------
    market : Market
        Prices and the clock.
    feed : Feed
        What of its quotes is still to be had.
    ways : callable
        Returns how it fills orders at present.
    """

    def __init__(self, market: Market, feed: Feed, ways: Callable[[], Ways]) -> None:
        self.market, self._feed, self._ways = market, feed, ways
        # What follows from an order's fields alone, until they change.
        self._read: dict[tuple[str, int], tuple[Terms, Lifetime]] = {}
        # Fills in this moment of which their OCA groups, without block, have not learnt yet.
        self._unsettled: list[tuple[Book, OrderRecord, Decimal]] = []
        # When orders that work were filled in part, the last time.
        self._filled_at: dict[tuple[str, int], float] = {}

    def match(self, orders: Iterable[tuple[Book, OrderRecord]], moment: float) -> list[Note]:
        """Take orders through one moment; then what they fill without block reaches their groups."""
        notes = [note for book, order in orders if not order.is_done for note in self._step(book, order, moment)]
        return notes + self._settle_all(moment)

    def _settle_all(self, moment: float) -> list[Note]:
        unsettled, self._unsettled = self._unsettled, []
        return [note for fill in unsettled for note in self._settle(*fill, moment)]

    def _step(self, book: Book, order: OrderRecord, moment: float) -> list[Note]:
        """Take one order through one moment."""
        terms, life = self.reading(order)
        if life.ends is not None and moment >= life.ends:
            return self.cancel(book, order, moment, requested=False)
        if moment < life.starts or groups.waits_for_parent(book, order):
            return []
        if not self._conditions_let(book, order, moment):
            return []
        if order.fields.get("conditions_cancel_order") and order.condition_met:
            return self.cancel(book, order, moment, requested=False)
        is_auction = life.auction is not None and moment >= life.auction
        if is_closed(self.market, order, moment) or (not is_auction and not is_open(self.market, order, moment)):
            return []
        if is_meant(order.instrument.symbol, self._ways().halted):
            return self._shown(book, order, "PreSubmitted")
        if moment < self._filled_at.get((order.account, order.perm_id), 0.0) + self._ways().seconds_between_fills:
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
        found = self._in_parts(order, found)
        order.triggered, order.stop = found.progress.triggered, found.progress.stop
        notes = []
        if found.quantity:
            notes = self._fill(book, order, found.quantity, found.price, moment, quote)
        # The legs of a combination trade at their quotes: it has no price of its own to stand in the market at.
        order.rested = found.progress.rested and order.instrument.sec_type != "BAG"
        if order.is_done:
            return notes
        if terms.tif in ("IOC", "FOK") or auction is not None:
            return notes + self.cancel(book, order, moment, requested=False)
        if terms.kind in TRIGGERED and not order.triggered:
            return notes + self._shown(book, order, "PreSubmitted", "trigger")
        return notes + self._shown(book, order, "Submitted")

    def _in_parts(self, order: OrderRecord, found: Match) -> Match:
        """Return no more of a fill than one part of the order."""
        parts = self._ways().fills_in_parts
        most = (order.quantity / parts).to_integral_value(ROUND_CEILING) if parts > 1 else found.quantity
        if found.quantity <= most:
            return found
        return replace(found, quantity=most, progress=replace(found.progress, rested=True))

    def _shown(self, book: Book, order: OrderRecord, status: str, why_held: str = "") -> list[Note]:
        """Show an order whose status has changed."""
        if (order.status, order.why_held) == (status, why_held):
            return []
        return noted(book, order, book.submit(order, status, why_held))

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
        self._filled_at[order.account, order.perm_id] = moment
        share = quantity / order.remaining
        exchange = venue(order.instrument, len(book.executions), order.exchange)
        legs = self._feed.legs(order)
        if legs:
            quotes = [(leg, self.market.quote(leg.instrument, moment)) for leg in legs]
            priced = [(leg, touch(order.sign * leg.ratio, each)[0]) for leg, each in quotes]
            events = fill_combo(book, order, quantity, price, priced, moment, exchange)
        else:
            events = book.fill(order, quantity, price, moment, exchange)
        notes = noted(book, order, events)
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
                notes += self.cancel(book, other, moment, requested=False)
            else:
                other.fields["total_quantity"] = other.filled + left
                notes += noted(book, other, book.submit(other, other.status, other.why_held))
        return notes

    def cancel(
        self,
        book: Book,
        order: OrderRecord,
        moment: float | None = None,
        *,
        requested: bool = True,
        reason: str = "",
    ) -> list[Note]:
        """Cancel an order, and with it its children; at a person's request, its OCA group too."""
        notes = noted(book, order, book.cancel(order, moment, reason, requested=requested))
        others = groups.group_of(book, order) if requested else []
        for other in (*others, *groups.children_of(book, order)):
            if other.is_done:
                continue
            if order.filled and groups.is_child(other, order):
                # What the parent did fill is protected still, by children of its size.
                other.fields["total_quantity"] = order.filled
                notes += noted(book, other, book.submit(other, other.status, other.why_held))
            else:
                notes += self.cancel(book, other, moment, requested=False)
        return notes

    def cancel_too_late(self, book: Book, order: OrderRecord) -> list[Note]:
        """Fill all that remains of an order that a client cancels, at its own price or the market's."""
        moment = self.market.clock.now()
        quote = self._feed.quote(order, moment)
        price = self.reading(order)[0].limit or touch(order.sign, quote)[0]
        is_pending = self._ways().cancels_too_late == "pending"
        notes = noted(book, order, [book.await_cancel(order)] if is_pending else [])
        notes += self._fill(book, order, order.remaining, price, moment, quote) + self._settle_all(moment)
        if not is_pending:
            notes += noted(book, order, [book.notice(order, *not_cancellable(order))])
        return notes

    def why_held(self, book: Book, order: OrderRecord) -> str:
        """Return why a new order does not work yet."""
        reasons = ["child"] if groups.waits_for_parent(book, order) else []
        if self.reading(order)[0].kind in TRIGGERED:
            reasons.append("trigger")
        return ",".join(reasons)

    def reading(self, order: OrderRecord) -> tuple[Terms, Lifetime]:
        """Return what an order's fields say of how it works, and how long."""
        key = order.account, order.perm_id
        found = self._read.get(key)
        if found is None:
            found = Terms.of(order.fields, order.instrument.sec_type), lifetime(order, self.market)
            if order.perm_id:
                self._read[key] = found
        return found

    def forget(self, order: OrderRecord) -> None:
        """Read an order anew, whose fields have changed."""
        self._read.pop((order.account, order.perm_id), None)

    def forget_all_but(self, orders: Iterable[OrderRecord]) -> None:
        """Keep what was read of these orders only."""
        kept = {(order.account, order.perm_id) for order in orders}
        self._read = {key: found for key, found in self._read.items() if key in kept}
        self._filled_at = {key: moment for key, moment in self._filled_at.items() if key in kept}


def not_cancellable(order: OrderRecord) -> tuple[int, str]:
    """Return what TWS says where an order is cancelled that is over; one that was rejected counts as cancelled."""
    state = "Cancelled" if order.status == "Inactive" else order.status
    text = f"OrderId {order.order_id} that needs to be cancelled cannot be cancelled, state: {state}."
    return 10148, text


def noted(book: Book, order: OrderRecord, events: list[Event]) -> list[Note]:
    """Return what happened to an order as notes."""
    return [Note(book, order, event) for event in events]
