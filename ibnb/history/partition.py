"""Where bars lie in a store: hive-style folders, which DuckDB, Polars, pandas and Dask read as columns.

``bars/con_id=265598/symbol=AAPL/bar_size=1_min/what=TRADES/rth=true/month=2026-03/bars.parquet``; bars of a day and
longer lie a year in one file (``month=2026-all``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from urllib.parse import quote, unquote

from ibnb.history.intervals import Interval
from ibnb.history.sizes import BAR_SIZES, DAY

#: The folder of bars in a store.
BARS = "bars"
#: The file in each folder of a month.
FILE = "bars.parquet"
_KEYS = ("con_id", "symbol", "bar_size", "what", "rth")
_ALL_YEAR = "all"


@dataclass(frozen=True, order=True)
class Series:
    """One series of bars: all bars of one contract, size, kind and hours.

    Attributes
    ----------
    con_id : int
        The contract's.
    symbol : str
        ``AAPL``, ``EUR.USD``; with the exchange behind an @ where it is not the usual one.
    bar_size, what : str
        As TWS writes them.
    rth : bool
        Regular trading hours only.
    """

    con_id: int
    symbol: str
    bar_size: str
    what: str
    rth: bool

    @property
    def daily(self) -> bool:
        """Whether the bars last a day or longer, and are dated."""
        return BAR_SIZES[self.bar_size] >= DAY

    @property
    def folder(self) -> Path:
        """The folder of the series in its store."""
        values = (str(self.con_id), self.symbol, self.bar_size.replace(" ", "_"), self.what, str(self.rth).lower())
        return Path(BARS, *(f"{key}={quote(value, safe='@')}" for key, value in zip(_KEYS, values, strict=True)))

    def __str__(self) -> str:
        hours = "regular hours" if self.rth else "all hours"
        return f"{self.symbol}, {self.bar_size}, {self.what}, {hours}"


def series_of(folder: PurePath) -> Series | None:
    """Return the series whose folder this is; None where its name is none of ours."""
    values = {}
    for part in folder.parts[-len(_KEYS) :]:
        key, _, value = part.partition("=")
        values[key] = unquote(value)
    if tuple(values) != _KEYS or not values["con_id"].isdigit():
        return None
    size = values["bar_size"].replace("_", " ")
    if size not in BAR_SIZES or values["rth"] not in ("true", "false"):
        return None
    return Series(int(values["con_id"]), values["symbol"], size, values["what"], values["rth"] == "true")


def month_of(start: int, daily: bool) -> str:
    """Return the name of the month (the year, for daily bars) that a bar's start lies in.

    Examples
    --------
    >>> month_of(1_772_409_600, daily=False), month_of(1_772_409_600, daily=True)
    ('2026-03', '2026-all')
    """
    moment = datetime.fromtimestamp(start, UTC)
    return f"{moment:%Y}-{_ALL_YEAR}" if daily else f"{moment:%Y-%m}"


def span_of(month: str) -> Interval:
    """Return which starts lie in a month, or a year, by its name."""
    year, _, number = month.partition("-")
    first = int(year) * 12 + (0 if number == _ALL_YEAR else int(number) - 1)
    last = first + (12 if number == _ALL_YEAR else 1)
    low, high = (int(datetime(each // 12, each % 12 + 1, 1, tzinfo=UTC).timestamp()) for each in (first, last))
    return low, high


def months_between(start: int, end: int, daily: bool) -> list[str]:
    """Return the names of the months that an interval of starts touches."""
    names = []
    while start < end:
        names.append(month_of(start, daily))
        start = span_of(names[-1])[1]
    return names
