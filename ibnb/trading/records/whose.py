"""Whose a message of TWS is: an order is known by several numbers, of which a message has some. Pure."""

from __future__ import annotations

from typing import Any

from ibnb.trading.records.record import Record


def is_of(record: Record, values: dict[str, Any]) -> bool:
    """Tell whether a message is of an order, by numbers that both are known by; fills of legs are a combination's."""
    con_id, ours = number_in(values.get("con_id")), record.contract
    if ours.secType != "BAG" and con_id and ours.conId and con_id != ours.conId:
        return False
    perm_id, order_id = number_in(values.get("perm_id")), number_in(values.get("order_id"))
    if perm_id and record.perm_id:
        return perm_id == record.perm_id
    if not order_id or not record.order_id or "client_id" not in values:
        return True
    return (values["client_id"], order_id) == (record.client_id, record.order_id)


def number_in(value: Any) -> int:
    """Return a whole number that a message has; 0 for what is none."""
    return value if isinstance(value, int) else 0
