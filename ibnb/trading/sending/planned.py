"""A plan with the client that it would be sent by: shown, previewed, and submitted once.

What a person holds is made of it: `ibnb.trading.handles`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ibnb.errors import IBNBError
from ibnb.trading.check.facts import position_of
from ibnb.trading.check.rules import Rules
from ibnb.trading.records.holding import held_now
from ibnb.trading.records.record import Record
from ibnb.trading.records.undoing import require_left
from ibnb.trading.sending import submit
from ibnb.trading.sending.find import seek_after_losses
from ibnb.trading.sending.guarded import MOST_TRIES, Judged, check_force, judged, others_write, require_passed
from ibnb.trading.sending.preview import previewed
from ibnb.trading.sending.tracker import LogLine, tracker_of
from ibnb.trading.sending.trade import LiveTrade
from ibnb.trading.values.plan import Plan
from ibnb.tws.client.health import gone
from ibnb.tws.client.ib import IB
from ibnb.tws.guard import gate_of

if TYPE_CHECKING:
    import pandas as pd


class Planned:
    """Orders that were not sent yet. Made by `ibnb.aio.limit` and its kin; awaited on its client's loop.

    Attributes
    ----------
    plan : Plan
        What they are.
    is_submitted : bool
        Whether they were sent; then they are not sent again.
    """

    def __init__(self, ib: IB, plan: Plan, rules: Rules) -> None:
        self._ib, self.plan, self.rules = ib, plan, rules
        self.is_submitted = False
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._judged: Judged | None = None
        self._news = 0

    async def preview(self, *, timeout: float = 10) -> pd.DataFrame:
        """Return what they would do, one row an order (placeOrder with whatIf); nothing is sent that could be filled.

        Raises
        ------
        ReadOnly
            If the session is not to send orders: to TWS a preview is one.
        """
        self._require()
        self._news = tracker_of(self._ib).news
        frame, self._judged = await previewed(self._ib, self.plan, timeout=timeout)
        self._log_preview(list(frame["stopped_by"]))
        return frame

    def _log_preview(self, stopped: list[str]) -> None:
        """Write down that they were previewed, and which guards stop them."""
        tracker, client_id, plan = tracker_of(self._ib), int(self._ib.wrapper.clientId), self.plan
        for line, guards in zip(plan.lines, stopped, strict=True):
            record = Record(line.token, plan.contract, line.order, plan.account, client_id, role=line.role)
            tracker.written("previewed", record, text=f"stopped by {guards}" if guards else "")

    @property
    def is_previewed(self) -> bool:
        """Whether a preview was made that is fresh enough to be acted on."""
        return self._judged is not None and self._judged.is_fresh

    async def submit(self, force: str | None = None, *, timeout: float = 60) -> list[LiveTrade]:
        """Send them, once, and return as soon as TWS has acknowledged them (placeOrder).

        Parameters
        ----------
        force : str, optional
            Why to send them though a guard says no; the audit log keeps it.
        timeout : float
            Seconds to wait for the connection, where it is lost meanwhile.

        Raises
        ------
        OrderStopped
            If a guard says no; nothing was sent.
        OrderRejected, OrderUnknown, OrderNotArrived
            What became of the first of them that does not work.
        IBNBError
            If they were submitted before.
        """
        check_force(force)
        if self.is_submitted:
            raise IBNBError(
                "This order was submitted already and is not sent again. tws.trades() shows what became of it; for "
                "another like it, make a new one."
            )
        self._require()
        if not self._ib.client.isReady():
            raise gone(self._ib)
        self.is_submitted = True  # before anything is awaited: two submits at a time are one
        self._at_rest.clear()
        try:
            seek_after_losses(self._ib)
            records = await self._sent(force)
        except BaseException as error:
            self.is_submitted = self.has_left  # as a rule nothing has
            self._carry_trade(error)
            raise
        finally:
            self._at_rest.set()
        return await self._followed(records, timeout)

    @property
    def has_left(self) -> bool:
        """Whether any of them was sent."""
        sent = tracker_of(self._ib).records
        return any(line.token in sent for line in self.plan.lines)

    async def settled(self) -> bool:
        """Wait until a submit that was interrupted has come to a halt, and return whether it has sent anything."""
        await self._at_rest.wait()
        return self.has_left

    async def held(self) -> float | None:
        """Return what its account holds of its contract now; None where that is not known."""
        plan = self.plan
        told = await position_of(self._ib, plan.account, plan.contract, timeout=_FACTS)
        return held_now(told, tracker_of(self._ib).records.values(), plan.account, plan.contract)

    def _require(self) -> None:
        gate_of(self._ib).require(self.plan.account)

    async def _sent(self, force: str | None) -> list[Record]:
        """Send them, and return their records: what others send meanwhile counts, so that they are judged with it."""
        tracker = tracker_of(self._ib)
        is_fresh = self.is_previewed and self._news == tracker.news  # no order has changed anything since
        known = self._judged.facts if self._judged is not None and is_fresh else None
        for _ in range(MOST_TRIES):
            found = await judged(self._ib, tracker, self.plan, timeout=_FACTS, facts=known)
            records, lines = self._checked(found, force)
            if submit.send(self._ib, tracker, records, lines):
                return records
            known = found.facts
        raise others_write()

    def _checked(self, found: Judged, force: str | None) -> tuple[list[Record], list[LogLine]]:
        """Return the records of the orders that may be sent, and the lines that are to stand before theirs."""
        tracker = tracker_of(self._ib)
        for line in self.plan.lines:  # nothing is awaited from here on until they are sent
            require_left(line.order, tracker.records)
        records = submit.make_records(self._ib, tracker, self.plan)
        for record, value, quantity in zip(records, found.values, found.quantities, strict=True):
            record.value, record.buys, record.held_before = value, quantity, found.facts.position
        if found.against:
            tracker.write_each(submit.asked(records, self.plan.sentences))
            require_passed(tracker, self.plan, records[0], found, force)
            return records, []
        return records, submit.asked(records, self.plan.sentences)

    async def _followed(self, records: list[Record], timeout: float) -> list[LiveTrade]:
        tracker = tracker_of(self._ib)
        try:
            await submit.acknowledged(self._ib, tracker, records, timeout=timeout)
        except IBNBError as error:
            self._carry_trade(error)
            raise
        except BaseException:  # a Ctrl-C, or the end of the session: they are sent, and are followed
            for record in records:
                tracker.written("interrupted", record, text="the wait for TWS's acknowledgement was ended")
            raise
        return [self._trade(record) for record in records]

    def _carry_trade(self, error: BaseException) -> None:
        """Have an error carry the order that it is about as coroutines hold it."""
        if isinstance(record := getattr(error, "trade", None), Record):
            error.trade = self._trade(record)  # type: ignore[attr-defined]

    def _trade(self, record: Record) -> LiveTrade:
        return LiveTrade(self._ib, record, self.plan.details, self.rules)


#: Seconds for what the guards want to know, where no fresh preview has found it.
_FACTS = 4.0
