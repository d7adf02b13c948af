"""Executions (fills) with their commissions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from ibnb.errors import BadInput
from ibnb.tables.contract.contract_columns import contract_columns
from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema, reach
from ibnb.tables.schema.timeparse import parse_time

# Where a fill happened says more than where its contract is routed: this table's exchange is the execution's.
_CONTRACT = tuple(column for column in contract_columns() if column.name != "exchange")
#: Read as Chicago's zone, unless a fill would lie in the future.
AMBIGUOUS = "CST"
#: TWS's clock may be ahead of ours by so much.
_AHEAD = timedelta(hours=1)
_LIQUIDITY = {0: "", 1: "added", 2: "removed", 3: "routed out", 4: "auction"}


def _liquidity(value: Any) -> str:
    return _LIQUIDITY.get(int(value or 0), "")


SCHEMA = Schema(
    name="executions",
    meaning="one fill",
    request="reqExecutions",
    essential="time symbol side shares price commission realized_pnl sec_type expiry strike right currency account",
    columns=(
        Column("account", "string", "", "Account", "acctNumber", "execution.acctNumber"),
        Column("time", "datetime64[us, UTC]", "UTC", "When it was filled", "time", "execution.time"),
        *_CONTRACT[:3],
        Column("exchange", "string", "", "Where it was filled", "exchange", "execution.exchange"),
        *_CONTRACT[3:],
        Column("side", "string", "", "BOT (bought) or SLD (sold)", "side", "execution.side"),
        Column("shares", "float64", "shares or contracts", "Quantity of this fill", "shares", "execution.shares"),
        Column("price", "float64", "currency", "Price without commission", "price", "execution.price"),
        Column(
            "cum_qty",
            "float64",
            "shares or contracts",
            "Filled of the order so far",
            "cumQty",
            "execution.cumQty",
        ),
        Column(
            "avg_price",
            "float64",
            "currency",
            "Average price of the order so far",
            "avgPrice",
            "execution.avgPrice",
            look="average",
        ),
        Column(
            "commission",
            "float64",
            "commission_currency",
            "Commission; unset until TWS reports it",
            "commission",
        ),
        Column("commission_currency", "string", "", "Currency of the commission", "currency"),
        Column("realized_pnl", "float64", "currency", "Profit that this fill realized", "realizedPNL", look="money"),
        Column(
            "liquidity",
            "string",
            "",
            "Whether the fill added or removed liquidity, or was routed out",
            "lastLiquidity",
            "execution.lastLiquidity",
            clean=_liquidity,
        ),
        Column(
            "order_id",
            "Int64",
            "",
            "The order's id at its client",
            "orderId",
            "execution.orderId",
            unset=(0,),
        ),
        Column("perm_id", "Int64", "", "The order's id for ever", "permId", "execution.permId", unset=(0,)),
        Column("client_id", "Int64", "", "The client that sent the order", "clientId", "execution.clientId"),
        Column("order_ref", "string", "", "The order's own reference", "orderRef", "execution.orderRef"),
        Column("exec_id", "string", "", "IB's id of the fill", "execId", "execution.execId"),
    ),
)


def frame(objects: Iterable[object], **attrs: Any) -> pd.DataFrame:
    """Return executions as a DataFrame.

    Parameters
    ----------
    objects : iterable of Fill
        From `IB.fills` or `IB.reqExecutions`.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("executions")``, in the order in which TWS sent them.

    Examples
    --------
    >>> from ibnb.tables.order import executions
    >>> str(executions.frame([]).dtypes["time"])
    'datetime64[us, UTC]'
    """
    objects = list(objects)
    problems = Problems()
    columns = SCHEMA.pull(objects, problems)
    paths = [f"commissionReport.{name}" for name in ("execId", "commission", "currency", "realizedPNL")]
    reported, commission, currency, pnl = reach(objects, paths)
    # Until its report comes, a fill carries an empty one: zeros that are not true.
    came = [bool(exec_id) for exec_id in reported]
    columns["commission"] = [value if here else np.nan for value, here in zip(commission, came, strict=True)]
    columns["commission_currency"] = currency
    columns["time"] = [_dated(value) if isinstance(value, str) else value for value in columns["time"]]
    columns["realized_pnl"] = [value if here else np.nan for value, here in zip(pnl, came, strict=True)]
    return SCHEMA.frame(columns, problems, **attrs)


def _dated(text: str) -> str:
    """Return the time of a fill in a zone that is meant: a TWS in China writes CST, as one in Chicago does."""
    if not text.endswith(f" {AMBIGUOUS}"):
        return text
    try:
        is_ahead = parse_time(text) > datetime.now(UTC) + _AHEAD
    except BadInput:
        return text  # told when it is converted
    return f"{text.removesuffix(AMBIGUOUS)}Asia/Shanghai" if is_ahead else text
