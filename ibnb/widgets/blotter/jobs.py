"""What a blotter does in the background: asks for orders and fills, follows them, changes and cancels one's own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ibnb.accounts import tables
from ibnb.errors import IBNBError
from ibnb.trading.sending.tracker import tracker_of
from ibnb.trading.sending.trade import LiveTrade
from ibnb.trading.trades import trades
from ibnb.trading.values.plan import plain
from ibnb.tws.ask.calls.deadline import patience
from ibnb.tws.client.health import with_reconnect
from ibnb.tws.client.ib import IB
from ibnb.widgets.blotter.fills import CONTRACT_HEADS, NEWEST, by_contract, contracts_html, fills_html
from ibnb.widgets.blotter.fills import HEADS as FILL_HEADS
from ibnb.widgets.blotter.layout import BlotterLayout
from ibnb.widgets.blotter.table import UNSORTED, in_order, name_of
from ibnb.widgets.blotter.working import HEADS as ORDER_HEADS
from ibnb.widgets.blotter.working import orders_html
from ibnb.widgets.kit.files import link_html
from ibnb.widgets.kit.notice import Notice, of_error
from ibnb.widgets.kit.on_session import on_session
from ibnb.widgets.kit.work import Stopped, Work

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.session import Session
    from ibnb.tws.keeping.timeline import Event

#: The slots: what follows, and what is done to one order.
LOOK, ACT = "look", "act"
#: Seconds between two looks; orders of other clients are told only where they are asked for. News of one's own come at
#: once, gathered for a moment.
_EVERY, _GATHERED = 5.0, 0.2
_SEARCHED = (
    "symbol",
    "local_symbol",
    "sec_type",
    "action",
    "order_type",
    "status",
    "tif",
    "order_ref",
    "account",
    "side",
)


class BlotterJobs:
    """Follows orders and fills, and acts on one's own; knows the layout and not the panel.

    Attributes
    ----------
    orders, fills : DataFrame or None
        As they were last told.
    looked : threading.Event
        Set once TWS has answered, or failed to.
    """

    def __init__(self, session: Session, layout: BlotterLayout, work: Work, timeout: float) -> None:
        self._session, self._layout, self._work, self._timeout = session, layout, work, timeout
        self.orders: pd.DataFrame | None = None
        self.fills: pd.DataFrame | None = None
        self.looked = threading.Event()
        self._chosen = 0
        self._sorts = {"orders": UNSORTED, "fills": NEWEST, "contracts": UNSORTED}
        self._lock = threading.RLock()  # the kernel's thread paints, and the session's
        self._unwatch: Callable[[], None] | None = None
        self._is_live = False
        self._unlisten = session.listen(self._on_event)

    def follow(self) -> None:
        """Look now, and then again and again."""
        self.looked.clear()
        self._is_live = False
        self._work.start(self._follow, LOOK, self._failed)

    def close(self) -> None:
        """Follow no more. May be repeated."""
        self._unlisten()
        self._session.loop.post(self._end)

    def _end(self) -> None:
        unwatch, self._unwatch = self._unwatch, None
        if unwatch is not None:
            unwatch()

    async def _follow(self) -> None:
        await on_session(self._session, self._watch)
        while True:
            self.orders, self.fills = await on_session(self._session, self._look)
            self.paint()
            if not self._is_live and self._session.status.startswith("connected"):
                self._is_live = True
                self._layout.say(Notice("pass", "Live.", f"Own orders at once, those of others every {_EVERY:.0f} s."))
            self.looked.set()
            await self._work.pause(_EVERY)
            await asyncio.sleep(_GATHERED)

    def _on_event(self, event: Event) -> None:
        """Say of a loss that the tables stand still: a look that is under way waits for the connection meanwhile."""
        if event.kind == "lost":
            self._is_live = False
            after = "TWS is asked anew as soon as the connection stands again."
            self._layout.say(Notice("warn", "Not live: this is what TWS told last.", after))

    async def _watch(self, ib: IB) -> None:
        if self._unwatch is None:
            self._unwatch = tracker_of(ib).watch(lambda _record: self._work.nudge())
        if not self._session.readonly:
            await trades(ib, timeout=self._timeout)  # so that orders of before can be changed, too

    async def _look(self, ib: IB) -> tuple[pd.DataFrame, pd.DataFrame]:
        timeout = self._timeout

        async def question() -> tuple[pd.DataFrame, pd.DataFrame]:
            return await tables.orders(ib, timeout=timeout), await tables.executions(ib, timeout=timeout)

        return await with_reconnect(ib, question, patience(None))

    def paint(self) -> None:
        """Paint the tables as filter and headings want them; asks nobody."""
        with self._lock:
            if self.orders is None or self.fills is None:
                return
            client_id, sorts = self._session.client_id, self._sorts
            orders, fills = self._filtered(self.orders), self._filtered(self.fills)
            contracts = by_contract(fills)
            tables = {
                "orders": orders_html(orders, client_id, len(self.orders), sorts["orders"]),
                "fills": fills_html(fills, client_id, len(self.fills), sorts["fills"]),
                "contracts": contracts_html(contracts, sorts["contracts"]),
            }
            counts = {"orders": len(orders), "fills": len(fills), "contracts": len(contracts)}
            self._layout.show(tables, counts)

    def sort(self, name: str, place: int) -> None:
        """Sort a table by another heading, or the other way round."""
        if name in self._sorts:
            self._sorts[name] = self._sorts[name].pressed(place)
            self.paint()

    def _filtered(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows in which each word of the filter stands somewhere."""
        words = self._layout.filter.value.lower().split()
        if not words or rows.empty:
            return rows
        texts = rows[[name for name in _SEARCHED if name in rows]].astype(str).agg(" ".join, axis=1).str.lower()
        found = texts.str.contains(words[0], regex=False)
        for word in words[1:]:
            found &= texts.str.contains(word, regex=False)
        return rows[found]

    def export(self, kind: str) -> None:
        """Make a file of what the open tab shows, as it is sorted there."""
        if self.orders is None or self.fills is None:
            self._layout.say(Notice("idle", "Nothing to export yet.", ""))
            return
        name = self._layout.opened
        if name == "orders":
            rows = in_order(self._filtered(self.orders), ORDER_HEADS, self._sorts[name])
        elif name == "fills":
            rows = in_order(self._filtered(self.fills), FILL_HEADS, self._sorts[name])
        else:
            rows = in_order(by_contract(self._filtered(self.fills)), CONTRACT_HEADS, self._sorts[name])
        self._layout.show_link(link_html(rows, kind, datetime.now().astimezone(), name, name))

    # One's own orders -----------------------------------------------------------------------------------------------

    def choose(self, order_id: int) -> None:
        """Show the fields to change one of one's own orders; 0 for none."""
        row = self._own(order_id)
        self._chosen = order_id if row is not None else 0
        words = [] if row is None else [row["action"], plain(row["total_quantity"]), name_of(row), row["order_type"]]
        self._layout.choose(" ".join(words))

    def change(self, price: float | None, quantity: float | None) -> None:
        """Change the chosen order."""
        if self._chosen:
            self._work.start(partial(self._act, self._chosen, price, quantity), ACT, self._failed)

    def cancel(self, order_id: int) -> None:
        """Cancel one of one's own orders."""
        if self._own(order_id) is not None:
            self._work.start(partial(self._act, order_id, None, None), ACT, self._failed)

    def _own(self, order_id: int) -> dict[str, Any] | None:
        if self.orders is None or not order_id:
            return None
        mine = (self.orders["client_id"] == self._session.client_id) & (self.orders["order_id"] == order_id)
        rows = self.orders[mine].to_dict("records")
        return {str(name): value for name, value in rows[0].items()} if rows else None

    async def _act(self, order_id: int, price: float | None, quantity: float | None) -> None:
        is_change = price is not None or quantity is not None
        self._layout.say(Notice("busy", "Changing …" if is_change else "Cancelling …", ""))
        trade = await on_session(self._session, partial(self._trade, order_id))
        if is_change:
            await on_session(self._session, lambda _ib: trade.modify(price, quantity, timeout=self._timeout))
            self.choose(0)
            self._layout.say(Notice("pass", "TWS has taken the change.", ""))
        else:
            await on_session(self._session, lambda _ib: trade.cancel(timeout=self._timeout))
            self._layout.say(Notice("pass", f"The order is {trade.record.state}.", ""))
        self._work.nudge()

    async def _trade(self, order_id: int, ib: IB) -> LiveTrade:
        tracker, client_id = tracker_of(ib), self._session.client_id
        for record in tracker.records.values():
            if (record.client_id, record.order_id) == (client_id, order_id):
                return LiveTrade(ib, record)
        raise IBNBError(
            "This order was not sent by ibnb, so that it is not followed here. Change it where it was sent, or in TWS."
        )

    def _failed(self, error: Exception) -> None:
        self.looked.set()
        if not isinstance(error, Stopped):
            self._layout.say(of_error(error))
