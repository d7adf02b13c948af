"""What the values of a column look like to a reader: decided by its schema, for tables that are shown and for files."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ibnb.tables.catalog import SCHEMAS
from ibnb.tables.contract.contract_columns import contract_columns
from ibnb.tables.contract.price_columns import PRICE_UNIT
from ibnb.tables.schema.moments import DATE
from ibnb.tables.schema.schema import Column, Schema, schema_named

#: Which contract a row is about; most kinds of contracts lack some of them.
CONTRACT = frozenset(column.name for column in contract_columns(extra=True))
#: Looks of figures, which stand at the right of their column.
FIGURES = frozenset(
    {
        "price",
        "average",
        "money",
        "amount",
        "size",
        "percent",
        "fraction",
        "seconds",
        "plain",
        "tick",
        "count",
        "id",
        "number",
    }
)
#: The look and the name of columns of account numbers, which are masked whatever their form.
ACCOUNT = "account"
_BY_DTYPE = {"string": "text", "boolean": "flag", DATE: "date"}
_BY_UNIT = {
    "currency": "price",
    PRICE_UNIT: "price",
    "base currency": "money",
    "shares or contracts": "size",
    "contracts": "size",
    "percent": "percent",
    "fraction": "fraction",
    "s": "seconds",
}


def schema_of(frame: pd.DataFrame) -> Schema | None:
    """Return the schema of a table of ibnb's, by what its ``attrs`` say; None for others, and where it has none."""
    name = frame.attrs.get("table")
    return (SCHEMAS.get(str(name)) or schema_named(name)) if is_ours(frame) else None


def is_ours(frame: pd.DataFrame) -> bool:
    """Return whether a frame says that it is a table of ibnb's."""
    return isinstance(frame.attrs.get("table"), str) and "request" in frame.attrs


def column_of(schema: Schema | None, name: object, values: pd.Series[Any]) -> Column | None:
    """Return the schema's column of that name, as long as `values` are still of its kind.

    Parameters
    ----------
    schema : Schema, optional
        Of the table.
    name : object
        Of a column or a level of the index; of a tuple, as in a frame of many contracts, one part is the column's.
    values : Series
        What stands there now: sums, counts and the like may have taken their place.
    """
    parts = name if isinstance(name, tuple) else (name,)
    for column in schema.all_columns if schema is not None else ():
        if column.name in parts:
            return column if _kind(str(values.dtype)) == _kind(column.dtype) else None
    cells = schema.cells if schema is not None else None
    return cells if cells is not None and _kind(str(values.dtype)) == _kind(cells.dtype) else None


def look_of(column: Column | None, values: pd.Series[Any]) -> str:
    """Return what a column looks like: one of `FIGURES`, or text, account, flag, date, time, any.

    Parameters
    ----------
    column : Column, optional
        Of a schema; without one the dtype alone tells.
    values : Series
        What stands there.
    """
    if column is None:
        look = _by_values(values)
        return ACCOUNT if values.name == ACCOUNT and look in ("text", "any") else look
    if column.name == ACCOUNT:
        return ACCOUNT
    if column.look:
        return column.look
    if column.dtype in _BY_DTYPE:
        return _BY_DTYPE[column.dtype]
    if column.dtype == "Int64":
        return "count" if column.unit else "id"
    if column.dtype == "float64":
        in_words = "money" if column.unit.endswith("_currency") else "plain"  # the column that names it
        return _BY_UNIT.get(column.unit, in_words)
    return _by_values(values)


def is_empty(values: pd.Series[Any]) -> bool:
    """Whether there is nothing in a column: neither a value nor a text."""
    there = values.notna()
    if not there.any():
        return True
    if pd.api.types.is_string_dtype(values.dtype) or values.dtype == object:
        return bool(values[there].map(lambda value: isinstance(value, str) and not value.strip()).all())
    return False


def _by_values(values: pd.Series[Any]) -> str:
    types, dtype = pd.api.types, values.dtype
    if types.is_bool_dtype(dtype):
        return "flag"
    if types.is_integer_dtype(dtype):
        return "id"
    if types.is_float_dtype(dtype):
        return "number"
    if types.is_datetime64_any_dtype(dtype):
        moments = pd.DatetimeIndex(values.dropna())
        return "date" if moments.tz is None and moments.equals(moments.normalize()) else "time"
    return "text" if isinstance(dtype, pd.StringDtype) else "any"


def _kind(dtype: str) -> str:
    """Return what of a dtype its look depends on: neither its storage nor its time zone."""
    return "string" if dtype in ("str", "object") else dtype.split("[")[0].lower().removeprefix("u")
