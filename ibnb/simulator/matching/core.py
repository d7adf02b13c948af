"""What one quote does to one order: a pure function, the heart of the simulated exchange.

An order takes what is displayed on the other side, no more. One that comes is filled at the quote; one that has
stood in the market is filled at its own price when the market comes to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from ibnb.simulator.accounts.money import ZERO, exact
from ibnb.simulator.matching.terms import AT_CLOSE, PEGGED, TRAILING, TRIGGERED, Terms

if TYPE_CHECKING:
    from ibnb.simulator.market import Quote

# After its trigger, an order is what stands here.
_BECOMES = {"STP": "MKT", "TRAIL": "MKT", "MIT": "MKT", "STP LMT": "LMT", "TRAIL LIMIT": "LMT", "LIT": "LMT"}
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Progress:
    """How far an order has come.

    Attributes
    ----------
    triggered : bool
        Whether its trigger price was reached.
    stop : Decimal or None
        Where its trailing stop stands.
    rested : bool
        Whether it has stood in the market unfilled.
    filled : Decimal
        What was filled of it so far.
    last_price : Decimal
        At which price, the last time.
    """

    triggered: bool = False
    stop: Decimal | None = None
    rested: bool = False
    filled: Decimal = ZERO
    last_price: Decimal = ZERO


@dataclass(frozen=True)
class Match:
    """What came of it: the order's new progress, and a fill where `quantity` is not 0."""

    progress: Progress
    quantity: Decimal = ZERO
    price: Decimal = ZERO


def match(
    terms: Terms, progress: Progress, quote: Quote, remaining: Decimal, taken: Decimal = ZERO, *, auction: bool = False
) -> Match:
    """Match one order against one quote.

    Parameters
    ----------
    terms : Terms
        What the order says.
    progress : Progress
        How far it has come.
    quote : Quote
        The market at this moment.
    remaining : Decimal
        What is still to be filled; positive.
    taken : Decimal
        What other orders have taken of the size that this quote shows.
    auction : bool
        Whether this is the auction (opening or close) that the order waits for: all of it trades at the last price.

    Returns
    -------
    Match
        The same arguments give the same match.

    Examples
    --------
    >>> from ibnb.simulator.market import Quote
    >>> quote = Quote(99.99, 100.01, 100.0, 300.0, 500.0, 1.0, 0.0, 99.0, 101.0, 98.0, 99.5, 0.0)
    >>> found = match(Terms("MKT"), Progress(), quote, Decimal(800))
    >>> found.quantity, found.price
    (Decimal('500.0'), Decimal('100.01'))
    """
    if auction:
        return _at_auction(terms, progress, quote, remaining)
    if terms.kind in AT_CLOSE:
        return Match(progress)
    if terms.kind in TRAILING and not progress.triggered:
        progress = replace(progress, stop=trailed(terms, progress.stop, quote))
    if terms.kind in TRIGGERED and not progress.triggered:
        if not _is_triggered(terms, progress.stop, quote):
            return Match(progress)
        progress = replace(progress, triggered=True)
    price, size = _offer(terms, progress, quote)
    resting = replace(progress, rested=True)
    if price is None:
        return Match(resting)
    quantity = _fillable(terms, progress, remaining, max(ZERO, size - taken))
    return Match(progress if quantity == remaining else resting, quantity, price if quantity else ZERO)


def _at_auction(terms: Terms, progress: Progress, quote: Quote, remaining: Decimal) -> Match:
    price = exact(quote.last)
    limit = terms.limit
    if limit is not None and terms.sign * (limit - price) < 0:
        return Match(progress)
    return Match(progress, remaining, price)


def touch(sign: int, quote: Quote) -> tuple[Decimal, Decimal]:
    """Return the price and size on the other side: the ask for a purchase, the bid for a sale."""
    if sign > 0:
        return exact(quote.ask), exact(quote.ask_size)
    return exact(quote.bid), exact(quote.bid_size)


def trigger_prices(method: int, sign: int, quote: Quote) -> tuple[Decimal, ...]:
    """Return the prices that a trigger method looks at; it is enough that one of them reaches the trigger."""
    last = exact(quote.last)
    if method in (1, 4):
        return (touch(sign, quote)[0],)
    if method == 7:
        return (last, touch(sign, quote)[0])
    if method == 8:
        return ((exact(quote.bid) + exact(quote.ask)) / 2,)
    return (last,)


def trailed(terms: Terms, stop: Decimal | None, quote: Quote) -> Decimal:
    """Return where a trailing stop stands now: it follows a market that moves its way, and never goes back."""
    reference = trigger_prices(terms.method, terms.sign, quote)[0]
    percent = terms.percent
    distance = abs(reference) * percent / _HUNDRED if percent is not None else terms.amount or ZERO
    follows = reference + terms.sign * distance
    stands = stop if stop is not None else terms.start
    if stands is None:
        return follows
    return min(stands, follows) if terms.sign > 0 else max(stands, follows)


def _is_triggered(terms: Terms, stop: Decimal | None, quote: Quote) -> bool:
    level = stop if terms.kind in TRAILING else terms.trigger
    assert level is not None, "an order that waits for a price has one"
    # A stop buys when the market rises to it and sells when it falls; a touched price is the other way round.
    sign = -terms.sign if terms.kind in ("MIT", "LIT") else terms.sign
    return any(sign * (price - level) >= 0 for price in trigger_prices(terms.method, terms.sign, quote))


def _offer(terms: Terms, progress: Progress, quote: Quote) -> tuple[Decimal | None, Decimal]:
    """Return the price at which an order trades now (None: it does not), and the size that is displayed there."""
    price, size = touch(terms.sign, quote)
    if not size or (price <= 0 and quote.last > 0):  # nobody on the other side
        return None, ZERO
    if terms.kind in PEGGED:
        return _peg(terms, quote), size
    kind = _BECOMES.get(terms.kind, terms.kind)
    limit = terms.limit
    if terms.kind == "TRAIL LIMIT" and progress.stop is not None:
        limit = progress.stop + terms.sign * terms.limit_offset
    if kind == "MTL" and progress.filled:
        kind, limit = "LMT", progress.last_price
    if kind in ("MKT", "MTL"):
        return price, size
    assert limit is not None, "an order with a limit has one"
    if terms.sign * (limit - price) < 0:
        return None, ZERO
    return (limit if progress.rested else price), size


def _peg(terms: Terms, quote: Quote) -> Decimal | None:
    """Return the price of a pegged order where somebody would take it now, else None."""
    bid, ask, last, sign = exact(quote.bid), exact(quote.ask), exact(quote.last), terms.sign
    if terms.kind == "PEG MID":
        own = (bid + ask) / 2 - sign * (terms.amount or ZERO)
        market = (bid + ask) / 2
    else:
        base, market = (bid, ask) if sign > 0 else (ask, bid)
        offset = terms.amount if terms.amount else base * (terms.percent or ZERO)
        own = base + sign * offset
        own = min(own, market) if sign > 0 else max(own, market)
    if terms.limit is not None:
        own = min(own, terms.limit) if sign > 0 else max(own, terms.limit)
    is_taken = sign * (own - market) >= 0 or sign * (own - last) >= 0
    return own if is_taken else None


def _fillable(terms: Terms, progress: Progress, remaining: Decimal, available: Decimal) -> Decimal:
    """Return how much of an order is filled from what is available."""
    if (terms.all_or_none or terms.tif == "FOK") and available < remaining:
        return ZERO
    if not progress.filled and available < min(terms.min_qty, remaining):
        return ZERO
    return min(remaining, available)
