"""One file of the journal: written whole or not at all, and read only where it is what it says it is.

Each names in its footer which table, account and month it holds, and its pages have checksums: a file that was cut,
overwritten, or put there by something else is told from one of ours, and set aside.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ibnb.errors import StoreError
from ibnb.history.store.parquet import Unreadable, replace

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.journal.records import Record

_NOTE = b"ibnb"
_VERSION = 1


def note_of(record: Record, account: str, month: str) -> dict[str, Any]:
    """Return what a file says that it is."""
    return {"journal": _VERSION, "table": record.name, "account": account, "month": month}


def write(path: Path, record: Record, frame: pd.DataFrame, note: dict[str, Any]) -> None:
    """Write a file, all or nothing.

    Raises
    ------
    OSError
        If the disk is full or not writable; the file is as it was before.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [column.name for column in record.schema.columns]
    table = pa.Table.from_pandas(frame[names], preserve_index=False)
    table = table.replace_schema_metadata({_NOTE: json.dumps({**note, "rows": len(frame)}).encode()})
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace(path, lambda scratch: pq.write_table(table, scratch, compression="lz4", write_page_checksum=True))


def read(path: Path, record: Record, note: dict[str, Any]) -> pd.DataFrame:
    """Return the rows of a file.

    Raises
    ------
    FileNotFoundError
        If there is none.
    Unreadable
        If it is not what was written there.
    StoreError
        If a later release of ibnb has written it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            told = _told(file.schema_arrow.metadata)
            if told.get("journal", 0) > _VERSION:
                raise StoreError(f"{path} was written by a later release of ibnb: pip install --upgrade ibnb")
            if {name: told.get(name) for name in note} != note:
                raise Unreadable("it says of itself that it is something else")
            table = file.read(use_threads=False)
        if table.num_rows != told.get("rows"):
            raise Unreadable(f"it has {table.num_rows} rows where {told.get('rows')} were written")
        there = [column.name for column in record.schema.columns if column.name in table.column_names]
        if record.by not in there:
            raise Unreadable(f"it has no column {record.by}")
        columns = {name: _column(table, name) for name in there}  # a column that is newer than the file is unset
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(path) from None
    except (pa.ArrowException, OSError, KeyError, ValueError, TypeError) as error:
        raise Unreadable(str(error).splitlines()[0][:200] if str(error) else type(error).__name__) from error
    return record.schema.frame(columns)


def _told(metadata: dict[bytes, bytes] | None) -> dict[str, Any]:
    """Return what a file says that it is; raises KeyError where it says nothing."""
    told = json.loads((metadata or {}).get(_NOTE, b"null"))
    if not isinstance(told, dict):
        raise KeyError("it is no file of the journal")
    return told


def _column(table: Any, name: str) -> Any:
    """Return a column as the schema wants it: what is unset in whole numbers and texts stays so."""
    import pandas as pd
    import pyarrow as pa

    dtypes = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.string(): pd.StringDtype("python")}
    found = table.column(name)
    if pa.types.is_large_string(found.type):
        found = found.cast(pa.string())
    return found.to_pandas(types_mapper=dtypes.get).array if found.type in dtypes else found.to_numpy()
