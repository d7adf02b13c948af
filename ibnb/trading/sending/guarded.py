"""What the guards say of the orders of a plan now, from facts that are kept for as long as they may serve a submit."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ibnb.errors import BadInput, OrderStopped
from ibnb.settings import options
from ibnb.trading.check.facts import Facts, facts_for
from ibnb.trading.check.guards import Verdict, judge, stops, value_of
from ibnb.trading.sending.record import Record
from ibnb.trading.sending.tracker import Tracker
from ibnb.trading.values.plan import BUY, Plan
from ibnb.tws.client.ib import IB
from ibnb.tws.contracts import contract_key

#: So long facts that a preview was shown with serve a submit, in seconds.
FRESH = 30.0


@dataclass(frozen=True)
class Judged:
    """The facts, and what follows from them for each order.

    Attributes
    ----------
    facts : Facts
        What was found.
    verdicts : tuple of tuple of Verdict
        By order, in the order of the guards; those that end another order have none, as they are as large as that.
    values : tuple of (float or None)
        What each order is worth in the base currency.
    at : float
        When (`time.monotonic`).
    """

    facts: Facts
    verdicts: tuple[tuple[Verdict, ...], ...]
    values: tuple[float | None, ...]
    at: float

    @property
    def is_fresh(self) -> bool:
        """Whether it may still serve."""
        return time.monotonic() - self.at < FRESH

    @property
    def against(self) -> list[Verdict]:
        """Those that stop the plan."""
        return [verdict for verdicts in self.verdicts for verdict in stops(verdicts)]


async def judged(
    ib: IB,
    tracker: Tracker,
    plan: Plan,
    *,
    timeout: float,
    facts: Facts | None = None,
    instead_of: Record | None = None,
) -> Judged:
    """Return what the guards say of a plan's orders.

    Parameters
    ----------
    ib : IB
        A connected client.
    tracker : Tracker
        For what was ordered today.
    plan : Plan
        The orders.
    timeout : float
        Seconds for the facts, of which those that do not come are not known.
    facts : Facts, optional
        That were found a moment ago.
    instead_of : Record, optional
        The order that is to be changed into this, which does not count beside it.
    """
    found = facts or await facts_for(ib, plan.details, plan.account, timeout=timeout)
    found = _with_orders(found, tracker, plan, instead_of)
    verdicts = tuple(
        judge(options.limits, found, plan.details, line.order)
        if line.role in ("", "parent") or instead_of is not None
        else ()
        for line in plan.lines
    )
    values = tuple(value_of(found, line.order) for line in plan.lines)
    return Judged(found, verdicts, values, time.monotonic())


def require_passed(tracker: Tracker, plan: Plan, record: Record, found: Judged, force: str | None) -> None:
    """Write down what guards say against a plan, and raise it unless there is a reason to send it all the same.

    Raises
    ------
    OrderStopped
        Naming the guards.
    """
    if not found.against:
        return
    words = "; ".join(verdict.text for verdict in found.against)
    tracker.write("stopped" if force is None else "forced", record, text=f"{force or ''} [{words}]".strip())
    if force is not None:
        return
    listed = "\n".join(f"  {verdict.guard}: {verdict.text}" for verdict in found.against)
    raise OrderStopped(
        f"Not sent: {plan.sentences[0]} A guard stops it:\n{listed}\n"
        '  Next: change the order, set ibnb.options.limits, or give force="the reason" for this one order.',
        [verdict.guard for verdict in found.against],
    )


def check_force(force: object) -> None:
    """Raise `BadInput` where a reason to send an order against a guard is none."""
    if force is not None and (not isinstance(force, str) or not force.strip()):
        raise BadInput("force", force, "the reason, in words, which the audit log keeps")


def _with_orders(facts: Facts, tracker: Tracker, plan: Plan, instead_of: Record | None) -> Facts:
    """Add what was ordered for an account today, by this machine's date, and when the last order was sent.

    What an order that is to be changed has filled is put back into the position, as the order still tells all of it.
    """
    now, [first, *_] = datetime.now(UTC), [line.order for line in plan.lines]
    counted = [
        record
        for record in tracker.records.values()
        if record.account == plan.account
        and record is not instead_of
        and record.role in ("", "parent")
        and record.state not in ("rejected", "never arrived")
    ]
    today = [record for record in counted if record.sent.astimezone().date() == now.astimezone().date()]
    held, sign = facts.position, 1 if first.action == BUY else -1
    if held is not None and instead_of is not None:
        held -= sign * instead_of.filled
    return replace(
        facts,
        at=now.timestamp(),
        position=held,
        closing=sum(record.remaining for record in counted if _works_alike(record, plan, first.action)),
        ordered_quantity=sum(_counted(record, record.quantity) for record in today),
        ordered_value=sum(_counted(record, record.value or 0.0) for record in today),
        seconds_since=min(((now - record.sent).total_seconds() for record in counted), default=float("inf")),
    )


def _works_alike(record: Record, plan: Plan, action: str) -> bool:
    """Tell whether an order is still to be filled, of the same contract and on the same side as a plan's first."""
    theirs, ours = record.contract, plan.contract
    same = theirs.conId == ours.conId if ours.conId else contract_key(theirs) == contract_key(ours)
    return same and record.order.action == action and not record.is_over


def _counted(record: Any, amount: float) -> float:
    """Return what counts of an order: of one that was cancelled what was filled."""
    if record.state != "cancelled" or not record.quantity:
        return amount
    return float(amount * record.filled / record.quantity)
