"""What arrived from TWS and could not be taken as sent.

A conversion never stops half-way and never lets a wrong value into a table: the cell becomes unset, and a
line is written here. The lines end up in ``frame.attrs["warnings"]``.
"""

from __future__ import annotations

import reprlib

LIMIT = 20
"""Lines kept; the rest is counted. pandas copies `attrs` with every operation, so they must stay small."""


class Problems:
    """Collects what was wrong, bounded in size.

    Examples
    --------
    >>> problems = Problems()
    >>> problems.add("position", 3, "abc", "a number")
    >>> problems.messages()
    ["position, row 3: 'abc' is not a number"]
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, column: str, row: int, value: object, wanted: str) -> None:
        """Record that `value` in `row` (counted from 0) of `column` is not what is `wanted` there."""
        if self._count < LIMIT:
            where = f"{column}, row {row}" if column else f"row {row}"
            self._lines.append(f"{where}: {reprlib.repr(value)} is not {wanted}")
        self._count += 1

    def messages(self) -> list[str]:
        """Return the lines, the last one saying how many more there were."""
        more = self._count - len(self._lines)
        return [*self._lines, *([f"and {more} more"] if more else [])]
