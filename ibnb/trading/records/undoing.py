"""How much of what an order has filled still stands: other orders may have undone it, or be about to. Pure.

An order that was made to close another out says so in its reference, which TWS and the audit log keep with it: a kernel
that starts anew knows it, too. The ends of a bracket undo its parent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ibnb.errors import IBNBError
from ibnb.trading.records.record import Record
from ibnb.trading.values.plan import plain
from ibnb.trading.values.references import note_of
from ibnb.tws.client.values import Order

_NOTE = re.compile(r"^closes ([a-z2-7]{10})$")
#: Below what any contract trades in.
_DUST = 1e-9


def closing_note(token: str) -> str:
    """Return what stands in the reference of an order that closes another out.

    Examples
    --------
    >>> closing_note("abcdefghij")
    'closes abcdefghij'
    """
    return f"closes {token}"


def closed_by(order: Order) -> str:
    """Return the token of the order that one was made to close out; "" for none."""
    found = _NOTE.match(note_of(str(order.orderRef or "")))
    return found.group(1) if found else ""


def left_of(record: Record, records: Iterable[Record]) -> float:
    """Return how much of an order's fills is neither undone nor being undone.

    Parameters
    ----------
    record : Record
        The order.
    records : iterable of Record
        All that are known, in any order.
    """
    undoing: dict[str, list[Record]] = {}
    for each in records:
        token = closed_by(each.order) or (each.plan_token if each.role not in ("", "parent") else "")
        if token:
            undoing.setdefault(token, []).append(each)
    return _left(record, record.filled, undoing, frozenset())


def _left(record: Record, amount: float, undoing: Mapping[str, list[Record]], above: frozenset[str]) -> float:
    """Return what is left of an amount of an order, by what undoes it less what undoes that."""
    above |= {record.token}
    others = [each for each in undoing.get(record.token, ()) if each.token not in above]
    undone = sum(_left(each, _counts(each), undoing, above) for each in others)
    return amount - undone if abs(amount - undone) > _DUST else 0.0


def _counts(record: Record) -> float:
    """Return how much an order undoes: all of it as long as it works, but for ends of a bracket, which may never."""
    return record.quantity if closed_by(record.order) and not record.is_over else record.filled


def require_left(order: Order, records: Mapping[str, Record]) -> None:
    """Refuse an order that was made to close another out, where less of that is left by now.

    Raises
    ------
    IBNBError
        Naming how much is left.
    """
    closed = records.get(closed_by(order))
    if closed is None or (left := left_of(closed, records.values())) >= float(order.totalQuantity) - _DUST:
        return
    known = "all of it is closed out" if left <= 0 else f"{plain(left)} of it are left"
    raise IBNBError(
        f"Not sent: the order was made to close out {plain(order.totalQuantity)}, and by now {known}, or being closed "
        "out. See tws.trades(), and call close_out() again for what is left."
    )
