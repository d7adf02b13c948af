"""An account with any number of positions, from none to many hundreds: for all that must stay quick and readable.

Shares of many countries come first, then futures and currency pairs, then options, long and short. The same market
(seed and clock) gives the same account.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING

from ibnb.errors import BadInput
from ibnb.simulator.accounts.book import Book
from ibnb.simulator.accounts.days import reference_instrument, sessions
from ibnb.simulator.accounts.money import exact, unit_size
from ibnb.simulator.accounts.trades.orders import OrderRecord
from ibnb.simulator.accounts.trades.venues import route, venue
from ibnb.simulator.accounts.worth.valuation import value

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument, Market

#: The most positions that the simulated market has contracts for.
MOST = 2000
_DAY = 86_400.0
_SESSIONS_AGO = 5
_DEPOSITS = (("USD", 9_000_000), ("EUR", 900_000), ("GBP", 300_000), ("CAD", 250_000), ("CHF", 150_000))
_CURRENCIES = frozenset(currency for currency, _ in _DEPOSITS)
_FUTURES = ("MES", "MNQ", "ZN", "CL", "GC")
_AMOUNT = Decimal(24_000)
_DAYS_TO_EXPIRY = 60


def large_account(market: Market, count: int, account: str = "DU1234567") -> Book:
    """Return an account that holds so many positions, all bought or sold short some sessions ago.

    Parameters
    ----------
    market : Market
        Where instruments, prices, sessions and the time come from.
    count : int
        How many positions, 0 to `MOST`.
    account : str
        Its number.

    Examples
    --------
    >>> from ibnb.simulator.accounts import positions
    >>> from ibnb.simulator.market import Market
    >>> len(positions(large_account(Market(seed=7), 20)))
    20
    """
    if not 0 <= count <= MOST:
        raise BadInput("count", count, f"0 to {MOST}")
    now = market.clock.now()
    days = sessions(market, reference_instrument(market), now - 30 * _DAY, now)
    session = days[-1 - _SESSIONS_AGO]
    book = Book(market, account)
    for currency, amount in _DEPOSITS:
        book.deposit(currency, amount, session.opens - _DAY)
    moment = float(int(session.opens) + 3600)
    for place, instrument in enumerate(islice(_contracts(market), count)):
        _open(book, instrument, place, moment)
    value(book)  # every price is worked out now, rather than while the first client waits
    return book


def _contracts(market: Market) -> Iterator[Instrument]:
    """Give contracts without end, shares first: those of the catalogue, then chain after chain of options."""
    listed = [listing.instrument for listing in market.instruments.listings.values()]
    shares = [each for each in listed if each.sec_type == "STK" and each.currency in _CURRENCIES]
    pairs = [each for each in listed if each.sec_type == "CASH" and each.currency in _CURRENCIES]
    return chain(shares, _futures(market), pairs[:5], _options(market, shares))


def _futures(market: Market) -> Iterator[Instrument]:
    soon = f"{market.instruments.today('US'):%Y%m}"
    for symbol in _FUTURES:
        found = market.instruments.match({"symbol": symbol, "sec_type": "FUT"})
        yield from [each for each in found if each.expiry[:6] > soon][:1]


def _options(market: Market, shares: list[Instrument]) -> Iterator[Instrument]:
    for under in shares:
        found = market.instruments.match({"symbol": under.symbol, "sec_type": "OPT", "currency": under.currency})
        today = market.instruments.today("US").toordinal()
        later = sorted({each.expiry for each in found if _ordinal(each.expiry) > today + _DAYS_TO_EXPIRY})
        strike = market.price(under, market.clock.now())
        near = [each for each in found if each.expiry in later[:4] and abs(each.strike / strike - 1) < 0.3]
        yield from near


def _ordinal(expiry: str) -> int:
    from datetime import date

    return date(int(expiry[:4]), int(expiry[4:6]), int(expiry[6:8])).toordinal()


def _open(book: Book, instrument: Instrument, place: int, moment: float) -> None:
    """Buy or sell short one position: about the same amount of money in each, some a few times as large."""
    price = exact(book.market.price(instrument, moment))
    amount = _AMOUNT * (1 + place % 5)
    size = unit_size(instrument)
    if instrument.sec_type in ("OPT", "FUT"):
        quantity = Decimal(1 + place % 4)
    else:
        quantity = max(Decimal(1), (amount / (price * size)).to_integral_value(ROUND_FLOOR))
    side = "SELL" if place % 7 == 3 else "BUY"
    order = OrderRecord(
        instrument, {"action": side, "total_quantity": quantity, "order_type": "MKT"}, exchange=route(instrument)
    )
    book.submit(order)
    book.fill(order, quantity, price, moment, venue(instrument, place))
