"""History on the wire: bars, head timestamps, schedules, histograms, ticks."""

from __future__ import annotations

from ibnb.wire.fields import BOOL, DECIMAL, DOUBLE, INT, TEXT
from ibnb.wire.ids import Request, Response
from ibnb.wire.layout import Const, Field, Layout, Repeat, since, until
from ibnb.wire.messages.contracts import LEGS, REQUESTED

_REQUEST_ID = Field("request_id", INT)
_TICK_HEAD = Field("time", INT)
_SIZED = (_TICK_HEAD, Field("mask", INT, 0))

RESPONSES = (
    Layout(
        Response.HISTORICAL_DATA,
        until(124, Const("3")),
        _REQUEST_ID,
        until(196, Field("start", TEXT), Field("end", TEXT)),
        Repeat(
            "bars",
            (
                Field("date", TEXT),
                Field("open", DOUBLE),
                Field("high", DOUBLE),
                Field("low", DOUBLE),
                Field("close", DOUBLE),
                Field("volume", DECIMAL),
                Field("wap", DECIMAL),
                until(124, Const("false")),  # once: whether the bar has gaps
                Field("count", INT),
            ),
        ),
    ),
    Layout(Response.HISTORICAL_DATA_END, _REQUEST_ID, Field("start", TEXT), Field("end", TEXT)),
    Layout(
        Response.HISTORICAL_DATA_UPDATE,
        _REQUEST_ID,
        Field("count", INT),
        Field("date", TEXT),
        Field("open", DOUBLE),
        Field("close", DOUBLE),
        Field("high", DOUBLE),
        Field("low", DOUBLE),
        Field("wap", DECIMAL),
        Field("volume", DECIMAL),
    ),
    Layout(Response.HEAD_TIMESTAMP, _REQUEST_ID, Field("head_timestamp", TEXT)),
    Layout(
        Response.HISTORICAL_SCHEDULE,
        _REQUEST_ID,
        Field("start", TEXT),
        Field("end", TEXT),
        Field("time_zone", TEXT),
        Repeat("sessions", (Field("start", TEXT), Field("end", TEXT), Field("ref_date", TEXT))),
    ),
    Layout(
        Response.HISTOGRAM_DATA,
        _REQUEST_ID,
        Repeat("rows", (Field("price", DOUBLE), Field("size", DECIMAL))),
    ),
    Layout(
        Response.HISTORICAL_TICKS,
        _REQUEST_ID,
        Repeat("ticks", (_TICK_HEAD, Const("0"), Field("price", DOUBLE), Field("size", DECIMAL))),
        Field("done", BOOL),
    ),
    Layout(
        Response.HISTORICAL_TICKS_BID_ASK,
        _REQUEST_ID,
        Repeat(
            "ticks",
            (
                *_SIZED,
                Field("bid", DOUBLE),
                Field("ask", DOUBLE),
                Field("bid_size", DECIMAL),
                Field("ask_size", DECIMAL),
            ),
        ),
        Field("done", BOOL),
    ),
    Layout(
        Response.HISTORICAL_TICKS_LAST,
        _REQUEST_ID,
        Repeat(
            "ticks",
            (
                *_SIZED,
                Field("price", DOUBLE),
                Field("size", DECIMAL),
                Field("exchange", TEXT),
                Field("special_conditions", TEXT),
            ),
        ),
        Field("done", BOOL),
    ),
)

REQUESTS = (
    Layout(
        Request.HISTORICAL_DATA,
        until(124, Const("6")),
        _REQUEST_ID,
        *REQUESTED,
        Field("include_expired", BOOL),
        Field("end", TEXT),
        Field("bar_size", TEXT),
        Field("duration", TEXT),
        Field("rth", BOOL),
        Field("what", TEXT),
        Field("format_date", INT, 1),
        LEGS,
        since(124, Field("keep_up_to_date", BOOL)),
        Field("options", TEXT),
    ),
    Layout(Request.CANCEL_HISTORICAL_DATA, Const("1"), _REQUEST_ID),
    Layout(
        Request.HEAD_TIMESTAMP,
        _REQUEST_ID,
        *REQUESTED,
        Field("include_expired", BOOL),
        Field("rth", BOOL),
        Field("what", TEXT),
        Field("format_date", INT, 1),
    ),
    Layout(Request.CANCEL_HEAD_TIMESTAMP, _REQUEST_ID),
    Layout(
        Request.HISTOGRAM_DATA,
        _REQUEST_ID,
        *REQUESTED,
        Field("include_expired", BOOL),
        Field("rth", BOOL),
        Field("period", TEXT),
    ),
    Layout(Request.CANCEL_HISTOGRAM_DATA, _REQUEST_ID),
    Layout(
        Request.HISTORICAL_TICKS,
        _REQUEST_ID,
        *REQUESTED,
        Field("include_expired", BOOL),
        Field("start", TEXT),
        Field("end", TEXT),
        Field("number_of_ticks", INT),
        Field("what", TEXT),
        Field("rth", BOOL),
        Field("ignore_size", BOOL),
        Field("options", TEXT),
    ),
)
