"""From whatever stands in a client's objects to typed pandas arrays, one function a dtype.

The common case (every value of the expected Python type) runs in NumPy; anything else goes value by value,
where a value that does not fit becomes unset and is reported. Nothing in here raises because of a value.

Unset, in every column of numbers: None, NaN, an empty text, and what TWS's own clients take for unset:
1.7976931348623157E308, 2147483647, 9223372036854775807 and -9223372036854775808. A column may name more, such
as -1 for volumes.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from ibnb.tables.schema.moments import DATE, dates, moments
from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.timeparse import zone
from ibnb.tables.schema.values import Values, each

Array: TypeAlias = Any  # a NumPy or pandas array, ready to be a column

# Python storage, so that the dtype is the same whether or not pyarrow is installed, in pandas 2.2 as in 3.
TEXT = pd.StringDtype("python")
_UNSET_INTEGERS = (2**31 - 1, 2**63 - 1, -(2**63))
_UNSET_FLOATS = np.array([float(value) for value in _UNSET_INTEGERS])
_LEAST_UNSET = np.abs(_UNSET_FLOATS).min()  # of those that mean "unset" in every column
_UNSET_DOUBLE = sys.float_info.max * 0.999  # TWS's own texts of it differ in the last digits
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_FLAGS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


def convert(values: Values, dtype: str, name: str, problems: Problems, unset: tuple[float, ...] = ()) -> Array:
    """Return `values` as an array of `dtype`, reporting to `problems` under the column's `name`.

    Parameters
    ----------
    values : sequence or array
        As a client's objects hold them.
    dtype : str
        ``string``, ``float64``, ``Int64``, ``boolean``, ``datetime64[us]`` (dates),
        ``datetime64[us, ZONE]``.
    name : str
        The column, for the report.
    problems : Problems
        Where values that do not fit are recorded.
    unset : tuple of float
        Numbers that mean "unset" in this column, beside those that do everywhere.
    """
    if dtype == "string":
        return _texts(values, name, problems)
    if dtype == "float64":
        return _floats(values, name, problems, unset)
    if dtype == "Int64":
        return _integers(values, name, problems, unset)
    if dtype == "boolean":
        return _booleans(values, name, problems)
    if dtype == DATE:
        return dates(values, name, problems)
    key = dtype.removeprefix("datetime64[us, ").removesuffix("]")
    return moments(values, name, problems).tz_convert(zone(key))


def _texts(values: Values, name: str, problems: Problems) -> Array:
    try:
        "".join(values).encode()
    except (TypeError, UnicodeEncodeError):
        pass
    else:
        return pd.array(np.fromiter(values, dtype=object, count=len(values)), dtype=TEXT)
    texts = each(values, _text, name, "a text", problems)
    return pd.array(np.array(["" if text is None else text for text in texts], dtype=object), dtype=TEXT)


def _text(value: object) -> str:
    if isinstance(value, str):
        return str.__str__(value).encode("utf-8", "replace").decode()
    if isinstance(value, (int, float, Decimal, date, np.integer, np.floating)):
        return "" if _is_unset_number(value) else str(value)
    raise ValueError


def _is_unset_number(value: Any) -> bool:
    return not isinstance(value, date) and (abs(value) >= _UNSET_DOUBLE or value in (*_UNSET_INTEGERS, 2**63))


def is_unset_text(text: str) -> bool:
    """Whether `text` is a number that stands for "unset"."""
    return bool(_NUMBER.fullmatch(text)) and _is_unset_number(float(text))


def _floats(values: Values, name: str, problems: Problems, unset: tuple[float, ...]) -> Array:
    array = None
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiu":
        array = np.array(values, dtype=np.float64)
    elif set(map(type, values)) <= {float, int}:
        with suppress(OverflowError):  # an int beyond every float
            array = np.fromiter(values, np.float64, len(values))
    if array is None:
        floats = each(values, _float, name, "a number", problems)
        array = np.array([np.nan if value is None else value for value in floats], dtype=np.float64)
    if max(np.fmax.reduce(array, initial=0), -np.fmin.reduce(array, initial=0)) >= _LEAST_UNSET:
        for row in np.flatnonzero(np.isinf(array)).tolist():
            problems.add(name, row, values[row], "a finite number")
        array[(np.abs(array) >= _UNSET_DOUBLE) | np.isin(array, _UNSET_FLOATS)] = np.nan
    for value in unset:
        array[array == value] = np.nan
    return array


def _float(value: object) -> float | None:
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise ValueError
        return float(text)
    if isinstance(value, (int, float, Decimal, np.integer, np.floating)) and not isinstance(value, bool):
        return float(value)
    raise ValueError


def _integers(values: Values, name: str, problems: Problems, unset: tuple[float, ...]) -> Array:
    data: np.ndarray[Any, np.dtype[np.int64]] | None = None
    if isinstance(values, np.ndarray) and values.dtype.kind == "i":
        data = np.array(values, dtype=np.int64)
    elif set(map(type, values)) <= {int}:
        with suppress(OverflowError):
            data = np.fromiter(values, np.int64, len(values))
    if data is None:
        integers = each(values, _integer, name, "a whole number", problems)
        absent = np.array([value is None for value in integers], dtype=bool)
        data = np.array([0 if value is None else value for value in integers], dtype=np.int64)
    else:
        absent = np.zeros(len(data), dtype=bool)
    for value in (*_UNSET_INTEGERS, *unset):
        absent |= data == value
    data[absent] = 0
    return pd.arrays.IntegerArray(data, absent)


def _integer(value: Any) -> int | None:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if whole or (isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,20}\s*", value)):
        number = int(value)
    else:
        real = _float(value)
        if real is None or abs(real) >= _UNSET_DOUBLE:
            return None
        number = int(real)
        if number != real:
            raise ValueError
    if number == 2**63:  # what the unset integer becomes on its way through a float
        return None
    if not -(2**63) <= number < 2**63:
        raise ValueError
    return number


def _booleans(values: Values, name: str, problems: Problems) -> Array:
    flags = each(values, _flag, name, "true or false", problems)
    mask = np.array([flag is None for flag in flags], dtype=bool)
    return pd.arrays.BooleanArray(np.array([bool(flag) for flag in flags], dtype=bool), mask)


def _flag(value: object) -> bool | None:
    if isinstance(value, str):
        text = value.strip().lower()
        return _FLAGS[text] if text else None
    if isinstance(value, (bool, np.bool_)) or value in (0, 1):
        return bool(value)
    if _is_unset_number(value):
        return None
    raise ValueError
