"""The store as a lazy Dask DataFrame: a partition is a year of one series, read from its files by whichever worker.

Dask's own reader of Parquet takes a store's many small files one by one, and finds the folders' names out from each;
here they are known beforehand, so that a partition is a few plain reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.errors import BadInput, StoreError
from ibnb.history.store.parquet import to_arrow
from ibnb.history.store.series import FILE, Series, series_of

if TYPE_CHECKING:
    import pandas as pd

#: Columns that come from the folders' names.
NAMED = ("symbol", "bar_size", "what")
_LOCAL = ("file", "local")
_ALL = ("date", "open", "high", "low", "close", "volume", "average", "bar_count", *NAMED, "con_id", "rth")


@dataclass(frozen=True)
class Part:
    """What one partition is read from.

    Attributes
    ----------
    series : Series
        Whose bars.
    files : tuple of str
        In order.
    """

    series: Series
    files: tuple[str, ...]


@dataclass(frozen=True)
class Reader:
    """Reads a partition; a worker gets a copy of it.

    Attributes
    ----------
    columns : tuple of str
        Which, in order.
    categories : dict of str to tuple of str
        All values of the columns that are named by folders: the same in every partition.
    url, options : str, dict
        Where the files are, and what fsspec needs to know to open them.
    """

    columns: tuple[str, ...]
    categories: dict[str, tuple[str, ...]]
    url: str
    options: dict[str, Any]

    def __call__(self, part: Part) -> pd.DataFrame:
        """Return the bars of a partition."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        wanted = [name for name in self.columns if name not in (*NAMED, "con_id", "rth")]
        filesystem = import_module("fsspec").core.url_to_fs(self.url, **self.options)[0]
        tables = []
        for file in part.files:
            # A file of this machine is read by its path: through a file object of Python it takes twice as long.
            source = file if filesystem.protocol == _LOCAL else filesystem.open(file, "rb")
            with pq.ParquetFile(source, pre_buffer=False) as parquet:
                tables.append(parquet.read(wanted, use_threads=False))
        return self.frame(pa.concat_tables(tables), part.series)

    def frame(self, table: Any, series: Series | None) -> pd.DataFrame:
        """Return a table of Arrow as a frame, with what the folders' names say."""
        import pandas as pd
        import pyarrow as pa

        found: pd.DataFrame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        values = {} if series is None else {name: getattr(series, name) for name in (*NAMED, "con_id", "rth")}
        for name, known in self.categories.items():
            code = known.index(values[name]) if values else 0
            codes = np.full(table.num_rows, code, dtype=np.int32)
            found[name] = pd.Categorical.from_codes(codes, categories=pd.Index(known, dtype=object))
        found["con_id"] = np.full(table.num_rows, values.get("con_id", 0), dtype=np.int64)
        found["rth"] = np.full(table.num_rows, values.get("rth", False), dtype=bool)
        return found[list(self.columns)]


def dask_frame(
    url: str,
    contracts: Sequence[str | int] | None,
    bar_size: str | None,
    columns: Sequence[str] | None,
    options: dict[str, Any] | None,
) -> Any:
    """Return the bars below a folder or URL as a lazy Dask DataFrame; see `ibnb.Store.dask`."""
    from ibnb.history.columns.bars import empty

    try:
        dataframe = import_module("dask.dataframe")
        fsspec = import_module("fsspec")
    except ImportError as error:
        raise StoreError("Dask is not installed. Run: pip install 'dask[dataframe]' distributed") from error
    unknown = [name for name in columns or () if name not in _ALL]
    if unknown:
        raise BadInput("columns", unknown, f"they are {', '.join(_ALL)}")
    filesystem, root = fsspec.core.url_to_fs(url, **(options or {}))
    grouped: dict[tuple[Series, str], list[str]] = {}
    for file in sorted(filesystem.glob(f"{root}/con_id=*/symbol=*/bar_size=*/what=*/rth=*/month=*/{FILE}")):
        month = PurePosixPath(file).parent
        series = series_of(month.parent)
        if series is None or bar_size not in (None, series.bar_size):
            continue
        if contracts is None or {series.symbol, series.con_id} & set(contracts):
            grouped.setdefault((series, month.name[:10]), []).append(file)
    if not grouped:
        raise StoreError(f"There are no such bars at {url}. ibnb.store().frame() lists what there is.")
    parts = [Part(series, tuple(files)) for (series, _), files in sorted(grouped.items())]
    known = {name: tuple(sorted({getattr(part.series, name) for part in parts})) for name in NAMED}
    reader = Reader(tuple(columns or _ALL), known, url, options or {})
    names = [name for name in reader.columns if name not in (*NAMED, "con_id", "rth")]
    return dataframe.from_map(reader, parts, meta=reader.frame(to_arrow(empty()).select(names), None))
