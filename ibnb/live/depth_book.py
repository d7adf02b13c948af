"""The two sides of a book of orders, kept from the changes that TWS sends; read from any thread."""

from __future__ import annotations

from itertools import zip_longest
from threading import Lock
from typing import Any, NamedTuple

#: No book of TWS is longer; what is sent beyond the rows that were asked for is kept so far.
_LONGEST = 200
ASK, BID = 0, 1
INSERT, UPDATE, DELETE = 0, 1, 2


class Level(NamedTuple):
    """One price of a side."""

    price: float
    size: float
    maker: str


class BrokenBookError(ValueError):
    """A change that does not fit the book: rows before it were lost."""


class Book:
    """Bids and asks, the best first.

    Examples
    --------
    >>> book = Book()
    >>> book.change(BID, 0, INSERT, Level(100.0, 5.0, ""))
    >>> book.columns(5)["bid"]
    [100.0]
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._sides: tuple[list[Level], list[Level]] = ([], [])

    def clear(self) -> None:
        """Empty it."""
        with self._lock:
            for side in self._sides:
                side.clear()

    def change(self, side: int, position: int, operation: int, level: Level) -> None:
        """Apply one change.

        Raises
        ------
        BrokenBookError
            If there is no such side, operation or place.
        """
        if side not in (ASK, BID) or not 0 <= position < _LONGEST:
            raise BrokenBookError(f"side {side}, position {position}")
        levels = self._sides[side]
        with self._lock:
            if operation == DELETE:
                if position < len(levels):
                    del levels[position]
            elif operation not in (INSERT, UPDATE) or position > len(levels):
                raise BrokenBookError(f"operation {operation} at {position} of {len(levels)}")
            elif operation == INSERT or position == len(levels):
                levels.insert(position, level)
                del levels[_LONGEST:]
            else:
                levels[position] = level

    def columns(self, rows: int) -> dict[str, Any]:
        """Return the first rows as columns of ``ibnb.schema("depth")``."""
        with self._lock:
            asks, bids = (list(side[:rows]) for side in self._sides)
        none = Level(float("nan"), float("nan"), "")
        pairs = list(zip_longest(bids, asks, fillvalue=none))
        return {
            "level": list(range(len(pairs))),
            "bid_maker": [bid.maker for bid, _ in pairs],
            "bid_size": [bid.size for bid, _ in pairs],
            "bid": [bid.price for bid, _ in pairs],
            "ask": [ask.price for _, ask in pairs],
            "ask_size": [ask.size for _, ask in pairs],
            "ask_maker": [ask.maker for _, ask in pairs],
        }
