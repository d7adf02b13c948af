"""Past ticks of `other_tws`: pages as real servers give them, with what a test does to the rows of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from independent.other_market import read
from independent.other_tws import packed

KINDS = {"MIDPOINT": 96, "BID_ASK": 97, "TRADES": 98}
Rows = list[list[Any]]


def tick(what: str, second: int, number: int = 0) -> list[Any]:
    price = 100 + number % 7
    if what == "MIDPOINT":
        return [second, 0, price, 0]
    if what == "BID_ASK":
        return [second, 0, price, price + 1, 100 + number % 5, 200]
    return [second, 0, price, 1 + number % 3, "NYSE", ""]


class PastTicks:
    """Answers 96 with pages of the ticks at some seconds.

    Attributes
    ----------
    seconds : list of int
        Of the ticks, oldest first; several may be of one second.
    odd : callable or None
        Changes the rows of a page.
    before_start : bool
        A page from a moment on holds what lies before it.
    early : int
        So many seconds before its start are in a page.
    ends : bool
        The page says that it is the last.
    cuts : bool
        The last second is cut at the number asked for.
    beyond : int
        So many rows are announced less than come.
    """

    def __init__(self, seconds: Iterable[int] = ()) -> None:
        self.seconds = sorted(seconds)
        self.odd: Callable[[Rows], Rows] | None = None
        self.before_start, self.early, self.ends, self.cuts, self.beyond = False, 0, True, False, 0
        self.requests = 0

    def __call__(self, fields: list[str]) -> list[bytes]:
        self.requests += 1
        request, start, end, number, what = fields[1], fields[15], fields[16], int(fields[17]), fields[18]
        numbered = [tick(what, second, place) for place, second in enumerate(self.seconds)]
        if start:
            rows = self._after(numbered, read(start), number)
        else:
            rows = [row for row in numbered if row[0] < read(end)]
            first = rows[-number][0] if len(rows) > number else 0
            rows = rows[-number:] if self.cuts else [row for row in rows if row[0] >= first]
        rows = self.odd(rows) if self.odd and rows else rows
        flat = [value for row in rows for value in row]
        done = "1" if self.ends else "0"
        return [packed(KINDS[what], request, max(len(rows) - self.beyond, 0), *flat, done)]

    def _after(self, numbered: Rows, start: int, number: int) -> Rows:
        if self.before_start and (stray := [row for row in numbered if row[0] < start - 5][:number]):
            return stray
        rows = [row for row in numbered if row[0] >= start - self.early]
        last = rows[number - 1][0] if len(rows) > number else 2**40
        return rows[:number] if self.cuts else [row for row in rows if row[0] <= last]


def text(moment: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment))
