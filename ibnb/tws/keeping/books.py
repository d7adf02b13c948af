"""What a session knows of positions, orders and cash: taken down before a loss, compared with what TWS says after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ibnb.ground.masking import mask_account
from ibnb.ground.numerals import shown_number
from ibnb.tws.ask.fills import fill_key
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Fill, Trade
from ibnb.tws.contracts import label

#: Cash moves by interest and by commissions in cents; smaller changes than this are not told.
_CENT = 0.01


@dataclass(frozen=True)
class OpenOrder:
    """An order that waits: what it is for, and how far it is."""

    words: str
    status: str
    filled: float


@dataclass(frozen=True)
class Books:
    """What stood at one moment.

    Attributes
    ----------
    positions : dict
        Account and conId to the contract's name and how much of it is held.
    orders : dict of int to OpenOrder
        By permanent id.
    cash : dict
        Account and currency to the balance.
    fills : frozenset of str
        Ids of the executions that were known.
    """

    positions: dict[tuple[str, int], tuple[str, float]] = field(default_factory=dict)
    orders: dict[int, OpenOrder] = field(default_factory=dict)
    cash: dict[tuple[str, str], float] = field(default_factory=dict)
    fills: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Change:
    """One difference: the kind of event it makes (`ibnb.tws.keeping.timeline`), and what it is in words."""

    kind: str
    text: str


def books_of(ib: IB) -> Books:
    """Return what an ``IB`` knows now, as TWS has told it so far."""
    positions = {
        (row.account, row.contract.conId): (label(row.contract), float(row.position))
        for row in ib.positions()
        if row.position
    }
    return Books(positions, orders_of(ib.openTrades()), _cash(ib), frozenset(ib.wrapper.fills))


def orders_of(trades: Iterable[Trade]) -> dict[int, OpenOrder]:
    """Return open orders by their permanent id."""
    return {
        trade.order.permId: OpenOrder(_words(trade), trade.orderStatus.status, float(trade.orderStatus.filled))
        for trade in trades
        if trade.order.permId
    }


def _words(trade: Trade) -> str:
    order = trade.order
    return f"{order.action} {float(order.totalQuantity):g} {label(trade.contract)} {order.orderType}"


def _cash(ib: IB) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for value in ib.accountValues():
        if value.tag == "CashBalance" and value.currency != "BASE" and not value.modelCode:
            try:
                found[value.account, value.currency] = float(value.value)
            except ValueError:
                continue
    return found


def changes(before: Books, after: Books, fills: Iterable[Fill] = (), since: datetime | None = None) -> list[Change]:
    """Return what is different.

    Parameters
    ----------
    before, after : Books
        Taken down before the loss, and after TWS has answered everything again.
    fills : iterable of Fill
        The executions of today, as TWS lists them now.
    since : datetime, optional
        Fills that were not known before count from then on: earlier ones may never have been asked for.
    """
    new = [
        fill for fill in fills if fill.execution.execId not in before.fills and _is_after(fill.execution.time, since)
    ]
    known = {fill_key(exec_id) for exec_id in before.fills}
    return [
        *_fills(new, known),
        *_positions(before, after),
        *_orders(before, after, {fill.execution.permId for fill in new}),
        *_balances(before, after),
    ]


def _is_after(time: object, since: datetime | None) -> bool:
    """Return whether a fill counts; one whose time is a text, as of a zone that nobody knows, had better be told."""
    return since is None or not isinstance(time, datetime) or time >= since


def _fills(new: Iterable[Fill], known: set[str]) -> Iterator[Change]:
    for fill in new:
        execution = fill.execution
        done = {"BOT": "bought", "SLD": "sold"}.get(execution.side, execution.side)
        words = f"{mask_account(execution.acctNumber)} {done} {_plain(execution.shares)} {label(fill.contract)}"
        if fill_key(execution.execId) in known:
            yield Change("order-changed", f"A fill was corrected: {words} at {_plain(execution.price)}.")
        else:
            yield Change("filled", f"{words} at {_plain(execution.price)}.")


def _plain(number: object) -> str:
    """Return a number without needless digits; what is none as it came."""
    return f"{number:g}" if isinstance(number, (int, float)) else str(number)


def _positions(before: Books, after: Books) -> Iterator[Change]:
    for key in sorted(before.positions.keys() | after.positions.keys()):
        name, was = before.positions.get(key, ("", 0.0))
        now_name, now = after.positions.get(key, (name, 0.0))
        if was != now:
            yield Change("position-changed", f"{mask_account(key[0])} holds {now:g} {now_name}, before {was:g}.")


def _orders(before: Books, after: Books, filled: set[int]) -> Iterator[Change]:
    for key in sorted(before.orders.keys() | after.orders.keys()):
        was, now = before.orders.get(key), after.orders.get(key)
        if was is None and now is not None:
            yield Change("order-changed", f"New: {now.words}, {now.status}.")
        elif was is not None and now is None:
            end = "it was filled" if key in filled else "it is not open any more"
            yield Change("order-changed", f"{was.words}: {end}.")
        elif was is not None and now is not None and (was.status, was.filled) != (now.status, now.filled):
            yield Change(
                "order-changed",
                f"{now.words}: {now.status}, {now.filled:g} filled; before {was.status}, {was.filled:g}.",
            )


def _balances(before: Books, after: Books) -> Iterator[Change]:
    for key in sorted(before.cash.keys() & after.cash.keys()):
        was, now = before.cash[key], after.cash[key]
        if abs(was - now) >= _CENT:
            has, had = (shown_number(f"{amount:,.2f}") for amount in (now, was))
            yield Change("cash-changed", f"{mask_account(key[0])} has {has} {key[1]} in cash, before {had}.")
