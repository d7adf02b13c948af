"""Whose profit, and how much, as TWS tells it: of accounts (reqPnL) and of single positions (reqPnLSingle)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Key(NamedTuple):
    """Whose profit: an account's, or with a `con_id` that of one of its positions."""

    account: str
    con_id: int = 0


@dataclass(frozen=True, slots=True)
class Profit:
    """What TWS said last; None where it left a figure unset.

    Attributes
    ----------
    daily, unrealized, realized : float or None
        Profit of the day, not taken, and taken today; an account's are in its base currency.
    position, value : float or None
        Of a position: its quantity and market value.
    time : datetime or None
        When it came, in UTC.
    """

    daily: float | None = None
    unrealized: float | None = None
    realized: float | None = None
    position: float | None = None
    value: float | None = None
    time: datetime | None = None
