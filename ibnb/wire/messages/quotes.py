"""Market data on the wire: ticks, snapshots, option computations, depth, real-time bars, tick-by-tick."""

from __future__ import annotations

from ibnb.wire.fields import BOOL, DECIMAL, DOUBLE, INT, TEXT
from ibnb.wire.ids import Request, Response
from ibnb.wire.layout import Const, Field, Layout, Repeat, When, since, until
from ibnb.wire.messages.contracts import LEGS, REQUESTED

_REQUEST_ID = Field("request_id", INT)
_TICK_TYPE = Field("tick_type", INT)
_OPTIONS = Field("options", TEXT)
# However many they are, they stand in one field; the newest client writes neither them nor their number.
_COUNTED_OPTIONS = (
    Field("number_of_options", INT, 0),
    When(lambda values: values.get("number_of_options", 0) is not None, (_OPTIONS,)),
)
_DEPTH = (
    Field("operation", INT),
    Field("side", INT),
    Field("price", DOUBLE),
    Field("size", DECIMAL),
)

RESPONSES = (
    Layout(
        Response.TICK_PRICE,
        Const("6"),
        _REQUEST_ID,
        _TICK_TYPE,
        Field("price", DOUBLE),
        Field("size", DECIMAL),
        Field("attributes", INT, 0),
    ),
    Layout(Response.TICK_SIZE, Const("6"), _REQUEST_ID, _TICK_TYPE, Field("size", DECIMAL)),
    Layout(Response.TICK_GENERIC, Const("6"), _REQUEST_ID, _TICK_TYPE, Field("value", DOUBLE)),
    Layout(Response.TICK_STRING, Const("6"), _REQUEST_ID, _TICK_TYPE, Field("value", TEXT)),
    Layout(
        Response.TICK_OPTION_COMPUTATION,
        until(156, Const("6")),
        _REQUEST_ID,
        _TICK_TYPE,
        since(156, Field("attributes", INT, 0)),
        Field("implied_volatility", DOUBLE, -1.0),
        Field("delta", DOUBLE, -2.0),
        Field("option_price", DOUBLE, -1.0),
        Field("pv_dividend", DOUBLE, -1.0),
        Field("gamma", DOUBLE, -2.0),
        Field("vega", DOUBLE, -2.0),
        Field("theta", DOUBLE, -2.0),
        Field("under_price", DOUBLE, -1.0),
    ),
    Layout(Response.TICK_SNAPSHOT_END, Const("1"), _REQUEST_ID),
    Layout(Response.MARKET_DATA_TYPE, Const("1"), _REQUEST_ID, Field("market_data_type", INT)),
    Layout(
        Response.TICK_REQ_PARAMS,
        _REQUEST_ID,
        Field("min_tick", DECIMAL),
        Field("bbo_exchange", TEXT),
        Field("snapshot_permissions", INT),
    ),
    Layout(Response.MARKET_DEPTH, Const("1"), _REQUEST_ID, Field("position", INT), *_DEPTH),
    Layout(
        Response.MARKET_DEPTH_L2,
        Const("1"),
        _REQUEST_ID,
        Field("position", INT),
        Field("market_maker", TEXT),
        *_DEPTH,
        since(146, Field("smart", BOOL)),
    ),
    Layout(
        Response.MKT_DEPTH_EXCHANGES,
        Repeat(
            "exchanges",
            (
                Field("exchange", TEXT),
                Field("sec_type", TEXT),
                since(
                    120,
                    Field("listing_exchange", TEXT),
                    Field("service_data_type", TEXT),
                    Field("agg_group", INT),
                ),
            ),
        ),
    ),
    Layout(
        Response.SMART_COMPONENTS,
        _REQUEST_ID,
        Repeat("components", (Field("bit", INT), Field("exchange", TEXT), Field("letter", TEXT))),
    ),
    Layout(
        Response.REAL_TIME_BARS,
        Const("3"),
        _REQUEST_ID,
        Field("time", INT),
        Field("open", DOUBLE),
        Field("high", DOUBLE),
        Field("low", DOUBLE),
        Field("close", DOUBLE),
        Field("volume", DECIMAL),
        Field("wap", DOUBLE),
        Field("count", INT),
    ),
    Layout(
        Response.TICK_BY_TICK,
        _REQUEST_ID,
        _TICK_TYPE,
        Field("time", INT),
        When(
            lambda values: values.get("tick_type") in (1, 2),
            (
                Field("price", DOUBLE),
                Field("size", DECIMAL),
                Field("mask", INT, 0),
                Field("exchange", TEXT),
                Field("special_conditions", TEXT),
            ),
        ),
        When(
            lambda values: values.get("tick_type") == 3,
            (
                Field("bid", DOUBLE),
                Field("ask", DOUBLE),
                Field("bid_size", DECIMAL),
                Field("ask_size", DECIMAL),
                Field("mask", INT, 0),
            ),
        ),
        When(lambda values: values.get("tick_type") == 4, (Field("midpoint", DOUBLE),)),
    ),
    Layout(Response.REROUTE_MKT_DATA_REQ, _REQUEST_ID, Field("con_id", INT), Field("exchange", TEXT)),
    Layout(Response.REROUTE_MKT_DEPTH_REQ, _REQUEST_ID, Field("con_id", INT), Field("exchange", TEXT)),
)

REQUESTS = (
    Layout(
        Request.MKT_DATA,
        Const("11"),
        _REQUEST_ID,
        *REQUESTED,
        LEGS,
        Field("delta_neutral", BOOL),
        When(
            lambda values: bool(values.get("delta_neutral")),
            (
                Field("delta_neutral_con_id", INT),
                Field("delta_neutral_delta", DOUBLE),
                Field("delta_neutral_price", DOUBLE),
            ),
        ),
        Field("generic_ticks", TEXT),
        Field("snapshot", BOOL),
        since(114, Field("regulatory_snapshot", BOOL)),
        _OPTIONS,
    ),
    Layout(Request.CANCEL_MKT_DATA, Const("2"), _REQUEST_ID),
    Layout(Request.MARKET_DATA_TYPE, Const("1"), Field("market_data_type", INT)),
    Layout(
        Request.MKT_DEPTH,
        Const("5"),
        _REQUEST_ID,
        *REQUESTED[:8],
        since(149, Field("primary_exchange", TEXT)),
        *REQUESTED[9:],
        Field("rows", INT),
        since(146, Field("smart", BOOL)),
        _OPTIONS,
    ),
    Layout(Request.CANCEL_MKT_DEPTH, Const("1"), _REQUEST_ID, since(146, Field("smart", BOOL))),
    Layout(Request.MKT_DEPTH_EXCHANGES),
    Layout(Request.SMART_COMPONENTS, _REQUEST_ID, Field("bbo_exchange", TEXT)),
    Layout(
        Request.REAL_TIME_BARS,
        Const("3"),
        _REQUEST_ID,
        *REQUESTED,
        Field("bar_size", INT),
        Field("what", TEXT),
        Field("rth", BOOL),
        _OPTIONS,
    ),
    Layout(Request.CANCEL_REAL_TIME_BARS, Const("1"), _REQUEST_ID),
    Layout(
        Request.TICK_BY_TICK_DATA,
        _REQUEST_ID,
        *REQUESTED,
        Field("tick_type", TEXT),
        since(140, Field("number_of_ticks", INT), Field("ignore_size", BOOL)),
    ),
    Layout(Request.CANCEL_TICK_BY_TICK_DATA, _REQUEST_ID),
    Layout(
        Request.CALC_IMPLIED_VOLATILITY,
        Const("3"),
        _REQUEST_ID,
        *REQUESTED,
        Field("option_price", DOUBLE),
        Field("under_price", DOUBLE),
        *_COUNTED_OPTIONS,
    ),
    Layout(
        Request.CALC_OPTION_PRICE,
        Const("3"),
        _REQUEST_ID,
        *REQUESTED,
        Field("volatility", DOUBLE),
        Field("under_price", DOUBLE),
        *_COUNTED_OPTIONS,
    ),
    Layout(Request.CANCEL_CALC_IMPLIED_VOLATILITY, Const("1"), _REQUEST_ID),
    Layout(Request.CANCEL_CALC_OPTION_PRICE, Const("1"), _REQUEST_ID),
)
