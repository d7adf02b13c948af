"""Contracts on the wire: how requests name them, and the messages that describe them."""

from __future__ import annotations

from ibnb.wire.fields import BOOL, DECIMAL, DOUBLE, ESCAPED, INT, INT_OR_MAX, TEXT, Kind
from ibnb.wire.ids import Request, Response
from ibnb.wire.layout import Const, Field, Item, Layout, Repeat, Values, When, since, until

#: A contract as a request names it.
REQUESTED: tuple[Item, ...] = (
    Field("con_id", INT, 0),
    Field("symbol", TEXT),
    Field("sec_type", TEXT),
    Field("expiry", TEXT),
    Field("strike", DOUBLE, 0.0),
    Field("right", TEXT),
    Field("multiplier", TEXT),
    Field("exchange", TEXT),
    Field("primary_exchange", TEXT),
    Field("currency", TEXT),
    Field("local_symbol", TEXT),
    Field("trading_class", TEXT),
)


def held(exchange: str, strike: Kind = DOUBLE) -> tuple[Item, ...]:
    """Return a contract as account messages show it; `exchange` names which of its exchanges stands there."""
    return (
        Field("con_id", INT),
        Field("symbol", TEXT),
        Field("sec_type", TEXT),
        Field("expiry", TEXT),
        Field("strike", strike, 0.0),
        Field("right", TEXT),
        Field("multiplier", TEXT),
        Field(exchange, TEXT),
        Field("currency", TEXT),
        Field("local_symbol", TEXT),
        Field("trading_class", TEXT),
    )


def is_bag(values: Values) -> bool:
    """Return whether the contract is a combination, which carries legs."""
    return values.get("sec_type") == "BAG"


#: The legs of a combination in a data request.
LEGS = When(
    is_bag,
    (
        Repeat(
            "legs",
            (Field("con_id", INT), Field("ratio", INT), Field("action", TEXT), Field("exchange", TEXT)),
        ),
    ),
)

_TAGS = Repeat("sec_ids", (Field("tag", TEXT), Field("value", TEXT)))
_SIZES = since(
    164,
    Field("min_size", DECIMAL),
    Field("size_increment", DECIMAL),
    Field("suggested_size_increment", DECIMAL),
)
_LONG_NAME = (since(153, Field("long_name", ESCAPED)), until(153, Field("long_name", TEXT)))

_FUND: tuple[Item, ...] = (
    Field("fund_name", TEXT),
    Field("fund_family", TEXT),
    Field("fund_type", TEXT),
    Field("fund_front_load", TEXT),
    Field("fund_back_load", TEXT),
    Field("fund_back_load_time_interval", TEXT),
    Field("fund_management_fee", TEXT),
    Field("fund_closed", BOOL),
    Field("fund_closed_for_new_investors", BOOL),
    Field("fund_closed_for_new_money", BOOL),
    Field("fund_notify_amount", TEXT),
    Field("fund_minimum_initial_purchase", TEXT),
    Field("fund_subsequent_minimum_purchase", TEXT),
    Field("fund_blue_sky_states", TEXT),
    Field("fund_blue_sky_territories", TEXT),
    Field("fund_distribution_policy_indicator", TEXT),
    Field("fund_asset_type", TEXT),
)

RESPONSES = (
    Layout(
        Response.CONTRACT_DATA,
        until(164, Const("8")),
        Field("request_id", INT),
        Field("symbol", TEXT),
        Field("sec_type", TEXT),
        Field("last_trade_date_and_time", TEXT),
        since(182, Field("last_trade_date", TEXT)),
        Field("strike", DECIMAL, 0),
        Field("right", TEXT),
        Field("exchange", TEXT),
        Field("currency", TEXT),
        Field("local_symbol", TEXT),
        Field("market_name", TEXT),
        Field("trading_class", TEXT),
        Field("con_id", INT),
        Field("min_tick", DECIMAL),
        since(110, until(164, Const("1"))),  # once the multiplier of displayed sizes
        Field("multiplier", TEXT),
        Field("order_types", TEXT),
        Field("valid_exchanges", TEXT),
        Field("price_magnifier", INT, 1),
        Field("under_con_id", INT, 0),
        *_LONG_NAME,
        Field("primary_exchange", TEXT),
        Field("contract_month", TEXT),
        Field("industry", TEXT),
        Field("category", TEXT),
        Field("subcategory", TEXT),
        Field("time_zone_id", TEXT),
        Field("trading_hours", TEXT),
        Field("liquid_hours", TEXT),
        Field("ev_rule", TEXT),
        Field("ev_multiplier", DECIMAL),  # an int to clients, who stumble over "1.0"
        _TAGS,
        since(121, Field("agg_group", INT_OR_MAX)),
        since(122, Field("under_symbol", TEXT), Field("under_sec_type", TEXT)),
        since(126, Field("market_rule_ids", TEXT)),
        since(134, Field("real_expiration_date", TEXT)),
        since(152, Field("stock_type", TEXT)),
        since(163, until(164, Field("size_min_tick", DECIMAL, 1))),
        _SIZES,
        since(179, When(lambda values: values.get("sec_type") == "FUND", _FUND)),
        since(186, Repeat("ineligibility_reasons", (Field("reason_id", TEXT), Field("description", TEXT)))),
    ),
    Layout(
        Response.BOND_CONTRACT_DATA,
        until(164, Const("6")),
        Field("request_id", INT),
        Field("symbol", TEXT),
        Field("sec_type", TEXT),
        Field("cusip", TEXT),
        Field("coupon", DECIMAL, 0),
        Field("maturity", TEXT),
        Field("issue_date", TEXT),
        Field("ratings", TEXT),
        Field("bond_type", TEXT),
        Field("coupon_type", TEXT),
        Field("convertible", BOOL),
        Field("callable", BOOL),
        Field("putable", BOOL),
        Field("desc_append", TEXT),
        Field("exchange", TEXT),
        Field("currency", TEXT),
        Field("market_name", TEXT),
        Field("trading_class", TEXT),
        Field("con_id", INT),
        Field("min_tick", DECIMAL),
        since(110, until(164, Const("1"))),
        Field("order_types", TEXT),
        Field("valid_exchanges", TEXT),
        Field("next_option_date", TEXT),
        Field("next_option_type", TEXT),
        Field("next_option_partial", BOOL),
        Field("notes", TEXT),
        *_LONG_NAME,
        since(188, Field("time_zone_id", TEXT), Field("trading_hours", TEXT), Field("liquid_hours", TEXT)),
        Field("ev_rule", TEXT),
        Field("ev_multiplier", DECIMAL),  # an int to clients, who stumble over "1.0"
        _TAGS,
        since(121, Field("agg_group", INT_OR_MAX)),
        since(126, Field("market_rule_ids", TEXT)),
        _SIZES,
    ),
    Layout(Response.CONTRACT_DATA_END, Const("1"), Field("request_id", INT)),
    Layout(
        Response.SYMBOL_SAMPLES,
        Field("request_id", INT),
        Repeat(
            "samples",
            (
                Field("con_id", INT),
                Field("symbol", TEXT),
                Field("sec_type", TEXT),
                Field("primary_exchange", TEXT),
                Field("currency", TEXT),
                Repeat("derivative_sec_types", (Field("sec_type", TEXT),)),
                since(176, Field("description", TEXT), Field("issuer_id", TEXT)),
            ),
        ),
    ),
    Layout(
        Response.SECURITY_DEFINITION_OPTION_PARAMETER,
        Field("request_id", INT),
        Field("exchange", TEXT),
        Field("under_con_id", INT),
        Field("trading_class", TEXT),
        Field("multiplier", TEXT),
        Repeat("expirations", (Field("expiration", TEXT),)),
        Repeat("strikes", (Field("strike", DECIMAL),)),
    ),
    Layout(Response.SECURITY_DEFINITION_OPTION_PARAMETER_END, Field("request_id", INT)),
    Layout(
        Response.MARKET_RULE,
        Field("market_rule_id", INT),
        Repeat("price_increments", (Field("low_edge", DECIMAL), Field("increment", DECIMAL))),
    ),
)

REQUESTS = (
    Layout(
        Request.CONTRACT_DETAILS,
        Const("8"),
        Field("request_id", INT),
        *REQUESTED,
        Field("include_expired", BOOL),
        Field("sec_id_type", TEXT),
        Field("sec_id", TEXT),
        since(176, Field("issuer_id", TEXT)),
    ),
    Layout(Request.MATCHING_SYMBOLS, Field("request_id", INT), Field("pattern", TEXT)),
    Layout(
        Request.SEC_DEF_OPT_PARAMS,
        Field("request_id", INT),
        Field("under_symbol", TEXT),
        Field("fut_fop_exchange", TEXT),
        Field("under_sec_type", TEXT),
        Field("under_con_id", INT),
    ),
    Layout(Request.MARKET_RULE, Field("market_rule_id", INT)),
)
