"""All orders that a client id has sent: as a frame that is current and can be watched, and to cancel them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, IBNBError
from ibnb.trading.handles import Trade
from ibnb.trading.records.record import NOT_WORKING, Record
from ibnb.trading.sending.find import find, seek_after_losses
from ibnb.trading.sending.tracker import Tracker, tracker_of
from ibnb.trading.sending.trade import LiveTrade
from ibnb.trading.values.references import token_of
from ibnb.tws import ask
from ibnb.tws.ask.calls.together import together
from ibnb.tws.client.ib import IB
from ibnb.tws.client.loop import BackgroundLoop
from ibnb.tws.subscriptions.listener import Listener, Source
from ibnb.tws.subscriptions.updates import Updates

if TYPE_CHECKING:
    import pandas as pd

_CANCELS_AT_ONCE = 10
#: So many rows are shown of a longer table.
_SHOWN = 40


async def trades(ib: IB, *, timeout: float = 10) -> LiveTrades:
    """Return the orders that this client id has sent: in this session, and before as far as they are not over.

    TWS is asked about those of which it is not known what became of them (reqAllOpenOrders, reqCompletedOrders,
    reqExecutions); the audit log tells which there are.
    """
    tracker = tracker_of(ib)
    first = not tracker.has_memory
    await tracker.remember()
    seek_after_losses(ib)
    open_ones = [record for record in tracker.records.values() if not record.is_over]
    doubtful = [record for record in open_ones if record.state == "unknown" or not record.told]
    if doubtful or first:
        await find(ib, tracker, doubtful, timeout=timeout, always=first)
    return LiveTrades(ib, tracker)


async def cancel_all(ib: IB, confirm: bool = False, *, timeout: float = 10) -> LiveTrades:
    """Cancel all working orders of this client id (cancelOrder, one by one); those of others go on."""
    found, tracker = await trades(ib, timeout=timeout), tracker_of(ib)
    followed = [record for record in found.records() if _may_work(record, tracker.connection)]
    others = await _sent_otherwise(ib, tracker, timeout)
    working = followed + others
    if confirm is not True:
        words = f"{len(working)} orders work" if len(working) != 1 else "one order works"
        raise BadInput("confirm", confirm, f"True: {words}, and all of them would be cancelled")

    async def one(record: Record) -> IBNBError | None:
        try:
            await LiveTrade(ib, record).cancel(timeout=timeout)
        except IBNBError as error:
            return error
        return None

    try:
        for record in others:
            tracker.add(record)
        failed = [error for error in await together(one, working, _CANCELS_AT_ONCE) if error is not None]
    finally:
        for record in others:
            tracker.forget(record)
    if failed:
        failed[0].add_note(f"{len(working) - len(failed)} of {len(working)} orders were cancelled.")
        raise failed[0]
    return found


def _may_work(record: Record, connection: int) -> bool:
    """Tell whether an order works, or may yet: what the present connection has taken may still come to TWS."""
    return not record.is_over and (record.state != "unknown" or record.connection == connection)


async def _sent_otherwise(ib: IB, tracker: Tracker, timeout: float) -> list[Record]:
    """Return the working orders of this client id that no function of ours has sent: by placeOrder of the client."""
    known = {record.perm_id for record in tracker.records.values()}
    records = []
    for trade in await ask.open_orders(ib, timeout=timeout):
        order, status = trade.order, trade.orderStatus.status
        is_own = order.clientId == ib.wrapper.clientId and order.orderId > 0  # what was made in TWS has no such id
        if is_own and not token_of(order.orderRef) and order.permId not in known and status not in NOT_WORKING:
            made = Record(f"#{order.orderId}", trade.contract, order, order.account, order.clientId, order.orderId)
            made.perm_id, made.connection = order.permId, tracker.connection
            made.status, made.state, made.acknowledged = status, "working", True
            records.append(made)
    return records


class LiveTrades(Updates):
    """The orders of a client id, on its loop. Made by `ibnb.aio.trades`."""

    def __init__(self, ib: IB, tracker: Tracker) -> None:
        self._ib, self._tracker = ib, tracker
        self._source = Source()
        self._listeners: dict[Listener, list[str]] = {}  # with the references of those that changed since its call
        self._unwatch = tracker.watch(self._on_change)

    def records(self) -> list[Record]:
        """Return what is known of each, the oldest first."""
        return list(self._tracker.records.values())

    def record(self, ref: str) -> Record | None:
        """Return what is known of one by its reference."""
        return self._tracker.records.get(ref)

    def trade(self, record: Record) -> LiveTrade:
        """Return one to be waited for, changed or cancelled."""
        return LiveTrade(self._ib, record)

    @property
    def frame(self) -> pd.DataFrame:
        """As they stand now: columns of ``ibnb.schema("trades")``."""
        from ibnb.tables.order import trades as table

        return table.frame(self.records())

    def _on_change(self, record: Record) -> None:
        for changed in self._listeners.values():
            changed.append(record.token)
        self._source.wake()

    def listen(self, callback: Callable[[list[str]], object], every: float) -> Listener:
        """Have a function called with the references of those that changed, at most every so many seconds."""

        def call(_sources: list[LiveTrades]) -> object:
            changed, self._listeners[listener] = self._listeners[listener], []
            return callback(list(dict.fromkeys(changed)))

        listener = Listener(call, every)
        listener.listen(self._source)
        self._listeners[listener] = []
        return listener

    def stop(self) -> None:
        """Call nobody back any more; the orders are followed on."""
        self._unwatch()
        for listener in self._listeners:
            listener.stop()
        self._listeners.clear()


class Trades(Updates):
    """The orders that this session and its client id have sent. It reads like its frame, and can be watched.

    Attributes
    ----------
    frame : pandas.DataFrame
        As they stand now: columns of ``ibnb.schema("trades")``, the oldest first.
    """

    def __init__(self, loop: BackgroundLoop, live: LiveTrades) -> None:
        self._loop, self._live = loop, live

    @property
    def frame(self) -> pd.DataFrame:
        """As they stand now: columns of ``ibnb.schema("trades")``, the oldest first."""
        from ibnb.tables.order import trades

        return trades.frame(self._live.records())

    def listen(self, callback: Callable[[list[str]], object], every: float) -> None:
        """As `on_update`, with the references of those that changed alone."""
        if self._loop.on_own_thread:
            self._live.listen(callback, every)
        else:
            self._loop.run(self._live.listen, callback, every)

    def stop(self) -> None:
        """Call back no more; the orders are followed on."""
        self._loop.run(self._live.stop)

    def __iter__(self) -> Iterator[Trade]:
        return iter([Trade(self._loop, self._live.trade(record)) for record in self._live.records()])

    def __len__(self) -> int:
        return len(self._live.records())

    def __getitem__(self, key: object) -> Any:
        """Return a trade by its reference or by its place (0: the oldest), or what the frame has under this key."""
        if isinstance(key, int) and not isinstance(key, bool):
            return Trade(self._loop, self._live.trade(self._live.records()[key]))
        record = self._live.record(key) if isinstance(key, str) else None
        return self.frame[key] if record is None else Trade(self._loop, self._live.trade(record))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.frame, name)

    def __repr__(self) -> str:
        from ibnb.tables.shown.text import frame_text

        return frame_text(self.frame, _SHOWN)

    def _repr_html_(self) -> str:
        from ibnb.tables.shown.html import frame_html

        return frame_html(self.frame, _SHOWN)
