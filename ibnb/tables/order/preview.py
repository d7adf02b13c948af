"""Previews of orders: what TWS says they would cost and do to the account, and what one's own guards say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ibnb.tables.contract.contract_columns import contract_columns
from ibnb.tables.order.order_columns import ORDER_COLUMNS, without_unused_prices
from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema

#: The guards, each an attribute of ``ibnb.options.limits``: its name, and what it says no to.
GUARDS = {
    "quantity_per_order": "a quantity above the limit",
    "quantity_per_day": "more than the limit in a day, in quantity",
    "value_per_order": "a value above the limit",
    "value_per_day": "more than the limit in a day, in value",
    "share_per_order": "too large a share of net liquidation",
    "share_per_day": "too large a share of net liquidation in a day",
    "through_market": "a limit too far through the market",
    "distance": "a limit too far from the last price",
    "seconds_between": "an order too soon after another",
    "quote_age": "a market order without a fresh quote",
    "market_order_outside_hours": "a market order outside trading hours",
    "sec_types": "a kind of contract that is not allowed",
    "symbols": "a symbol that is not allowed",
}
_MARGINS = {
    "init_margin": "Initial margin",
    "maint_margin": "Maintenance margin",
    "equity_with_loan": "Equity with loan value",
}
_MOMENTS = {"before": "now", "change": "what the order changes", "after": "with the order filled"}


def _money(name: str, meaning: str, source: str, unit: str = "margin_currency") -> Column:
    return Column(name, "float64", unit, meaning, source)


SCHEMA = Schema(
    name="preview",
    meaning="one order that was not sent",
    request="placeOrder with whatIf",
    essential=(
        "symbol action total_quantity order_type limit_price aux_price commission commission_min "
        "commission_max init_margin_change init_margin_after position_after warning stopped_by sec_type "
        "expiry strike right"
    ),
    columns=(
        Column("role", "string", "", "What it is in a bracket: parent, take profit, stop loss; or empty", ""),
        Column("account", "string", "", "Account", "account", "order.account"),
        *contract_columns(),
        *ORDER_COLUMNS,
        Column("sentence", "string", "", "What it asks for, in words", ""),
        _money("commission", "Commission; unset where only a range is known", "commission", "commission_currency"),
        _money("commission_min", "The least it may be", "minCommission", "commission_currency"),
        _money("commission_max", "The most it may be", "maxCommission", "commission_currency"),
        Column("commission_currency", "string", "", "Currency of the commission", "commissionCurrency"),
        *(
            _money(f"{name}_{moment}", f"{meaning}, {when}", f"{name}_{moment}")
            for name, meaning in _MARGINS.items()
            for moment, when in _MOMENTS.items()
        ),
        Column("margin_currency", "string", "", "Currency of margins and equity", "marginCurrency"),
        Column("position_before", "float64", "shares or contracts", "Held now", "position"),
        Column("position_after", "float64", "shares or contracts", "Held with the order filled", ""),
        Column("value", "float64", "base currency", "What the order is worth at its price or the market's", ""),
        Column("warning", "string", "", "What TWS says to it, a refusal included", "warningText"),
        *(
            Column(f"guard_{name}", "string", "", f"passes, off, not known, or why it stops: {what}", "")
            for name, what in GUARDS.items()
        ),
        Column("stopped_by", "string", "", "The guards that stop it, separated by commas; empty where none does", ""),
    ),
)


def frame(objects: Iterable[object], told: Iterable[Mapping[str, Any]] = (), **attrs: Any) -> pd.DataFrame:
    """Return previews as a DataFrame.

    Parameters
    ----------
    objects : iterable of object
        With ``contract`` and ``order``.
    told : iterable of mapping
        For each, the columns that are neither the contract's nor the order's.
    **attrs
        Into ``frame.attrs``.

    Examples
    --------
    >>> from ibnb.tables.order import preview
    >>> "commission_max" in preview.frame([])
    True
    """
    objects, told, problems = list(objects), list(told), Problems()
    columns = without_unused_prices(SCHEMA.pull(objects, problems))
    rest = [column.name for column in SCHEMA.columns if column.name not in columns]
    columns |= {name: [row.get(name) for row in told] for name in rest}
    return SCHEMA.frame(columns, problems, **attrs)


def joined(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return several previews as one."""
    frames = list(frames)
    if not frames:
        return SCHEMA.empty()
    table = pd.concat(frames, ignore_index=True)
    table.attrs = frames[0].attrs
    return table
