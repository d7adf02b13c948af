"""The demo account: a believable paper account of about a million dollars, replayed from a script of trades.

Each line of the script is an order that was submitted and filled at the market's price of that moment,
through the same steps that a matching engine uses. So the account's figures are never written down anywhere.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any

from ibnb.simulator.accounts.book import Book
from ibnb.simulator.accounts.days import Session, reference_instrument, sessions
from ibnb.simulator.accounts.made_up.pick import pick
from ibnb.simulator.accounts.made_up.script import CANCELLED, DEPOSITS, HISTORY, RESTING, TODAY, Resting, Trade
from ibnb.simulator.accounts.money import exact, unit_size
from ibnb.simulator.accounts.trades.orders import OrderRecord
from ibnb.simulator.accounts.trades.venues import route, venue

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument, Market

_DAY = 86_400.0
# What passes of a session between the parts of an order that was filled in several.
_BETWEEN_PARTS = 0.0016
_LOTS = {"STK": Decimal(5), "CASH": Decimal(1000)}


def empty_account(
    market: Market,
    account: str = "DU7654321",
    base_currency: str = "USD",
    cash: float | int | str | Decimal = 1_000_000,
) -> Book:
    """Return an account that holds nothing but cash.

    Parameters
    ----------
    market : Market
        Where prices and the time come from.
    account : str
        Its number.
    base_currency : str
        Its currency.
    cash : number
        How much of it was paid in, now.
    """
    book = Book(market, account, base_currency)
    book.deposit(base_currency, cash)
    return book


def demo_account(market: Market, account: str = "DU1234567") -> Book:
    """Return the demo account as it stands at the market's present moment.

    It holds US shares of several sectors, a fund, a share in euros, a currency pair, a call and a future; it
    has sold some of what it bought, traded in the last session, and has open and completed orders. The same
    market (seed and clock) gives the same account.

    Parameters
    ----------
    market : Market
        Where instruments, prices, sessions and the time come from.
    account : str
        Its number.

    Raises
    ------
    SimulatorError
        When the market does not know a contract of the script.

    Examples
    --------
    >>> from ibnb.simulator.accounts import positions
    >>> from ibnb.simulator.market import Market
    >>> len(positions(demo_account(Market(seed=7))))
    13
    """
    now = market.clock.now()
    history = sorted({trade.days_ago for trade in HISTORY}, reverse=True)
    # Holidays and weekends: seven calendar days hold four sessions or more.
    days = sessions(market, reference_instrument(market), now - (history[0] / 4 * 7 + 14) * _DAY, now)
    book = Book(market, account)
    for currency, amount in DEPOSITS:
        book.deposit(currency, amount, days[-1 - history[0]].opens - _DAY)
    for trade in HISTORY:
        _replay(book, trade, days[-1 - trade.days_ago], now)
    for trade in TODAY:
        _replay(book, trade, days[-1], now)
    cancelled = _rest(book, CANCELLED, days[-1].opens)
    book.cancel(cancelled, _moment(days[-1], 0.6, now))
    for line in RESTING:
        parent = book.find(line.client_id, line.parent_id) if line.parent_id else None
        _rest(book, line, now, parent)
    return book


def _replay(book: Book, trade: Trade, session: Session, now: float) -> None:
    """Submit one order of the script and fill it in its parts."""
    start = _moment(session, trade.at, now)
    instrument = pick(book.market, trade.contract, start)
    price = exact(book.market.price(instrument, start))
    quantity = _quantity(book, trade, instrument, price)
    fields: dict[str, Any] = {
        "action": trade.side,
        "total_quantity": quantity,
        "order_type": trade.order_type,
        "order_ref": trade.ref,
    }
    if trade.order_type == "LMT":
        fields["lmt_price"] = float(price)
    order = OrderRecord(
        instrument, fields, order_id=trade.order_id, client_id=trade.client_id, exchange=route(instrument)
    )
    order.rested = trade.order_type == "LMT"
    book.submit(order)
    left = quantity
    for part in range(trade.parts):
        moment = _moment(session, trade.at + part * _BETWEEN_PARTS, now)
        last = part == trade.parts - 1
        size = left if last else max(Decimal(1), (quantity / trade.parts).to_integral_value(ROUND_FLOOR))
        # A limit holds: what is filled later is filled at the limit.
        at = price if trade.order_type == "LMT" else exact(book.market.price(instrument, moment))
        book.fill(order, size, at, moment, venue(instrument, len(book.executions)))
        left -= size


def _rest(book: Book, line: Resting, moment: float, parent: OrderRecord | None = None) -> OrderRecord:
    """Submit an order that waits, at a distance from the price of the moment."""
    instrument = pick(book.market, line.contract, moment)
    price = exact(book.market.price(instrument, moment))
    tick = exact(instrument.min_tick or Decimal("0.01"))
    level = float(((price * line.distance) / tick).to_integral_value() * tick)
    held = book.ledger.positions.get(instrument.con_id)
    if line.of_held and held:
        quantity = max(Decimal(1), (held.quantity * line.of_held).to_integral_value(ROUND_FLOOR))
    else:
        quantity = _lots(instrument, line.amount / (price * unit_size(instrument)))
    if parent is not None:
        quantity = parent.quantity
    fields: dict[str, Any] = {
        "action": line.side,
        "total_quantity": quantity,
        "order_type": line.order_type,
        "tif": line.tif,
        "parent_id": line.parent_id,
        "order_ref": line.ref,
        "oca_group": line.oca_group,
        "lmt_price" if line.order_type == "LMT" else "aux_price": level,
    }
    order = OrderRecord(
        instrument, fields, order_id=line.order_id, client_id=line.client_id, exchange=route(instrument)
    )
    if parent is not None:
        book.submit(order, "PreSubmitted", "child,trigger" if line.order_type == "STP" else "child")
    elif line.order_type == "STP":
        book.submit(order, "PreSubmitted", "trigger")
    else:
        book.submit(order, "Submitted")
    return order


def _quantity(book: Book, trade: Trade, instrument: Instrument, price: Decimal) -> Decimal:
    if trade.of_held:
        held = abs(book.ledger.positions[instrument.con_id].quantity)
        return _lots(instrument, held * trade.of_held)
    if trade.units:
        return Decimal(trade.units)
    return _lots(instrument, trade.amount / (price * unit_size(instrument)))


def _lots(instrument: Instrument, units: Decimal) -> Decimal:
    lot = _LOTS.get(instrument.sec_type, Decimal(1))
    return max(Decimal(1), (units / lot).to_integral_value(ROUND_FLOOR)) * lot


def _moment(session: Session, part: float, now: float) -> float:
    """Return a moment in a session, counting only what has passed of it."""
    return float(int(session.opens + part * (min(session.closes, now) - session.opens)))
