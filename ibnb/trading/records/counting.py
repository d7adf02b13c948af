"""What an order counts as for a person's limits while it is not known whether TWS has taken a change of it.

From the moment that a change leaves, the order counts as the larger of both. Pure.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ibnb.trading.records.record import Record
from ibnb.trading.records.terms import Change, Counted, Terms, terms_of
from ibnb.tws.client.values import Order


def begin(record: Record, order: Order, value: float | None, quantity: float, connection: int) -> None:
    """Count an order as the larger of what it is and what it is to be.

    Parameters
    ----------
    record : Record
        The order.
    order : Order
        As it is to be.
    value, quantity
        What it is worth then, and how much it is for.
    connection : int
        By which the change is sent.
    """
    enlarged = record.enlarged
    if (value or 0.0) > (record.value or 0.0) or float(order.totalQuantity) > record.quantity:
        enlarged = datetime.now(UTC)
    expect(record, terms_of(order), (value, quantity, enlarged), connection)


def expect(record: Record, wanted: Terms, then: Counted, connection: int) -> None:
    """Count an order as the larger of what it is and what it counts as then, with the terms that are wanted."""
    before = record.value, record.buys, record.enlarged
    record.change = Change(terms_of(record.order), wanted, connection, before, then)
    value, record.buys, record.enlarged = then
    record.value = max(value or 0.0, record.value or 0.0) or None


def taken(record: Record) -> bool:
    """Count an order as what it has become, where it has the terms that were wanted; return whether it has."""
    change = record.change
    if change is None or terms_of(record.order) != change.wanted:
        return False
    record.value, record.buys, record.enlarged = change.counted_then
    record.change = None
    return True


def refused(record: Record) -> None:
    """Count an order as it was: the change has not left, or TWS does not take it."""
    change, record.change = record.change, None
    if change is not None:
        record.value, record.buys, record.enlarged = change.counted_before


def listed(record: Record, connection: int) -> None:
    """Count an order as TWS lists it by a later connection than the change was sent by.

    As it was, until TWS tells otherwise: it may have read the change after all.
    """
    change = record.change
    if taken(record) or change is None:
        return
    if change.connection != connection and terms_of(record.order) == change.before:
        record.value, record.buys, record.enlarged = change.counted_before
