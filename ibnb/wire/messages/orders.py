"""Orders on the wire: their status, their ends, and the requests around them."""

from __future__ import annotations

from ibnb.wire.fields import BOOL, DECIMAL, DOUBLE, INT, TEXT
from ibnb.wire.ids import Request, Response
from ibnb.wire.layout import Const, Field, Layout, since, until
from ibnb.wire.messages.completed_order import COMPLETED_ORDER
from ibnb.wire.messages.contracts import REQUESTED
from ibnb.wire.messages.open_order import OPEN_ORDER
from ibnb.wire.messages.place_order import PLACE_ORDER

_CME_TAGS = (Field("ext_operator", TEXT), Field("manual_order_indicator", INT))

RESPONSES = (
    Layout(
        Response.ORDER_STATUS,
        until(131, Const("6")),
        Field("order_id", INT),
        Field("status", TEXT),
        Field("filled", DECIMAL, 0),
        Field("remaining", DECIMAL, 0),
        Field("avg_fill_price", DECIMAL, 0),
        Field("perm_id", INT, 0),
        Field("parent_id", INT, 0),
        Field("last_fill_price", DECIMAL, 0),
        Field("client_id", INT, 0),
        Field("why_held", TEXT),
        since(131, Field("mkt_cap_price", DOUBLE, 0.0)),
    ),
    OPEN_ORDER,
    Layout(Response.OPEN_ORDER_END, Const("1")),
    COMPLETED_ORDER,
    Layout(Response.COMPLETED_ORDERS_END),
    Layout(Response.ORDER_BOUND, Field("perm_id", INT), Field("client_id", INT), Field("order_id", INT)),
)

REQUESTS = (
    PLACE_ORDER,
    Layout(
        Request.CANCEL_ORDER,
        until(192, Const("1")),
        Field("order_id", INT),
        since(169, Field("manual_cancel_order_time", TEXT)),
        since(187, until(190, Const(""), Const(""), Const("2147483647"))),  # once: a request for quotes
        since(192, *_CME_TAGS),
    ),
    Layout(Request.OPEN_ORDERS, Const("1")),
    Layout(Request.ALL_OPEN_ORDERS, Const("1")),
    Layout(Request.AUTO_OPEN_ORDERS, Const("1"), Field("auto_bind", BOOL)),
    Layout(Request.COMPLETED_ORDERS, Field("api_only", BOOL)),
    Layout(Request.GLOBAL_CANCEL, until(192, Const("1")), since(192, *_CME_TAGS)),
    Layout(
        Request.EXERCISE_OPTIONS,
        Const("2"),
        Field("request_id", INT),
        *REQUESTED[:8],
        *REQUESTED[9:],
        Field("exercise_action", INT),
        Field("exercise_quantity", INT),
        Field("account", TEXT),
        Field("override", INT),
        since(180, Field("manual_order_time", TEXT)),
        since(183, Field("customer_account", TEXT)),
        since(184, Field("professional_customer", BOOL)),
    ),
)
