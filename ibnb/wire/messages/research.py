"""Research on the wire: scanner, news, fundamentals."""

from __future__ import annotations

from ibnb.wire.fields import BOOL, DECIMAL, DOUBLE, ESCAPED, INT, TEXT
from ibnb.wire.ids import Request, Response
from ibnb.wire.layout import Const, Field, Layout, Repeat, since, until
from ibnb.wire.messages.contracts import REQUESTED

_REQUEST_ID = Field("request_id", INT)

RESPONSES = (
    Layout(Response.SCANNER_PARAMETERS, Const("1"), Field("xml", TEXT)),
    Layout(
        Response.SCANNER_DATA,
        Const("3"),
        _REQUEST_ID,
        Repeat(
            "rows",
            (
                Field("rank", INT),
                Field("con_id", INT),
                Field("symbol", TEXT),
                Field("sec_type", TEXT),
                Field("expiry", TEXT),
                Field("strike", DECIMAL, 0),
                Field("right", TEXT),
                Field("exchange", TEXT),
                Field("currency", TEXT),
                Field("local_symbol", TEXT),
                Field("market_name", TEXT),
                Field("trading_class", TEXT),
                Field("distance", TEXT),
                Field("benchmark", TEXT),
                Field("projection", TEXT),
                Field("legs", TEXT),
            ),
        ),
    ),
    Layout(Response.NEWS_PROVIDERS, Repeat("providers", (Field("code", TEXT), Field("name", TEXT)))),
    Layout(Response.NEWS_ARTICLE, _REQUEST_ID, Field("type", INT), Field("text", TEXT)),
    Layout(
        Response.TICK_NEWS,
        _REQUEST_ID,
        Field("time", INT),
        Field("provider", TEXT),
        Field("article_id", TEXT),
        Field("headline", ESCAPED),
        Field("extra", TEXT),
    ),
    Layout(
        Response.HISTORICAL_NEWS,
        _REQUEST_ID,
        Field("time", TEXT),
        Field("provider", TEXT),
        Field("article_id", TEXT),
        Field("headline", ESCAPED),
    ),
    Layout(Response.HISTORICAL_NEWS_END, _REQUEST_ID, Field("has_more", BOOL)),
    Layout(Response.FUNDAMENTAL_DATA, Const("1"), _REQUEST_ID, Field("data", TEXT)),
)

_SCAN_BOUNDS = (
    Field("above_price", DOUBLE),
    Field("below_price", DOUBLE),
    Field("above_volume", INT),
    Field("market_cap_above", DOUBLE),
    Field("market_cap_below", DOUBLE),
    Field("moody_rating_above", TEXT),
    Field("moody_rating_below", TEXT),
    Field("sp_rating_above", TEXT),
    Field("sp_rating_below", TEXT),
    Field("maturity_date_above", TEXT),
    Field("maturity_date_below", TEXT),
    Field("coupon_rate_above", DOUBLE),
    Field("coupon_rate_below", DOUBLE),
    Field("exclude_convertible", BOOL),
    Field("average_option_volume_above", INT),
)

REQUESTS = (
    Layout(
        Request.SCANNER_SUBSCRIPTION,
        until(143, Const("4")),
        _REQUEST_ID,
        Field("number_of_rows", INT),
        Field("instrument", TEXT),
        Field("location_code", TEXT),
        Field("scan_code", TEXT),
        *_SCAN_BOUNDS,
        Field("scanner_setting_pairs", TEXT),
        Field("stock_type_filter", TEXT),
        since(143, Field("filter_options", TEXT)),
        Field("options", TEXT),
    ),
    Layout(Request.CANCEL_SCANNER_SUBSCRIPTION, Const("1"), _REQUEST_ID),
    Layout(Request.SCANNER_PARAMETERS, Const("1")),
    Layout(Request.NEWS_PROVIDERS),
    Layout(
        Request.NEWS_ARTICLE,
        _REQUEST_ID,
        Field("provider", TEXT),
        Field("article_id", TEXT),
        Field("options", TEXT),
    ),
    Layout(
        Request.HISTORICAL_NEWS,
        _REQUEST_ID,
        Field("con_id", INT),
        Field("providers", TEXT),
        Field("start", TEXT),
        Field("end", TEXT),
        Field("total_results", INT),
        Field("options", TEXT),
    ),
    Layout(
        Request.FUNDAMENTAL_DATA,
        Const("2"),
        _REQUEST_ID,
        REQUESTED[0],
        REQUESTED[1],
        REQUESTED[2],
        REQUESTED[7],
        REQUESTED[8],
        REQUESTED[9],
        REQUESTED[10],
        Field("report_type", TEXT),
        Field("number_of_options", INT, 0),
        Field("options", TEXT),
    ),
    Layout(Request.CANCEL_FUNDAMENTAL_DATA, Const("1"), _REQUEST_ID),
    Layout(Request.WSH_META_DATA, _REQUEST_ID),
    Layout(Request.CANCEL_WSH_META_DATA, _REQUEST_ID),
    Layout(
        Request.WSH_EVENT_DATA,
        _REQUEST_ID,
        Field("con_id", INT),
        since(
            171,
            Field("filter", TEXT),
            Field("fill_watchlist", BOOL),
            Field("fill_portfolio", BOOL),
            Field("fill_competitors", BOOL),
        ),
        since(173, Field("start_date", TEXT), Field("end_date", TEXT), Field("total_limit", INT)),
    ),
    Layout(Request.CANCEL_WSH_EVENT_DATA, _REQUEST_ID),
)
