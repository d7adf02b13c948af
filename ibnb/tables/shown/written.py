"""The cells of a column as texts, by what it looks like, with what is true of all of them told once: their unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pandas as pd

from ibnb.ground.masking import mask_named, mask_text
from ibnb.ground.numerals import count_text
from ibnb.ground.zones import date_and_clock
from ibnb.tables.schema.moments import day_text
from ibnb.tables.schema.schema import Column
from ibnb.tables.schema.values import absent
from ibnb.tables.shown import figures
from ibnb.tables.shown.times import EXCHANGE, short
from ibnb.tws.texts import clean

_PRICED = ("bid", "ask", "last", "open", "high", "low", "close")
#: The seconds since 1970 that a date can be made of on every system.
_LAST_SECOND = 2**32
_SIMPLE: dict[str, Callable[[Any], str]] = {
    "average": figures.average,
    "size": figures.size,
    "percent": figures.percent,
    "fraction": lambda value: figures.percent(100 * value),
    "seconds": lambda value: figures.fixed(value, 1, 1),
    "plain": figures.plain,
    "number": figures.number,
    "count": count_text,
    "id": str,
    "flag": lambda value: "yes" if value else "no",
    "date": day_text,
    "account": lambda value: clean(mask_named(str(value))),
}


class Written(NamedTuple):
    """The texts of a column, "" where there is nothing, and the unit of them all."""

    texts: list[str]
    unit: str = ""


def written(
    look: str,
    values: pd.Series[Any],
    rows: pd.DataFrame,
    column: Column | None,
    scale: Sequence[int] = (),
    *,
    is_index: bool = False,
) -> Written:
    """Return a column as texts.

    Parameters
    ----------
    look : str
        From `ibnb.tables.shown.looks.look_of`.
    values : Series
        The column, or a level of the index.
    rows : DataFrame
        What it stands in: its currencies are told in another column.
    column : Column, optional
        What its schema says of it.
    scale : sequence of int
        How many decimals each row's prices have at least.
    is_index : bool
        Whether it tells the rows apart.
    """
    unit = column.unit if column is not None else ""
    if look == "time":
        return Written(*short(pd.DatetimeIndex(values), exchange=unit == EXCHANGE, fine=is_index))
    if look == "money":
        return _money(values, rows, unit.replace(" ", "_"))  # as the column that names the currency is called
    if look == "price":
        texts = [
            "" if absent(value) else figures.price(value, max(least, 2))
            for value, least in zip(values, scale, strict=True)
        ]
        return Written(texts, str(rows.attrs.get("price_unit", "")))
    if look in ("amount", "tick"):
        beside = _column(rows, "currency" if look == "amount" else "tick")
        one = _amount if look == "amount" else _tick
        others = beside if beside is not None else [""] * len(values)
        pairs = zip(values, others, strict=True)
        return Written(["" if absent(value) else one(value, str(other)) for value, other in pairs])
    one_of = _SIMPLE.get(look, any_text)
    return Written(["" if absent(value) else one_of(value) for value in values], "s" if look == "seconds" else "")


def any_text(value: object) -> str:
    """Return whatever stands in a cell as one line, account numbers masked."""
    if isinstance(value, pd.Timestamp):
        if value.tzinfo is not None:
            return date_and_clock(value.to_pydatetime(), seconds=True)
        return day_text(value) if value == value.normalize() else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return _SIMPLE["flag"](value)
    if isinstance(value, float):
        return figures.number(value)
    return clean(mask_text(str(value)))


def _money(values: pd.Series[Any], rows: pd.DataFrame, name: str) -> Written:
    beside = _column(rows, name)
    if beside is None:
        return Written([_or_nothing(figures.money, value) for value in values], str(rows.attrs.get(name, "")))
    names = [any_text(each) for each in beside]
    told = {each for each, value in zip(names, values, strict=True) if not absent(value)}
    if len(told) == 1:
        return Written([_or_nothing(figures.money, value) for value in values], told.pop())
    return Written(
        [
            "" if absent(value) else f"{figures.money(value)} {each}".strip()
            for value, each in zip(values, names, strict=True)
        ]
    )


def _amount(value: float, currency: str) -> str:
    """Return a value of an account: money where it has a currency."""
    return figures.money(value) if currency else figures.plain(value)


def _tick(value: float, tick: str) -> str:
    """Return what a tick brought: a price, a time, or a number of something."""
    if tick == "last_time" and 0 < value < _LAST_SECOND:
        return date_and_clock(value, seconds=True)
    return figures.price(value) if tick in _PRICED else figures.size(value)


def _or_nothing(one: Callable[[float], str], value: Any) -> str:
    return "" if absent(value) else one(value)


def _column(rows: pd.DataFrame, name: str) -> pd.Series[Any] | None:
    """Return a column of that name, where there is one and no more."""
    found: Any = rows[name] if not isinstance(rows.columns, pd.MultiIndex) and name in rows.columns else None
    return found if isinstance(found, pd.Series) else None
