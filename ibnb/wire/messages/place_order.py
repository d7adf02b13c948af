"""Placing an order (request 3), as clients of every version write it."""

from __future__ import annotations

import math

from ibnb.wire.fields import BOOL, DECIMAL, DOUBLE, INT, TEXT
from ibnb.wire.ids import Request
from ibnb.wire.layout import Const, Field, Layout, Repeat, Values, When, since, until
from ibnb.wire.messages.contracts import REQUESTED, is_bag
from ibnb.wire.messages.order_parts import (
    ALGO,
    COMBO_LEG,
    CONDITIONS,
    DELTA_NEUTRAL_CONTRACT,
    HEDGE,
    ORDER_LEG_PRICES,
    PEG_BENCH,
    SMART_COMBO_ROUTING,
    scale,
)


def _is_pegged_to_best(values: Values) -> bool:
    return values.get("order_type") in ("PEG BEST", "PEGBEST")


def _has_mid_offsets(values: Values) -> bool:
    if _is_pegged_to_best(values):
        return values.get("compete_against_best_offset") == math.inf
    return values.get("order_type") in ("PEG MID", "PEGMID")


PLACE_ORDER = Layout(
    Request.PLACE_ORDER,
    until(145, Const("45")),
    Field("order_id", INT),
    *REQUESTED,
    Field("sec_id_type", TEXT),
    Field("sec_id", TEXT),
    Field("action", TEXT),
    Field("total_quantity", DECIMAL),
    Field("order_type", TEXT),
    Field("lmt_price", DOUBLE),
    Field("aux_price", DOUBLE),
    Field("tif", TEXT),
    Field("oca_group", TEXT),
    Field("account", TEXT),
    Field("open_close", TEXT),
    Field("origin", INT, 0),
    Field("order_ref", TEXT),
    Field("transmit", BOOL, True),
    Field("parent_id", INT, 0),
    Field("block_order", BOOL),
    Field("sweep_to_fill", BOOL),
    Field("display_size", INT),
    Field("trigger_method", INT, 0),
    Field("outside_rth", BOOL),
    Field("hidden", BOOL),
    When(is_bag, (Repeat("combo_legs", COMBO_LEG), ORDER_LEG_PRICES, SMART_COMBO_ROUTING)),
    Const(""),  # once: how shares were allocated
    Field("discretionary_amt", DOUBLE, 0.0),
    Field("good_after_time", TEXT),
    Field("good_till_date", TEXT),
    Field("fa_group", TEXT),
    Field("fa_method", TEXT),
    Field("fa_percentage", TEXT),
    until(177, Field("fa_profile", TEXT)),
    since(103, Field("model_code", TEXT)),
    Field("short_sale_slot", INT, 0),
    Field("designated_location", TEXT),
    Field("exempt_code", INT, -1),
    Field("oca_type", INT, 0),
    Field("rule80a", TEXT),
    Field("settling_firm", TEXT),
    Field("all_or_none", BOOL),
    Field("min_qty", INT),
    Field("percent_offset", DOUBLE),
    Field("etrade_only", BOOL),
    Field("firm_quote_only", BOOL),
    Field("nbbo_price_cap", DOUBLE),
    Field("auction_strategy", INT, 0),
    Field("starting_price", DOUBLE),
    Field("stock_ref_price", DOUBLE),
    Field("delta", DOUBLE),
    Field("stock_range_lower", DOUBLE),
    Field("stock_range_upper", DOUBLE),
    Field("override_percentage_constraints", BOOL),
    Field("volatility", DOUBLE),
    Field("volatility_type", INT),
    Field("delta_neutral_order_type", TEXT),
    Field("delta_neutral_aux_price", DOUBLE),
    When(
        lambda values: bool(values.get("delta_neutral_order_type")),
        (
            Field("delta_neutral_con_id", INT, 0),
            Field("delta_neutral_settling_firm", TEXT),
            Field("delta_neutral_clearing_account", TEXT),
            Field("delta_neutral_clearing_intent", TEXT),
            Field("delta_neutral_open_close", TEXT),
            Field("delta_neutral_short_sale", BOOL),
            Field("delta_neutral_short_sale_slot", INT, 0),
            Field("delta_neutral_designated_location", TEXT),
        ),
    ),
    Field("continuous_update", BOOL),
    Field("reference_price_type", INT),
    Field("trail_stop_price", DOUBLE),
    Field("trailing_percent", DOUBLE),
    *scale(INT),
    Field("scale_table", TEXT),
    Field("active_start_time", TEXT),
    Field("active_stop_time", TEXT),
    *HEDGE,
    Field("opt_out_smart_routing", BOOL),
    Field("clearing_account", TEXT),
    Field("clearing_intent", TEXT),
    Field("not_held", BOOL),
    *DELTA_NEUTRAL_CONTRACT,
    *ALGO,
    Field("algo_id", TEXT),
    Field("what_if", BOOL),
    Field("order_misc_options", TEXT),
    Field("solicited", BOOL),
    Field("randomize_size", BOOL),
    Field("randomize_price", BOOL),
    since(
        102,
        PEG_BENCH,
        *CONDITIONS,
        Field("adjusted_order_type", TEXT),
        Field("trigger_price", DOUBLE),
        Field("lmt_price_offset", DOUBLE),
        Field("adjusted_stop_price", DOUBLE),
        Field("adjusted_stop_limit_price", DOUBLE),
        Field("adjusted_trailing_amount", DOUBLE),
        Field("adjustable_trailing_unit", INT, 0),
    ),
    since(105, Field("ext_operator", TEXT)),
    since(106, Field("soft_dollar_tier_name", TEXT), Field("soft_dollar_tier_value", TEXT)),
    since(111, Field("cash_qty", DOUBLE)),
    since(138, Field("mifid2_decision_maker", TEXT), Field("mifid2_decision_algo", TEXT)),
    since(139, Field("mifid2_execution_trader", TEXT), Field("mifid2_execution_algo", TEXT)),
    since(141, Field("dont_use_auto_price_for_hedge", BOOL)),
    since(145, Field("is_oms_container", BOOL)),
    since(148, Field("discretionary_up_to_limit_price", BOOL)),
    since(151, Field("use_price_mgmt_algo", INT)),
    since(158, Field("duration", INT)),
    since(160, Field("post_to_ats", INT)),
    since(162, Field("auto_cancel_parent", BOOL)),
    since(166, Field("advanced_error_override", TEXT)),
    since(169, Field("manual_order_time", TEXT)),
    since(
        170,
        When(lambda values: values.get("exchange") == "IBKRATS", (Field("min_trade_qty", INT),)),
        When(
            _is_pegged_to_best,
            (Field("min_compete_size", INT), Field("compete_against_best_offset", DOUBLE)),
        ),
        When(_has_mid_offsets, (Field("mid_offset_at_whole", DOUBLE), Field("mid_offset_at_half", DOUBLE))),
    ),
    since(183, Field("customer_account", TEXT)),
    since(184, Field("professional_customer", BOOL)),
    since(187, until(190, Const(""), Const("2147483647"))),  # once: a request for quotes
    since(189, Field("include_overnight", BOOL)),
    since(192, Field("manual_order_indicator", INT)),
    since(199, Field("imbalance_only", BOOL)),
)
