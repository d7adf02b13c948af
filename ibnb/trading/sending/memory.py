"""Orders of before: what the audit log says was sent by a client id, as records, and the order ids that it has used.

A kernel that was killed has left nothing else. TWS is asked for these as for others (`ibnb.trading.sending.find`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

from ibnb.account_numbers import masked
from ibnb.trading.sending.record import OVER, Record, State
from ibnb.trading.values.references import token_of

#: Orders that are over are remembered for so long.
_REMEMBERED = timedelta(hours=24)
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
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Memory:
    """What is remembered of one client id at one server.

    Attributes
    ----------
    records : list of Record
        Oldest first.
    highest_id : int
        The highest order id that was used; 0 for none.
    """

    records: list[Record]
    highest_id: int


def recall(
    module: ModuleType, entries: Iterable[Entry], server: str, client_id: int, accounts: Sequence[str]
) -> Memory:
    """Return what lines of the audit log tell of a client id.

    Parameters
    ----------
    module : module
        The client library.
    entries : iterable of mapping
        Lines, oldest first.
    server : str
        Host and port.
    client_id : int
        Whose orders.
    accounts : sequence of str
        The accounts of the log-in: lines tell them masked.
    """
    mine = [each for each in entries if each.get("server") == server and each.get("client_id") == client_id]
    highest = max((each["order_id"] for each in mine if isinstance(each.get("order_id"), int)), default=0)
    records: dict[str, Record] = {}
    known = {masked(account): account for account in accounts}
    for entry in mine:
        token = token_of(entry.get("ref"))
        if entry["event"] == "sent" and token and entry.get("account") in known:
            records[token] = _record(module, token, entry, known[entry["account"]], client_id)
        elif token in records:
            _follow(records[token], entry)
    since = datetime.now(UTC) - _REMEMBERED
    return Memory([each for each in records.values() if each.state not in OVER or each.sent > since], highest)


def _record(module: ModuleType, token: str, entry: Entry, account: str, client_id: int) -> Record:
    contract = module.Contract.create(**{name: entry[key] for name, key in _CONTRACT.items() if key in entry})
    order = module.Order(**{name: entry[key] for name, key in _ORDER.items() if entry.get(key) is not None})
    order.account, order.orderId, order.clientId = account, int(entry.get("order_id") or 0), client_id
    record = Record(token, contract, order, account, client_id, order.orderId, str(entry.get("role") or ""))
    record.plan_token = str(entry.get("plan") or "")
    record.value = entry.get("value") if isinstance(entry.get("value"), int | float) else None
    record.state, record.sent = "unknown", _time(entry) or record.sent
    return record


def _follow(record: Record, entry: Entry) -> None:
    event, code = entry["event"], entry.get("code")
    code = code if isinstance(code, int) else None
    record.write(event, str(entry.get("text") or ""), at=_time(entry), code=code)
    if isinstance(entry.get("perm_id"), int):
        record.perm_id = entry["perm_id"]
    if isinstance(entry.get("filled"), int | float):
        record.told_filled = max(record.told_filled, float(entry["filled"]))
    if event == "acknowledged":
        record.acknowledged = True
    # what was refused of an order that TWS had taken may be a change of it: TWS is asked
    if event in _ENDS and record.state != "filled" and not (event == "refused" and record.acknowledged):
        record.state, record.status = _ENDS[event], str(entry.get("status") or "")
    elif event in ("not sent", "found") and entry.get("state") != "unknown":
        record.state = "never arrived" if entry.get("state", "never arrived") == "never arrived" else "unknown"


def _time(entry: Entry) -> datetime | None:
    try:
        found = datetime.fromisoformat(entry["time"])
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
