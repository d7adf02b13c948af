"""One file of bars: written so that a crash leaves the old or the new one, read by path into columns of numbers."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ibnb.history.columns.bars import Bars, merged
from ibnb.history.store.kept import Files

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")
_NUMBERS = ("open", "high", "low", "close", "volume", "average")
_MICROSECONDS = 1_000_000
#: What a file is called while it is written, and after it was found broken.
SCRATCH, CORRUPT = ".tmp", ".corrupt"


class Unreadable(Exception):
    """A file that holds no bars."""


def write(path: Path, bars: Bars) -> None:
    """Write bars to a file, all or nothing.

    Raises
    ------
    OSError
        If the disk is full or not writable; the file is as it was before.
    """
    write_table(path, to_arrow(bars))


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table of Arrow to a file, all or nothing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    times = [field.name for field in table.schema if pa.types.is_timestamp(field.type)]
    how: dict[str, Any] = {
        # Times that grow step by step are small as their differences, and no dictionary makes them smaller.
        "column_encoding": dict.fromkeys(times, "DELTA_BINARY_PACKED"),
        "use_dictionary": [name for name in table.column_names if name not in times],
        "compression": "lz4",  # quicker to read than zstd by a third
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, lambda scratch: pq.write_table(table, scratch, **how))


def replace(path: Path, fill: Any) -> None:
    """Write a file under another name and put it in the place of the old one when it is on the disk.

    Parameters
    ----------
    path : Path
        The file.
    fill : callable
        Takes the other name and writes there.
    """
    scratch = path.with_name(f"{path.name}.{uuid.uuid4().hex[:12]}{SCRATCH}")
    try:
        fill(scratch)
        with scratch.open("rb+") as file:
            os.fsync(file.fileno())
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def read(path: Path) -> Bars:
    """Return the bars of a file.

    Raises
    ------
    Unreadable
        If it is not a whole file of bars.
    """
    return read_table(path, from_arrow)


def read_table(path: Path, convert: Callable[[pa.Table], T]) -> T:
    """Return what a function makes of the table in a file; raises `Unreadable` also where it cannot."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            return convert(file.read(use_threads=False))
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(path) from None
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise Unreadable(str(error)) from error


#: How bars lie in files.
FILES = Files(read, write, merged)


def edges(path: Path) -> tuple[int, Any, Any] | None:
    """Return how many rows a file has and the first and last time, from its footer; None where it has no such."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        footer = pq.read_metadata(path)
        groups = [footer.row_group(number).column(0).statistics for number in range(footer.num_row_groups)]
        return footer.num_rows, groups[0].min, groups[-1].max
    except (pa.ArrowException, OSError, AttributeError, IndexError):
        return None


def to_arrow(bars: Bars) -> pa.Table:
    """Return bars as a table of Arrow: unset values are null, starts are times in UTC."""
    import pyarrow as pa

    columns: dict[str, Any] = {"date": pa.array(bars.start * _MICROSECONDS, pa.timestamp("us", tz="UTC"))}
    for name in _NUMBERS:
        columns[name] = pa.array(getattr(bars, name), pa.float64(), from_pandas=True)
    columns["bar_count"] = pa.array(bars.bar_count, pa.int64(), mask=bars.bar_count == -1)
    return pa.table(columns)


def from_arrow(table: pa.Table) -> Bars:
    """Return the bars of a table of Arrow."""
    import pyarrow as pa
    import pyarrow.compute as pc

    start = table.column("date").cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_numpy() // _MICROSECONDS
    numbers = [table.column(name).to_numpy().astype(np.float64, copy=False) for name in _NUMBERS]
    trades = pc.fill_null(table.column("bar_count"), -1).to_numpy()
    columns: list[Any] = [start, *numbers, trades]
    return Bars(*columns)
