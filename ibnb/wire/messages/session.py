"""The session itself on the wire: starting the API, ids, clocks, errors and notices."""

from __future__ import annotations

from ibnb.wire.fields import BOOL, ESCAPED, INT, TEXT
from ibnb.wire.ids import Request, Response
from ibnb.wire.layout import Const, Field, Layout, Repeat, since, until

RESPONSES = (
    Layout(
        Response.ERROR,
        until(194, Const("2")),
        Field("request_id", INT, -1),
        Field("code", INT),
        since(153, Field("message", ESCAPED)),
        until(153, Field("message", TEXT)),
        since(166, Field("advanced_order_reject", ESCAPED)),
        since(194, Field("time", INT)),
    ),
    Layout(Response.NEXT_VALID_ID, Const("1"), Field("order_id", INT)),
    Layout(Response.CURRENT_TIME, Const("1"), Field("time", INT)),
    Layout(Response.CURRENT_TIME_IN_MILLIS, Field("time", INT)),
    Layout(
        Response.NEWS_BULLETINS,
        Const("1"),
        Field("bulletin_id", INT),
        Field("type", INT),
        Field("message", TEXT),
        Field("exchange", TEXT),
    ),
    Layout(Response.RECEIVE_FA, Const("1"), Field("type", INT), Field("xml", TEXT)),
    Layout(Response.REPLACE_FA_END, Field("request_id", INT), Field("text", TEXT)),
    Layout(Response.DISPLAY_GROUP_LIST, Const("1"), Field("request_id", INT), Field("groups", TEXT)),
    Layout(Response.DISPLAY_GROUP_UPDATED, Const("1"), Field("request_id", INT), Field("contract_info", TEXT)),
    Layout(
        Response.SOFT_DOLLAR_TIERS,
        Field("request_id", INT),
        Repeat("tiers", (Field("name", TEXT), Field("value", TEXT), Field("display_name", TEXT))),
    ),
    Layout(Response.FAMILY_CODES, Repeat("codes", (Field("account", TEXT), Field("family_code", TEXT)))),
    Layout(Response.USER_INFO, Field("request_id", INT), Field("white_branding_id", TEXT)),
    Layout(Response.WSH_META_DATA, Field("request_id", INT), Field("data", TEXT)),
    Layout(Response.WSH_EVENT_DATA, Field("request_id", INT), Field("data", TEXT)),
)

REQUESTS = (
    Layout(Request.START_API, Const("2"), Field("client_id", INT), Field("optional_capabilities", TEXT)),
    Layout(Request.IDS, Const("1"), Field("number", INT, 1)),
    Layout(Request.CURRENT_TIME, Const("1")),
    Layout(Request.CURRENT_TIME_IN_MILLIS),
    Layout(Request.SET_SERVER_LOG_LEVEL, Const("1"), Field("level", INT)),
    Layout(Request.NEWS_BULLETINS, Const("1"), Field("all_messages", BOOL)),
    Layout(Request.CANCEL_NEWS_BULLETINS, Const("1")),
    Layout(Request.REQUEST_FA, Const("1"), Field("type", INT)),
    Layout(
        Request.REPLACE_FA,
        Const("1"),
        Field("type", INT),
        Field("xml", TEXT),
        since(157, Field("request_id", INT)),
    ),
    Layout(Request.QUERY_DISPLAY_GROUPS, Const("1"), Field("request_id", INT)),
    Layout(Request.SUBSCRIBE_TO_GROUP_EVENTS, Const("1"), Field("request_id", INT), Field("group_id", INT)),
    Layout(Request.UPDATE_DISPLAY_GROUP, Const("1"), Field("request_id", INT), Field("contract_info", TEXT)),
    Layout(Request.UNSUBSCRIBE_FROM_GROUP_EVENTS, Const("1"), Field("request_id", INT)),
    Layout(Request.SOFT_DOLLAR_TIERS, Field("request_id", INT)),
    Layout(Request.FAMILY_CODES),
    Layout(Request.USER_INFO, Field("request_id", INT)),
)
