"""Orders of this session and, where TWS shows them, of others: what was ordered and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ibnb.tables.contract.contract_columns import contract_columns
from ibnb.tables.order.order_columns import ORDER_COLUMNS, without_unused_prices
from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema, reach

_DONE = ("Filled", "Cancelled", "ApiCancelled", "Inactive")

SCHEMA = Schema(
    name="orders",
    meaning="one order",
    request="reqAllOpenOrders",
    essential=(
        "symbol action total_quantity order_type limit_price aux_price tif status filled remaining sec_type "
        "expiry strike right client_id order_id account"
    ),
    columns=(
        Column(
            "order_id",
            "Int64",
            "",
            "Its id at its client; unset if given by hand",
            "orderId",
            "order.orderId",
            unset=(0,),
        ),
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
        Column("client_id", "Int64", "", "The client that sent it", "clientId", "order.clientId"),
        Column("account", "string", "", "Account", "account", "order.account"),
        *contract_columns(),
        *ORDER_COLUMNS,
        Column(
            "parent_id",
            "Int64",
            "",
            "order_id of the order it is attached to",
            "parentId",
            "order.parentId",
            unset=(0,),
        ),
        Column("status", "string", "", "PreSubmitted, Submitted, Filled, ...", "status", "orderStatus.status"),
        Column("filled", "float64", "shares or contracts", "Quantity filled", "filled", "orderStatus.filled"),
        Column(
            "remaining",
            "float64",
            "shares or contracts",
            "Quantity still to fill",
            "remaining",
            "orderStatus.remaining",
        ),
        Column(
            "avg_fill_price",
            "float64",
            "currency",
            "Average price of its fills; unset before the first",
            "avgFillPrice",
            "orderStatus.avgFillPrice",
            look="average",
        ),
        Column(
            "last_fill_price",
            "float64",
            "currency",
            "Price of its last fill; unset before the first",
            "lastFillPrice",
            "orderStatus.lastFillPrice",
        ),
        Column(
            "why_held",
            "string",
            "",
            "Why TWS holds it back, such as locate",
            "whyHeld",
            "orderStatus.whyHeld",
        ),
        Column("message", "string", "", "The last thing that TWS said about it in this session", "errorMsg"),
    ),
)


def frame(objects: Iterable[object], **attrs: Any) -> pd.DataFrame:
    """Return orders as a DataFrame.

    Parameters
    ----------
    objects : iterable of Trade
        From `IB.trades`, `IB.openTrades` or `IB.reqAllOpenOrders`.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("orders")``.

    Examples
    --------
    >>> from ibnb.tables.order import orders
    >>> str(orders.frame([]).dtypes["perm_id"])
    'Int64'
    """
    objects = list(objects)
    problems = Problems()
    columns = without_unused_prices(SCHEMA.pull(objects, problems))
    columns["message"] = [_last_message(log) for log in reach(objects, ["log"])[0]]
    table = SCHEMA.frame(columns, problems, **attrs)
    # An order whose status has not been told yet says 0 filled and 0 remaining.
    untold = (table["filled"] == 0) & (table["remaining"] == 0) & ~table["status"].isin(_DONE)
    table["remaining"] = table["remaining"].mask(untold, table["total_quantity"])
    for price in ("avg_fill_price", "last_fill_price"):
        table[price] = table[price].where(table["filled"] > 0)
    return table


def _last_message(log: object) -> str:
    entries = log if isinstance(log, (list, tuple)) else ()
    texts = (getattr(entry, "message", "") for entry in reversed(entries))
    return next((text for text in texts if isinstance(text, str) and text), "")
