"""Dates of bars to epoch seconds, all rows at once: numbers of seconds, days, and times of one zone.

What is not written as TWS writes it in these three ways is refused as `Unusual`.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ibnb.errors import BadInput
from ibnb.history.columns.rows import Array, Bytes, Unusual
from ibnb.history.planning.sizes import DAY
from ibnb.tables.schema.timeparse import iana

_FIRST_DAY, _AFTER_DAYS = 10_000_101, 100_000_000
_AFTER_SECONDS = 100_000_000_000  # beyond the year 5138, whatever it is, it is not seconds
_TIME = re.compile(rb"[0-9]{8}(-| {1,2})[0-9]{2}:[0-9]{2}:[0-9]{2}( +[A-Za-z][A-Za-z0-9/_+-]*)?")
_ZERO = ord("0")


def from_numbers(numbers: Array, *, daily: bool = False) -> Array:
    """Return dates given as epoch seconds or as ``yyyymmdd`` in epoch seconds; a day is its midnight in UTC.

    Parameters
    ----------
    numbers : array of int64
    daily : bool
        Whether only the day counts.

    Raises
    ------
    Unusual
        For a number that is neither.
    """
    days = numbers < _AFTER_DAYS
    if ((numbers < _FIRST_DAY) | (numbers >= _AFTER_SECONDS)).any():
        raise Unusual("a number that is no date")
    seconds = numbers - numbers % DAY if daily else numbers.copy()
    given = numbers[days]
    seconds[days] = _midnights(given // 10_000, given // 100 % 100, given % 100)
    return seconds


def from_texts(texts: Bytes, zone: str, *, daily: bool = False) -> Array:
    """Return times such as ``20260402 09:30:00 US/Eastern`` in epoch seconds.

    Parameters
    ----------
    texts : array of uint8
        One text a row; all of the same zone.
    zone : str
        That of times which name none, by its IANA name.
    daily : bool
        Whether only the day counts, as written.

    Raises
    ------
    Unusual
        For other texts, and for times that a change of clocks leaves out.
    """
    first = texts[0].tobytes()
    found = _TIME.fullmatch(first)
    if found is None:
        raise Unusual("a text that is no time")
    digits = np.zeros(len(first), dtype=bool)
    digits[:8] = True
    clock = found.end(1)
    places = clock, clock + 3, clock + 6
    for place in places:
        digits[place : place + 2] = True
    if (texts[:, ~digits] != texts[0, ~digits]).any():
        raise Unusual("texts of different forms")
    values = texts.astype(np.int64) - _ZERO
    if ((values[:, digits] < 0) | (values[:, digits] > 9)).any():
        raise Unusual("a text that is no time")
    year, month, day = (_number(values[:, part]) for part in (slice(0, 4), slice(4, 6), slice(6, 8)))
    hour, minute, second = (_number(values[:, place : place + 2]) for place in places)
    if (hour > 23).any() or (minute > 59).any() or (second > 59).any():
        raise Unusual("a clock that goes beyond its day")
    midnights = _midnights(year, month, day)
    named = (found[2] or b"").decode().strip()
    try:
        where = iana(named) if named else "UTC" if found[1] == b"-" else zone
    except BadInput as error:
        raise Unusual("an unknown zone") from error
    return midnights if daily else _utc(midnights + hour * 3600 + minute * 60 + second, where)


def _number(digits: Array) -> Array:
    scale = 10 ** np.arange(digits.shape[1] - 1, -1, -1)
    number: Array = digits @ scale
    return number


def _midnights(year: Array, month: Array, day: Array) -> Array:
    if ((month < 1) | (month > 12) | (day < 1)).any():
        raise Unusual("a day that is none")
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    if (days.astype("datetime64[M]") != months).any():
        raise Unusual("a day that is none")
    seconds: Array = days.astype("datetime64[s]").astype(np.int64)
    return seconds


def _utc(local: Array, zone: str) -> Array:
    if zone == "UTC":
        return local
    import pandas as pd

    index = pd.DatetimeIndex(local.astype("datetime64[s]"))
    # an hour that comes twice is taken for the first, as everywhere in ibnb
    first: Any = np.ones(len(local), dtype=bool)
    try:
        placed = index.tz_localize(zone, ambiguous=first)
    except ValueError as error:
        raise Unusual("a time that the change of clocks leaves out") from error
    seconds: Array = placed.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    return seconds
