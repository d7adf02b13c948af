"""One thing that an alert watches, with its levels and what is known of it; and what those share who hear of such."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ibnb.alerts.levels import Level, number
from ibnb.alerts.wish import Wish
from ibnb.ground.numerals import shown_number
from ibnb.tws.ask.calls.deadline import Deadline

_NAN = float("nan")


@dataclass(eq=False)
class Subject:
    """One contract, account, position or connection.

    Attributes
    ----------
    name : str
        As it is called in sentences.
    levels : list of Level
        Its own; empty where every news is told.
    con_id, account
        Of which contract and account; 0 and empty where of none.
    unit : str
        The currency, where it is known and not the price's own.
    value, change : float
        The newest figure, and of a price the day's change in percent.
    remark : str
        How far the figure is to be trusted: delayed, frozen, halted.
    reason : str
        Why no figure comes; empty where all is well.
    told : int
        How often it was told.
    """

    name: str
    levels: list[Level] = field(default_factory=list)
    con_id: int = 0
    account: str = ""
    unit: str = ""
    value: float = _NAN
    change: float = _NAN
    remark: str = ""
    reason: str = ""
    told: int = 0

    @property
    def is_over(self) -> bool:
        """Whether all of its levels were told for good."""
        return bool(self.levels) and all(level.standing == "over" for level in self.levels)

    def news(self, value: float, change: float = _NAN) -> list[tuple[str, float]]:
        """Take in a figure; return a sentence for each level that is reached, and what has reached it."""
        self.value, self.change, self.reason = value, change, ""
        sentences = []
        for level in self.levels:
            already = level.was_there
            figure = change if level.of_change else value
            if level.reached(figure):
                sentences.append((self._sentence(level, already), figure))
        return sentences

    def _sentence(self, level: Level, already: bool) -> str:
        figure = number(self.value) + (f" {self.unit}" if self.unit else "")
        if level.of_change:
            figure += shown_number(f", {self.change:+.2f} % on the day")
        beside = [self.remark] if self.remark else []
        beside += ["it was so already when the alert was set"] if already else []
        remarks = f" ({'; '.join(beside)})" if beside else ""
        return f"{self.name} is {level.words()}: {figure}{remarks}."


class Teller(Protocol):
    """What is told of by those who hear: the alert itself."""

    wish: Wish

    def figure(self, subject: Subject, value: float, change: float = ...) -> None:
        """Take in the newest figure of a subject."""

    def news(self, subject: Subject, text: str, con_id: int = ...) -> None:
        """Tell something that is no figure."""

    def stirred(self) -> None:
        """Take in that a state has changed."""


class Watch:
    """Hears of what one alert watches. Derive from it a family.

    Parameters
    ----------
    teller : Teller
        The alert.
    """

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self.subjects: list[Subject] = []

    async def open(self, deadline: Deadline) -> None:
        """Find out of what, and have TWS tell of it; what fails leaves nothing behind once `close` is called."""
        raise NotImplementedError

    def begin(self) -> None:
        """Tell from now on, first of what is known already."""
        raise NotImplementedError

    def close(self) -> None:
        """Hear no more, and let TWS know where nobody else does. May be repeated."""
        raise NotImplementedError


class Ends:
    """What is to be undone when a watch closes, the last first."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    def add(self, *undo: Callable[[], object]) -> None:
        """Have it undone."""
        self._undo += undo

    def close(self) -> None:
        """Undo all. May be repeated."""
        while self._undo:
            self._undo.pop()()


def names_of(subjects: Sequence[Subject], most: int = 4) -> str:
    """Return what subjects are called, in a few words.

    Examples
    --------
    >>> names_of([Subject(name) for name in "ABCDEF"])
    'A, B, C, D and 2 more'
    """
    names = [subject.name for subject in subjects]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
