"""What the guards say of the orders of a plan now, from facts that are kept for as long as they may serve a submit."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ibnb.errors import BadInput, IBNBError, NotConnected, OrderStopped
from ibnb.settings import options
from ibnb.trading.check.case import Case
from ibnb.trading.check.facts import Facts, facts_for, position_of
from ibnb.trading.check.guards import Verdict, judge, stops
from ibnb.trading.check.quotes import Prices
from ibnb.trading.records.closing import closing, moved, parts_of
from ibnb.trading.records.holding import held_now
from ibnb.trading.records.record import OVER, Record
from ibnb.trading.sending.find import COMPLETED_FROM
from ibnb.trading.sending.tracker import Tracker
from ibnb.trading.values.plan import BUY, Plan, figure_of
from ibnb.trading.values.references import token_of
from ibnb.tws import ask
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Trade

#: So long facts that a preview was shown with serve a submit, in seconds.
FRESH = 30.0
#: So long after it was sent an order may not be among those that TWS lists.
_UNLISTED = timedelta(seconds=10)
#: So often what is to be sent is judged anew, as others have sent something meanwhile.
MOST_TRIES = 20


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
    quantities : tuple of float
        How much each is for; NaN for an amount of money without a price.
    at, clock : float
        When, by `time.monotonic` and by `time.time`: the one stands still while a machine sleeps, the other may be set.
    """

    facts: Facts
    verdicts: tuple[tuple[Verdict, ...], ...]
    values: tuple[float | None, ...]
    quantities: tuple[float, ...]
    at: float
    clock: float

    @property
    def is_fresh(self) -> bool:
        """Whether it may still serve."""
        return time.monotonic() - self.at < FRESH and abs(time.time() - self.clock) < FRESH

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
    if facts is None:
        found = await facts_for(ib, plan.details, plan.account, timeout=timeout)
    else:  # others may have traded meanwhile
        found = replace(facts, position=await position_of(ib, plan.account, plan.contract, timeout=timeout))
    held = held_now(found.position, tracker.records.values(), plan.account, plan.contract)
    found = replace(found, position=held)
    await tracker.remember()
    others = tracker.of_others()
    forgotten = [record for record in tracker.records.values() if _is_forgotten(record)]
    ended = await _ended(ib, [*forgotten, *others], plan, timeout)
    found = _with_orders(found, [*tracker.records.values(), *others], ended, plan, instead_of)
    cases = [Case(options.limits, found, plan.details, line.order) for line in plan.lines]
    verdicts = tuple(
        judge(case) if line.role in ("", "parent") or instead_of is not None else ()
        for line, case in zip(plan.lines, cases, strict=True)
    )
    values, quantities = tuple(case.value for case in cases), tuple(case.quantity for case in cases)
    return Judged(found, verdicts, values, quantities, time.monotonic(), time.time())


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


def others_write() -> IBNBError:
    """Return what is to be said where others send so much that nothing can be judged in between."""
    return IBNBError(
        "Not sent: other notebooks of yours write into the audit log without a pause, so that a day's limits cannot be "
        "looked at in between. Wait until they are done, and submit it again."
    )


def check_force(force: object) -> None:
    """Raise `BadInput` where a reason to send an order against a guard is none."""
    if force is not None and (not isinstance(force, str) or not force.strip()):
        raise BadInput("force", force, "the reason, in words, which the audit log keeps")


def _is_forgotten(record: Record) -> bool:
    """Tell whether an order is one of an earlier session of which nothing was heard in this one."""
    return not record.connection and record.state == "unknown"


async def _ended(ib: IB, others: Iterable[Record], plan: Plan, timeout: float) -> set[str]:
    """Return which orders of other sessions seem to close what is held, and work no more: TWS does not list them.

    A session that has ended has written nothing of what became of its orders. One that was sent a moment ago may not
    be listed yet: it counts until TWS has it among those that are over.
    """
    parts = parts_of(plan.contract, plan.lines[0].order.action)
    working = {each.token: each for each in others if any(moved(each, part) for part in parts)}
    if not working:
        return set()
    just_now = datetime.now(UTC) - _UNLISTED
    try:
        unlisted = working.keys() - _tokens(await ask.open_orders(ib, timeout=timeout))
        young = {token for token in unlisted if working[token].sent >= just_now}
        if young and int(ib.client.serverVersion()) >= COMPLETED_FROM:
            over = await ask.completed_orders(ib, timeout=timeout)
            young -= _tokens(trade for trade, _state in over)
        return unlisted - young
    except NotConnected:
        raise
    except IBNBError:
        return set()


def _tokens(trades: Iterable[Trade]) -> set[str]:
    return {token_of(trade.order.orderRef) for trade in trades}


def _with_orders(facts: Facts, sent: Sequence[Record], ended: set[str], plan: Plan, instead_of: Record | None) -> Facts:
    """Add what was ordered for an account today, by this machine's date, and when the last order was sent.

    What an order that is to be changed has filled is put back into the position, as the order still tells all of it.
    """
    now, first = datetime.now(UTC), plan.lines[0].order
    midnight = datetime.combine(now.astimezone().date(), datetime.min.time()).astimezone()
    # a session may have sent thousands by now, and this stands before each order: what is over is left out at once
    all_sent = [
        record
        for record in sent
        if record.account in (plan.account, "")  # "": of an account that is not known for sure
        and record.state not in ("rejected", "never arrived")
        and record is not instead_of
    ]
    counted = [record for record in all_sent if record.role in ("", "parent")]
    today = [(record, _quantity(record)) for record in counted if (record.enlarged or record.sent) >= midnight]
    latest = max((record.sent for record in counted), default=None)
    held, sign = facts.position, 1 if first.action == BUY else -1
    if held is not None and instead_of is not None:
        held -= sign * instead_of.filled
    by_token = {record.token: record for record in sent}
    if instead_of is not None and (parent := _unfilled_parent(by_token, instead_of)) is not None:
        held = None if held is None else held - sign * parent.remaining  # as it will be when the order begins to work
        price = figure_of(parent.order.lmtPrice) or float("nan")
        facts = replace(facts, prices=Prices(price, price, price, now.timestamp(), 1))
    working = [record for record in all_sent if record.state not in OVER and record.token not in ended]
    changed_plan = "" if instead_of is None else instead_of.plan_token
    return replace(
        facts,
        at=now.timestamp(),
        position=held,
        closing=closing(parts_of(plan.contract, first.action), by_token, working, (changed_plan, first.ocaGroup)),
        ordered_quantity=sum(_counted(record, quantity, quantity) for record, quantity in today),
        ordered_value=sum(_counted(record, quantity, record.value or 0.0) for record, quantity in today),
        seconds_since=float("inf") if latest is None else (now - latest).total_seconds(),
    )


def _unfilled_parent(by_token: Mapping[str, Record], record: Record) -> Record | None:
    """Return the order that has to be filled before another begins to work; None where there is none any more."""
    parent = by_token.get(record.plan_token) if record.role not in ("", "parent") else None
    return parent if parent is not None and not parent.is_over and parent.remaining else None


def _quantity(record: Record) -> float:
    """Return how much an order is for, as far as that is known."""
    bought = record.buys if record.buys is not None and record.buys == record.buys else 0.0
    return max(record.quantity or bought, record.filled)


def _counted(record: Record, quantity: float, amount: float) -> float:
    """Return what counts of an order: of one that was cancelled what was filled."""
    if record.state != "cancelled" or not quantity:
        return amount
    return float(amount * record.filled / quantity)
