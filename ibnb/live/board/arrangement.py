"""How a board is arranged for a person: how its rows are sorted, over which time a trend goes, columns of one's own.

Nothing of it is asked of TWS. It is kept with a watchlist, but for the columns, which are code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput
from ibnb.live.board.own_columns import Failure, OwnColumn, RowQuote
from ibnb.live.board.told import DATA_TYPES
from ibnb.live.quotes.tick_types import FIELDS
from ibnb.live.quotes.trail import moved

if TYPE_CHECKING:
    from ibnb.live.board.rows import Row

#: Over which time a trend may go, in seconds.
TRENDS = {"1 min": 60, "5 mins": 300, "15 mins": 900, "1 hour": 3_600, "4 hours": 14_400}
#: By what rows can be sorted, beside columns of one's own.
TEXTS = ("contract", "data_type")
FIGURES = (*(name for name in FIELDS if name != "halted"), "mid", "price", "change", "change_percent", "trend", "time")


class Arrangement:
    """How the rows of one board stand.

    Attributes
    ----------
    sort : str
        By what; "" for the order in which they were added.
    descending : bool
        Whether the largest comes first.
    trend : str
        One of `TRENDS`.
    columns : dict
        Columns of a person's own, by name.
    """

    def __init__(self) -> None:
        self.sort, self.descending, self.trend = "", False, "5 mins"
        self.columns: dict[str, OwnColumn] = {}

    @property
    def seconds(self) -> float:
        """Over which time a trend goes."""
        return float(TRENDS[self.trend])

    def sort_by(self, by: object, descending: bool) -> None:
        """Sort by something; by None as they were added."""
        names = (*TEXTS, *FIGURES, *self.columns)
        if by is not None and by not in names:
            raise BadInput("by", by, f"None or one of {', '.join(names)}")
        self.sort, self.descending = str(by or ""), bool(descending)

    def sort_next(self, by: str) -> None:
        """Sort by a heading that was pressed: its natural way round first, then the other, then not at all."""
        first = by not in TEXTS
        if self.sort != by:
            self.sort, self.descending = by, first
        elif self.descending == first:
            self.descending = not first
        else:
            self.sort, self.descending = "", False

    def over(self, trend: object) -> None:
        """Let the trend go over another time."""
        if trend not in TRENDS:
            raise BadInput("trend", trend, f"one of {', '.join(map(repr, TRENDS))}")
        self.trend = str(trend)

    def ordered(self, rows: Sequence[Row], now: float) -> list[Row]:
        """Return rows as they are to stand; those that have nothing to sort by come last."""
        if not self.sort or (self.sort not in (*TEXTS, *FIGURES) and self.sort not in self.columns):
            return list(rows)
        keys = [(self._key(row, now), row) for row in rows]
        kinds = {type(key) for key, _ in keys if key is not None}
        if len(kinds) > 1:  # numbers beside texts in a column of one's own
            keys = [(None if key is None else str(key), row) for key, row in keys]
        there = sorted((pair for pair in keys if pair[0] is not None), key=_first, reverse=self.descending)
        return [row for _, row in there] + [row for key, row in keys if key is None]

    def _key(self, row: Row, now: float) -> Any:
        if self.sort == "contract":
            return row.name.casefold()
        quote = None if row.line is None else row.line.quote
        if self.sort in self.columns:
            value = self.columns[self.sort].value(row)
            return None if value is None or isinstance(value, Failure) else _comparable(value)
        if quote is None:
            return None
        if self.sort == "data_type":
            return DATA_TYPES.get(quote.data_type)
        if self.sort == "time":
            return quote.time or None
        value = moved(quote.trend(self.seconds, now)) if self.sort == "trend" else getattr(RowQuote(row), self.sort)
        return value if value == value else None


def _first(pair: tuple[Any, Row]) -> Any:
    return pair[0]


def _comparable(value: Any) -> float | str:
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value).casefold()
