"""Value by value through a column: what is absent stays absent, what does not fit is unset and reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from ibnb.tables.schema.problems import Problems

Values: TypeAlias = Sequence[Any] | np.ndarray[Any, Any]


def absent(value: object) -> bool:
    """Whether `value` is one of Python's or pandas' ways to say nothing."""
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)


def constant(values: Values) -> bool:
    """Return whether a column says one text in every row, as those of one account, one currency and one exchange do."""
    if not isinstance(values, list) or not values or type(values[0]) is not str:
        return False
    try:
        return values.count(values[0]) == len(values)
    except Exception:  # what an odd value answers when asked whether it is equal
        return False


def distinct(values: Values) -> tuple[list[str], np.ndarray[Any, np.dtype[np.intp]]] | None:
    """Return the different texts of a column and each row's place among them; None where not all are texts.

    Columns of texts repeat themselves: what has to be worked out of one is worked out once, and taken by its place.
    """
    if constant(values):
        return [values[0]], np.zeros(len(values), dtype=np.intp)
    if not isinstance(values, list) or not values or type(values[0]) is not str or set(map(type, values)) != {str}:
        return None
    places, texts = pd.factorize(np.fromiter(values, object, len(values)))
    return list(texts), places


def each(values: Values, one: Callable[[Any], Any], name: str, wanted: str, problems: Problems) -> list[Any]:
    """Return `one(value)` of every value, None where it is absent or `one` refuses it.

    Parameters
    ----------
    values : sequence or array
        A column as a client's objects hold it.
    one : callable
        Gives the value wanted, or raises. Equal texts are asked once: columns of texts repeat themselves.
    name, wanted : str
        The column and what it holds, for the report of what was refused.
    problems : Problems
        Where that is recorded.
    """
    if isinstance(values, list) and set(map(type, values)) == {str}:
        with suppress(Exception):  # then its rows are to be told
            every = {value: one(value) for value in set(values)}
            return list(map(every.__getitem__, values))
    known: dict[str, Any] = {}
    result = []
    for row, value in enumerate(values):
        try:
            if type(value) is str:
                if value not in known:
                    known[value] = one(value)
                result.append(known[value])
            else:
                result.append(None if absent(value) else one(value))
        except Exception:  # whatever a value from the wire does in there, the table goes on
            problems.add(name, row, value, wanted)
            result.append(None)
    return result
