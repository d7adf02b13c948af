"""The payload of a message of historical bars (17) to columns, and a client's bar objects to the same columns."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from ibnb.errors import BadInput, MalformedMessage
from ibnb.history.arrays import Bars
from ibnb.history.fast_dates import from_numbers, from_texts
from ibnb.history.fast_rows import Array, Rows, Unusual, head, rows
from ibnb.tables.timeparse import parse_time
from ibnb.wire.codec import decode_response

#: From this version on, the times of the range come in a message of their own, 108.
ENDS_APART = 196
_PRICES = dict.fromkeys(("open", "high", "low", "close", "volume", "average"), "float64")
_FIELDS = {"start": "int64", **_PRICES, "bar_count": "int64"}
#: What TWS writes for a volume, an average or a count of bars that are not of trades.
_UNSET = -1
_NONE_IS_MINUS_ONE = ("volume", "average")
_WIRE_NAMES = ("open", "high", "low", "close", "volume", "wap")


def bars_of(payload: bytes, version: int, zone: str = "UTC", *, daily: bool = False) -> Bars:
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

    Raises
    ------
    MalformedMessage
        If it is not whole, or a field is not of its kind.

    Examples
    --------
    >>> bars_of(b"17\x007\x001\x001775136600\x001\x003\x001\x002\x00-1\x00-1\x00-1\x00", 200).close
    array([2.])
    """
    fields, at = head(payload, 3 if version >= ENDS_APART else 5)
    found, _ = rows(payload, at, fields[-1], len(_FIELDS))
    if not len(found):
        return _made([], [[]] * len(_PRICES), [])
    try:
        return _at_once(found, zone, daily)
    except Unusual:
        return _one_by_one(payload, version, zone, daily)


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


def _one_by_one(payload: bytes, version: int, zone: str, daily: bool) -> Bars:
    bars = decode_response(version, payload).values["bars"]
    try:
        start = [_seconds(bar["date"], zone, daily) for bar in bars]
        return _made(start, [[bar[name] for bar in bars] for name in _WIRE_NAMES], [bar["count"] for bar in bars])
    except (BadInput, OverflowError) as error:
        raise MalformedMessage(f"A message of historical bars: {error}", payload) from error


def _seconds(date: Any, zone: str, daily: bool) -> int:
    """Return a date of the wire, or of a client's bar, in epoch seconds; a day is its midnight in UTC."""
    is_day = len(date) == len("yyyymmdd") if isinstance(date, str) else not isinstance(date, datetime)
    moment = parse_time(date, "UTC" if is_day else zone)
    return calendar.timegm(moment.date().timetuple() if daily else moment.utctimetuple())


def _made(start: Sequence[int], prices: Sequence[Sequence[Any]], counts: Sequence[Any]) -> Bars:
    columns = [
        np.array(start, dtype=np.int64),
        *(_floats(column, name in _NONE_IS_MINUS_ONE) for name, column in zip(_PRICES, prices, strict=True)),
        np.array([_UNSET if count is None else int(count) for count in counts], dtype=np.int64),
    ]
    return Bars(*columns)


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


def bars_of_objects(objects: Sequence[Any], zone: str = "UTC", *, daily: bool = False) -> Bars:
    """Return the columns of a client's BarData objects: the same as `bars_of` makes of their message."""
    return _made(
        [_seconds(bar.date, zone, daily) for bar in objects],
        [[getattr(bar, name) for bar in objects] for name in _PRICES],
        [bar.barCount for bar in objects],
    )
