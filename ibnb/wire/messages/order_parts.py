"""The parts of an order that several messages share: legs, scale, hedge, algo, conditions, margins."""

from __future__ import annotations

from ibnb.wire.fields import BOOL, DECIMAL, DECIMAL_OR_MIN, DOUBLE, DOUBLE_OR_MAX, INT, TEXT, Kind
from ibnb.wire.layout import Field, Item, Repeat, Values, When, since

#: The contract of an order as the server gives it back.
ORDERED: tuple[Item, ...] = (
    Field("con_id", INT),
    Field("symbol", TEXT),
    Field("sec_type", TEXT),
    Field("expiry", TEXT),
    Field("strike", DECIMAL, 0),
    Field("right", TEXT, "?"),
    Field("multiplier", TEXT),
    Field("exchange", TEXT),
    Field("currency", TEXT),
    Field("local_symbol", TEXT),
    Field("trading_class", TEXT),
)

COMBO_LEG: tuple[Item, ...] = (
    Field("con_id", INT),
    Field("ratio", INT),
    Field("action", TEXT),
    Field("exchange", TEXT),
    Field("open_close", INT, 0),
    Field("short_sale_slot", INT, 0),
    Field("designated_location", TEXT),
    Field("exempt_code", INT, -1),
)
_TAG_VALUE = (Field("tag", TEXT), Field("value", TEXT))

ORDER_LEG_PRICES = Repeat("order_leg_prices", (Field("price", DOUBLE),))
SMART_COMBO_ROUTING = Repeat("smart_combo_routing_params", _TAG_VALUE)
COMBO: tuple[Item, ...] = (
    Field("combo_legs_description", TEXT),
    Repeat("combo_legs", COMBO_LEG),
    ORDER_LEG_PRICES,
    SMART_COMBO_ROUTING,
)


def _is_scaled(values: Values) -> bool:
    return (values.get("scale_price_increment") or 0) > 0


def scale(size: Kind) -> tuple[Item, ...]:
    """Return the scale of an order; a size that is not set is nothing in a request, the largest int in an answer."""
    return (
        Field("scale_init_level_size", size),
        Field("scale_subs_level_size", size),
        Field("scale_price_increment", DOUBLE),
        When(
            _is_scaled,
            (
                Field("scale_price_adjust_value", DOUBLE),
                Field("scale_price_adjust_interval", INT),
                Field("scale_profit_offset", DOUBLE),
                Field("scale_auto_reset", BOOL),
                Field("scale_init_position", INT),
                Field("scale_init_fill_qty", INT),
                Field("scale_random_percent", BOOL),
            ),
        ),
    )


HEDGE: tuple[Item, ...] = (
    Field("hedge_type", TEXT),
    When(lambda values: bool(values.get("hedge_type")), (Field("hedge_param", TEXT),)),
)

DELTA_NEUTRAL_CONTRACT: tuple[Item, ...] = (
    Field("delta_neutral", BOOL),
    When(
        lambda values: bool(values.get("delta_neutral")),
        (
            Field("delta_neutral_contract_con_id", INT),
            Field("delta_neutral_contract_delta", DOUBLE),
            Field("delta_neutral_contract_price", DOUBLE),
        ),
    ),
)

ALGO: tuple[Item, ...] = (
    Field("algo_strategy", TEXT),
    When(lambda values: bool(values.get("algo_strategy")), (Repeat("algo_params", _TAG_VALUE),)),
)


def is_pegged_to_benchmark(values: Values) -> bool:
    """Return whether the order is pegged to a benchmark, which adds five fields."""
    return values.get("order_type") in ("PEG BENCH", "PEGBENCH")


PEG_BENCH = When(
    is_pegged_to_benchmark,
    (
        Field("reference_contract_id", INT),
        Field("is_pegged_change_amount_decrease", BOOL),
        Field("pegged_change_amount", DOUBLE),
        Field("reference_change_amount", DOUBLE),
        Field("reference_exchange_id", TEXT),
    ),
)


def _condition(types: tuple[int, ...], *items: Item) -> When:
    return When(lambda values: values.get("type") in types, items)


PRICE, TIME, MARGIN, EXECUTION, VOLUME, PERCENT_CHANGE = 1, 3, 4, 5, 6, 7

CONDITIONS: tuple[Item, ...] = (
    Repeat(
        "conditions",
        (
            Field("type", INT),
            Field("conjunction", TEXT, "a"),
            _condition((EXECUTION,), Field("sec_type", TEXT), Field("exchange", TEXT), Field("symbol", TEXT)),
            _condition((PRICE, TIME, MARGIN, VOLUME, PERCENT_CHANGE), Field("is_more", BOOL)),
            _condition((TIME,), Field("time", TEXT)),
            # Not a double: clients read a margin and a volume as ints, and stumble over "30.0".
            _condition((PRICE, MARGIN, VOLUME, PERCENT_CHANGE), Field("value", DECIMAL)),
            _condition((PRICE, VOLUME, PERCENT_CHANGE), Field("con_id", INT), Field("exchange", TEXT)),
            _condition((PRICE,), Field("trigger_method", INT, 0)),
        ),
    ),
    When(
        lambda values: bool(values.get("conditions")),
        (Field("conditions_ignore_rth", BOOL), Field("conditions_cancel_order", BOOL)),
    ),
)

PEG_OFFSETS = since(
    170,
    Field("min_trade_qty", INT),
    Field("min_compete_size", INT),
    Field("compete_against_best_offset", DOUBLE),
    Field("mid_offset_at_whole", DOUBLE),
    Field("mid_offset_at_half", DOUBLE),
)

_MARGIN_NAMES = tuple(
    f"{margin}_{moment}"
    for moment in ("before", "change", "after")
    for margin in ("init_margin", "maint_margin", "equity_with_loan")
)
#: What an order does to the account: margins, commission; filled in for a what-if.
PREVIEW: tuple[Item, ...] = (
    since(142, *(Field(name, DOUBLE_OR_MAX) for name in _MARGIN_NAMES[:6])),
    *(Field(name, DOUBLE_OR_MAX) for name in _MARGIN_NAMES[6:]),
    Field("commission", DOUBLE),
    Field("min_commission", DOUBLE),
    Field("max_commission", DOUBLE),
    Field("commission_currency", TEXT),
    since(
        195,
        Field("margin_currency", TEXT),
        *(Field(f"{name}_outside_rth", DOUBLE_OR_MAX) for name in _MARGIN_NAMES),
        Field("suggested_size", DECIMAL_OR_MIN),
        Field("reject_reason", TEXT),
        Repeat(
            "allocations",
            (
                Field("account", TEXT),
                Field("position", DECIMAL),
                Field("position_desired", DECIMAL),
                Field("position_after", DECIMAL),
                Field("desired_alloc_qty", DECIMAL),
                Field("allowed_alloc_qty", DECIMAL),
                Field("is_monetary", BOOL),
            ),
        ),
    ),
)
