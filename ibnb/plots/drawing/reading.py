"""What a chart says of one place on it: when that is, and the values there, as words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """What is at a place.

    Attributes
    ----------
    when : str
        Its time; of a candle that stands for several bars the first's, with how many there are.
    values : tuple of (str, str)
        Names and values: ``O H L C volume`` and what lies over them, or the change of each series.
    first, last : int
        The positions that it is about.
    """

    when: str
    values: tuple[tuple[str, str], ...]
    first: int
    last: int

    def __str__(self) -> str:
        return "  ".join((self.when, *(f"{name} {value}" for name, value in self.values)))
