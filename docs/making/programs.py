"""What other programs make of the store: the types that each gives to its columns, measured when the site is built."""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path

import ibnb
from making.knowledge import code, table

HEAD = """# The store in other programs

Bars lie in folders named after what they are (`rth=true/month=2026-10/`), which programs read as columns, each
with types of its own. This page was measured when it was built: bars of two contracts, opened as
[History](../history.md#the-store) shows it, with {versions}.
"""
TAIL = """
`rth` is thus not the same everywhere. Where it is text or a category of texts, compare it with `'true'`:

| program | regular hours only |
|---|---|
| DuckDB | `where rth = 'true'` |
| Polars | {polars} |
| pandas, Dask | `filters=[("rth", "==", "true")]`; `True` is an error |
| `store.dask()` | `bars[bars["rth"]]`: it has the types of ibnb's own tables |

Other columns of folders: `con_id` is a number in a filter of every program, `month` text (`2026-10`; of daily bars a
year, `2026-all`). Times are UTC in files; `tws.history` and `store.bars` give them in the exchange's zone, and days as
dates.
"""


def types() -> dict[str, dict[str, str]]:
    """Return, by program, the type of each column of a store of bars."""
    import dask.dataframe
    import duckdb
    import pandas as pd
    import polars as pl

    with tempfile.TemporaryDirectory() as folder:
        with ibnb.simulate() as sim, ibnb.connect(port=sim.port, timeout=20) as tws:
            for contract, what in (("AAPL", "TRADES"), ("EUR.USD", "MIDPOINT")):
                tws.history(contract, duration="5 D", bar_size="1 hour", what=what, store=folder, progress=False)
        root, files = f"{folder}/bars", f"{Path(folder).as_posix()}/bars/**/*.parquet"
        with duckdb.connect() as connection:
            bars = connection.read_parquet(files, hive_partitioning=True)
            told = dict(zip(bars.columns, map(str, bars.types), strict=True))
        lazy = pl.scan_parquet(files, hive_partitioning=True).collect_schema()
        return {
            "DuckDB": told,
            "Polars": {name: str(dtype) for name, dtype in lazy.items()},
            "pandas": _dtypes(pd.read_parquet(root)),
            "Dask": _dtypes(dask.dataframe.read_parquet(root)),
            "`store.dask()`": _dtypes(ibnb.store(folder).dask()),
        }


def _dtypes(frame: object) -> dict[str, str]:
    return {str(name): str(dtype) for name, dtype in frame.dtypes.items()}  # type: ignore[attr-defined]


def page() -> str:
    """Return the page."""
    by_program = types()
    names = list(dict.fromkeys(name for columns in by_program.values() for name in columns))
    rows = ((code(name), *(code(columns.get(name, "")) for columns in by_program.values())) for name in names)
    versions = ", ".join(f"{each} {version(each)}" for each in ("duckdb", "polars", "pandas", "dask"))
    is_text = by_program["Polars"]["rth"] == "String"
    polars = '`pl.col("rth") == "true"`' if is_text else '`pl.col("rth")`: a Boolean'
    tail = TAIL.replace("{polars}", polars)
    return f"{HEAD.replace('{versions}', versions)}\n{table(('column', *by_program), rows)}{tail}"
