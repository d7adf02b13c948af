"""Orders of before, and of others: what the audit log says was sent, as records, and the order ids that were used.

A kernel that was killed has left nothing else. TWS is asked for its orders as for others (`ibnb.trading.sending.find`);
those of other sessions of this machine's user count where a limit is one of the account.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Container, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from types import ModuleType

from ibnb.ground.account_numbers import is_paper, masked
from ibnb.trading.records import counting
from ibnb.trading.records.audit_reading import Entry, sound, time_of
from ibnb.trading.records.record import OVER, Record, State
from ibnb.trading.records.terms import terms_of
from ibnb.trading.values.references import token_of

#: Orders that are over are remembered for so long (the longest day, and an hour), and so many at most that are not.
_REMEMBERED, _MOST = timedelta(hours=26), 10_000
#: Order ids above this were never given out by a TWS; one that is written is a fault, and nothing is to go on from it.
_HIGHEST = 2_000_000_000
_BEFORE = re.compile(rb'"event": "(?:asked|previewed|stopped|forced)"')
#: Lines after which nothing more is to be expected of an order.
_ENDS: dict[str, State] = {"done": "filled", "cancelled": "cancelled", "refused": "rejected"}
_ORDER = {
    "orderRef": "ref",
    "action": "action",
    "totalQuantity": "total_quantity",
    "cashQty": "cash_quantity",
    "orderType": "order_type",
    "lmtPrice": "limit_price",
    "auxPrice": "aux_price",
    "tif": "tif",
}
_CONTRACT = {
    "conId": "con_id",
    "symbol": "symbol",
    "secType": "sec_type",
    "exchange": "exchange",
    "currency": "currency",
    "localSymbol": "local_symbol",
}


class Memory:
    """What the audit log tells of orders, for one client id at one server.

    Parameters
    ----------
    module : module
        The client library.
    server : str
        Host and port.
    client_id : int
        Whose orders are the own ones.
    accounts : sequence of str
        The accounts of the log-in: lines tell them masked.

    Attributes
    ----------
    highest_id : int
        The highest order id that the client id has used; 0 for none.
    """

    def __init__(self, module: ModuleType, server: str, client_id: int, accounts: Sequence[str]) -> None:
        self._module, self._server, self._client_id = module, server, client_id
        self._accounts: dict[str, str] = {}
        for account in accounts:  # two that look alike masked: TWS tells whose an order is
            self._accounts[masked(account)] = "" if masked(account) in self._accounts else account
        self._any_server = not all(map(is_paper, accounts))  # real money is the same at TWS and at Gateway
        self._lines: dict[str, list[Entry]] = {}  # of each own order
        self._others: dict[str, Record] = {}
        self.highest_id = 0

    def take(self, lines: Iterable[bytes]) -> None:
        """Take lines of the log, the oldest first."""
        own, since = b'"client_id": %d,' % self._client_id, datetime.now(UTC) - _REMEMBERED
        day, server = f"{since:%Y-%m-%d}".encode(), f'"server": "{self._server}"'.encode()
        for line in lines:
            # most lines of a long log are of long ago, of nobody who is asked for, or of what was not sent yet
            is_own = own in line and server in line
            if (not is_own and line[10:20] < day) or _BEFORE.search(line):
                continue
            if (entry := sound(line)) is not None:
                take = self._take_own if self._is_own(entry) else self._take_others
                take(token_of(entry.get("ref")), entry, since)

    def _take_own(self, token: str, entry: Entry, since: datetime) -> None:
        event, order_id = entry["event"], entry.get("order_id", 0)
        if order_id < _HIGHEST:
            self.highest_id = max(self.highest_id, order_id)
        if event == "sent" and token and entry.get("account") in self._accounts:
            self._lines[token] = [entry]
        elif (known := self._lines.get(token)) is not None:
            known.append(entry)
            if event == "not sent":
                del self._lines[token]
                return
            # what was refused of an order that TWS had taken may be a change of it
            was_taken = event == "refused" and any(each["event"] == "acknowledged" for each in known)
            if event in _ENDS and not was_taken and time_of(entry) < since:
                del self._lines[token]

    def _take_others(self, token: str, entry: Entry, since: datetime) -> None:
        if token in self._others:
            _follow(self._others[token], entry)
        elif entry["event"] == "sent" and token and entry.get("account") in self._accounts:
            is_same_account = self._any_server or entry.get("server") == self._server
            if is_same_account and time_of(entry) > since:
                self._others[token] = self._record(token, [entry])

    def own(self, followed: Container[str] = ()) -> list[Record]:
        """Return orders of this client id that were read of since the last call, the oldest first.

        Parameters
        ----------
        followed : container of str
            The tokens of those that are known already.

        Returns
        -------
        list of Record
            Those of the last day, and those that are not over. After the first call these are of another session that
            had the client id meanwhile.
        """
        since = datetime.now(UTC) - _REMEMBERED
        lines = [(token, lines) for token, lines in self._lines.items() if token not in followed]
        ours = [self._record(token, each) for token, each in lines[-_MOST:]]
        self._lines.clear()
        return [record for record in ours if record.state not in OVER or record.sent > since]

    def others(self) -> list[Record]:
        """Return the orders of the last day that other sessions have sent for the same accounts."""
        since = datetime.now(UTC) - _REMEMBERED
        self._others = {token: record for token, record in self._others.items() if record.sent > since}
        return list(self._others.values())

    def _is_own(self, entry: Entry) -> bool:
        return entry.get("server") == self._server and entry.get("client_id") == self._client_id

    def _record(self, token: str, lines: Sequence[Entry]) -> Record:
        entry, module = lines[0], self._module
        account, client_id = self._accounts[entry["account"]], entry.get("client_id", 0)
        contract = module.Contract.create(**{name: entry[key] for name, key in _CONTRACT.items() if key in entry})
        order = module.Order(**_terms(entry))
        order.account, order.orderId, order.clientId = account, entry.get("order_id", 0), client_id
        record = Record(token, contract, order, account, client_id, order.orderId, entry.get("role", ""))
        record.plan_token = entry.get("plan", "")
        record.value, record.state, record.sent = entry.get("value"), "unknown", time_of(entry)
        for each in lines[1:]:
            _follow(record, each)
        return record


def _terms(entry: Entry) -> dict[str, object]:
    return {name: entry[key] for name, key in _ORDER.items() if key in entry}


def _expect(record: Record, entry: Entry) -> None:
    """Follow a change that was sent."""
    value, order = entry.get("value"), copy.copy(record.order)
    for name, key in (("totalQuantity", "quantity"), ("lmtPrice", "limit_price"), ("auxPrice", "aux_price")):
        setattr(order, name, entry.get(f"new_{key}", getattr(order, name)))
    is_larger = (value or 0.0) > (record.value or 0.0) or order.totalQuantity > record.quantity
    enlarged = time_of(entry) if is_larger else record.enlarged
    counting.expect(record, terms_of(order), (value, record.buys, enlarged), connection=0)
    record.order.totalQuantity = max(record.quantity, float(order.totalQuantity))


def _follow(record: Record, entry: Entry) -> None:
    event = entry["event"]
    record.write(event, entry.get("text", ""), at=time_of(entry), code=entry.get("code"))
    record.perm_id = entry.get("perm_id", record.perm_id)
    record.told_filled = max(record.told_filled, float(entry.get("filled", 0.0)))
    record.told = max(record.told, int("status" in entry))
    if event == "modified":  # until it is known what became of the change, the order counts as the larger of both
        _expect(record, entry)
    was_found = event == "found" and entry.get("state") not in (None, "unknown", "never arrived")
    if event == "acknowledged" or was_found:
        record.acknowledged, record.change = True, None
        record.value = entry.get("value", record.value)
        for name, value in _terms(entry).items():  # as TWS has it: of a change, too
            setattr(record.order, name, value)
    # what was refused of an order that TWS had taken may be a change of it, unless it works no more: TWS is asked
    of_a_change = event == "refused" and record.acknowledged and entry.get("status") not in ("Inactive", "Cancelled")
    if event in _ENDS and record.state != "filled" and not of_a_change:
        record.state, record.status = _ENDS[event], entry.get("status", "")
    elif event in ("not sent", "found") and entry.get("state") != "unknown":
        record.state = "never arrived" if entry.get("state", "never arrived") == "never arrived" else "unknown"
