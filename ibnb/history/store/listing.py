"""What the store holds, as DataFrames: the list of its series, the bars of one, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.history.planning.intervals import length
from ibnb.history.planning.sizes import DAY
from ibnb.history.store import parquet
from ibnb.history.store.kept import R
from ibnb.history.store.series import Series, TickSeries, span_of
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tws.units.price_units import unit_attrs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pandas as pd

    from ibnb.history.columns.bars import Bars
    from ibnb.history.columns.ticks import Ticks
    from ibnb.history.store.disk import OnDisk

_CONTRACT = (
    Column("con_id", "Int64", "", "Contract", ""),
    Column("symbol", "string", "", "Its symbol", ""),
    Column("bar_size", "string", "", "Length of a bar; ticks for ticks", ""),
    Column("what", "string", "", "Kind of data", ""),
    Column("rth", "boolean", "", "Regular trading hours only", ""),
)
LISTING = Schema(
    "store",
    "one series of bars or ticks that is kept",
    "",
    (
        *_CONTRACT,
        Column("bars", "Int64", "bars, ticks", "How many there are", ""),
        Column("first", "datetime64[us, UTC]", "UTC", "Start of the first bar, time of the first tick", ""),
        Column("last", "datetime64[us, UTC]", "UTC", "Start of the last bar, time of the last tick", ""),
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


def listing(every: Iterable[OnDisk[Any]]) -> pd.DataFrame:
    """Return one row a series."""
    rows = []
    for kept in every:
        series = kept.series
        assert isinstance(series, (Series, TickSeries))
        files = [kept.path(part) for part in kept.parts()]
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


def bars(kept: OnDisk[Bars]) -> pd.DataFrame:
    """Return all bars of a series that are kept."""
    series = kept.series
    assert isinstance(series, Series)
    return _all(kept).frame(_zone(kept), daily=series.daily, bar_size=series.bar_size, **_attributes(kept, series))


def ticks(kept: OnDisk[Ticks]) -> pd.DataFrame:
    """Return all ticks of a series that are kept."""
    series = kept.series
    assert isinstance(series, TickSeries)
    return _all(kept).frame(_zone(kept), ignore_size=series.ignore_size, **_attributes(kept, series))


def whole(kept: OnDisk[Any]) -> pd.DataFrame:
    """Return all rows of a series, bars or ticks."""
    return bars(kept) if isinstance(kept.series, Series) else ticks(kept)


def file_name(series: Series | TickSeries) -> str:
    """Return what the file of a series is called that is written for other programs."""
    words = [series.symbol, series.bar_size.replace(" ", "-"), series.what, "rth" if series.rth else "all"]
    return "_".join([*words, *(["prices"] if getattr(series, "ignore_size", False) else [])])


def _all(kept: OnDisk[R]) -> R:
    parts = kept.parts()
    return kept.read(span_of(parts[0])[0], span_of(parts[-1])[1]) if parts else kept.files.merged([])


def _zone(kept: OnDisk[Any]) -> str:
    return str(kept.notes.get("about", {}).get("zone", "UTC"))


def _attributes(kept: OnDisk[Any], series: Series | TickSeries) -> dict[str, Any]:
    about = kept.notes.get("about", {})
    return {
        "symbol": series.symbol,
        "con_id": series.con_id,
        "what": series.what,
        "rth": series.rth,
        "currency": about.get("currency", ""),
        "time_zone": about.get("zone", "UTC"),
        **unit_attrs(about.get("currency", ""), about.get("price_magnifier")),
    }


def problems(every: Iterable[OnDisk[Any]], folder: Path) -> pd.DataFrame:
    """Read every series of a folder, and return one row for each file that is not as it should be."""
    rows = []
    for kept in every:
        noted = kept.notes["rows"]
        for part in sorted({*noted, *kept.parts()}):
            if problem := kept.wrong_with(part):
                kept.read(*span_of(part))  # which sets it aside
                rows.append({"path": str(kept.path(part)), "problem": f"{problem}; they are asked for again"})
    aside = sorted(folder.rglob(f"*{parquet.CORRUPT}"))
    rows += [{"path": str(path), "problem": "set aside as broken; what it held is asked for again"} for path in aside]
    return PROBLEMS.frame(rows)
