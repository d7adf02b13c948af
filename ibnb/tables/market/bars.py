"""Historical bars: daily and longer ones dated, shorter ones at their start in the exchange's time zone.

There are two ways in, from a client's bar objects and from columns of numbers; both give the same frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from ibnb.tables.schema.moments import DATE
from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Columns, Schema
from ibnb.tables.schema.timeparse import iana, parse_time
from ibnb.tables.schema.values import Values

SCHEMA = Schema(
    name="bars",
    meaning="one bar of the time from its date to the next",
    request="reqHistoricalData",
    index=Column(
        "date",
        "datetime64[us, UTC]",
        "exchange's time",
        "Start of the bar in the exchange's time zone; for bars of a day and longer the session's date",
        "date",
        "date",
    ),
    columns=(
        Column("open", "float64", "currency", "First price", "open", "open"),
        Column("high", "float64", "currency", "Highest price", "high", "high"),
        Column("low", "float64", "currency", "Lowest price", "low", "low"),
        Column("close", "float64", "currency", "Last price", "close", "close"),
        Column(
            "volume",
            "float64",
            "shares or contracts",
            "Volume traded; unset for bars that are not of trades",
            "volume",
            "volume",
            unset=(-1,),
        ),
        Column(
            "average", "float64", "currency", "Average price by volume", "wap", "average", unset=(-1,), look="average"
        ),
        Column("bar_count", "Int64", "trades", "Number of trades", "count", "barCount", unset=(-1,)),
    ),
)


def schema(zone: str = "UTC", *, daily: bool = False) -> Schema:
    """Return the schema with the index that these bars have.

    Parameters
    ----------
    zone : str
        The exchange's time zone, by its IANA name or as TWS writes it.
    daily : bool
        Whether the bars last a day or longer.
    """
    assert SCHEMA.index is not None
    dtype = DATE if daily else f"datetime64[us, {iana(zone)}]"
    return replace(SCHEMA, index=replace(SCHEMA.index, dtype=dtype))


def frame(objects: Iterable[object], zone: str = "UTC", *, daily: bool | None = None, **attrs: Any) -> pd.DataFrame:
    """Return a client's bars as a DataFrame.

    Parameters
    ----------
    objects : iterable of BarData
        From `IB.reqHistoricalData`.
    zone : str
        The exchange's time zone, for bars shorter than a day; a time that names none is taken to be in it.
    daily : bool, optional
        Whether the bars last a day or longer; by default the list's ``barSizeSetting`` or its first
        date tells.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Index ``date``, columns of ``ibnb.schema("bars")``. A bar without a date is left out, and reported.

    Examples
    --------
    >>> from ibnb.tables.market import bars
    >>> bars.frame([], "US/Eastern").index.dtype
    datetime64[us, America/New_York]
    """
    size = getattr(objects, "barSizeSetting", "")
    objects = list(objects)
    problems = Problems()
    columns = SCHEMA.pull(objects, problems)
    dates = columns["date"]
    if daily is None:
        daily = _is_daily(size, dates)
    if not daily:
        columns["date"] = [_in_zone(value, zone) for value in dates]
    return _dated(columns, zone, daily, problems, attrs)


def from_arrays(
    start: Values,
    open: Values,
    high: Values,
    low: Values,
    close: Values,
    volume: Values,
    average: Values,
    bar_count: Values,
    zone: str = "UTC",
    *,
    daily: bool = False,
    **attrs: Any,
) -> pd.DataFrame:
    """Return bars as a DataFrame, from columns of numbers: the same as from `frame`, without the objects.

    Parameters
    ----------
    start : array of int, or of datetime64
        Start of each bar in epoch seconds; for daily bars, midnight UTC of the session's date.
    open, high, low, close, volume, average : array of float
        Prices in the contract's currency, the volume, the average price by volume; -1 where TWS gives none.
    bar_count : array of int
        Number of trades.
    zone, daily, **attrs
        As for `frame`.

    Examples
    --------
    >>> import numpy as np
    >>> from ibnb.tables.market import bars
    >>> one = np.ones(1)
    >>> bars.from_arrays(np.array([1775136600]), one, one, one, one, one, one, one, "US/Eastern").index[0]
    Timestamp('2026-04-02 09:30:00-0400', tz='America/New_York')
    """
    names = [column.name for column in SCHEMA.all_columns]
    values = (start, open, high, low, close, volume, average, bar_count)
    return _dated(dict(zip(names, values, strict=True)), zone, daily, Problems(), attrs)


def _dated(columns: Columns, zone: str, daily: bool, problems: Problems, attrs: dict[str, Any]) -> pd.DataFrame:
    table = schema(zone, daily=daily).frame(columns, problems, **attrs)
    dateless = np.asarray(table.index.isna())
    if dateless.any():
        table.attrs["warnings"].append(f"{int(dateless.sum())} bars without a date are left out")
        table = table[~dateless]
    return table


def _is_daily(size: object, dates: Values) -> bool:
    if isinstance(size, str) and size:
        return size.split()[-1].lower() in {
            "day",
            "days",
            "week",
            "weeks",
            "month",
            "months",
            "1d",
            "1w",
            "1m",
        }
    first = next((value for value in dates if value is not None), None)
    if isinstance(first, str):
        return len(first.strip()) == len("yyyymmdd")
    return isinstance(first, date) and not isinstance(first, datetime)


def _in_zone(value: Any, zone: str) -> Any:
    """Return a time that names no zone as one in `zone`; anything else as it is."""
    if isinstance(value, datetime) and value.tzinfo is None and value is not pd.NaT:
        return parse_time(value, zone)
    if isinstance(value, str) and value.strip():
        try:
            return parse_time(value, zone)
        except ValueError:
            return value
    return value
