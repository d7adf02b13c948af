"""Which part of a chart is in view: zoomed around a place, moved, and never beyond the bars. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

#: No fewer bars than this come into view.
FEWEST = 12.0


@dataclass(frozen=True)
class Window:
    """A part of an axis that counts bars.

    Attributes
    ----------
    low, high : float
        What is in view.
    first, last : float
        The ends of all there is.
    """

    low: float
    high: float
    first: float
    last: float

    @classmethod
    def whole(cls, first: float, last: float) -> Self:
        """Return all there is."""
        return cls(first, last, first, last)

    @property
    def width(self) -> float:
        """How many bars fit in."""
        return self.high - self.low

    def all(self) -> Self:
        """Return all there is."""
        return replace(self, low=self.first, high=self.last)

    def zoomed(self, factor: float, around: float | None = None) -> Self:
        """Return a part `factor` times as wide; what is at `around` stays where it is, else what is in the middle."""
        around = (self.low + self.high) / 2 if around is None else min(max(around, self.low), self.high)
        width = min(max(self.width * factor, FEWEST), self.last - self.first)
        share = (around - self.low) / self.width
        return self._within(around - share * width, width)

    def moved(self, bars: float) -> Self:
        """Return a part as wide that lies so many bars later; earlier, for a negative number."""
        return self._within(self.low + bars, self.width)

    def showing(self, place: float) -> Self:
        """Return a part as wide that has a place in view, moved as little as that takes."""
        if place < self.low + 0.5:
            return self.moved(place - 0.5 - self.low)
        if place > self.high - 0.5:
            return self.moved(place + 0.5 - self.high)
        return self

    def at(self, low: float, width: float) -> Self:
        """Return a part that begins at a place and is so wide, or as wide as all there is."""
        return self._within(low, min(width, self.last - self.first))

    def _within(self, low: float, width: float) -> Self:
        low = min(max(low, self.first), self.last - width)
        return replace(self, low=low, high=low + width)
