"""Trades: the orders that this session and its client id have sent, and what became of each; and the log of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ibnb.tables.contract.contract_columns import contract_columns
from ibnb.tables.order.order_columns import ORDER_COLUMNS, without_unused_prices
from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema

_STATES = (
    "sent, working, filled, cancelled, rejected, inactive (TWS holds it), never arrived (TWS does not know it), "
    "unknown (look at TWS)"
)

SCHEMA = Schema(
    name="trades",
    meaning="one order that was sent from here",
    request="placeOrder",
    essential=(
        "symbol action total_quantity order_type limit_price aux_price state status filled remaining "
        "average_price sec_type expiry strike right message ref"
    ),
    columns=(
        Column("ref", "string", "", "What its orderRef begins with: the order's own for ever", "orderRef", "token"),
        Column("role", "string", "", "What it is in a bracket: parent, take profit, stop loss; or empty", "", "role"),
        Column("order_id", "Int64", "", "Its id at its client", "orderId", "order_id", unset=(0,)),
        Column("perm_id", "Int64", "", "Its id for ever, by TWS", "permId", "perm_id", unset=(0,)),
        Column("client_id", "Int64", "", "The client that sent it", "clientId", "client_id"),
        Column("account", "string", "", "Account", "account", "account"),
        *contract_columns(),
        *ORDER_COLUMNS,
        Column("state", "string", "", f"What is known of it: {_STATES}", "", "state"),
        Column("status", "string", "", "TWS's latest word; empty before the first", "status", "status"),
        Column("filled", "float64", "shares or contracts", "Quantity filled", "filled", "filled"),
        Column("remaining", "float64", "shares or contracts", "Quantity still to fill", "remaining", "remaining"),
        Column(
            "average_price",
            "float64",
            "currency",
            "Of its fills; unset before the first",
            "avgFillPrice",
            "average_price",
            look="average",
        ),
        Column("commission", "float64", "commission_currency", "Of its fills, as far as it is told", "commission"),
        Column("commission_currency", "string", "", "Currency of the commission", "currency"),
        Column("why_held", "string", "", "Why TWS holds it back, such as locate", "whyHeld", "why_held"),
        Column("message", "string", "", "The last thing that was said about it", ""),
        Column("sent", "datetime64[us, UTC]", "UTC", "When it was sent, by this machine's clock", "", "sent"),
        Column("heard", "datetime64[us, UTC]", "UTC", "When something was last heard of it", ""),
    ),
)

LOG = Schema(
    name="trade_log",
    meaning="one thing that happened to an order",
    request="placeOrder",
    columns=(
        Column("time", "datetime64[us, UTC]", "UTC", "When it was heard, by this machine's clock", "", "time"),
        Column("event", "string", "", "sent, status, fill, message, modified, cancel asked, lost, found", "", "event"),
        Column("status", "string", "", "TWS's word then", "status", "status"),
        Column("filled", "float64", "shares or contracts", "Filled then", "filled", "filled"),
        Column("remaining", "float64", "shares or contracts", "Still to fill then", "remaining", "remaining"),
        Column("code", "Int64", "", "TWS's code, where it said so", "error code", "code"),
        Column("text", "string", "", "In words", "", "text"),
    ),
)

_EVENTS = (
    "asked, previewed, stopped (by a guard), forced, sent, not sent, acknowledged, remark, refused, filled (one fill), "
    "done, modified, cancel asked, cancelled, inactive, interrupted, lost, found"
)
_CONTRACT_NAMES = ("symbol", "sec_type", "exchange", "currency", "local_symbol")

AUDIT = Schema(
    name="audit",
    meaning="one line of the audit log",
    request="",
    essential="time event symbol action total_quantity order_type limit_price status filled price code text ref",
    columns=(
        Column("time", "datetime64[us, UTC]", "UTC", "When it was written", ""),
        Column("event", "string", "", f"What happened: {_EVENTS}", ""),
        Column("ref", "string", "", "The order's reference, a note included", "orderRef"),
        Column("role", "string", "", "What it is in a bracket", ""),
        Column("server", "string", "", "Where it was sent: host and port", ""),
        Column("client_id", "Int64", "", "By which client id", "clientId"),
        Column("order_id", "Int64", "", "Its id at its client", "orderId"),
        Column("perm_id", "Int64", "", "Its id for ever", "permId"),
        Column("account", "string", "", "Account, masked", "account"),
        Column("con_id", "Int64", "", "IB's number of the contract", "conId"),
        *(Column(name, "string", "", f"{name} of the contract", name) for name in _CONTRACT_NAMES),
        Column("action", "string", "", "BUY or SELL", "action"),
        Column("total_quantity", "float64", "shares or contracts", "Quantity ordered", "totalQuantity"),
        Column("cash_quantity", "float64", "currency", "Money ordered for", "cashQty"),
        Column("order_type", "string", "", "LMT, MKT, ...", "orderType"),
        Column("limit_price", "float64", "currency", "Limit", "lmtPrice"),
        Column("aux_price", "float64", "currency", "Stop price or trailing amount", "auxPrice"),
        Column("tif", "string", "", "Time in force", "tif"),
        Column("value", "float64", "base currency", "What it was worth when it was sent", ""),
        Column("status", "string", "", "TWS's word then", "status"),
        Column("filled", "float64", "shares or contracts", "Filled then", "filled"),
        Column("quantity", "float64", "shares or contracts", "Of one fill", "shares"),
        Column("price", "float64", "currency", "Of one fill", "price"),
        Column("code", "Int64", "", "TWS's code", "error code"),
        Column("text", "string", "", "In words; account numbers masked", ""),
    ),
)


def frame(records: Iterable[Any], **attrs: Any) -> pd.DataFrame:
    """Return records of orders as a DataFrame.

    Parameters
    ----------
    records : iterable of Record
        From `ibnb.trading`.
    **attrs
        Into ``frame.attrs``.

    Examples
    --------
    >>> from ibnb.tables.order import trades
    >>> str(trades.frame([]).dtypes["sent"])
    'datetime64[us, UTC]'
    """
    records = list(records)
    problems = Problems()
    columns = without_unused_prices(SCHEMA.pull(records, problems))
    costs = [record.commission() for record in records]
    columns["commission"] = [cost for cost, _ in costs]
    columns["commission_currency"] = [currency for _, currency in costs]
    columns["message"] = [next((each.text for each in reversed(record.log) if each.text), "") for record in records]
    columns["heard"] = [record.log[-1].time if record.log else record.sent for record in records]
    return SCHEMA.frame(columns, problems, **attrs)


def log_frame(entries: Iterable[Any], **attrs: Any) -> pd.DataFrame:
    """Return the log of one order as a DataFrame, the oldest first."""
    return LOG.from_objects(list(entries), **attrs)


def audit_frame(entries: Iterable[Mapping[str, Any]], **attrs: Any) -> pd.DataFrame:
    """Return lines of the audit log as a DataFrame, the oldest first."""
    names = {column.name for column in AUDIT.columns}
    return AUDIT.frame([{name: entry[name] for name in names & entry.keys()} for entry in entries], **attrs)
