"""One file of ticks: the columns of their kind, at the second of each; ticks of one second stay in their order."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.history.columns.ticks import Ticks, joined, names_of
from ibnb.history.store.kept import Files
from ibnb.history.store.parquet import read_table, write_table

if TYPE_CHECKING:
    import pyarrow as pa

_MICROSECONDS = 1_000_000


def files_of(what: str) -> Files[Ticks]:
    """Return how ticks of a kind lie in files."""
    return Files(partial(read, what=what), write, partial(joined, what))


def write(path: Path, ticks: Ticks) -> None:
    """Write ticks to a file, all or nothing.

    Raises
    ------
    OSError
        If the disk is full or not writable; the file is as it was before.
    """
    write_table(path, to_arrow(ticks))


def read(path: Path, what: str) -> Ticks:
    """Return the ticks of a file.

    Raises
    ------
    Unreadable
        If it is not a whole file of ticks of this kind.
    """
    return read_table(path, partial(from_arrow, what=what))


def to_arrow(ticks: Ticks) -> pa.Table:
    """Return ticks as a table of Arrow: unset values are null, times are in UTC."""
    import pyarrow as pa

    kinds = {"float64": pa.float64(), "string": pa.string(), "bool": pa.bool_()}
    columns: dict[str, Any] = {"time": pa.array(ticks.time * _MICROSECONDS, pa.timestamp("us", tz="UTC"))}
    for name, kind in names_of(ticks.what).items():
        if name != "time":
            columns[name] = pa.array(ticks.columns[name], kinds[kind], from_pandas=kind == "float64")
    return pa.table(columns)


def from_arrow(table: pa.Table, what: str) -> Ticks:
    """Return the ticks of a table of Arrow."""
    import pyarrow as pa

    times = table.column("time").cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_numpy() // _MICROSECONDS
    columns: dict[str, Any] = {"time": times}
    types = {"float64": np.float64, "string": object, "bool": np.bool_}
    for name, kind in names_of(what).items():
        if name != "time":
            column = table.column(name)
            values = column.to_numpy() if kind == "float64" else column.to_numpy(zero_copy_only=False)
            columns[name] = values.astype(types[kind], copy=False)
    return Ticks(what, columns)
