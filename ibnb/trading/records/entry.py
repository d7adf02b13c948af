"""One thing that happened to an order, as its log keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """One thing that happened to an order.

    Attributes
    ----------
    time : datetime
        When it was heard, in UTC.
    event : str
        ``"sent"``, ``"status"``, ``"fill"``, ``"message"``, ``"modified"``, ``"lost"``, ``"found"``.
    status : str
        TWS's word then.
    filled, remaining : float
        Then.
    code : int or None
        TWS's code of a message.
    text : str
        In words.
    """

    time: datetime
    event: str
    status: str
    filled: float
    remaining: float
    code: int | None = None
    text: str = ""
