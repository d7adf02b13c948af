"""What an account is worth at this moment: every figure derived from the ledger and the market's prices.

Nothing is stored: `value(book)` prices each position once and adds up, by currency and in the base currency.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ibnb.simulator.accounts.money import ZERO, exact, to_cents, unit_size
from ibnb.simulator.accounts.worth.interest import accrued_interest
from ibnb.simulator.accounts.worth.margin import OPTION_TYPES, Requirement, requirement

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book
    from ibnb.simulator.accounts.ledger import Position
    from ibnb.simulator.accounts.trades.executions import Execution
    from ibnb.simulator.market import Instrument

# What stands in which column of the ledger. A currency pair stands in none: its two sides are cash.
_CLASSES = {"FUT": "future", "CRYPTO": "crypto", "BOND": "bond", "CASH": "pair"}


@dataclass(frozen=True)
class PositionValue:
    """One position at a price. Money is in the contract's currency.

    `realized` and `daily` are of the account's trading day. `in_net` is what the position adds to net
    liquidation: its market value, for a future its open profit (commissions have left the cash already),
    nothing for a currency pair.
    """

    position: Position
    asset_class: str
    price: Decimal
    market_value: Decimal
    unrealized: Decimal
    realized: Decimal
    daily: Decimal
    in_net: Decimal
    margin: Requirement

    @property
    def instrument(self) -> Instrument:
        """The contract."""
        return self.position.instrument


@dataclass(frozen=True)
class CurrencyValue:
    """One currency's part of the account, in that currency; `rate` turns it into the base currency."""

    currency: str
    rate: Decimal
    cash: Decimal
    accrued: Decimal
    positions: tuple[PositionValue, ...]

    def market_value(self, asset_class: str) -> Decimal:
        """Return the value in net liquidation of one class: stock, option, future, crypto or bond."""
        return sum((each.in_net for each in self.positions if each.asset_class == asset_class), ZERO)

    def total(self, figure: Callable[[PositionValue], Decimal]) -> Decimal:
        """Add up a figure over the positions that count (currency pairs do not: they are cash)."""
        return sum((figure(each) for each in self.positions if each.asset_class != "pair"), ZERO)

    @property
    def net_liquidation(self) -> Decimal:
        """Cash, accrued interest and positions."""
        return self.cash + self.accrued + self.total(lambda each: each.in_net)


@dataclass(frozen=True)
class Valuation:
    """The whole account at one moment."""

    time: float
    base_currency: str
    currencies: tuple[CurrencyValue, ...]

    @property
    def positions(self) -> list[PositionValue]:
        """All positions of all currencies, in the order in which they were first traded."""
        return [each for part in self.currencies for each in part.positions]

    def base(self, figure: Callable[[CurrencyValue], Decimal]) -> Decimal:
        """Add up a figure over the currencies, in the base currency."""
        return sum((figure(part) * part.rate for part in self.currencies), ZERO)

    def total(self, figure: Callable[[PositionValue], Decimal]) -> Decimal:
        """Add up a figure over the positions that count, in the base currency."""
        return self.base(lambda part: part.total(figure))


def value(book: Book) -> Valuation:
    """Price an account.

    Parameters
    ----------
    book : Book
        The account.

    Returns
    -------
    Valuation
        By currency: the base currency first, the others by name. Positions that were closed today are there
        with a quantity of 0, as TWS shows them until its day ends.
    """
    now = book.market.clock.now()
    since = book.day_start()
    today: dict[int, list[Execution]] = {}
    for execution in book.executions:
        if execution.time >= since:
            today.setdefault(execution.instrument.con_id, []).append(execution)
    shown = [
        _value_position(book, position, now, since, today.get(con_id, []))
        for con_id, position in book.ledger.positions.items()
        if position.quantity or con_id in today
    ]
    names = {each.instrument.currency for each in shown} | set(book.ledger.cash)
    ordered = sorted(names, key=lambda name: (name != book.base_currency, name))
    parts = [
        CurrencyValue(
            currency=name,
            rate=book.rate(name, book.base_currency, now),
            cash=book.ledger.cash.get(name, ZERO),
            accrued=to_cents(accrued_interest(book.ledger, name, now)),
            positions=tuple(each for each in shown if each.instrument.currency == name),
        )
        for name in ordered
    ]
    return Valuation(now, book.base_currency, tuple(parts))


def value_one(book: Book, con_id: int) -> PositionValue | None:
    """Price one position alone; None where nothing is held of the contract, nor was today."""
    position = book.ledger.positions.get(con_id)
    if position is None:
        return None
    since = book.day_start()
    today = [each for each in book.executions if each.instrument.con_id == con_id and each.time >= since]
    if not position.quantity and not today:
        return None
    return _value_position(book, position, book.market.clock.now(), since, today)


def _value_position(book: Book, position: Position, now: float, since: float, today: list[Execution]) -> PositionValue:
    instrument, quantity = position.instrument, position.quantity
    kind = instrument.sec_type
    size = unit_size(instrument)
    asset_class = "option" if kind in OPTION_TYPES else _CLASSES.get(kind, "stock")
    price = exact(book.market.price(instrument, now))
    market_value = to_cents(quantity * price * size)

    # The day's profit: what the day began with and what was bought since, against what there is now.
    traded = sum((_signed(execution) for execution in today), ZERO)
    paid = sum((_signed(execution) * execution.price for execution in today), ZERO) * size
    charged = sum((execution.commission for execution in today), ZERO) if kind != "CASH" else ZERO
    held_before = quantity - traded
    before = held_before * exact(book.market.price(instrument, since)) * size if held_before else ZERO

    if asset_class == "pair":
        in_net = ZERO
    elif asset_class == "future":
        in_net = market_value - position.cost + position.fees
    else:
        in_net = market_value
    under = _underlying_price(book, instrument, now) if asset_class == "option" and quantity < 0 else None
    return PositionValue(
        position=position,
        asset_class=asset_class,
        price=price,
        market_value=market_value,
        unrealized=market_value - position.cost,
        realized=sum((execution.realized or ZERO for execution in today), ZERO),
        daily=market_value - before - paid - charged,
        in_net=in_net,
        margin=requirement(instrument, quantity, market_value, under),
    )


def _underlying_price(book: Book, instrument: Instrument, now: float) -> Decimal | None:
    under = book.market.instruments.by_con_id(instrument.under_con_id) if instrument.under_con_id else None
    return exact(book.market.price(under, now)) if under else None


def _signed(execution: Execution) -> Decimal:
    return execution.shares if execution.side == "BOT" else -execution.shares
