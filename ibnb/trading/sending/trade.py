"""One order that was sent, as coroutines hold it: what became of it, waiting for it, changing it, ending it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from ibnb.errors import BadInput, IBNBError
from ibnb.trading.check.market_rules import rules_for
from ibnb.trading.check.rules import Rules, check_order
from ibnb.trading.records.record import Record
from ibnb.trading.records.told import Told
from ibnb.trading.sending import change
from ibnb.trading.sending.changed import changed, check_ends
from ibnb.trading.sending.guarded import MOST_TRIES, check_force, judged, others_write, require_passed
from ibnb.trading.sending.submit import Heard
from ibnb.trading.sending.tracker import tracker_of
from ibnb.trading.values.kinds import TRAILING, kind_of
from ibnb.trading.values.plan import Line, Plan, plain
from ibnb.tws import ask
from ibnb.tws.ask.calls import objects
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.health import gone, restored
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractDetails
from ibnb.tws.contracts import label
from ibnb.tws.guard import gate_of
from ibnb.tws.resolve import resolve

if TYPE_CHECKING:
    import pandas as pd

#: Seconds for the status to come behind the fills.
_STATUS = 1.0
#: What TWS has not taken, and will not take any more.
_NOT_TAKEN = frozenset({"rejected", "never arrived"})
#: What a person may wait for, and when that is so.
_WAITS: dict[str, Callable[[Record], bool]] = {
    "submitted": lambda record: (record.acknowledged or record.is_over) and record.state not in _NOT_TAKEN,
    "filled": lambda record: record.state == "filled",
    "done": lambda record: record.is_over,
}


class LiveTrade(Told):
    """An order that was sent. Made by submitting; awaited on its client's loop.

    Attributes
    ----------
    record : Record
        What is known of it.
    """

    def __init__(
        self, ib: IB, record: Record, details: ContractDetails | None = None, rules: Rules | None = None
    ) -> None:
        self.ib, self.record, self.details, self.rules = ib, record, details, rules

    @property
    def _record(self) -> Record:
        return self.record

    @property
    def fills(self) -> pd.DataFrame:
        """Its fills, with columns of ``ibnb.schema("executions")``."""
        from ibnb.tables.order import executions

        module, record = module_of(self.ib), self.record
        rows = []
        for values in list(record.fills.values()):
            execution = objects.execution(module, values)
            report = record.report(values["exec_id"])
            told = module.CommissionReport() if report is None else objects.commission_report(module, report)
            rows.append(module.Fill(record.contract, execution, told, execution.time))
        return executions.frame(rows, account=record.account)

    @property
    def log(self) -> pd.DataFrame:
        """What has happened to it, with columns of ``ibnb.schema("trade_log")``."""
        from ibnb.tables.order import trades

        return trades.log_frame(list(self.record.log), account=self.record.account)

    async def wait(self, state: str = "done") -> None:
        """Return when it is ``"submitted"`` (TWS has taken it), ``"filled"``, or ``"done"`` (nothing more comes).

        Raises
        ------
        IBNBError
            If it can be so no more: an order that is cancelled is not filled any more.
        NotConnected
            If the connection is lost for good.
        """
        if state not in _WAITS:
            raise BadInput("state", state, f"one of {', '.join(map(repr, _WAITS))}")
        is_so, record = _WAITS[state], self.record
        while not is_so(record):
            if record.is_over:
                why = f" ({record.reason})" if record.reason else ""
                raise IBNBError(f"The order is {record.state}{why} and will not be {state} any more. See trade.log.")
            if not await self._heard(lambda: is_so(record) or record.is_over, None) and not await restored(
                self.ib, None
            ):
                raise gone(self.ib)
        if record.state == "filled" and record.status != "Filled":  # by its fills, of which TWS tells first
            await self._heard(lambda: record.status == "Filled", _STATUS)

    async def _heard(self, done: Callable[[], bool], seconds: float | None) -> bool:
        """Wait for news until something is so; return False where the connection was lost first."""
        heard = Heard(self.ib, tracker_of(self.ib))
        try:
            return await heard.until(done, seconds)
        finally:
            heard.stop()

    async def modify(
        self,
        price: float | None = None,
        quantity: float | None = None,
        *,
        stop_price: float | None = None,
        force: str | None = None,
        timeout: float = 10,
    ) -> None:
        """Change the price or the quantity, and return when TWS has taken that (placeOrder under the order's id)."""
        record, deadline = self.record, Deadline(timeout)
        check_force(force)
        change.check_working(self.ib, record, "modify")
        gate_of(self.ib).require(record.account)
        async with change.turn(record, deadline.left):  # of two changes at a time the second knows of the first
            if kind_of(record.order) in TRAILING:  # where its stop stands by now
                await ask.open_orders(self.ib, timeout=deadline.left)
            await self._modified(price, quantity, stop_price, force, deadline)

    async def _modified(
        self,
        price: float | None,
        quantity: float | None,
        stop_price: float | None,
        force: str | None,
        deadline: Deadline,
    ) -> None:
        ib, record, tracker = self.ib, self.record, tracker_of(self.ib)
        change.check_working(ib, record, "modify")
        order = changed(record, price, quantity, stop_price)
        check_ends(record, order, tracker.records.values(), forced=force is not None)
        details, rules = await self._known_contract(deadline.left)
        check_order(rules, order)
        plan = Plan(details, record.account, (Line(record.role, order),))
        for _ in range(MOST_TRIES):
            found = await judged(ib, tracker, plan, timeout=deadline.left, instead_of=record)
            require_passed(tracker, plan, record, found, force)
            [value], [counted], forced = found.values, found.quantities, bool(found.against)
            if await change.modify(ib, tracker, record, order, value, counted, timeout=deadline.left, forced=forced):
                return
        raise others_write()

    async def _known_contract(self, timeout: float) -> tuple[ContractDetails, Rules]:
        """Return its contract's details and rules, which of an order of before are looked up."""
        if self.details is None or self.rules is None:
            contract = self.record.contract
            deadline = Deadline(timeout)
            self.details = await resolve(self.ib, contract, timeout=deadline.left)
            self.rules = await rules_for(self.ib, self.details, contract.exchange, timeout=deadline.left)
        return self.details, self.rules

    async def cancel(self, *, timeout: float = 10) -> None:
        """Cancel it, and return when it is over: cancelled, or filled before that (cancelOrder)."""
        if self.record.is_over:
            return
        change.check_working(self.ib, self.record, "cancel")
        await change.cancel(self.ib, tracker_of(self.ib), self.record, timeout=timeout)

    def words(self) -> str:
        """Return how it stands, in a sentence."""
        record = self.record
        order = record.order
        done = f"{plain(record.filled)} of {plain(record.quantity)} filled"
        price = "" if math.isnan(record.average_price) else f" at {plain(round(record.average_price, 6))} on average"
        what = f"{order.action} {label(record.contract)} {order.orderType}"
        status = f" ({record.status})" if record.status else ""
        return f"{what}: {record.state}{status}, {done}{price}"

    def __repr__(self) -> str:
        return f"<Trade {self.words()}>"
