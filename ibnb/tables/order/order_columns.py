"""What open and completed orders have in common: the order itself, as it was given."""

from __future__ import annotations

from ibnb.tables.schema.schema import Column, Columns

# TWS writes 0.0 for prices that an order type does not use; in these types a zero is a price.
_LIMIT_TYPES = {
    "LMT",
    "LIT",
    "LOC",
    "STP LMT",
    "STPLMT",
    "TRAIL LIMIT",
    "TRAILLMT",
    "REL + LMT",
    "PEG MKT",
    "LMT + MKT",
}
_AUX_TYPES = {
    "STP",
    "STP LMT",
    "STPLMT",
    "STP PRT",
    "TRAIL",
    "TRAIL LIMIT",
    "TRAILLMT",
    "MIT",
    "LIT",
    "REL",
    "PEG MID",
}

ORDER_COLUMNS = (
    Column("action", "string", "", "BUY or SELL", "action", "order.action"),
    Column("order_type", "string", "", "LMT, MKT, STP, TRAIL, ...", "orderType", "order.orderType"),
    Column(
        "total_quantity",
        "float64",
        "shares or contracts",
        "Quantity ordered; unset for orders by amount of money",
        "totalQuantity",
        "order.totalQuantity",
        unset=(0,),
    ),
    Column("limit_price", "float64", "currency", "Limit, for types that have one", "lmtPrice", "order.lmtPrice"),
    Column(
        "aux_price",
        "float64",
        "currency",
        "Stop price or trailing amount, by type",
        "auxPrice",
        "order.auxPrice",
    ),
    Column(
        "trail_stop_price",
        "float64",
        "currency",
        "Where a trailing stop stands",
        "trailStopPrice",
        "order.trailStopPrice",
    ),
    Column(
        "trailing_percent",
        "float64",
        "percent",
        "Trailing amount as a percentage",
        "trailingPercent",
        "order.trailingPercent",
    ),
    Column(
        "limit_offset",
        "float64",
        "currency",
        "Limit of a trailing stop, from its stop",
        "lmtPriceOffset",
        "order.lmtPriceOffset",
    ),
    Column(
        "cash_quantity",
        "float64",
        "currency",
        "Money ordered for",
        "cashQty",
        "order.cashQty",
        unset=(0,),
        look="money",
    ),
    Column("tif", "string", "", "Time in force: DAY, GTC, GTD, IOC, ...", "tif", "order.tif"),
    Column(
        "good_after_time",
        "string",
        "",
        "Not before, as TWS writes it",
        "goodAfterTime",
        "order.goodAfterTime",
    ),
    Column("good_till_date", "string", "", "Not after, as TWS writes it", "goodTillDate", "order.goodTillDate"),
    Column("outside_rth", "boolean", "", "Also outside regular trading hours", "outsideRth", "order.outsideRth"),
    Column("oca_group", "string", "", "Orders of one group cancel each other", "ocaGroup", "order.ocaGroup"),
    Column("order_ref", "string", "", "The order's own reference", "orderRef", "order.orderRef"),
)


def without_unused_prices(columns: Columns) -> Columns:
    """Return `columns` with the zeros unset that stand in for prices which the order's type does not have."""
    types = columns["order_type"]
    return columns | {
        name: [
            None if _is_zero(price) and not (isinstance(kind, str) and kind.upper() in having) else price
            for price, kind in zip(columns[name], types, strict=True)
        ]
        for name, having in (("limit_price", _LIMIT_TYPES), ("aux_price", _AUX_TYPES))
    }


def _is_zero(value: object) -> bool:
    return isinstance(value, (int, float)) and value == 0
