"""The latest rows of numbers in a room that does not grow: written at the price of one call, read as an array."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Ring:
    """Rows of float64, the oldest overwritten first. Whoever writes and reads on two threads holds a lock.

    Parameters
    ----------
    limit : int
        So many rows are kept, the latest.
    width : int
        Numbers in a row.

    Examples
    --------
    >>> ring = Ring(limit=2, width=1)
    >>> for number in (1.0, 2.0, 3.0):
    ...     ring.append(number)
    >>> ring.rows().ravel().tolist(), ring.count
    ([2.0, 3.0], 3)
    """

    def __init__(self, limit: int, width: int) -> None:
        self.limit, self._width = limit, width
        self._row = struct.Struct(f"={width}d")
        self._room = bytearray(self._row.size * limit)
        #: How many rows have been appended, kept or not.
        self.count = 0

    def __len__(self) -> int:
        return min(self.count, self.limit)

    def append(self, *row: float) -> None:
        """Add a row."""
        self._row.pack_into(self._room, self.count % self.limit * self._row.size, *row)
        self.count += 1

    def rows(self, most: int | None = None) -> NDArray[np.float64]:
        """Return a copy of the latest rows, oldest first, at most so many."""
        room: NDArray[Any] = np.frombuffer(bytes(self._room), dtype=np.float64).reshape(self.limit, self._width)
        kept = len(self) if most is None else min(len(self), most)
        return room[np.arange(self.count - kept, self.count) % self.limit]

    def widen(self, limit: int) -> None:
        """Let more rows be kept from now on; fewer than before never are."""
        if limit <= self.limit:
            return
        rows, count = self.rows(), self.count
        self.limit, self._room = limit, bytearray(self._row.size * limit)
        self.count = count - len(rows)
        for row in rows.tolist():
            self.append(*row)
