"""Combinations (BAG): what an order of several legs is as one contract, and how a fill of it moves the account.

The account holds legs, never the combination: a fill is one execution of the combination and one of each leg, and
each leg is charged on its own.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from ibnb.simulator.accounts.money import ZERO
from ibnb.simulator.accounts.trades.commissions import order_commission, trade_value
from ibnb.simulator.accounts.trades.executions import from_fill
from ibnb.simulator.market import Instrument

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book, Event
    from ibnb.simulator.accounts.trades.orders import OrderRecord

# What TWS names every combination in US dollars.
_CON_ID, _TRADING_CLASS = 28812380, "COMB"


class Leg(NamedTuple):
    """One leg: its contract, and how many units a combination buys of it (negative: sells)."""

    instrument: Instrument
    ratio: int


def bag(values: dict[str, Any], legs: list[Leg]) -> Instrument:
    """Return a combination as a contract.

    Parameters
    ----------
    values : dict
        The contract's fields as the order has them.
    legs : list of Leg
        Its legs; hours, currency and price step follow the first.
    """
    first = legs[0].instrument
    return Instrument(
        con_id=_CON_ID,
        symbol=values.get("symbol") or first.symbol,
        sec_type="BAG",
        currency=values.get("currency") or first.currency,
        exchange=values.get("exchange") or "SMART",
        local_symbol=values.get("symbol") or first.symbol,
        trading_class=_TRADING_CLASS,
        long_name="",
        kind=first.kind,
        tick=min((leg.instrument.tick for leg in legs), key=lambda tick: tick[0] / tick[1]),
        multiplier=first.multiplier,
        time_zone_id=first.time_zone_id,
    )


def fill_combo(
    book: Book,
    order: OrderRecord,
    quantity: Decimal,
    price: Decimal,
    legs: list[tuple[Leg, Decimal]],
    time: float,
    exchange: str,
) -> list[Event]:
    """Fill an order for a combination, wholly or in part.

    Parameters
    ----------
    book : Book
        The account.
    order : OrderRecord
        In the book and not done.
    quantity : Decimal
        Combinations, positive; at most what remains.
    price : Decimal
        Of one combination.
    legs : list of (Leg, Decimal)
        Each leg with its price.
    time : float
        Seconds since the epoch.
    exchange : str
        Who filled it.

    Returns
    -------
    list of Event
        The executions of the combination and its legs, openOrder, orderStatus, the legs' commission reports.
    """
    before = order.filled
    order.count(quantity, price)
    exec_id = book.next_execution_id(time)
    executions = [from_fill(order, exec_id, quantity, price, time, exchange, ZERO, None)]
    for number, (leg, at) in enumerate(legs, 2):
        size = abs(leg.ratio)
        charged = [
            order_commission(
                leg.instrument,
                units * size,
                trade_value(leg.instrument, units * size, at),
                book.base_currency,
                book.rate,
            )
            for units in (before, order.filled)
            if units
        ]
        commission, currency = charged[-1]
        part = max(ZERO, commission - (charged[0][0] if before else ZERO))
        signed = order.sign * leg.ratio * quantity
        realized = book.ledger.trade(leg.instrument, signed, at, part, currency, time)
        order.commission, order.commission_currency = order.commission + part, currency
        whole = from_fill(order, book.next_execution_id(time, number), abs(signed), at, time, exchange, part, realized)
        side = "BOT" if signed > 0 else "SLD"
        executions.append(
            replace(whole, instrument=leg.instrument, side=side, cum_qty=order.filled * size, avg_price=at)
        )
    return book.executed(order, executions)
