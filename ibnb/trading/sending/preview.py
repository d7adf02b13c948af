"""Previews: what TWS says of each order of a plan, beside what the guards say, as one frame."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ibnb.errors import OrderRejected
from ibnb.settings import options
from ibnb.trading.check.case import Case
from ibnb.trading.check.guards import stops
from ibnb.trading.sending.guarded import Judged, judged
from ibnb.trading.sending.tracker import tracker_of
from ibnb.trading.sending.what_if import what_if
from ibnb.trading.values.plan import BUY, Line, Plan, sentence
from ibnb.tws.client.ib import IB

if TYPE_CHECKING:
    import pandas as pd

_MARGINS = ("init_margin", "maint_margin", "equity_with_loan")
_ENDS = "works once its parent is filled: TWS cannot say what it would do to the account before"


async def previewed(ib: IB, plan: Plan, *, timeout: float) -> tuple[pd.DataFrame, Judged]:
    """Return the preview of a plan, and what the guards have found.

    TWS is asked for all orders and for all facts at once.
    """
    from ibnb.tables.order import preview

    tracker = tracker_of(ib)
    asked = [_asked(ib, plan, line, timeout) for line in plan.lines]
    found, *answers = await asyncio.gather(judged(ib, tracker, plan, timeout=timeout), *asked)
    rows = [_row(plan, number, answer, found) for number, answer in enumerate(answers)]
    objects = [SimpleNamespace(contract=plan.contract, order=line.order) for line in plan.lines]
    frame = preview.frame(objects, rows, base_currency=found.facts.base_currency)
    return frame, found


async def _asked(ib: IB, plan: Plan, line: Line, timeout: float) -> tuple[dict[str, Any], list[str]]:
    try:
        return await what_if(ib, plan.contract, line.order, timeout=timeout)
    except OrderRejected as error:
        if line.role in ("", "parent") and error.cause:  # the API is read-only, say: not about this order
            raise
        return {}, [f"TWS would not take it ({error.code}): {error.text}"]


def _row(plan: Plan, number: int, answer: tuple[dict[str, Any], list[str]], found: Judged) -> dict[str, Any]:
    line, (values, remarks) = plan.lines[number], answer
    order, verdicts = line.order, found.verdicts[number]
    alone = line.role in ("", "parent")
    warnings = [str(values.get("warning_text") or ""), str(values.get("reject_reason") or ""), *remarks]
    case = Case(options.limits, found.facts, plan.details, order)
    if alone and case.wakes_at is not None and case.is_awake:
        warnings.append("the market has reached the price that it waits for: it works at once")
    margins = {
        f"{name}_{moment}": values.get(f"{name}_{moment}")
        for name in _MARGINS
        for moment in ("before", "change", "after")
    }
    held = found.facts.position
    signed = found.quantities[number] * (1 if order.action == BUY else -1)
    return {
        "role": line.role,
        "sentence": sentence(line, plan.details, plan.account),
        "commission": values.get("commission"),
        "commission_min": values.get("min_commission"),
        "commission_max": values.get("max_commission"),
        "commission_currency": values.get("commission_currency"),
        **(margins if alone else {}),
        "margin_currency": values.get("margin_currency") or (found.facts.base_currency if alone else ""),
        "position_before": held,
        "position_after": None if held is None or not alone or signed != signed else held + signed,
        "value": found.values[number],
        "warning": "; ".join(dict.fromkeys(text for text in warnings if text)) if alone else _ENDS,
        **{f"guard_{verdict.guard}": verdict.text for verdict in verdicts},
        "stopped_by": ", ".join(verdict.guard for verdict in stops(verdicts)),
    }
