"""Where a price has come from: one in a second of the latest minutes, one in half a minute of the hours before."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

#: A moment in epoch seconds, and the price then.
Mark = tuple[float, float]

#: Seconds between two marks, and how many are kept: of five minutes, and of four hours.
_FINE, _FINE_KEPT = 1.0, 300
_COARSE, _COARSE_KEPT = 30.0, 480
_NAN = float("nan")


class Trail:
    """The prices of one contract over the time that it is watched.

    Examples
    --------
    >>> trail = Trail()
    >>> for second in range(0, 900, 10):
    ...     trail.add(float(second), 100.0 + second)
    >>> trail.due(890.5), trail.due(891.0)
    (False, True)
    >>> [moment for moment, _ in trail.over(60, 900.0)]
    [840.0, 850.0, 860.0, 870.0, 880.0, 890.0, 900.0]
    """

    def __init__(self) -> None:
        self._fine, self._coarse = _Marks(_FINE_KEPT), _Marks(_COARSE_KEPT)
        self._fine_due = self._coarse_due = 0.0

    def due(self, now: float) -> bool:
        """Return whether it is time for another mark."""
        return now >= self._fine_due

    def add(self, now: float, price: float) -> None:
        """Keep a price."""
        self._fine.add(now, price)
        self._fine_due = now + _FINE
        if now >= self._coarse_due:
            self._coarse.add(now, price)
            self._coarse_due = now + _COARSE

    def over(self, seconds: float, now: float, price: float = _NAN) -> list[Mark]:
        """Return the marks of so many seconds up to now, oldest first, with the price of now as the last.

        A price stands until the next one: the first is that of the beginning, where it is known.
        """
        begin = now - seconds
        fine = list(self._fine)
        first = fine[0][0] if fine else now
        marks = [*(mark for mark in self._coarse if mark[0] < first), *fine]
        inside = [mark for mark in marks if mark[0] >= begin]
        before = next((mark for mark in reversed(marks) if mark[0] < begin), None)
        if before is not None and (not inside or inside[0][0] > begin):
            inside.insert(0, (begin, before[1]))
        if inside and inside[-1][0] < now:
            inside.append((now, price if price == price else inside[-1][1]))
        return inside


class _Marks:
    """So many marks at least, the latest, as bare numbers: a board may have a thousand contracts."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._moments, self._prices = array("d"), array("d")

    def add(self, moment: float, price: float) -> None:
        self._moments.append(moment)
        self._prices.append(price)
        if len(self._prices) >= 2 * self._kept:
            del self._moments[: self._kept], self._prices[: self._kept]

    def __iter__(self) -> Iterator[Mark]:
        return zip(self._moments, self._prices, strict=True)


def moved(marks: Iterable[Mark]) -> float:
    """Return by how many percent a price has moved; NaN where that is not known.

    Examples
    --------
    >>> moved([(0.0, 100.0), (1.0, 98.0)])
    -2.0
    """
    prices = [price for _, price in marks]
    return (prices[-1] - prices[0]) / abs(prices[0]) * 100 if len(prices) > 1 and prices[0] else float("nan")
