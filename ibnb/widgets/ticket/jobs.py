"""What a ticket does in the background: looks up, quotes, plans, previews, sends, follows. It knows no panel."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, IBNBError, RequestError
from ibnb.live.board.stream import BoardStream, watch
from ibnb.live.board.told import DATA_TYPES
from ibnb.research.search import search
from ibnb.trading.sending.guarded import FRESH
from ibnb.trading.sending.planned import Planned
from ibnb.trading.sending.tracker import tracker_of
from ibnb.trading.sending.trade import LiveTrade
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractDetails, ContractLike
from ibnb.tws.contracts import label
from ibnb.tws.resolve import resolve_live
from ibnb.tws.units.price_units import price_unit, whole_magnifier
from ibnb.widgets.kit.notice import Notice, of_error
from ibnb.widgets.kit.on_session import on_session
from ibnb.widgets.kit.work import Stopped, Work
from ibnb.widgets.ticket import words
from ibnb.widgets.ticket.fields import TicketFields
from ibnb.widgets.ticket.layout import TicketLayout
from ibnb.widgets.ticket.plan import plan_of

if TYPE_CHECKING:
    from ibnb.session import Session

#: The slots of jobs: a newer job of a slot ends the one before.
LOOK, PLAN, PREVIEW, SEND, CHANGE = "look", "plan", "preview", "send", "change"
_EVERY = 0.5  # seconds between two repaints of the quote
_MATCHES = 6


class TicketJobs:
    """Looks, plans, previews and sends; each shows how it went and how it failed.

    Attributes
    ----------
    planned : Planned or None
        What the form asks for, as it would be sent; None where it asks for nothing that can be.
    trades : list of LiveTrade
        What was sent last.
    """

    def __init__(
        self, session: Session, fields: TicketFields, layout: TicketLayout, work: Work, timeout: float
    ) -> None:
        self._session, self._fields, self._layout, self._work = session, fields, layout, work
        self._timeout, self._lock = timeout, threading.Lock()  # a person edits while a preview comes
        self.planned: Planned | None = None
        self.trades: list[LiveTrade] = []
        self._details: ContractDetails | None = None
        self._board: BoardStream | None = None
        self._unwatch: Callable[[], None] | None = None

    # What a person does ---------------------------------------------------------------------------------------------

    def edited(self, name: str) -> None:
        """Plan anew: a field was changed, and what was previewed counts no more."""
        with self._lock:
            self.planned = None
            self._layout.forget()
        self._work.stop(PREVIEW)
        if name == "contract":
            self._details = None
            self._work.stop(PLAN)
            self._work.start(self._look, LOOK, self._failed)
        else:
            self._work.start(self._plan, PLAN, self._failed)

    def preview(self) -> None:
        """Ask TWS what the planned order would do."""
        if self.planned is None:
            self._layout.say(Notice("idle", "Nothing to preview.", "Write a contract, an amount and a price first."))
            return
        self._work.start(partial(self._preview, self.planned), PREVIEW, self._failed)

    def submit(self) -> None:
        """Ask once more: the first step of two."""
        planned, session = self.planned, self._session
        if planned is None or not planned.is_previewed:
            self._expired()
            return
        plan = planned.plan
        self._layout.ask(words.confirm_html(session.kind, plan.account, plan.sentences, self._force() or ""))

    def send(self) -> None:
        """Send what was confirmed: the second step."""
        planned = self.planned
        if planned is None or not planned.is_previewed or not self._layout.is_asking:
            self._expired()
            return
        self._layout.ask_no_more()
        self._layout.submit.disabled = True
        self._work.start(partial(self._send, planned, self._force()), SEND, self._failed)

    def change(self, price: float | None, quantity: float | None) -> None:
        """Change the order that was sent."""
        if self.trades:
            self._work.start(partial(self._change, self.trades[0], price, quantity), CHANGE, self._failed)

    def cancel(self) -> None:
        """Cancel what was sent: the first, which takes the others with it, or what works on behind it."""
        working = [trade for trade in self.trades if not trade.record.is_over]
        if working:
            wanted = working[:1] if working[0] is self.trades[0] else working
            self._work.start(partial(self._cancel, wanted), CHANGE, self._failed)

    def close(self) -> None:
        """Give the quote's line back, and follow no order any more; orders that work go on. May be repeated."""
        self._session.loop.post(self._end)

    def _end(self) -> None:
        board, self._board = self._board, None
        if board is not None:
            board.stop()
        unwatch, self._unwatch = self._unwatch, None
        if unwatch is not None:
            unwatch()

    # Jobs -----------------------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        layout = self._layout
        layout.show_sentence("")
        layout.show_found("")
        wanted = self._fields.contract_meant()
        if wanted is None:
            layout.show_quote("")
            return
        layout.say(Notice("busy", "Looking it up …", ""))
        try:
            details = self._details = await on_session(self._session, partial(self._details_of, wanted))
        except (BadInput, RequestError) as error:
            layout.show_quote("")
            layout.show_found(words.found_html(await self._matches(wanted)))
            if not (isinstance(error, BadInput) and self._fields.complain_of(error)):
                layout.say(of_error(error))
            return
        await on_session(self._session, partial(self._follow_quote, details))
        await self._plan()

    async def _details_of(self, wanted: ContractLike, ib: IB) -> ContractDetails:
        return await resolve_live(ib, wanted, timeout=self._timeout)

    async def _matches(self, wanted: ContractLike) -> list[dict[str, Any]]:
        if not isinstance(wanted, str):
            return []
        try:
            frame = await on_session(self._session, lambda ib: search(ib, wanted, timeout=self._timeout))
        except IBNBError:
            return []
        return [{str(key): value for key, value in row.items()} for row in frame.head(_MATCHES).to_dict("records")]

    async def _follow_quote(self, details: ContractDetails, ib: IB) -> None:
        before, self._board = self._board, None
        if before is not None:
            before.stop()
        board = await watch(ib, [details.contract], limit=1, timeout=self._timeout)
        self._board = board
        board.listen(lambda _names: self._paint_quote(), _EVERY)
        self._paint_quote()

    def quote(self) -> dict[str, float]:
        """Return bid, ask and last as they are now; NaN for what is not there."""
        quote = {name: float("nan") for name in ("bid", "ask", "last")}
        if self._board is None or self._details is None:  # the contract is being looked up
            return quote
        line = next((row.line for row in self._board.rows), None)
        return quote if line is None else {name: line.quote.value(name) for name in quote}

    def _paint_quote(self) -> None:
        board, details = self._board, self._details
        if board is None or details is None:
            return
        [row], quote = board.rows, self.quote()
        kind = "" if row.line is None else DATA_TYPES.get(row.line.quote.data_type, "")
        unit = price_unit(details.contract.currency, whole_magnifier(details.priceMagnifier))
        name = f"{label(details.contract)} {details.longName}".strip()
        self._layout.show_quote(words.quote_html(name, unit, quote, row.reason or kind))

    def show_anew(self) -> None:
        """Show quote, form and trades as numbers are written now; what was previewed has to be again."""
        self._fields.show_anew()
        self._paint_quote()
        self._paint_trades()
        if self.planned is not None:
            self.edited("amount")

    async def _plan(self) -> None:
        layout = self._layout
        layout.show_sentence("")
        wish, details = self._fields.wish(), self._details  # a person may write another contract meanwhile
        if wish is None or details is None:
            layout.say(Notice("idle", "Not complete yet.", "Write a contract, an amount and what the type needs."))
            return
        try:
            planned = await on_session(self._session, lambda ib: plan_of(ib, wish, details, timeout=self._timeout))
        except BadInput as error:
            if not self._fields.complain_of(error):
                layout.say(of_error(error))
            return
        with self._lock:
            if self._details is not details or self._fields.wish() != wish:
                return  # something else was written meanwhile, and is planned by who has heard of that
            self.planned = planned
        layout.show_sentence(words.sentence_html(planned.plan.sentences))
        layout.say(Notice("idle", "Planned; nothing is sent.", "Preview asks TWS what it would do."))

    async def _preview(self, planned: Planned) -> None:
        layout = self._layout
        layout.say(Notice("busy", "Asking TWS what it would do …", "Nothing is sent that could be filled."))
        frame = await on_session(self._session, lambda _ib: planned.preview(timeout=self._timeout))
        rows = [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
        stopped = any(row["stopped_by"] for row in rows)
        base = str(frame.attrs.get("base_currency", ""))
        with self._lock:
            if self.planned is not planned:  # a field was changed meanwhile
                return
            layout.show_preview(words.preview_html(rows, base), may_submit=not stopped, may_force=stopped)
        if stopped:
            layout.say(Notice("fail", "A guard stops it.", "Change the order, or give a reason to send it."))
        else:
            layout.say(Notice("pass", "Previewed.", f"Submit is open for {FRESH:.0f} seconds."))
        await asyncio.sleep(FRESH)
        if self.planned is planned and not planned.is_submitted:
            self._expired()

    def _expired(self) -> None:
        self._layout.ask_no_more()
        self._layout.submit.disabled = True
        self._layout.say(Notice("idle", "The preview is too old.", "Press Preview again: prices have moved since."))

    async def _send(self, planned: Planned, force: str | None) -> None:
        layout = self._layout
        self._work.stop(PREVIEW)
        layout.say(Notice("busy", "Sending …", "It is sent once, whatever happens."))
        await on_session(self._session, self._follow_orders)
        try:
            self.trades = await on_session(self._session, lambda _ib: planned.submit(force))
        except IBNBError as error:
            if isinstance(trade := getattr(error, "trade", None), LiveTrade):
                self.trades = [trade]
                self._paint_trades()
            layout.say(of_error(error))
            return
        self._paint_trades()
        layout.say(
            Notice("pass", "TWS has taken it.", "Below is what becomes of it. For another, change a field and preview.")
        )
        with self._lock:
            if self.planned is not planned:  # a field was changed meanwhile: that is another order
                return
            self.planned = None
        layout.show_preview("", may_submit=False, may_force=False)
        layout.show_sentence("")

    async def _follow_orders(self, ib: IB) -> None:
        if self._unwatch is None:
            self._unwatch = tracker_of(ib).watch(lambda _record: self._paint_trades())

    def _paint_trades(self) -> None:
        records = [trade.record for trade in self.trades]
        if records:
            is_working = not all(each.is_over for each in records)
            self._layout.show_trade(words.trade_html(records), is_working=is_working, may_change=not records[0].is_over)

    async def _change(self, trade: LiveTrade, price: float | None, quantity: float | None) -> None:
        await on_session(self._session, lambda _ib: trade.modify(price, quantity, timeout=self._timeout))
        self._paint_trades()
        self._layout.say(Notice("pass", "TWS has taken the change.", ""))

    async def _cancel(self, trades: list[LiveTrade]) -> None:
        for trade in trades:
            await on_session(self._session, partial(_cancelled, trade, self._timeout))
        self._paint_trades()
        states = ", ".join(dict.fromkeys(trade.record.state for trade in trades))
        self._layout.say(Notice("pass", f"The order is {states}." if len(trades) == 1 else f"They are {states}.", ""))

    def _force(self) -> str | None:
        return self._layout.force.value.strip() or None

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Stopped):
            self._layout.say(of_error(error))


async def _cancelled(trade: LiveTrade, timeout: float, _ib: IB) -> None:
    await trade.cancel(timeout=timeout)
