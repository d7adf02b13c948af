"""Orders that hang together: brackets (children wait for their parent) and OCA groups (one cancels or reduces all).

Children of one parent are an OCA group of their own, as in TWS: what one fills, the others lose.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from ibnb.simulator.accounts.money import exact

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book
    from ibnb.simulator.accounts.trades.orders import OrderRecord

CANCEL_WITH_BLOCK, REDUCE_WITH_BLOCK, REDUCE = 1, 2, 3


def oca_way(order: OrderRecord) -> int:
    """Return how the group of an order cancels; what is none of the four ways is reduction without block."""
    way = order.fields.get("oca_type") or REDUCE
    return way if way in (1, 2, 3, 4) else REDUCE


def blocks(order: OrderRecord) -> bool:
    """Return whether the others of an order's group learn of its fill before they meet the market themselves.

    With block, TWS has one order of a group at the exchange at a time, so that no two fill what is wanted once.
    Without, the others stand in the same market in their old size, and more may be filled than was wanted.
    """
    return oca_way(order) in (CANCEL_WITH_BLOCK, REDUCE_WITH_BLOCK)


def parent_of(book: Book, order: OrderRecord) -> OrderRecord | None:
    """Return the order that this one is attached to, if it is."""
    return book.find(order.client_id, order.parent_id) if order.parent_id else None


def children_of(book: Book, order: OrderRecord) -> Iterator[OrderRecord]:
    """Yield the orders attached to this one that are not done."""
    for each in book.orders:
        if not each.is_done and is_child(each, order):
            yield each


def is_child(order: OrderRecord, parent: OrderRecord) -> bool:
    """Return whether an order is attached to another."""
    return 0 != order.parent_id == parent.order_id and order.client_id == parent.client_id


def group_of(book: Book, order: OrderRecord) -> list[OrderRecord]:
    """Return the other orders of this one's OCA group that are not done."""
    name = order.fields.get("oca_group")
    if not name:
        return []
    return [
        each
        for each in book.orders
        if not each.is_done
        and each is not order
        and each.client_id == order.client_id
        and each.fields.get("oca_group") == name
    ]


def is_spent(book: Book, order: OrderRecord) -> bool:
    """Return whether the OCA group that an order names has been filled today already."""
    name, since = order.fields.get("oca_group"), book.day_start()
    return bool(name) and any(
        each.status == "Filled"
        and each.client_id == order.client_id
        and each.fields.get("oca_group") == name
        and (each.completed_time or 0) >= since
        for each in book.orders
    )


def waits_for_parent(book: Book, order: OrderRecord) -> bool:
    """Return whether an order is held until its parent has been filled."""
    parent = parent_of(book, order)
    return parent is not None and not parent.is_done


def reduced(order: OrderRecord, share: Decimal) -> Decimal:
    """Return what remains of an order when its group has filled a share of itself; in whole steps."""
    step = exact(order.instrument.size_increment)
    if order.instrument.sec_type == "STK":
        step = Decimal(1)
    left = order.remaining * (1 - share)
    return (left / step).to_integral_value(ROUND_FLOOR) * step
