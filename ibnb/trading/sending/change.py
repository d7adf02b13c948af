"""Changing and cancelling orders that work: of this client id alone, waited for until TWS has said what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from ibnb.errors import AuditError, BadInput, NotConnected, OrderRejected, OrderUnknown, RequestError
from ibnb.trading.records import counting
from ibnb.trading.records.record import Record
from ibnb.trading.records.terms import Terms, terms_of
from ibnb.trading.sending.find import find
from ibnb.trading.sending.submit import SILENCE, Heard
from ibnb.trading.sending.tracker import Tracker
from ibnb.trading.values.plan import figure_of, plain
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.health import gone
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Order
from ibnb.tws.guard import gate_of

#: Seconds for asking TWS what came of a change, at most and at least.
_ASKING, _A_LOOK = 5.0, 2.0
#: TWS's answer to the cancellation of an order that it does not know.
_NOT_FOUND = 10147
#: TWS's answer to the cancellation of an order that is over; its text says how.
_NOT_CANCELLABLE = 10148


def check_working(ib: IB, record: Record, what: str) -> None:
    """Raise unless an order can still be changed, by this client, which is connected."""
    if not ib.client.isReady():  # a client that is not has no id
        raise gone(ib)
    client_id = int(ib.wrapper.clientId)
    if record.client_id != client_id:
        raise BadInput("trade", record.order_id, f"one of client id {client_id}: TWS lets each change its own orders")
    if what == "modify" and not record.connection:
        step = "Cancel it, which is safe, and make a new one; or change it in TWS itself."
        text = "it was sent by an earlier session, and not all of its terms are known here"
        raise OrderRejected(None, f"modify: {text}", "placeOrder", next_step=step)
    if record.is_over or (record.state == "unknown" and what == "modify"):  # to cancel does no harm
        why = "it is not known what became of it" if record.state == "unknown" else f"it is {record.state}"
        raise OrderRejected(
            None,
            f"{what}: {why}",
            "placeOrder" if what == "modify" else "cancelOrder",
            next_step="Look at tws.trades(), or at TWS itself.",
        )


@asynccontextmanager
async def turn(record: Record, timeout: float) -> AsyncIterator[None]:
    """Wait for other changes of an order: each is made of what the one before has left.

    Raises
    ------
    OrderRejected
        If they take longer than so many seconds; nothing was sent.
    """
    try:
        async with asyncio.timeout(timeout):
            await record.turn.acquire()
    except TimeoutError:
        step = "Wait for it, look at tws.trades(), and change the order again if that is still wanted."
        raise OrderRejected(None, "modify: another change of it is under way", "placeOrder", next_step=step) from None
    try:
        yield
    finally:
        record.turn.release()


async def modify(
    ib: IB,
    tracker: Tracker,
    record: Record,
    order: Order,
    value: float | None,
    quantity: float,
    *,
    timeout: float,
    forced: bool,
) -> bool:
    """Send an order as it is to be (placeOrder under its id), and wait until TWS has taken that.

    From then on it counts as what it has become, of the value and the quantity that are given; as the larger of both
    where it is not known whether TWS has taken it.

    Returns
    -------
    bool
        Whether it was sent: not where others have written into the log since it was judged, unless it is forced.

    Raises
    ------
    OrderRejected
        If TWS does not take it, or the order was over first.
    OrderUnknown
        If TWS says nothing of it in time.
    """
    order.transmit = True
    before, wanted = terms_of(record.order), terms_of(order)
    counting.begin(record, order, value, quantity, tracker.connection)
    lines = [("modified", record, {"new_quantity": float(order.totalQuantity), **_new_prices(order)})]
    try:
        is_written = tracker.write_each(lines) if forced else tracker.write_first(lines)
    except AuditError:
        counting.refused(record)
        raise
    if not is_written:
        counting.refused(record)
        return False
    record.write("modified", f"{plain(order.totalQuantity)} at {_prices(order)}")
    record.forgive()
    record.superseded.discard(wanted)
    told = record.told

    def taken() -> bool:  # with other terms than were wanted, too: TWS caps prices, and says so (2161)
        terms = terms_of(record.order)
        return record.told > told and (terms == wanted or terms != before)

    def done() -> bool:
        return taken() or record.refusal is not None or record.is_over

    def send() -> None:
        try:
            ib.client.placeOrder(record.order_id, record.contract, order)
        except Exception:  # it has not left
            _as_it_was(tracker, record)
            raise

    try:
        await _sent(ib, tracker, record, send, done, "modify", timeout)
        if record.refusal is not None:
            _raise(record, "placeOrder")
        _finish(record, order, before, wanted, taken=taken())
    except OrderRejected:
        _as_it_was(tracker, record)
        raise
    record.change, record.value, record.buys = None, value, quantity
    tracker.written("acknowledged", record)
    return True


def _as_it_was(tracker: Tracker, record: Record) -> None:
    """Count an order as it was before a change, also in the log: who reads that counts it so again."""
    counting.refused(record)
    if not record.is_over:
        tracker.written("acknowledged", record, text="as it was before the change")


def _finish(record: Record, order: Order, before: Terms, wanted: Terms, *, taken: bool) -> None:
    if taken:  # what else TWS has changed in it, as its time in force, stands in it, too
        record.superseded.add(before)
    elif record.state == "filled" and record.filled == wanted[0]:
        record.order = order
    else:
        raise _over_first(record)


def _over_first(record: Record) -> OrderRejected:
    error = OrderRejected(
        None,
        f"the order was {record.state} before TWS had taken the change",
        "placeOrder",
        next_step="See trade.fills and trade.log.",
    )
    error.trade = record
    return error


async def cancel(ib: IB, tracker: Tracker, record: Record, *, timeout: float) -> None:
    """Cancel an order (cancelOrder), and wait until it is over: cancelled, or filled before that.

    Raises
    ------
    OrderRejected
        If TWS does not take that, and the order works on.
    OrderUnknown
        If TWS says nothing of it in time.
    """
    tracker.written("cancel asked", record)  # a log that cannot be written keeps nobody from getting out
    record.write("cancel asked")
    record.forgive()

    def over() -> bool:
        return record.is_over or record.refusal is not None

    def send() -> None:
        with gate_of(ib).passing(record.account, "cancelOrder"):
            ib.cancelOrder(record.order)

    await _sent(ib, tracker, record, send, over, "cancel", timeout)
    refusal = record.refusal
    if refusal is not None and not record.is_over and not await _is_over(ib, tracker, record, refusal):
        _raise(record, "cancelOrder")


async def _is_over(ib: IB, tracker: Tracker, record: Record, refusal: RequestError) -> bool:
    """Tell whether the refusal of a cancellation says that nothing works; where it does not say so, TWS is asked."""
    if refusal.code == _NOT_FOUND and not record.told and record.connection == tracker.connection:
        record.settle("never arrived", refusal.text)
        tracker.written("found", record, state=record.state, text=refusal.text)
        tracker.told(record)
    elif refusal.code == _NOT_CANCELLABLE and refusal.text.rstrip(".").endswith("Cancelled"):
        record.settle("cancelled", refusal.text)
        tracker.written("cancelled", record, text=refusal.text)
    elif refusal.code in (_NOT_FOUND, _NOT_CANCELLABLE):
        with suppress(NotConnected):
            await find(ib, tracker, [record], timeout=_ASKING)
    return record.is_over


async def _sent(
    ib: IB,
    tracker: Tracker,
    record: Record,
    send: Callable[[], None],
    done: Callable[[], bool],
    what: str,
    timeout: float,
) -> None:
    """Send a change, and wait until it is known what came of it; TWS is asked where it says nothing by itself."""
    if not ib.client.isReady():
        raise gone(ib)
    heard, deadline = Heard(ib, tracker), Deadline(timeout)
    tracker.changing(record)
    try:
        send()
        was_lost = not await heard.until(done, min(SILENCE, deadline.left))
        if not was_lost and not done():
            with suppress(NotConnected):
                await find(ib, tracker, [record], timeout=min(_ASKING, max(deadline.left, _A_LOOK)))
            was_lost = not await heard.until(done, deadline.left)
        if was_lost:
            raise NotConnected(
                f"The connection was lost before TWS had said whether it takes the {what}. The order is looked for as "
                "soon as it stands again: see tws.trades()."
            )
    finally:
        heard.stop()
        tracker.changing(record, ends=True)
    if not done():
        error = OrderUnknown(
            None,
            f"TWS has not said within {timeout:g} s whether it takes the {what}",
            "placeOrder" if what == "modify" else "cancelOrder",
            f"The order's status is {record.status or 'not known'}.",
            "Look at tws.trades() and at TWS itself before you try again.",
        )
        error.trade = record
        raise error


def _raise(record: Record, request: str) -> None:
    refusal = record.refusal
    assert refusal is not None
    error = OrderRejected.of(refusal, request)
    error.trade = record
    raise error


def _new_prices(order: Order) -> dict[str, float]:
    named = {"new_limit_price": figure_of(order.lmtPrice), "new_aux_price": figure_of(order.auxPrice)}
    return {name: price for name, price in named.items() if price is not None}


def _prices(order: Order) -> str:
    return ", ".join(plain(price) for price in _new_prices(order).values()) or "the market's price"
