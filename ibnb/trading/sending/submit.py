"""Sending orders: written down, sent once, and not returned from before it is known what became of them.

An order is never sent again, whatever happens: where its acknowledgement does not come, TWS is asked for it by its
reference.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from ibnb.errors import IBNBError, NotConnected, OrderNotArrived, OrderRejected, OrderUnknown, RequestError
from ibnb.trading.records.record import Record
from ibnb.trading.sending.find import find
from ibnb.trading.sending.tracker import LogLine, Tracker
from ibnb.trading.values.plan import Plan
from ibnb.tws.ask.calls.call import request_id
from ibnb.tws.client.health import gone, restored
from ibnb.tws.client.ib import IB
from ibnb.tws.guard import gate_of

#: Seconds without a word of TWS after which it is asked; with its answers, and a second look, it is known after five.
SILENCE = 3.0
#: Seconds that TWS gets to contradict an error by a status, or to give the reason of an inactive order.
_GRACE = 0.3
#: Seconds for asking TWS after a loss; and where the connection stands, so that silence is told after five in all.
_ASKING, LOOKING = 15.0, 2.0
#: What it means that nobody knows what became of an order, and what to do.
_LOOK = (
    "It was sent, and TWS has not acknowledged it.",
    "Look at TWS itself before you send anything like it again. tws.trades() follows it: if it is heard of, that "
    "shows it.",
)


def make_records(ib: IB, tracker: Tracker, plan: Plan) -> list[Record]:
    """Return the records of a plan's orders, with order ids that were never used, tied to their parent."""
    client_id = int(ib.wrapper.clientId)
    ib.client.updateReqId(tracker.highest_id(client_id) + 1)
    orders, parent = plan.orders(), plan.lines[0].token
    records = []
    for line, order in zip(plan.lines, orders, strict=True):
        order.orderId = request_id(ib)
        order.clientId = client_id
        order.transmit = order is orders[-1]
        if order is not orders[0]:
            order.parentId = orders[0].orderId
        contract = copy.copy(plan.contract)  # what is done to it later is nobody else's
        record = Record(line.token, contract, order, plan.account, client_id, order.orderId, line.role)
        record.plan_token = parent if len(orders) > 1 else ""
        record.connection = tracker.connection
        records.append(record)
    return records


def asked(records: Sequence[Record], sentences: Sequence[str]) -> list[LogLine]:
    """Return the lines of the audit log that say what orders ask for."""
    return [("asked", record, {"text": text}) for record, text in zip(records, sentences, strict=True)]


def send(ib: IB, tracker: Tracker, records: Sequence[Record], before: Sequence[LogLine] = ()) -> bool:
    """Write orders down, behind the lines that are to stand before theirs, then send them (placeOrder).

    Returns
    -------
    bool
        Whether they were sent: not where others have written into the log since what the guards have let pass was
        judged. Where no line is to stand before theirs, they are sent whatever guards say.

    Raises
    ------
    AuditError
        If they cannot be written down; then none is sent.
    ReadOnly
        If the session is not to send them; then none is sent.
    NotConnected
        If there is no connection.
    IBNBError
        If the client library cannot write one as a message: then neither that nor those behind it are sent.
    OrderUnknown
        If it broke as soon as the message had left.

    What has left when it raises is followed: `tracker.records` has it. The parent of a bracket that is not whole does
    not work at TWS, and is cancelled.
    """
    lines = [*before, *(("sent", record, {}) for record in records)]
    if not (tracker.write_first(lines) if before else tracker.write_each(lines)):
        return False
    for record in records:
        record.write("sent")
        tracker.add(record)
    left = list(records)
    with _handed(ib.client) as messages:
        try:
            while left:
                del messages[:]
                ib.placeOrder(left[0].contract, copy.copy(left[0].order))  # which the client library writes into
                del left[0]
        except Exception as error:
            broken = left.pop(0) if messages else None
            _take_back(ib, tracker, records, left, str(error).partition("\n")[0])
            raise _broken(ib, broken, error, in_part=len(left) < len(records)) from error
    return True


@contextmanager
def _handed(client: Any) -> Iterator[list[str]]:
    """Tell which messages a client hands over to its connection."""
    messages: list[str] = []
    send = client.sendMsg

    def told(message: str) -> None:
        send(message)
        messages.append(message)

    client.sendMsg = told
    try:
        yield messages
    finally:
        client.sendMsg = send


def _take_back(ib: IB, tracker: Tracker, records: Sequence[Record], left: Sequence[Record], text: str) -> None:
    """Follow what was not sent no more, and cancel the orders that wait at TWS for it."""
    for record in left:
        tracker.forget(record)
        tracker.written("not sent", record, text=text)
    _cancel_each(ib, tracker, [record for record in records if record not in left] if left else [])


def _broken(ib: IB, record: Record | None, error: Exception, *, in_part: bool) -> Exception:
    """Return what is to be said of an error in the middle of sending."""
    text = f"{type(error).__name__}: {error}".partition("\n")[0]
    if record is not None:
        record.settle("unknown", f"the client broke while it was sent: {text}")
        unknown = OrderUnknown(None, f"it broke while it was sent ({text})", "placeOrder", *_LOOK)
        unknown.trade = record
        return unknown
    if isinstance(error, IBNBError):
        return error
    if isinstance(error, ConnectionError):
        return gone(ib)
    sent = "Not sent whole, and what was sent of it is cancelled" if in_part else "Not sent"
    return IBNBError(
        f"{sent}: the client library cannot write this order as a message ({text}). Look at the fields of its Order: "
        "each has to be a number or text of the kind that it is made for."
    )


async def acknowledged(ib: IB, tracker: Tracker, records: Sequence[Record], *, timeout: float) -> None:
    """Wait until it is known what became of orders that were sent.

    Parameters
    ----------
    ib : IB
        The client that has sent them.
    tracker : Tracker
        Whose records they are.
    records : sequence of Record
        Which.
    timeout : float
        Seconds to wait for a connection that is lost meanwhile.

    Raises
    ------
    OrderRejected, OrderUnknown, OrderNotArrived
        For the first of them that does not work; `trade` is its record.
    """
    heard = Heard(ib, tracker)
    try:
        await _known(ib, tracker, records, heard, timeout)
    finally:
        heard.stop()
    for record in sorted(records, key=lambda each: each.refusal is None):  # a reason first
        try:
            check(record)
        except RequestError as error:
            _end_what_waits(ib, tracker, records)
            if len(records) > 1:
                error.add_note(_others(record, records))
            raise


def _end_what_waits(ib: IB, tracker: Tracker, records: Sequence[Record]) -> None:
    """Cancel what waits at TWS for an order of its plan that was not taken: it was not sent on."""
    if any(record.refusal is not None or record.is_over for record in records):
        _cancel_each(ib, tracker, [each for each in records if not each.acknowledged and not each.is_over])


def _cancel_each(ib: IB, tracker: Tracker, records: Sequence[Record]) -> None:
    for record in records:
        record.write("cancel asked", "its plan was not taken whole")
        tracker.written("cancel asked", record, text="its plan was not taken whole")
        with suppress(Exception), gate_of(ib).passing(record.account, "cancelOrder"):
            ib.cancelOrder(record.order)


def _others(record: Record, records: Sequence[Record]) -> str:
    """Return how the others of a plan stand: they are not to be placed again."""
    stand = ", ".join(f"{each.role} {each.state}" for each in records if each is not record)
    return (
        f"This is the {record.role} of a plan. The others of it: {stand}. Do not place the whole again; "
        "tws.trades() shows and ends them."
    )


async def _known(ib: IB, tracker: Tracker, records: Sequence[Record], heard: Heard, timeout: float) -> None:
    lost = not await heard.until(lambda: all(map(_is_known, records)), SILENCE)
    if lost or not ib.client.isReady():
        for record in records:
            if not record.acknowledged:
                tracker.written("lost", record, text="the connection was lost before TWS had acknowledged it")
                record.write("lost", "the connection was lost before TWS had acknowledged it")
        if not await restored(ib, timeout):
            for record in records:
                if not record.acknowledged:
                    record.settle("unknown", str(gone(ib)))
            return
    waiting = [record for record in records if not _is_known(record) and (heard.was_lost or not record.told)]
    if waiting:
        with suppress(NotConnected):  # lost again: then it stays unknown
            await find(ib, tracker, waiting, timeout=_ASKING if heard.was_lost else LOOKING)
    await heard.until(lambda: not any(map(_is_in_doubt, records)), _GRACE)


def _is_known(record: Record) -> bool:
    """Whether TWS has said yes or no."""
    return record.acknowledged or record.is_over or record.refusal is not None


def _is_in_doubt(record: Record) -> bool:
    """Whether a status may still contradict an error, or an error give the reason of a status that ends the order."""
    if record.state == "rejected":
        return record.status != "Inactive"
    if record.state == "cancelled":
        return not record.filled and not record.reason
    return record.state == "inactive" or (record.refusal is not None and not record.acknowledged)


def check(record: Record) -> None:
    """Raise what is to be said of an order that does not work."""
    error: RequestError | None = None
    refusal, name = record.refusal, f"placeOrder({record.order.action} {record.contract.symbol})"
    if record.state == "rejected" and refusal is not None:
        error = OrderRejected.of(refusal, name)
    elif record.state == "inactive" or (record.state == "rejected" and refusal is None):
        error = OrderRejected(
            None if refusal is None else refusal.code,
            f"the order is Inactive: {record.reason or 'TWS gave no reason'}",
            name,
            "TWS has it, and it does not work.",
            "Read TWS's reason; cancel the order (trade.cancel()), or set right in TWS what holds it.",
        )
    elif record.state == "cancelled" and not record.filled and (record.reason or not _ends_by_itself(record)):
        error = OrderRejected(
            202 if refusal is None else refusal.code,
            record.reason or "it was cancelled, and TWS gave no reason",
            name,
            "The order was cancelled as soon as it was there.",
            "Read TWS's reason; place it again with other terms, if still wanted.",
        )
    elif record.state == "never arrived":
        error = OrderNotArrived(
            None,
            "it never arrived",
            name,
            f"The connection was lost while it was sent. {record.log[-1].text}.",
            "Make it anew and submit that, if it is still wanted: this one was not and will not be sent again.",
        )
    elif record.state == "unknown" or not (record.told or _is_known(record)):
        error = OrderUnknown(
            None,
            "it is not known what became of it",
            name,
            f"It was sent, and TWS has not acknowledged it ({record.log[-1].text or 'no word of it'}).",
            _LOOK[1],
        )
    if error is not None:
        error.trade = record  # type: ignore[attr-defined]
        raise error


def _ends_by_itself(record: Record) -> bool:
    """Whether an order is one that is cancelled as a rule where it cannot be filled at once."""
    return str(record.order.tif or "").upper() in ("IOC", "FOK")


class Heard:
    """Wakes up whoever waits for news of orders, or for the loss of the connection."""

    def __init__(self, ib: IB, tracker: Tracker) -> None:
        self._ib, self._news = ib, asyncio.Event()
        self._stop = tracker.watch(lambda _record: self._news.set())
        self.was_lost = False
        ib.disconnectedEvent += self._on_lost

    def _on_lost(self) -> None:
        self.was_lost = True
        self._news.set()

    async def until(self, done: Callable[[], bool], seconds: float | None) -> bool:
        """Wait until something is so, or so many seconds; return False where the connection was lost first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not done() and not self.was_lost:
                    self._news.clear()
                    await self._news.wait()
        return done() or not self.was_lost

    def stop(self) -> None:
        """Listen no more."""
        self._stop()
        self._ib.disconnectedEvent -= self._on_lost
