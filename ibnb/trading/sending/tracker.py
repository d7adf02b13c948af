"""What became of the orders of one client: a record each, kept up to date from the wire for as long as its session.

The client libraries keep trades, too, and call an order cancelled as soon as any error names it; records rest on what
TWS says of an order itself. Messages are heard beside the client, which gets them as before.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from ibnb.errors import AuditError, MalformedMessage
from ibnb.ground.logs import logger
from ibnb.trading.records import counting
from ibnb.trading.records.audit import AuditLog, audited
from ibnb.trading.records.audit_reading import Reader
from ibnb.trading.records.memory import Memory
from ibnb.trading.records.record import Record
from ibnb.trading.records.reports import Reports
from ibnb.trading.records.whose import is_of, number_in
from ibnb.trading.values.references import token_of
from ibnb.tws.ask.calls import objects
from ibnb.tws.ask.calls.call import managed_accounts
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.filter import needed_filter
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.codes.book import entry_of, is_fatal, request_error
from ibnb.wire.ids import Response
from ibnb.wire.loose import decode_loosely

_HEARD = (
    Response.ORDER_STATUS,
    Response.OPEN_ORDER,
    Response.COMPLETED_ORDER,
    Response.EXECUTION_DATA,
    Response.COMMISSION_REPORT,
    Response.ERROR,
)
#: Codes that speak of a change or a cancellation, which leaves the order as it was.
OF_A_CHANGE = frozenset({104, 105, 135, 136, 161, 329, 2102, 10147, 10148, 10149, 10326, 10327})
_log = logger("ibnb.orders")
#: Of the audit log: what happened, to which order, and what else there is to be known.
LogLine: TypeAlias = tuple[str, Record, Mapping[str, Any]]


class Tracker:
    """The records of one ``IB``.

    Parameters
    ----------
    ib : IB
        A connected client.

    Attributes
    ----------
    records : dict of str to Record
        By token, in the order of their sending.
    audit : AuditLog
        Where what happens to them is written.
    connection : int
        The number of the present connection in the session.
    """

    def __init__(self, ib: IB) -> None:
        self._ib = ib
        self.records: dict[str, Record] = {}
        self.audit = AuditLog()
        self._by_id: dict[tuple[int, int], Record] = {}
        self._watchers: list[Callable[[Record], object]] = []
        self._stop: Callable[[], None] | None = None
        self.connection = 0  # counts those of the session
        self.news = 0  # counts what was told of orders: facts of before are stale
        self._changing = Counter[str]()
        self.turn = asyncio.Lock()  # of those who ask TWS for orders
        self._memory: Memory | None = None
        self._reports = Reports()
        self._reader = self.audit.reader()
        ib.connectedEvent += self.listen
        self.listen()

    def listen(self) -> None:
        """Hear the messages of the present connection, from now on."""
        if self._stop is not None:
            self._stop()
        self.connection += 1
        self.connected = time.monotonic()
        self._stop = needed_filter(self._ib).hearers.add(_HEARD, self._hear)

    def add(self, record: Record) -> None:
        """Follow an order from now on."""
        self.records[record.token] = record
        if record.order_id:
            self._by_id[record.client_id, record.order_id] = record

    def watch(self, watcher: Callable[[Record], object]) -> Callable[[], None]:
        """Have a function called with each record that has changed, until the function that is returned is called."""
        self._watchers.append(watcher)

        def stop() -> None:
            if watcher in self._watchers:
                self._watchers.remove(watcher)

        return stop

    def open(self) -> Iterator[Record]:
        """Return those that are not over."""
        return (record for record in self.records.values() if not record.is_over)

    def highest_id(self, client_id: int) -> int:
        """Return the highest order id that is known to have been used by a client id; 0 for none."""
        before = 0 if self._memory is None else self._memory.highest_id
        return max([before, *(number for client, number in self._by_id if client == client_id)])

    @property
    def has_memory(self) -> bool:
        """Whether the orders of before are followed."""
        return self._memory is not None

    async def remember(self) -> None:
        """Follow the orders of before, too, and their ids, and read on what other sessions have sent."""
        if self._memory is None:
            ib = self._ib
            memory = Memory(module_of(ib), self._server, int(ib.wrapper.clientId), tuple(managed_accounts(ib)))
            reader = self.audit.reader()

            def read() -> list[Record]:
                memory.take(reader.fresh())
                return memory.own()

            own = await asyncio.to_thread(read)
            if self._memory is None:  # nobody else was as quick
                self._memory, self._reader = memory, reader
                ib.client.updateReqId(memory.highest_id + 1)  # nothing else is asked under an order's id
                for record in own:
                    if record.token not in self.records:
                        self.add(record)
        else:
            self._memory.take(self._reader.fresh())
            for record in self._memory.own(self.records):
                self.add(record)

    def of_others(self) -> list[Record]:
        """Return what other sessions of this machine's user have sent of late, as of when the audit log was read."""
        return [] if self._memory is None else self._memory.others()

    @property
    def _server(self) -> str:
        return f"{self._ib.client.host}:{self._ib.client.port}"

    def forget(self, record: Record) -> None:
        """Follow an order no more, which was not sent."""
        self.records.pop(record.token, None)
        self._by_id.pop((record.client_id, record.order_id), None)

    def changing(self, record: Record, *, ends: bool = False) -> None:
        """Say that a change or a cancellation is under way, whose refusal leaves the order as it is."""
        self._changing[record.token] += -1 if ends else 1

    def write(self, event: str, record: Record, **more: Any) -> None:
        """Write a line of an order into the audit log.

        Raises
        ------
        AuditError
            If that cannot be done.
        """
        self.write_each([(event, record, more)])

    def write_each(self, lines: Iterable[LogLine]) -> bool:
        """Write several lines in one piece, each as `write` does; return True.

        Raises
        ------
        AuditError
            If that cannot be done.
        """
        return self._write(lines, None)

    def write_first(self, lines: Iterable[LogLine]) -> bool:
        """As `write_each`, unless others have written since they were remembered last; return whether it is written."""
        return self._write(lines, self._reader)

    def _write(self, lines: Iterable[LogLine], after: Reader | None) -> bool:
        said = ((event, {"server": self._server, **audited(record), **more}) for event, record, more in lines)
        written = self.audit.write_all(said, after)
        self._reader.skip(written)  # what stands there is known here
        return written is not None

    def told(self, record: Record) -> None:
        """Tell who watches that a record has changed."""
        self.news += 1
        for watcher in list(self._watchers):
            try:
                watcher(record)
            except Exception:  # the next one is to hear of it all the same
                _log.exception("a watcher of orders broke")

    # Messages -------------------------------------------------------------------------------------------------------

    def _hear(self, payload: bytes) -> None:
        try:
            loose = decode_loosely(int(self._ib.client.serverVersion()), payload)
        except MalformedMessage:
            return  # whoever asked for the answer says so
        kind, values = int(payload.partition(b"\0")[0]), loose.values
        if kind == Response.ERROR:
            self._on_error(values)
        elif kind == Response.COMMISSION_REPORT:
            self._on_commission(values)
        elif not values.get("what_if") and (record := self._record_of(kind, values)) is not None:
            self._on_order(record, kind, values)

    def _record_of(self, kind: int, values: dict[str, Any]) -> Record | None:
        if kind != Response.ORDER_STATUS and (token := token_of(values.get("order_ref"))):
            known = self.records.get(token)
            if known is None:
                return self._adopted(token, kind, values)
            return known if is_of(known, values) else None  # a reference can be copied into another order
        if kind == Response.COMPLETED_ORDER:  # it names no client and no id
            perm_id = values.get("perm_id")
            return next((each for each in self.records.values() if perm_id and each.perm_id == perm_id), None)
        if kind == Response.OPEN_ORDER and values.get("order_ref"):
            return None  # somebody else's, under an id that was ours before TWS's ids went back
        record = self._by_id.get((number_in(values.get("client_id")), number_in(values.get("order_id"))))
        return record if record is not None and is_of(record, values) else None

    def _adopted(self, token: str, kind: int, values: dict[str, Any]) -> Record | None:
        """Follow an order that this client id has sent long ago, so that the audit log does not tell of it."""
        if kind != Response.OPEN_ORDER or values.get("client_id") != self._ib.wrapper.clientId:
            return None
        trade = objects.trade(module_of(self._ib), values)
        account = str(values.get("account") or "")
        record = Record(token, trade.contract, trade.order, account, trade.order.clientId, trade.order.orderId)
        self.add(record)
        return record

    def _on_order(self, record: Record, kind: int, values: dict[str, Any]) -> None:
        was, known, heard = record.state, record.acknowledged, record.told
        if kind == Response.EXECUTION_DATA:
            if not values.get("exec_id"):
                return
            changed = record.take_fill(values)
            self._reports.hand_over(record, values["exec_id"])
            if changed:
                self.written("filled", record, quantity=values.get("shares"), price=values.get("price"))
        elif kind == Response.ORDER_STATUS:
            changed = record.take_status(values)
        else:
            changed = record.take_open(values)
            if not self._changing[record.token] and counting.taken(record):  # a change that was thought lost
                self.written("acknowledged", record)
        self._by_id.setdefault((record.client_id, record.order_id), record)
        if record.acknowledged and not known and kind != Response.EXECUTION_DATA:
            self.written("acknowledged", record)
        elif not heard and not record.acknowledged:
            self.written("remark", record, text="TWS has it, and has not sent it on")
        if record.state != was and (event := _EVENTS.get(record.state)):
            self.written(event, record, text=record.reason if event == "refused" else "")
        if changed:
            self.told(record)

    def _on_commission(self, values: dict[str, Any]) -> None:
        record = self._reports.take(values, self.records.values())
        if record is not None:
            self.told(record)

    def _on_error(self, values: dict[str, Any]) -> None:
        code, text = values.get("code"), str(values.get("message") or "")
        if values.get("request_id") == -1 and isinstance(code, int) and is_read_only(code, text):
            self._on_read_only(code, text)
            return
        record = self._by_id.get((self._ib.wrapper.clientId, number_in(values.get("request_id"))))
        if record is None or not isinstance(code, int):
            return
        is_changing = self._changing[record.token] > 0
        is_change = code in OF_A_CHANGE or (record.acknowledged and is_changing)
        if not is_fatal(code, text) and not (code in OF_A_CHANGE and is_changing):
            record.take_remark(code, text)
            if code != _CANCELLED or all(entry.event != "cancel asked" for entry in record.log):
                self.written("remark", record, code=code, text=text)
        else:
            record.take_refusal(request_error(code, text, "placeOrder"), ends=not is_change)
            self.written("refused", record, code=code, text=text, meaning=entry_of(code, text).meaning)
        self.told(record)

    def _on_read_only(self, code: int, text: str) -> None:
        """Take the refusal of a TWS whose API is read-only, which names no order: of all that were just sent.

        What is under way to an order that TWS has is a change, or a cancellation.
        """
        for record in self.records.values():
            is_new = record.connection == self.connection and not record.told
            if (is_new or self._changing[record.token] > 0) and not record.is_over:
                record.take_refusal(request_error(code, text, "placeOrder"), ends=is_new)
                self.written("refused", record, code=code, text=text)
                self.told(record)

    def written(self, event: str, record: Record, **more: Any) -> None:
        """Write what TWS has told; a log that cannot be written then stops the next order, not this one."""
        self.written_each([(event, record, more)])

    def written_each(self, lines: Iterable[LogLine]) -> None:
        """Write several lines in one piece, as `write_each`, of what TWS has told, as `written`."""
        try:
            self.write_each(lines)
        except AuditError as error:
            _log.error("%s", error)


def is_read_only(code: int, text: str) -> bool:
    """Return whether an error says that TWS's API is read-only, under which id ever."""
    return entry_of(code, text).cause == "read-only-api"


#: What the audit log calls the states that orders come to.
_EVENTS = {"cancelled": "cancelled", "inactive": "inactive", "filled": "done", "rejected": "refused"}
#: "Order cancelled", with the reason where nobody has asked for it.
_CANCELLED = 202


_TRACKER: Slot[Tracker] = Slot("orders that were sent", "session", Tracker)


def tracker_of(ib: IB) -> Tracker:
    """Return the records of an ``IB``, which are kept from the first call on."""
    return state_of(ib)[_TRACKER]
