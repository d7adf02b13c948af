"""Where bars and ticks lie in a store: hive-style folders, which DuckDB, Polars, pandas and Dask read as columns.

``bars/con_id=265598/symbol=AAPL/bar_size=1_min/what=TRADES/rth=true/month=2026-03/bars.parquet``; bars of a day and
longer lie a year in one file (``month=2026-all``). ``ticks/con_id=265598/symbol=AAPL/what=TRADES/ignore_size=false/
rth=true/day=2026-03-02/ticks.parquet``, days in UTC.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import ClassVar
from urllib.parse import quote, unquote

from ibnb.history.planning.intervals import Interval
from ibnb.history.planning.sizes import BAR_SIZES, DAY

#: The folders of bars and of ticks in a store.
BARS, TICKS = "bars", "ticks"
#: The file in each folder of a month.
FILE = "bars.parquet"
_KEYS = ("con_id", "symbol", "bar_size", "what", "rth")
_TICK_KEYS = ("con_id", "symbol", "what", "ignore_size", "rth")
_ALL_YEAR = "all"


class Stored(ABC):
    """A series in a store: where its files lie, and which of them holds a second."""

    #: The last key of a file's folder, the file's name, and what its rows are called.
    part_key: ClassVar[str]
    file: ClassVar[str]
    rows: ClassVar[str]

    @property
    @abstractmethod
    def folder(self) -> Path:
        """The folder of the series in its store."""

    @abstractmethod
    def part_of(self, second: int) -> str:
        """Return the name of the part that a second lies in."""

    def parts_between(self, start: int, end: int) -> list[str]:
        """Return the names of the parts that an interval touches, in order."""
        names = []
        while start < end:
            names.append(self.part_of(start))
            start = span_of(names[-1])[1]
        return names


@dataclass(frozen=True, order=True)
class Series(Stored):
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

    part_key: ClassVar[str] = "month"
    file: ClassVar[str] = FILE
    rows: ClassVar[str] = "bars"

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
        values = (str(self.con_id), self.symbol, self.bar_size.replace(" ", "_"), self.what, _word(self.rth))
        return _folder(BARS, _KEYS, values)

    def part_of(self, second: int) -> str:
        """Return the name of the month, or year, that a bar's start lies in."""
        return month_of(second, self.daily)

    def __str__(self) -> str:
        return f"{self.symbol}, {self.bar_size}, {self.what}, {_hours(self.rth)}"


@dataclass(frozen=True, order=True)
class TickSeries(Stored):
    """One series of ticks: all ticks of one contract, kind and hours.

    Attributes
    ----------
    con_id, symbol, what, rth
        As for `Series`.
    ignore_size : bool
        BID_ASK: without quotes in which only a size changed.
    """

    part_key: ClassVar[str] = "day"
    file: ClassVar[str] = "ticks.parquet"
    rows: ClassVar[str] = "ticks"
    #: Where series are listed, what stands in place of a size of bars.
    bar_size: ClassVar[str] = "ticks"

    con_id: int
    symbol: str
    what: str
    rth: bool
    ignore_size: bool = False

    @property
    def folder(self) -> Path:
        """The folder of the series in its store."""
        values = (str(self.con_id), self.symbol, self.what, _word(self.ignore_size), _word(self.rth))
        return _folder(TICKS, _TICK_KEYS, values)

    def part_of(self, second: int) -> str:
        """Return the name of the day that a second lies in."""
        return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d}"

    def __str__(self) -> str:
        sizes = ", without changes of size" if self.ignore_size else ""
        return f"{self.symbol}, ticks, {self.what}, {_hours(self.rth)}{sizes}"


def series_of(folder: PurePath) -> Series | None:
    """Return the series of bars whose folder this is; None where its name is none of ours."""
    values = _values(folder, _KEYS)
    size = values.get("bar_size", "").replace("_", " ")
    if not values or size not in BAR_SIZES:
        return None
    return Series(int(values["con_id"]), values["symbol"], size, values["what"], values["rth"] == "true")


def tick_series_of(folder: PurePath) -> TickSeries | None:
    """Return the series of ticks whose folder this is; None where its name is none of ours."""
    values = _values(folder, _TICK_KEYS)
    if values.get("ignore_size") not in ("true", "false"):
        return None
    rth, ignore_size = values["rth"] == "true", values["ignore_size"] == "true"
    return TickSeries(int(values["con_id"]), values["symbol"], values["what"], rth, ignore_size)


def _folder(room: str, keys: tuple[str, ...], values: tuple[str, ...]) -> Path:
    return Path(room, *(f"{key}={quote(value, safe='@')}" for key, value in zip(keys, values, strict=True)))


def _values(folder: PurePath, keys: tuple[str, ...]) -> dict[str, str]:
    """Return what the names of the last folders say; nothing where they are not these keys."""
    values = {}
    for part in folder.parts[-len(keys) :]:
        key, _, value = part.partition("=")
        values[key] = unquote(value)
    right = tuple(values) == keys and values["con_id"].isdigit() and values["rth"] in ("true", "false")
    return values if right else {}


def _word(flag: bool) -> str:
    return str(flag).lower()


def _hours(rth: bool) -> str:
    return "regular hours" if rth else "all hours"


def month_of(start: int, daily: bool) -> str:
    """Return the name of the month (the year, for daily bars) that a bar's start lies in.

    Examples
    --------
    >>> month_of(1_772_409_600, daily=False), month_of(1_772_409_600, daily=True)
    ('2026-03', '2026-all')
    """
    moment = datetime.fromtimestamp(start, UTC)
    return f"{moment:%Y}-{_ALL_YEAR}" if daily else f"{moment:%Y-%m}"


def span_of(part: str) -> Interval:
    """Return which seconds lie in a month, a year, or a day, by its name.

    Examples
    --------
    >>> span_of("2026-03-02")
    (1772409600, 1772496000)
    """
    year, month, day = (*part.split("-"), "")[:3]
    if day:
        low = int(datetime(int(year), int(month), int(day), tzinfo=UTC).timestamp())
        return low, low + DAY
    first = int(year) * 12 + (0 if month == _ALL_YEAR else int(month) - 1)
    last = first + (12 if month == _ALL_YEAR else 1)
    low, high = (int(datetime(each // 12, each % 12 + 1, 1, tzinfo=UTC).timestamp()) for each in (first, last))
    return low, high
