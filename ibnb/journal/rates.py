"""What a currency was worth in an account's own on a day, by the values that are kept."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from ibnb.journal.days import day_of

if TYPE_CHECKING:
    import pandas as pd

#: A rate counts for so many days behind its own, over holidays and a few days that nobody kept.
_DAYS = 7
_BASE = "BASE"


class Rates:
    """The rates of one account.

    Parameters
    ----------
    values : DataFrame
        As they are kept, of all days.

    Attributes
    ----------
    base : str
        The currency that the account counts in; "" where nothing tells.
    """

    def __init__(self, values: pd.DataFrame) -> None:
        named = values[values["tag"].eq("NetLiquidation") & ~values["currency"].isin(["", _BASE])]
        self.base = str(named["currency"].iloc[-1]) if len(named) else ""
        told = values[values["tag"].eq("ExchangeRate") & values["value"].gt(0)].sort_values("day", kind="stable")
        self._known: dict[str, tuple[list[pd.Timestamp], list[float]]] = {
            str(currency): (rows["day"].tolist(), rows["value"].tolist())
            for currency, rows in told.groupby("currency")
            if currency not in ("", _BASE)
        }

    def to_base(self, currency: str, day: pd.Timestamp) -> float:
        """Return what one unit is worth in base currency: of that day, or of the last days before; NaN if unknown."""
        if currency and currency == self.base:
            return 1.0
        days, rates = self._known.get(currency, ([], []))
        place = bisect_right(days, day) - 1
        if place < 0 or not self.base or (day - days[place]).days > _DAYS:
            return float("nan")
        return rates[place]

    def between(self, currency: str, other: str, moment: pd.Timestamp) -> float:
        """Return what one unit of a currency is worth in another on the day of a moment; NaN if unknown."""
        if not currency or not other:
            return float("nan")
        if currency == other:
            return 1.0
        day = day_of(moment)
        return self.to_base(currency, day) / self.to_base(other, day)
