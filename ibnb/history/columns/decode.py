"""The payload of a message of historical bars (17) to columns, and a client's bar objects to the same columns."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import numpy as np

from ibnb.errors import BadInput, MalformedMessage
from ibnb.history.columns.bars import Bars
from ibnb.history.columns.dates import from_numbers, from_texts
from ibnb.history.columns.rows import Array, Rows, Unusual, head, rows
from ibnb.tables.schema.timeparse import parse_time
from ibnb.wire.codec import decode_response

T = TypeVar("T")

#: From this version on, the times of the range come in a message of their own, 108.
ENDS_APART = 196
_PRICES = dict.fromkeys(("open", "high", "low", "close", "volume", "average"), "float64")
_FIELDS = {"start": "int64", **_PRICES, "bar_count": "int64"}
#: What TWS writes for a volume, an average or a count of bars that are not of trades.
_UNSET = -1
_MOST = 2**63 - 1
_NONE_IS_MINUS_ONE = ("volume", "average")
_WIRE_NAMES = ("open", "high", "low", "close", "volume", "wap")


def bars_of(
    payload: bytes, version: int, zone: str = "UTC", *, daily: bool = False, said: list[str] | None = None
) -> Bars:
    r"""Read a message of historical bars.

    Parameters
    ----------
    payload : bytes
        Message 17.
    version : int
        The server's.
    zone : str
        Of times that name none, by its IANA name.
    daily : bool
        Whether the bars last a day or longer: then only dates count.
    said : list of str, optional
        Takes a line for what is left out: rows without a date that can be, and what follows the rows announced;
        without it the former are refused.

    Raises
    ------
    MalformedMessage
        If it is not whole, or a field is not of its kind: then rows may have shifted, and none can be trusted.

    Examples
    --------
    >>> bars_of(b"17\x007\x001\x001775136600\x001\x003\x001\x002\x00-1\x00-1\x00-1\x00", 200).close
    array([2.])
    """
    fields, at = head(payload, 3 if version >= ENDS_APART else 5)
    found, end = rows(payload, at, fields[-1], len(_FIELDS))
    if end < len(payload) and said is not None:
        said.append(f"{payload[end:].count(0)} fields came beyond the {fields[-1] or 0} bars announced: left out")
    if not len(found):
        return _made([], [[]] * len(_PRICES), [])
    try:
        return _at_once(found, zone, daily)
    except Unusual:
        return _one_by_one(payload[:end], version, zone, daily, said)


def _at_once(found: Rows, zone: str, daily: bool) -> Bars:
    if found.first().isdigit():
        columns = found.read(_FIELDS)
        start = from_numbers(columns.pop("start"), daily=daily)
    else:
        start = from_texts(found.column_of_texts(0), zone, daily=daily)
        columns = found.read(_FIELDS | {"start": ""})
    for name in _NONE_IS_MINUS_ONE:
        columns[name] = _without_unset(columns[name])
    return Bars(start, **columns)


def _one_by_one(payload: bytes, version: int, zone: str, daily: bool, said: list[str] | None) -> Bars:
    try:
        dated = _dated(decode_response(version, payload).values["bars"], zone, daily, said, lambda bar: bar["date"])
    except (BadInput, OverflowError) as error:
        raise MalformedMessage(f"A message of historical bars: {error}", payload) from error
    bars = [bar for _, bar in dated]
    values = [[bar[name] for bar in bars] for name in _WIRE_NAMES]
    return _made([start for start, _ in dated], values, [bar["count"] for bar in bars])


def _dated(
    bars: Sequence[T], zone: str, daily: bool, said: list[str] | None, date_of: Callable[[T], Any]
) -> list[tuple[int, T]]:
    """Return the bars that have a date, each with its start; the others are said, or refused where nobody listens."""
    dated, undated = [], []
    for bar in bars:
        try:
            dated.append((_seconds(date_of(bar), zone, daily), bar))
        except (BadInput, OverflowError):
            if said is None:
                raise
            undated.append(date_of(bar))
    if undated and said is not None:
        said.append(f"{len(undated)} of {len(bars)} bars have no date that can be (first {undated[0]!r}): left out")
    return dated


def _seconds(date: Any, zone: str, daily: bool) -> int:
    """Return a date of the wire, or of a client's bar, in epoch seconds; a day is its midnight in UTC."""
    is_day = len(date) == len("yyyymmdd") if isinstance(date, str) else not isinstance(date, datetime)
    moment = parse_time(date, "UTC" if is_day else zone)
    return calendar.timegm(moment.date().timetuple() if daily else moment.utctimetuple())


def _made(start: Sequence[int], prices: Sequence[Sequence[Any]], counts: Sequence[Any]) -> Bars:
    columns = [
        np.array(start, dtype=np.int64),
        *(_floats(column, name in _NONE_IS_MINUS_ONE) for name, column in zip(_PRICES, prices, strict=True)),
        np.array([_UNSET if count is None else _bounded(int(count)) for count in counts], dtype=np.int64),
    ]
    return Bars(*columns)


def _bounded(count: int) -> int:
    """Return a count as an array can hold it: one beyond stays one that cannot be."""
    return max(min(count, _MOST), -_MOST - 1)


def _floats(values: Sequence[Any], minus_one_is_none: bool) -> Array:
    floats = np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)
    return _without_unset(floats) if minus_one_is_none else floats


def _without_unset(floats: Array) -> Array:
    unset = floats == _UNSET
    return np.where(unset, np.nan, floats) if unset.any() else floats


def bar_of_update(payload: bytes, version: int, zone: str = "UTC", *, daily: bool = False) -> Bars:
    """Read an update of a bar (message 90), as one row; for parameters and errors see `bars_of`."""
    bar = decode_response(version, payload).values
    try:
        return _made([_seconds(bar["date"], zone, daily)], [[bar[name]] for name in _WIRE_NAMES], [bar["count"]])
    except (BadInput, OverflowError) as error:
        raise MalformedMessage(f"An update of a bar: {error}", payload) from error


def bars_of_objects(
    objects: Sequence[Any], zone: str = "UTC", *, daily: bool = False, said: list[str] | None = None
) -> Bars:
    """Return the columns of a client's BarData objects: the same as `bars_of` makes of their message."""
    dated = _dated(objects, zone, daily, said, lambda bar: bar.date)
    bars = [bar for _, bar in dated]
    values = [[getattr(bar, name) for bar in bars] for name in _PRICES]
    return _made([start for start, _ in dated], values, [bar.barCount for bar in bars])
