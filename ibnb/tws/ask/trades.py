"""Orders as an answer tells them: the client's own objects, and what the client could not read made from the wire."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from types import ModuleType
from typing import Any

from ibnb.tws.ask.calls import objects
from ibnb.tws.ask.calls.heard import Messages, Rows
from ibnb.tws.client.values import Order, OrderState, Trade
from ibnb.wire.ids import Response

#: A completed order, and when and how it was completed.
Completed = tuple[Trade, OrderState | None]


def order_key(values: Mapping[str, Any]) -> Hashable:
    """Return by what an order is known: its permanent id, for those made in TWS all have the id 0 or -2.

    Before TWS has given one, it is known by its client and its id there.
    """
    perm_id = values.get("perm_id", values.get("permId"))
    if perm_id:
        return perm_id  # type: ignore[no-any-return]
    return values.get("client_id", values.get("clientId")), values.get("order_id", values.get("orderId"))


def open_trades(module: ModuleType, messages: Messages, known: Mapping[Hashable, Trade]) -> Rows[Trade]:
    """Return the orders of an answer (5, 3), each once however often it was told.

    Parameters
    ----------
    module : module
        The client library.
    messages : Messages
        What came.
    known : mapping of Trade
        What the client made of it, by `order_key`.
    """
    orders = {order_key(loose.values): loose.values for loose in messages.rows(Response.OPEN_ORDER, "perm_id")}
    statuses = {order_key(loose.values): loose for loose in messages.rows(Response.ORDER_STATUS, "perm_id")}
    trades = []
    for key, values in orders.items():
        if values.get("what_if") is True:
            continue  # a preview, of another request
        status, trade = statuses.get(key), known.get(key)
        if trade is None or (status is not None and not status.whole):
            log = () if trade is None else trade.log
            trade = objects.trade(module, values, None if status is None else status.values, log)
        else:
            _renew(trade.order, values)
        trades.append(trade)
    remarks = messages.remarks("orders", Response.OPEN_ORDER) + messages.remarks("states", Response.ORDER_STATUS)
    return Rows(trades, remarks)


def _renew(order: Order, values: Mapping[str, Any]) -> None:
    """Write into an order that the client has followed what TWS changes in it, and the client leaves as it was."""
    for field, name in (("trail_stop_price", "trailStopPrice"), ("tif", "tif")):
        if values.get(field) not in (None, ""):
            setattr(order, name, values[field])


def completed_trades(module: ModuleType, messages: Messages, known: Mapping[Hashable, Completed]) -> Rows[Completed]:
    """Return the orders of an answer (101) as (Trade, OrderState), each once.

    Parameters
    ----------
    module, messages, known
        As for `open_trades`.
    """
    orders = {loose.values["perm_id"]: loose.values for loose in messages.rows(Response.COMPLETED_ORDER, "perm_id")}
    found = [
        known.get(perm_id) or (objects.trade(module, values), objects.order_state(module, values))
        for perm_id, values in orders.items()
    ]
    return Rows(found, messages.remarks("completed orders", Response.COMPLETED_ORDER))
