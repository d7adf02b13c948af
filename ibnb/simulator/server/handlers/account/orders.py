"""Answers about orders and executions: placing, changing, cancelling; what is open, what is done, what was filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput
from ibnb.simulator.accounts import rows
from ibnb.simulator.matching.refusal import Refused
from ibnb.simulator.texts import zoned_text
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

_BIND_IS_FOR_CLIENT_0 = "Only the default client (i.e 0) can auto bind orders."


def place(client: Client, values: dict[str, Any]) -> None:
    """3: a new order, a change of one, or a what-if."""
    try:
        client.server.desk.place(client, values)
    except Refused as refusal:
        client.error(refusal.code, refusal.text, values["order_id"])


def cancel(client: Client, values: dict[str, Any]) -> None:
    """4: cancel one of this client's orders."""
    try:
        client.server.desk.cancel(client, values["order_id"])
    except Refused as refusal:
        client.error(refusal.code, refusal.text, values["order_id"])


def cancel_all(client: Client, values: dict[str, Any]) -> None:
    """58: cancel the orders of all clients and of TWS itself."""
    client.server.desk.cancel_all(client)


def bind(client: Client, values: dict[str, Any]) -> None:
    """15: from now on, client 0 gets numbers for the orders that are made in TWS itself."""
    if client.client_id:
        client.error(327, _BIND_IS_FOR_CLIENT_0)
        return
    client.binds_orders = bool(values["auto_bind"])


def open_orders(client: Client, values: dict[str, Any]) -> None:
    """5: this client's open orders; client 0 also sees those made in TWS itself, and binds them."""
    if client.client_id == 0 and client.binds_orders:
        client.server.desk.bind(client)
    _send_open(client, client.client_id)


def all_open_orders(client: Client, values: dict[str, Any]) -> None:
    """16: the open orders of all clients and of TWS."""
    _send_open(client, None)


def _send_open(client: Client, client_id: int | None) -> None:
    inactive = client.server.scenarios.habits.lists_inactive_orders
    for book in client.books:
        for order, status in rows.open_orders(book, client_id, inactive=inactive):
            client.send(Response.OPEN_ORDER, order)
            client.send(Response.ORDER_STATUS, status)
    client.send(Response.OPEN_ORDER_END)


def completed_orders(client: Client, values: dict[str, Any]) -> None:
    """99: the day's filled and cancelled orders."""
    for book in client.books:
        for order in rows.completed_orders(book, values["api_only"]):
            order["completed_time"] = zoned_text(order["completed_time"], client.version)
            client.send(Response.COMPLETED_ORDER, order)
    client.send(Response.COMPLETED_ORDERS_END)


def executions(client: Client, values: dict[str, Any]) -> None:
    """7: the day's fills that pass the filter, then their commission reports."""
    request_id, habits = values.pop("request_id"), client.server.scenarios.habits
    corrected, days = habits.lists_corrected_fills, habits.lists_fills_of_days
    try:
        found = [
            fill for book in client.books for fill in rows.executions(book, values, corrected=corrected, days=days)
        ]
    except BadInput as error:
        client.error(321, f"Error validating request.-'bV' : cause - {error}", request_id)
        return
    for execution, _ in found:
        execution["time"] = zoned_text(execution["time"], client.version)
        client.send(Response.EXECUTION_DATA, {**execution, "request_id": request_id})
    for _, commission in found:
        if commission is not None:
            client.send(Response.COMMISSION_REPORT, commission)
    client.send(Response.EXECUTION_DATA_END, {"request_id": request_id})


HANDLERS = {
    Request.PLACE_ORDER: place,
    Request.CANCEL_ORDER: cancel,
    Request.GLOBAL_CANCEL: cancel_all,
    Request.AUTO_OPEN_ORDERS: bind,
    Request.OPEN_ORDERS: open_orders,
    Request.ALL_OPEN_ORDERS: all_open_orders,
    Request.COMPLETED_ORDERS: completed_orders,
    Request.EXECUTIONS: executions,
}
