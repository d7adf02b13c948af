"""Reading a person's own bars: CSV and Parquet files named by symbol, checked cell by cell at the start."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from ibnb.errors import SimulatorError
from ibnb.simulator.market.bar_sizes import DAILY
from ibnb.simulator.market.bars.table import Bars
from ibnb.simulator.market.contracts.catalogue import Listing
from ibnb.simulator.market.hashing import Floats, Ints
from ibnb.simulator.market.hours.calendars import HOURS, REGULAR, day_number, local_seconds
from ibnb.simulator.market.hours.sessions import Sessions
from ibnb.simulator.market.own.listings import listing_for
from ibnb.simulator.market.own.series import OwnSeries

_DATES = ("date", "datetime", "timestamp", "time")
_PRICES = ("open", "high", "low", "close")
_AVERAGES = ("average", "wap", "vwap")
_COUNTS = ("bar_count", "barcount", "count")
_EPOCH_AFTER = 100_000_000  # a plain number above this is epoch seconds, not a date such as 20260102


def read_folder(folder: Path, sessions: Sessions) -> list[tuple[Listing, OwnSeries]]:
    """Return the listing and the series of every CSV and Parquet file of a folder.

    Raises
    ------
    SimulatorError
        No such folder, no such files, or a file that cannot be read: named with row and column.
    """
    if not folder.is_dir():
        raise SimulatorError(f"The folder of bars {folder} does not exist. Name a folder that holds SYMBOL.csv files.")
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".csv", ".parquet"))
    if not paths:
        raise SimulatorError(f"The folder of bars {folder} holds no .csv or .parquet file. Name files SYMBOL.csv.")
    read = [read_file(path, sessions) for path in paths]
    seen: dict[int, Path] = {}
    for path, (listing, _) in zip(paths, read, strict=True):
        con_id = listing.instrument.con_id
        if con_id in seen:
            raise SimulatorError(
                f"{path.name} and {seen[con_id].name} hold bars of the same instrument. Keep one of them."
            )
        seen[con_id] = path
    return read


def read_file(path: Path, sessions: Sessions) -> tuple[Listing, OwnSeries]:
    """Return the listing and the series of one file."""
    columns = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)
    names = {name.strip().lower(): name for name in columns}
    when = next((names[name] for name in _DATES if name in names), None)
    missing = [name for name in (*_PRICES, "volume") if name not in names]
    if when is None or missing:
        lacking = ", ".join(missing if when else ["date", *missing])
        raise SimulatorError(
            f"{path.name}: no column {lacking}; its first row names {', '.join(columns) or 'nothing'}. "
            "The first row must name date (or datetime, timestamp), open, high, low, close and volume."
        )
    if not len(columns[when]):
        raise SimulatorError(f"{path.name}: there is no bar in it, only the names of columns.")
    listing = listing_for(path.stem, lambda: _numbers(path, names["close"], columns[names["close"]])[-1])
    zone = ZoneInfo(HOURS[listing.path.kind].zone)
    moments = [_moment(path, when, row, value, zone) for row, value in enumerate(columns[when], 2)]
    numbers = {name: _numbers(path, names[name], columns[names[name]]) for name in (*_PRICES, "volume")}
    for name in ("average", "count"):
        options = _AVERAGES if name == "average" else _COUNTS
        held = next((names[option] for option in options if option in names), None)
        if held:
            numbers[name] = _numbers(path, held, columns[held])
    return listing, _series(path, moments, numbers, listing.path.kind, sessions)


def _csv(path: Path) -> dict[str, Sequence[Any]]:
    """Return the columns of a CSV file as text."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
    except (UnicodeDecodeError, csv.Error) as problem:
        raise SimulatorError(f"{path.name}: not a CSV file in UTF-8 ({problem}).") from None
    if not rows:
        raise SimulatorError(f"{path.name}: the file is empty.")
    head = rows[0]
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(head):
            raise SimulatorError(
                f"{path.name}, row {number}: {len(row)} cells where the first row names {len(head)} columns."
            )
    return {name: [row[place] for row in rows[1:]] for place, name in enumerate(head)}


def _parquet(path: Path) -> dict[str, Sequence[Any]]:
    """Return the columns of a Parquet file as Python values."""
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(path)
    except (pyarrow.ArrowException, OSError) as problem:
        raise SimulatorError(f"{path.name}: not a Parquet file ({problem}).") from None
    return {name: table[name].to_pylist() for name in table.column_names}


def _numbers(path: Path, column: str, values: Sequence[Any]) -> Floats:
    """Return a column as numbers, or name the first cell that is none."""
    for row, value in enumerate(values, 2):
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not (math.isfinite(number) and number >= 0):
            raise SimulatorError(f"{path.name}, row {row}, column {column}: {value!r} is not a number of 0 or more.")
    return np.array([float(value) for value in values])


def _moment(path: Path, column: str, row: int, value: object, zone: ZoneInfo) -> tuple[int, int, bool]:
    """Return a cell's epoch second, its local day number, and whether it is a date without a time."""
    try:
        known = _datetime(value)
        local = known.replace(tzinfo=zone) if known.tzinfo is None else known.astimezone(zone)
        second = int(local.timestamp())
    except (TypeError, ValueError, OverflowError, OSError):
        raise SimulatorError(
            f"{path.name}, row {row}, column {column}: {value!r} is no date such as 2026-01-31 or 2026-01-31 15:30:00."
        ) from None
    return second, day_number(local.date()), local.hour == local.minute == local.second == 0


def _datetime(value: object) -> datetime:
    """Return a date, a moment, epoch seconds or a text of one of them as a datetime, naive where it names no zone."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, datetime.min.time())
    text = str(value).strip()
    if text.isdigit() and int(text) >= _EPOCH_AFTER:
        return datetime.fromtimestamp(int(text), UTC)
    return datetime.fromisoformat(text)


def _series(
    path: Path, moments: list[tuple[int, int, bool]], numbers: dict[str, Floats], kind: str, sessions: Sessions
) -> OwnSeries:
    """Return the series of a file's columns, in time order and checked for doubles."""
    start = np.array([moment[0] for moment in moments])
    order = np.argsort(start, kind="stable")
    start, day = start[order], np.array([moment[1] for moment in moments])[order]
    numbers = {name: column[order] for name, column in numbers.items()}
    double = np.flatnonzero(np.diff(start) == 0)
    if len(double):
        row = int(order[double[0] + 1]) + 2
        raise SimulatorError(f"{path.name}, row {row}: a second bar of the same date.")
    wrong = np.flatnonzero(numbers["high"] < numbers["low"])
    if len(wrong):
        raise SimulatorError(f"{path.name}, row {int(order[wrong[0]]) + 2}, column high: below the low of its row.")
    size = DAILY if all(moment[2] for moment in moments) else int(np.diff(start).min(initial=DAILY))
    end = start + size
    if size == DAILY:
        start, end = _session_times(day, kind, sessions)
    typical = np.round((numbers["high"] + numbers["low"] + numbers["close"]) / 3, 6)
    wap = numbers.get("average", typical)
    count = numbers.get("count", np.ones(len(start))).astype(np.int64)
    open_, high, low, close = (numbers[name] for name in _PRICES)
    return OwnSeries(Bars(start, open_, high, low, close, numbers["volume"], wap, count, day), end, size, kind)


def _session_times(day: Ints, kind: str, sessions: Sessions) -> tuple[Ints, Ints]:
    """Return the regular hours of days; those that the calendar does not know last from midnight to midnight."""
    all_ = sessions.segments(kind)
    regular = all_.kind == REGULAR
    known, open_, close = all_.day[regular], all_.start[regular], all_.end[regular]
    place = np.minimum(np.searchsorted(known, day), len(known) - 1)
    hit = known[place] == day
    zone = HOURS[kind].zone
    start = np.where(hit, open_[place], local_seconds(np.maximum(day, 0), 0, zone))
    return start, np.where(hit, close[place], local_seconds(np.maximum(day, 0) + 1, 0, zone))
