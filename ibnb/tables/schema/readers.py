"""One attribute of many objects: what nearly every table reads of each row, in loops that name it.

Python finds an attribute twice as fast whose name is written in the code, as it remembers there where in an object it
is. So those of contracts, and of what is held, have loops of their own; any other is read by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

Reader = Callable[[Sequence[Any]], list[Any]]

_WRITTEN: dict[str, Reader] = {
    "account": lambda items: [item.account for item in items],
    "avgCost": lambda items: [item.avgCost for item in items],
    "conId": lambda items: [item.conId for item in items],
    "contract": lambda items: [item.contract for item in items],
    "currency": lambda items: [item.currency for item in items],
    "exchange": lambda items: [item.exchange for item in items],
    "lastTradeDateOrContractMonth": lambda items: [item.lastTradeDateOrContractMonth for item in items],
    "localSymbol": lambda items: [item.localSymbol for item in items],
    "multiplier": lambda items: [item.multiplier for item in items],
    "position": lambda items: [item.position for item in items],
    "primaryExchange": lambda items: [item.primaryExchange for item in items],
    "right": lambda items: [item.right for item in items],
    "secType": lambda items: [item.secType for item in items],
    "strike": lambda items: [item.strike for item in items],
    "symbol": lambda items: [item.symbol for item in items],
    "tradingClass": lambda items: [item.tradingClass for item in items],
}


def reader(path: str) -> Reader:
    """Return what reads an attribute, dotted or not, of all objects.

    Raises
    ------
    AttributeError
        By the reader, where an object lacks it.

    Examples
    --------
    >>> reader("real")([1, 2.5])
    [1, 2.5]
    """
    written = _WRITTEN.get(path)
    if written is not None:
        return written
    read = attrgetter(path)
    return lambda items: list(map(read, items))
