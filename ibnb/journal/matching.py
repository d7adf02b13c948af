"""Which fill closes which: first in, first out. Quantities are exact; of prices nothing is known here.

A fill against what is held closes the oldest lot first, then the next; what is left of it opens a lot on the other
side. So each unit of each fill has a part in one match, or is open.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Method = Literal["fifo", "lifo"]


@dataclass(frozen=True)
class Fill:
    """What counts of a fill.

    Attributes
    ----------
    number : int
        Its place in the table that it is of; -1 of what was held before.
    quantity : Decimal
        Positive where it was bought.
    order : object
        What is the same in all fills of an order.
    """

    number: int
    quantity: Decimal
    order: object


@dataclass(frozen=True)
class Match:
    """A part of a fill that opened, with the part of the fill that closed it.

    Attributes
    ----------
    entry, exit : Fill, Fill or None
        None while it is open.
    quantity : Decimal
        Positive of what is long.
    """

    entry: Fill
    exit: Fill | None
    quantity: Decimal


def match(fills: Iterable[Fill], method: Method = "fifo") -> list[Match]:
    """Return which parts of fills belong together, those that are closed first, in the order in which they were.

    Parameters
    ----------
    fills : iterable of Fill
        Of one contract in one account, the oldest first.
    method : {"fifo", "lifo"}
        Which lot is closed first: the oldest, or the latest.

    Examples
    --------
    >>> bought, sold = Fill(0, Decimal(10), "a"), Fill(1, Decimal(-15), "b")
    >>> [(each.quantity, each.exit is sold) for each in match([bought, sold])]
    [(Decimal('10'), True), (Decimal('-5'), False)]
    """
    lots: deque[tuple[Fill, Decimal]] = deque()
    take: Callable[[], tuple[Fill, Decimal]] = lots.popleft if method == "fifo" else lots.pop
    put_back = lots.appendleft if method == "fifo" else lots.append
    closed: list[Match] = []
    for fill in fills:
        left = fill.quantity
        while left and lots and (lots[0][1] > 0) != (left > 0):
            entry, held = take()
            part = held if abs(held) <= abs(left) else -left
            closed.append(Match(entry, fill, part))
            left += part
            if held != part:
                put_back((entry, held - part))
        if left:
            lots.append((fill, left))
    return [*closed, *(Match(entry, None, held) for entry, held in lots)]


def by_orders(matches: Iterable[Match]) -> list[list[Match]]:
    """Return matches together whose fills are of the same two orders, or of one that is open."""
    groups: dict[tuple[object, object, bool, bool], list[Match]] = {}
    for each in matches:
        key = (each.entry.order, each.exit.order if each.exit else None, each.exit is None, each.quantity > 0)
        groups.setdefault(key, []).append(each)
    return list(groups.values())
