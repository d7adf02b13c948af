"""Completed orders: filled or cancelled, also those of other clients and earlier sessions of the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ibnb.tables.contract.contract_columns import contract_columns
from ibnb.tables.order.order_columns import ORDER_COLUMNS, without_unused_prices
from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema, reach
from ibnb.tables.schema.timeparse import parse_time
from ibnb.tables.schema.values import each

SCHEMA = Schema(
    name="completed_orders",
    meaning="one order that is over",
    request="reqCompletedOrders",
    essential=(
        "symbol action total_quantity order_type limit_price aux_price status filled completed_time "
        "completed_status sec_type expiry strike right account"
    ),
    columns=(
        Column(
            "perm_id",
            "Int64",
            "",
            "Its id for ever",
            "permId",
            "order.permId",
            fallback="orderStatus.permId",
            unset=(0,),
        ),
        Column("account", "string", "", "Account", "account", "order.account"),
        *contract_columns(),
        *ORDER_COLUMNS,
        Column(
            "filled",
            "float64",
            "shares or contracts",
            "Quantity filled",
            "filledQuantity",
            "order.filledQuantity",
        ),
        Column(
            "parent_perm_id",
            "Int64",
            "",
            "perm_id of the order it was attached to",
            "parentPermId",
            "order.parentPermId",
            unset=(0,),
        ),
        Column("status", "string", "", "Filled, Cancelled, ...", "status", "orderStatus.status"),
        Column("completed_time", "datetime64[us, UTC]", "UTC", "When it was over", "completedTime"),
        Column("completed_status", "string", "", "How it ended, in TWS's words", "completedStatus"),
    ),
)


def frame(
    objects: Iterable[object], states: Mapping[int, object] | None = None, zone: str = "UTC", **attrs: Any
) -> pd.DataFrame:
    """Return completed orders as a DataFrame.

    Parameters
    ----------
    objects : iterable of Trade
        From `IB.reqCompletedOrders`.
    states : mapping of int to OrderState, optional
        By permId. The clients drop the OrderState of a completed order, and with it when and how it ended:
        whoever hears ``completedOrder`` can keep it and pass it here. A Trade's own ``orderState`` counts.
    zone : str
        The time zone of a completed time that names none.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("completed_orders")``; without states, ``completed_time`` is unset.

    Examples
    --------
    >>> from ibnb.tables.order import completed_orders
    >>> str(completed_orders.frame([]).dtypes["completed_time"])
    'datetime64[us, UTC]'
    """
    objects = list(objects)
    problems = Problems()
    columns = without_unused_prices(SCHEMA.pull(objects, problems))
    kept = states or {}
    own = reach(objects, ["orderState"])[0]
    known = [
        state if state is not None else kept.get(perm_id) if isinstance(perm_id, int) else None
        for state, perm_id in zip(own, columns["perm_id"], strict=True)
    ]
    times, words = reach(known, ("completedTime", "completedStatus"))
    columns["completed_time"] = each(
        times, lambda text: parse_time(text, zone) if text else None, "completed_time", "a time", problems
    )
    columns["completed_status"] = words
    # TWS sends a total of 0 for an order that was filled: then all of it was.
    columns["total_quantity"] = [
        filled if status == "Filled" and total == 0 else total
        for total, filled, status in zip(columns["total_quantity"], columns["filled"], columns["status"], strict=True)
    ]
    return SCHEMA.frame(columns, problems, **attrs)
