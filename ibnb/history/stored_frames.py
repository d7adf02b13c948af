"""What the store holds, as DataFrames: the list of its series, the bars of one, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.history import parquet
from ibnb.history.arrays import merged
from ibnb.history.intervals import length
from ibnb.history.partition import span_of
from ibnb.history.sizes import DAY
from ibnb.tables.schema import Column, Schema

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.history.disk import OnDisk
    from ibnb.history.store import Store

_CONTRACT = (
    Column("con_id", "Int64", "", "Contract", ""),
    Column("symbol", "string", "", "Its symbol", ""),
    Column("bar_size", "string", "", "Length of a bar", ""),
    Column("what", "string", "", "Kind of data", ""),
    Column("rth", "boolean", "", "Regular trading hours only", ""),
)
LISTING = Schema(
    "store",
    "one series of bars that is kept",
    "",
    (
        *_CONTRACT,
        Column("bars", "Int64", "bars", "How many there are", ""),
        Column("first", "datetime64[us, UTC]", "UTC", "Start of the first bar", ""),
        Column("last", "datetime64[us, UTC]", "UTC", "Start of the last bar", ""),
        Column("answered_days", "float64", "days", "Time that was asked for and answered, closed hours included", ""),
        Column("megabytes", "float64", "MB", "Size of the files", ""),
    ),
)
PROBLEMS = Schema(
    "store_problems",
    "one file of the store that is not as it should be",
    "",
    (
        Column("path", "string", "", "The file", ""),
        Column("problem", "string", "", "What is wrong", ""),
    ),
)


def listing(store: Store) -> pd.DataFrame:
    """Return one row a series."""
    rows = []
    for series in store.series():
        kept = store.kept(series)
        files = [kept.path(month) for month in kept.months()]
        edges = [parquet.edges(path) for path in files]
        known = [edge for edge in edges if edge is not None]
        rows.append(
            {
                "con_id": series.con_id,
                "symbol": series.symbol,
                "bar_size": series.bar_size,
                "what": series.what,
                "rth": series.rth,
                "bars": sum(edge[0] for edge in known),
                "first": known[0][1] if known else None,
                "last": known[-1][2] if known else None,
                "answered_days": length(kept.answered()) / DAY,
                "megabytes": sum(path.stat().st_size for path in files) / 1e6,
            }
        )
    return LISTING.frame(rows)


def bars(kept: OnDisk) -> pd.DataFrame:
    """Return all bars of a series that are kept."""
    about = kept.notes.get("about", {})
    months = kept.months()
    whole = kept.read(span_of(months[0])[0], span_of(months[-1])[1]) if months else merged([])
    series = kept.series
    return whole.frame(
        about.get("zone", "UTC"),
        daily=series.daily,
        symbol=series.symbol,
        con_id=series.con_id,
        bar_size=series.bar_size,
        what=series.what,
        rth=series.rth,
        currency=about.get("currency", ""),
        time_zone=about.get("zone", "UTC"),
    )


def problems(store: Store) -> pd.DataFrame:
    """Read everything, and return one row for each file that is not as it should be."""
    rows = []
    for series in store.series():
        kept = store.kept(series)
        noted = kept.notes["rows"]
        for month in sorted({*noted, *kept.months()}):
            problem = _problem(kept, month, int(noted.get(month, 0)))
            if problem:
                rows.append({"path": str(kept.path(month)), "problem": problem})
    aside = sorted(store.path.rglob(f"*{parquet.CORRUPT}"))
    rows += [{"path": str(path), "problem": "set aside as broken; what it held is asked for again"} for path in aside]
    return PROBLEMS.frame(rows)


def _problem(kept: OnDisk, month: str, noted: int) -> str:
    """Return what is wrong with one month, having set it right as far as that goes; "" where nothing is."""
    low, high = span_of(month)
    try:
        found = parquet.read(kept.path(month))
    except FileNotFoundError:
        found = None
    except parquet.Unreadable as error:
        kept.read(low, high)  # which sets it aside
        return f"cannot be read: {error}"
    if found is None:
        if not noted:
            return ""
        kept.read(low, high)
        return f"is gone, with {noted} bars; they are asked for again"
    wrong = []
    if len(found) < noted:
        wrong.append(f"has {len(found)} bars where {noted} were written")
    if len(found) > 1 and not bool((found.start[1:] > found.start[:-1]).all()):
        wrong.append("its bars are not in order")
    if len(found) and not low <= found.start[0] <= found.start[-1] < high:
        wrong.append("has bars of another month")
    if wrong:
        kept.lose(month)
        return "; ".join(wrong) + "; it is set aside and asked for again"
    return ""
