"""Accounts on the wire: values, portfolio, positions, summaries, profit and loss."""

from __future__ import annotations

from ibnb.wire.fields import BOOL, DECIMAL, DOUBLE, DOUBLE_OR_MAX, INT, TEXT
from ibnb.wire.ids import Request, Response
from ibnb.wire.layout import Const, Field, Layout, since
from ibnb.wire.messages.contracts import held

_REQUEST_ID = Field("request_id", INT)
_ACCOUNT_VALUE = (
    Field("account", TEXT),
    Field("tag", TEXT),
    Field("value", TEXT),
    Field("currency", TEXT),
)

RESPONSES = (
    Layout(Response.MANAGED_ACCTS, Const("1"), Field("accounts", TEXT)),
    Layout(
        Response.ACCOUNT_VALUE,
        Const("2"),
        Field("key", TEXT),
        Field("value", TEXT),
        Field("currency", TEXT),
        Field("account", TEXT),
    ),
    Layout(
        Response.PORTFOLIO_VALUE,
        Const("8"),
        *held("primary_exchange", DECIMAL),
        Field("position", DECIMAL),
        Field("market_price", DOUBLE),
        Field("market_value", DOUBLE),
        Field("average_cost", DOUBLE),
        Field("unrealized_pnl", DOUBLE),
        Field("realized_pnl", DOUBLE),
        Field("account", TEXT),
    ),
    Layout(Response.ACCOUNT_UPDATE_TIME, Const("1"), Field("time", TEXT)),
    Layout(Response.ACCOUNT_DOWNLOAD_END, Const("1"), Field("account", TEXT)),
    Layout(
        Response.POSITION,
        Const("3"),
        Field("account", TEXT),
        *held("exchange"),
        Field("position", DECIMAL),
        Field("avg_cost", DOUBLE),
    ),
    Layout(Response.POSITION_END, Const("1")),
    Layout(
        Response.POSITION_MULTI,
        Const("1"),
        _REQUEST_ID,
        Field("account", TEXT),
        *held("exchange"),
        Field("position", DECIMAL),
        Field("avg_cost", DOUBLE),
        Field("model_code", TEXT),
    ),
    Layout(Response.POSITION_MULTI_END, Const("1"), _REQUEST_ID),
    Layout(Response.ACCOUNT_SUMMARY, Const("1"), _REQUEST_ID, *_ACCOUNT_VALUE),
    Layout(Response.ACCOUNT_SUMMARY_END, Const("1"), _REQUEST_ID),
    Layout(
        Response.ACCOUNT_UPDATE_MULTI,
        Const("1"),
        _REQUEST_ID,
        Field("account", TEXT),
        Field("model_code", TEXT),
        Field("key", TEXT),
        Field("value", TEXT),
        Field("currency", TEXT),
    ),
    Layout(Response.ACCOUNT_UPDATE_MULTI_END, Const("1"), _REQUEST_ID),
    Layout(
        Response.PNL,
        _REQUEST_ID,
        Field("daily_pnl", DOUBLE_OR_MAX),
        since(129, Field("unrealized_pnl", DOUBLE_OR_MAX)),
        since(135, Field("realized_pnl", DOUBLE_OR_MAX)),
    ),
    Layout(
        Response.PNL_SINGLE,
        _REQUEST_ID,
        Field("position", DECIMAL),
        Field("daily_pnl", DOUBLE_OR_MAX),
        since(129, Field("unrealized_pnl", DOUBLE_OR_MAX)),
        since(135, Field("realized_pnl", DOUBLE_OR_MAX)),
        Field("value", DOUBLE_OR_MAX),
    ),
)

REQUESTS = (
    Layout(Request.MANAGED_ACCTS, Const("1")),
    Layout(Request.ACCOUNT_UPDATES, Const("2"), Field("subscribe", BOOL), Field("account", TEXT)),
    Layout(Request.POSITIONS, Const("1")),
    Layout(Request.CANCEL_POSITIONS, Const("1")),
    Layout(Request.ACCOUNT_SUMMARY, Const("1"), _REQUEST_ID, Field("group", TEXT), Field("tags", TEXT)),
    Layout(Request.CANCEL_ACCOUNT_SUMMARY, Const("1"), _REQUEST_ID),
    Layout(Request.POSITIONS_MULTI, Const("1"), _REQUEST_ID, Field("account", TEXT), Field("model_code", TEXT)),
    Layout(Request.CANCEL_POSITIONS_MULTI, Const("1"), _REQUEST_ID),
    Layout(
        Request.ACCOUNT_UPDATES_MULTI,
        Const("1"),
        _REQUEST_ID,
        Field("account", TEXT),
        Field("model_code", TEXT),
        Field("ledger_and_nlv", BOOL),
    ),
    Layout(Request.CANCEL_ACCOUNT_UPDATES_MULTI, Const("1"), _REQUEST_ID),
    Layout(Request.PNL, _REQUEST_ID, Field("account", TEXT), Field("model_code", TEXT)),
    Layout(Request.CANCEL_PNL, _REQUEST_ID),
    Layout(
        Request.PNL_SINGLE,
        _REQUEST_ID,
        Field("account", TEXT),
        Field("model_code", TEXT),
        Field("con_id", INT),
    ),
    Layout(Request.CANCEL_PNL_SINGLE, _REQUEST_ID),
)
