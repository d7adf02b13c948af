"""Executions on the wire, and the commission reports that follow them."""

from __future__ import annotations

from ibnb.wire.fields import BOOL, DECIMAL, DOUBLE, DOUBLE_OR_MAX, INT, TEXT
from ibnb.wire.ids import Request, Response
from ibnb.wire.layout import Const, Field, Layout, Repeat, since, until
from ibnb.wire.messages.contracts import held

RESPONSES = (
    Layout(
        Response.EXECUTION_DATA,
        until(136, Const("10")),
        Field("request_id", INT, -1),
        Field("order_id", INT),
        *held("exchange"),
        Field("exec_id", TEXT),
        Field("time", TEXT),
        Field("account", TEXT),
        Field("execution_exchange", TEXT),
        Field("side", TEXT),
        Field("shares", DECIMAL),
        Field("price", DOUBLE),
        Field("perm_id", INT),
        Field("client_id", INT),
        Field("liquidation", INT, 0),
        Field("cum_qty", DECIMAL),
        Field("avg_price", DOUBLE),
        Field("order_ref", TEXT),
        Field("ev_rule", TEXT),
        Field("ev_multiplier", DOUBLE),
        since(103, Field("model_code", TEXT)),
        since(136, Field("last_liquidity", INT, 0)),
        since(178, Field("pending_price_revision", BOOL)),
        since(198, Field("submitter", TEXT)),
    ),
    Layout(Response.EXECUTION_DATA_END, Const("1"), Field("request_id", INT)),
    Layout(
        Response.COMMISSION_REPORT,
        Const("1"),
        Field("exec_id", TEXT),
        Field("commission", DOUBLE_OR_MAX),
        Field("currency", TEXT),
        Field("realized_pnl", DOUBLE_OR_MAX),
        Field("yield", DOUBLE_OR_MAX),
        Field("yield_redemption_date", TEXT),
    ),
)

REQUESTS = (
    Layout(
        Request.EXECUTIONS,
        Const("3"),
        Field("request_id", INT),
        Field("client_id", INT, 0),
        Field("account", TEXT),
        Field("time", TEXT),
        Field("symbol", TEXT),
        Field("sec_type", TEXT),
        Field("exchange", TEXT),
        Field("side", TEXT),
        since(200, Field("last_n_days", INT), Repeat("specific_dates", (Field("date", TEXT),))),
    ),
)
