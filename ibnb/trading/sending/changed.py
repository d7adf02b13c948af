"""An order as it is to be after a change, and what of it a bracket does not allow. Pure."""

from __future__ import annotations

import copy
from collections.abc import Collection

from ibnb.errors import BadInput
from ibnb.trading.records.record import Record
from ibnb.trading.values.build import number, plain_number
from ibnb.trading.values.kinds import TRAILING, kind_of
from ibnb.trading.values.plan import UNSET, given, plain
from ibnb.tws.client.values import Order

#: By the order type, the client's name of the price that a person means, where it is not the limit.
_LIMIT = "lmtPrice"
_PRICE_OF = dict.fromkeys(("STP", "TRAIL", "TRAILLMT", "MIT"), "auxPrice")


def changed(record: Record, price: float | None, quantity: float | None, stop_price: float | None) -> Order:
    """Return an order as it is to be, a copy.

    Parameters
    ----------
    record : Record
        The order.
    price : float or None
        The limit, or the one price that its type has.
    quantity : float or None
        All of it, what is filled included.
    stop_price : float or None
        Of a stop-limit order.

    Raises
    ------
    BadInput
        If nothing is to change, or the order has no such price.
    """
    order = copy.copy(record.order)
    kind = kind_of(order)
    if price is not None:
        if kind in ("MKT", "MOC"):
            raise BadInput("price", price, f"none: the order's type is {order.orderType}")
        if kind in TRAILING and given(order.trailingPercent):
            raise BadInput("price", price, "none: it trails by per cent", "cancel it, and make a new one")
        setattr(order, _PRICE_OF.get(kind, _LIMIT), plain_number("price", price))
    if stop_price is not None:
        if kind not in ("STP", "STPLMT", "MIT", "LIT"):
            raise BadInput("stop_price", stop_price, f"none: the order's type is {order.orderType}")
        order.auxPrice = plain_number("stop_price", stop_price)
    if quantity is not None:
        order.totalQuantity = number("quantity", quantity)
        if order.totalQuantity <= record.filled:
            raise BadInput(
                "quantity", quantity, f"more than the {record.filled:g} that are filled", "or cancel the rest"
            )
    if vars(order) == vars(record.order):
        given_ones = {"price": price, "quantity": quantity, "stop_price": stop_price}
        name = next((each for each, value in given_ones.items() if value is not None), "price")
        raise BadInput(name, given_ones[name], "something else than what the order says already")
    if kind in TRAILING and given(order.lmtPriceOffset):
        setattr(order, _LIMIT, UNSET)  # TWS has worked it out of the offset, and takes one of the two
    return order


def check_ends(record: Record, order: Order, records: Collection[Record], *, forced: bool) -> None:
    """Refuse a parent for less than what ends it, and an end for more than its parent: it would go beyond the position.

    Raises
    ------
    BadInput
        Saying what to do first.
    """
    parent = next((each for each in records if each.token == record.plan_token and each is not record), None)
    if parent is not None and not forced:
        opened = parent.filled if parent.is_over else parent.quantity
        if float(order.totalQuantity) > max(opened, record.quantity):
            hint = 'more would open a position the other way; if that is meant, give force="the reason"'
            raise BadInput("quantity", order.totalQuantity, f"at most the {plain(opened)} of its parent", hint)
    ends = [each for each in records if each.plan_token == record.token and each is not record and not each.is_over]
    most = max((each.quantity for each in ends), default=0.0)
    if record.role == "parent" and float(order.totalQuantity) < most:
        hint = "change the two that end it first, or cancel all by cancelling this one"
        raise BadInput(
            "quantity", order.totalQuantity, f"the {plain(most)} that its take profit and stop loss are for", hint
        )
