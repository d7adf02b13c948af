"""What an alert has told: one piece of news, as a value, whoever gets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Told:
    """One thing that an alert has told.

    Attributes
    ----------
    time : datetime
        When, in UTC, by this machine's clock.
    alert : int
        The alert's number.
    text : str
        What has happened, in a sentence; account numbers masked.
    name : str
        Of what: the contract as it was asked for, an account (masked), ``"connection"``.
    con_id : int
        Of which contract; 0 where it is of none.
    value : float
        The figure that has reached the level; NaN for what is no figure.
    """

    time: datetime
    alert: int
    text: str
    name: str
    con_id: int = 0
    value: float = float("nan")

    def __str__(self) -> str:
        return self.text
