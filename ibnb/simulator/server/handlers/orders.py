"""Answers about orders and executions: what is open, what was done today, what was filled at which commission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput
from ibnb.simulator.accounts import rows
from ibnb.simulator.texts import zoned_text
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.server.client import ClientConnection


def open_orders(client: ClientConnection, values: dict[str, Any]) -> None:
    """5: this client's open orders; client 0 also sees those made in TWS itself."""
    _send_open(client, client.client_id)


def all_open_orders(client: ClientConnection, values: dict[str, Any]) -> None:
    """16: the open orders of all clients and of TWS."""
    _send_open(client, None)


def _send_open(client: ClientConnection, client_id: int | None) -> None:
    for book in client.server.books:
        for order, status in rows.open_orders(book, client_id):
            client.send(Response.OPEN_ORDER, order)
            client.send(Response.ORDER_STATUS, status)
    client.send(Response.OPEN_ORDER_END)


def completed_orders(client: ClientConnection, values: dict[str, Any]) -> None:
    """99: the day's filled and cancelled orders."""
    for book in client.server.books:
        for order in rows.completed_orders(book, values["api_only"]):
            order["completed_time"] = zoned_text(order["completed_time"], client.version)
            client.send(Response.COMPLETED_ORDER, order)
    client.send(Response.COMPLETED_ORDERS_END)


def executions(client: ClientConnection, values: dict[str, Any]) -> None:
    """7: the day's fills that pass the filter, each followed by its commission report."""
    request_id = values.pop("request_id")
    try:
        found = [fill for book in client.server.books for fill in rows.executions(book, values)]
    except BadInput as error:
        client.error(321, f"Error validating request.-'bV' : cause - {error}", request_id)
        return
    for execution, _ in found:
        execution["time"] = zoned_text(execution["time"], client.version)
        client.send(Response.EXECUTION_DATA, {**execution, "request_id": request_id})
    for _, commission in found:
        client.send(Response.COMMISSION_REPORT, commission)
    client.send(Response.EXECUTION_DATA_END, {"request_id": request_id})


def no_orders(client: ClientConnection, values: dict[str, Any]) -> None:
    """3: refuse."""
    client.error(201, "Order rejected - reason:The simulated TWS takes no orders.", values["order_id"])


def no_such_order(client: ClientConnection, values: dict[str, Any]) -> None:
    """4: refuse."""
    order_id = values["order_id"]
    client.error(10147, f"OrderId {order_id} that needs to be cancelled is not found.", order_id)


def bind(client: ClientConnection, values: dict[str, Any]) -> None:
    """15: client 0 is told of manual orders anyway."""


HANDLERS = {
    Request.OPEN_ORDERS: open_orders,
    Request.ALL_OPEN_ORDERS: all_open_orders,
    Request.AUTO_OPEN_ORDERS: bind,
    Request.COMPLETED_ORDERS: completed_orders,
    Request.EXECUTIONS: executions,
    Request.PLACE_ORDER: no_orders,
    Request.CANCEL_ORDER: no_such_order,
}
