"""Times and dates from a client's objects as pandas indexes, to the microsecond and without overflow."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd

from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.timeparse import parse_time
from ibnb.tables.schema.values import Values, absent, each

#: The dtype of days, such as a session's or an expiry: midnight, without a zone. They sort, compare with
#: ``"2026-12-18"``, take part in sums of days, are written as dates into CSV and Excel, and come back from Parquet as
#: they were, which counts no seconds. Dates of Python or of Arrow do not do all of that.
DATE = "datetime64[us]"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_NO_TIME = np.iinfo(np.int64).min


def moments(values: Values, name: str, problems: Problems) -> pd.DatetimeIndex:
    """Return times in UTC; a number counts seconds since 1970, and 1970 itself means unset."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        data = values.astype("datetime64[us]")
    elif isinstance(values, np.ndarray) and values.dtype.kind in "iu":
        data = values.astype("datetime64[s]").astype("datetime64[us]")
    else:
        moments = each(values, _microseconds, name, "a time", problems)
        data = np.array([_NO_TIME if moment is None else moment for moment in moments], dtype=np.int64)
        data = data.view("datetime64[us]")
    return pd.DatetimeIndex(data).tz_localize("UTC")


def _microseconds(value: Any) -> int | None:
    if isinstance(value, str) and not value.strip():
        return None
    if isinstance(value, (np.integer, np.floating)):
        value = value.item()
    since = (value if type(value) is datetime and value.tzinfo else parse_time(value)) - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds or None


def dates(values: Values, name: str, problems: Problems) -> pd.DatetimeIndex:
    """Return days at midnight without a zone: a session's date is the same all over the world."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "Miu":
        data = values.astype("datetime64[s]" if values.dtype.kind != "M" else "datetime64[us]").astype("datetime64[D]")
    else:
        days = each(values, _day, name, "a date", problems)
        count = {day: _NO_TIME if day is None else day.toordinal() - _EPOCH_DAY for day in set(days)}
        data = np.fromiter(map(count.__getitem__, days), np.int64, len(days)).view("datetime64[D]")
    return pd.DatetimeIndex(data.astype("datetime64[us]"))


def day_text(value: object) -> str:
    """Return a day of a table as ``2026-12-18``, and "" where it is unset."""
    return "" if absent(value) else f"{value:%Y-%m-%d}"


def _day(value: Any) -> date | None:
    if isinstance(value, str) and not value.strip():
        return None
    if type(value) is date:
        return value
    return parse_time(value).date()
