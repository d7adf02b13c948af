"""A table is its schema: from it come the empty frame, the conversion, the documentation and the tests.

Text is never missing (an absent one is ``""``, so that `groupby` loses no row and comparisons stay plain);
numbers and times that TWS left unset are NA. The dtypes do not depend on the rows, nor on pandas 2 or 3.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import pandas as pd
from pandas.api.extensions import ExtensionArray

from ibnb.tables.schema.attributes import frame_attrs
from ibnb.tables.schema.convert import convert
from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.readers import reader
from ibnb.tables.schema.values import Values, absent, constant, distinct, each

Columns = dict[str, Values]
_AT_A_TIME = 1024


#: Every schema by its name; of those of one name, the first.
_NAMED: dict[str, Schema] = {}


def schema_named(name: object) -> Schema | None:
    """Return the schema of that name, whichever room made it; None where there is none."""
    return _NAMED.get(name) if isinstance(name, str) else None


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
        snake_case, the same in every table.
    dtype : str
        ``string``, ``float64``, ``Int64``, ``boolean``, ``datetime64[us, UTC]``, ``datetime64[us]`` (dates).
    unit : str
        ``"contract currency"``, ``"shares or contracts"``, ...; ``""`` where there is none.
    meaning : str
        One sentence for the reader of the table.
    source : str
        TWS's name of the field.
    path : str
        The attribute of the client's object, dotted; ``""`` where the table's module works the column out.
    fallback : str
        The attribute read instead where the first one is unset.
    unset : tuple of float
        Numbers that mean "unset" here, beside those that do everywhere.
    clean : callable, optional
        From TWS's value to ours, before the conversion; raises ValueError for one that makes no sense.
    look : str
        What it looks like to a reader (`ibnb.tables.shown.looks`), where dtype and unit do not tell: ``"money"`` has
        cents, ``"average"`` is a price that was worked out.
    """

    name: str
    dtype: str
    unit: str
    meaning: str
    source: str
    path: str = ""
    fallback: str = ""
    unset: tuple[float, ...] = ()
    clean: Callable[[Any], Any] | None = None
    look: str = ""


@dataclass(frozen=True)
class Schema:
    """The columns of one table, and how its frames are made.

    Attributes
    ----------
    name : str
        As the function of the session is called: ``"positions"``.
    meaning : str
        What one row is.
    request : str
        TWS's name of the request behind the table.
    columns : tuple of Column
        In order.
    index : Column, optional
        The index; without one, rows are numbered from 0.
    essential : str
        Names of what a reader looks for, apart by blanks: these columns come first, in this order, and where a table is
        shown, the others are shown on demand. Without any all are shown.
    cells : Column, optional
        What stands in columns of figures that have no name of their own, as those of a grid.

    Examples
    --------
    >>> from ibnb.tables.account.positions import SCHEMA
    >>> SCHEMA.empty(account="DU1234567").dtypes["avg_cost"]
    dtype('float64')
    """

    name: str
    meaning: str
    request: str
    columns: tuple[Column, ...]
    index: Column | None = None
    essential: str = ""
    cells: Column | None = None

    def __post_init__(self) -> None:
        by_name = {column.name: column for column in self.columns}
        first = [by_name.pop(name) for name in self.essential.split()]
        object.__setattr__(self, "columns", (*first, *by_name.values()))
        _NAMED.setdefault(self.name, self)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The index, if there is one, and the columns."""
        return (self.index, *self.columns) if self.index else self.columns

    def empty(self, **attrs: Any) -> pd.DataFrame:
        """Return the table without rows: same columns, same dtypes."""
        return self.frame({}, **attrs)

    def frame(
        self,
        rows: Mapping[str, Values] | Iterable[Mapping[str, Any] | Sequence[Any]],
        problems: Problems | None = None,
        **attrs: Any,
    ) -> pd.DataFrame:
        """Return the table of these rows.

        Parameters
        ----------
        rows : mapping of columns, or iterable of mappings or tuples
            Columns by name (the fast way), or rows, each a mapping or a tuple in the order of the columns.
            What is not there is unset.
        problems : Problems, optional
            What was found wrong before.
        **attrs
            Into ``frame.attrs``: `account`, `fetched_at`, `data_type`, `complete`, `request`, ...

        Returns
        -------
        pandas.DataFrame
            With the dtypes of the schema; ``attrs["warnings"]`` says which values could not be taken as sent.
        """
        problems = Problems() if problems is None else problems
        given = dict(rows) if isinstance(rows, Mapping) else self._columns_of(rows, problems)
        sizes = {len(values) for values in given.values()}
        strange = given.keys() - {column.name for column in self.all_columns}
        if strange or len(sizes) > 1:
            raise ValueError(f"{self.name}: unknown columns {sorted(strange)} or different lengths {sorted(sizes)}")
        length = sizes.pop() if sizes else 0
        arrays: dict[Hashable, Any] = {
            column.name: self._array(column, given.get(column.name, [None] * length), problems)
            for column in self.all_columns
        }
        index = pd.Index(arrays.pop(self.index.name), name=self.index.name) if self.index else pd.RangeIndex(length)
        frame = pd.DataFrame(arrays, index=index, copy=False)
        accounts = set(frame["account"].to_numpy()) if "account" in frame.columns else set()
        account = str(accounts.pop()) if len(accounts) == 1 else ""
        frame.attrs = frame_attrs(self.name, self.request, account, problems.messages(), attrs)
        return frame

    def from_objects(self, objects: Iterable[object], **attrs: Any) -> pd.DataFrame:
        """Return the table of a client's objects, read along the columns' paths."""
        problems = Problems()
        return self.frame(self.pull(list(objects), problems), problems, **attrs)

    def pull(self, objects: Sequence[object], problems: Problems) -> Columns:
        """Return the columns that have a path, as they stand in the client's objects.

        An object of another kind gives a row without values and a line in `problems`.
        """
        columns = [column for column in self.all_columns if column.path]
        pulled: Columns = dict(
            zip(
                (column.name for column in columns),
                reach(objects, [column.path for column in columns], problems),
                strict=True,
            )
        )
        for column in columns:
            first = pulled[column.name]
            if column.fallback and not _all_texts(first):
                second = reach(objects, [column.fallback])[0]
                pulled[column.name] = [
                    b if _is_unset(a, column.unset) else a for a, b in zip(first, second, strict=True)
                ]
        return pulled

    def describe(self) -> pd.DataFrame:
        """Return the schema itself as a table: column, dtype, unit, meaning, source in TWS."""
        fields = ("name", "dtype", "unit", "meaning", "source")
        titles = ("column", "dtype", "unit", "meaning", "source")
        data: dict[Hashable, Any] = {
            title: convert([getattr(column, field) for column in self.all_columns], "string", title, Problems())
            for title, field in zip(titles, fields, strict=True)
        }
        frame = pd.DataFrame(data)
        frame.attrs = {"table": self.name, "meaning": self.meaning, "request": self.request}
        return frame

    def _array(self, column: Column, values: Any, problems: Problems) -> Any:
        if isinstance(values, ExtensionArray) and str(values.dtype) == column.dtype:  # of another frame of this schema
            return values.copy()
        if (column.clean or column.dtype != "string" or constant(values)) and (found := distinct(values)):
            texts, places = found
            refused = Problems()
            array = self._converted(column, texts, refused)
            if not refused:  # else each row of them is to be told
                return array.take(places)
        return self._converted(column, values, problems)

    def _converted(self, column: Column, values: Values, problems: Problems) -> Any:
        if column.clean is not None:
            values = each(values, column.clean, column.name, f"a value of {column.source}", problems)
        return convert(values, column.dtype, column.name, problems, column.unset)

    def _columns_of(self, rows: Iterable[Mapping[str, Any] | Sequence[Any]], problems: Problems) -> Columns:
        names = [column.name for column in self.all_columns]
        table: list[Sequence[Any]] = []
        for number, row in enumerate(rows):
            if isinstance(row, Mapping):
                table.append([row.get(name) for name in names])
            elif isinstance(row, Sequence) and not isinstance(row, (str, bytes)) and len(row) == len(names):
                table.append(row)
            else:
                problems.add("", number, row, f"a row of {self.name}")
                table.append([None] * len(names))
        return dict(zip(names, map(list, zip(*table, strict=True)), strict=True)) if table else {}


def reach(objects: Sequence[object], paths: Sequence[str], problems: Problems | None = None) -> list[list[Any]]:
    """Return, for each dotted path, the values of all objects; None where an object lacks it."""
    try:
        return _reach_all(objects, [path.rpartition(".") for path in paths])
    except Exception:  # an object of another client's version, or none at all
        columns = [[_reach_one(item, path) for item in objects] for path in paths]
    if problems is not None:
        for number, item in enumerate(objects):
            if all(column[number] is None for column in columns):
                problems.add("", number, item, "an object of this table")
    return columns


def _reach_all(objects: Sequence[object], steps: Sequence[tuple[str, str, str]]) -> list[list[Any]]:
    """Return the columns path by path: no row is built, and what several paths go through is reached once.

    A thousand objects at a time stay in the processor's cache while one path after another is read of them.
    """
    columns: list[list[Any]] = [[] for _ in steps]
    heads = {head for head, _, _ in steps} - {""}
    for start in range(0, len(objects), _AT_A_TIME):
        part = objects[start : start + _AT_A_TIME]
        holders: dict[str, Sequence[object]] = {head: reader(head)(part) for head in heads}
        for column, (head, _, tail) in zip(columns, steps, strict=True):
            column += reader(tail)(holders[head] if head else part)
    return columns


def _reach_one(item: object, path: str) -> Any:
    try:
        return attrgetter(path)(item)
    except Exception:
        return None


def _all_texts(values: Values) -> bool:
    """Tell whether all are texts, and none is empty."""
    return set(map(type, values)) == {str} and all(values)


def _is_unset(value: object, unset: tuple[float, ...]) -> bool:
    return absent(value) or (isinstance(value, (str, int, float)) and (value == "" or value in unset))
