"""When a figure has reached a level, and when it may be told again. Pure: from one figure after the other to an answer.

A level is reached where the figure is at it or beyond, also at once, when it is set: who asks to be told above 200 and
is at 205 would else wait for ever. `crossing` wants to see it come from the other side. A level that was told rests;
with `again` it is armed once more when the figure has come back by so much: one that trembles around it is told once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ibnb.ground.numerals import shown_number

Side = Literal["above", "below"]
#: How a level stands: waiting for the figure, told and to be armed again when it has come back, or told for good.
Standing = Literal["armed", "told", "over"]

_SIGNS = {"above": 1.0, "below": -1.0}


@dataclass(eq=False)
class Level:
    """One level that a figure may reach.

    Parameters
    ----------
    side : {"above", "below"}
        On which side of it the figure has reached it; the level itself counts.
    at : float
        Where it lies, in the figure's unit.
    of_change : bool
        Whether the figure is the day's change in percent rather than the price.
    again : float, optional
        By how much the figure must come back before it is told again; None for never again.
    crossing : bool
        Whether the figure must have been on the other side since the level was set.

    Attributes
    ----------
    standing : {"armed", "told", "over"}
        How it stands.

    Examples
    --------
    >>> level = Level("above", 200.0, again=1.0)
    >>> [level.reached(price) for price in (199.0, 200.0, 199.5, 201.0, 199.0, 200.5)]
    [False, True, False, False, False, True]
    >>> level = Level("below", 100.0, crossing=True)
    >>> [level.reached(price) for price in (99.0, 98.0, 100.5, 100.0, 99.0)]
    [False, False, False, True, False]
    """

    side: Side
    at: float
    of_change: bool = False
    again: float | None = None
    crossing: bool = False
    standing: Standing = "armed"

    def __post_init__(self) -> None:
        self._was_beyond: bool | None = None  # None: no figure has come yet

    def reached(self, figure: float) -> bool:
        """Take in a figure; return whether it is to be told. What is no number says nothing."""
        if figure != figure or self.standing == "over":
            return False
        ahead = (figure - self.at) * _SIGNS[self.side]
        beyond, before = ahead >= 0, self._was_beyond
        if self.standing == "told":
            if self.again is not None and -ahead >= self.again:
                self.standing, self._was_beyond = "armed", False
            return False
        self._was_beyond = beyond
        if not beyond or (self.crossing and before is not False):
            return False
        self.standing = "over" if self.again is None else "told"
        return True

    @property
    def was_there(self) -> bool:
        """Whether no figure has been seen on the near side: it was beyond already when the level was set."""
        return self._was_beyond is None

    def words(self) -> str:
        """Return where it lies, in words.

        Examples
        --------
        >>> Level("above", 200.0).words(), Level("below", -3.0, of_change=True).words()
        ('at or above 200', 'down 3 % or more')
        >>> Level("above", -3.0, of_change=True).words()
        'at -3 % or more'
        """
        if not self.of_change:
            return f"at or {self.side} {number(self.at)}"
        if (self.at > 0) == (self.side == "above"):
            return f"{'up' if self.at > 0 else 'down'} {number(abs(self.at))} % or more"
        return f"at {number(self.at)} % or {'more' if self.side == 'above' else 'less'}"


def number(value: float) -> str:
    """Return a figure as a person reads it: all that it has of decimals up to six, no exponents.

    Examples
    --------
    >>> number(200.0), number(1.0875), number(-25000.5), number(0.00000125)
    ('200', '1.0875', '-25,000.5', '0.00000125')
    """
    decimals = 6 if abs(value) >= 0.01 or not value else 10
    text = f"{value:,.{decimals}f}"
    return shown_number(text.rstrip("0").rstrip(".") if "." in text else text)
