"""Which positions an explorer shows, in which order and groups: pure functions of a portfolio and a choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ibnb.widgets.explorer.columns import PARTS

if TYPE_CHECKING:
    import pandas as pd

#: So many positions stand on a page.
PAGE = 25
#: What the table can be sorted by, and the column of the portfolio behind it.
SORTS = {
    "symbol": "symbol",
    "account": "account",
    "position": "position",
    "price": "market_price",
    "value": "market_value_base",
    "weight": "weight_all",
    "daily": "daily_pnl_base",
    "day": "daily_part",
    "unrealized": "unrealized_pnl_base",
    "gain": "gain_part",
    "realized": "realized_pnl_base",
}
TEXTS = frozenset({"symbol", "account"})
GROUPS = {
    "": "",
    "sec_type": "Asset class",
    "currency": "Currency",
    "symbol": "Symbol",
    "sector": "Sector",
    "tag": "Tag",
}
#: What is added up for a group; parts are of what is added up.
_ADDED = ("market_value_base", "weight_all", "daily_pnl_base", "unrealized_pnl_base", "realized_pnl_base")
SUMS = (*_ADDED, *PARTS)
_WHOLES = tuple(whole for _, whole in PARTS.values())


@dataclass(frozen=True)
class Choice:
    """What a person has chosen to see.

    Attributes
    ----------
    text : str
        Only positions in whose symbol, local symbol, exchange or tags each of its words stands.
    sec_type, currency : str
        Only those; "" for all.
    group : str
        A key of `GROUPS`.
    sort : str
        A key of `SORTS`.
    descending : bool
        The largest, or the last of the alphabet, first.
    page : int
        From 0 on.
    """

    text: str = ""
    sec_type: str = ""
    currency: str = ""
    group: str = ""
    sort: str = "value"
    descending: bool = True
    page: int = 0


@dataclass(frozen=True)
class Sum:
    """A figure added up over a group; `known` of its `count` positions have one. None where none has."""

    value: float | None
    known: int
    count: int


@dataclass(frozen=True)
class Group:
    """A part of the positions, with its subtotals."""

    name: str
    count: int
    sums: dict[str, Sum]


def picked(portfolio: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """Return the positions that the choice leaves, in its order; ties stay as TWS tells them."""
    kept = np.ones(len(portfolio), dtype=bool)
    for name in ("sec_type", "currency"):
        if wanted := getattr(choice, name):
            kept &= (portfolio[name] == wanted).to_numpy()
    if words := choice.text.casefold().split():
        columns = [portfolio[name].to_numpy() for name in ("symbol", "local_symbol", "exchange", "sec_type", "tags")]
        told = [" ".join(parts).casefold() for parts in zip(*columns, strict=True)]
        kept &= np.array([all(word in text for word in words) for text in told], dtype=bool)
    rows = portfolio[kept]
    column = rows[SORTS[choice.sort]]
    if choice.sort in TEXTS:
        column = column.str.casefold()
    return rows.loc[column.sort_values(ascending=not choice.descending, kind="stable", na_position="last").index]


def grouped(rows: pd.DataFrame, choice: Choice) -> tuple[pd.DataFrame, list[Group]]:
    """Return the positions group after group, and the groups with their subtotals, in the order of the choice.

    Groups are sorted by their subtotal where the positions are sorted by a figure that adds up, else by name.
    """
    if not choice.group or rows.empty:
        return rows, [Group("", len(rows), sums_of(rows))]
    parts = rows.groupby(choice.group, sort=False, observed=True)
    figures = [*_ADDED, *_WHOLES]
    counts = parts.size()
    told = zip(parts[figures].sum().to_numpy().tolist(), parts[figures].count().to_numpy().tolist(), strict=True)
    groups = [
        Group(str(name), count, _sums(dict(zip(figures, zip(values, knowns, strict=True), strict=True)), count))
        for name, count, (values, knowns) in zip(counts.index, counts.tolist(), told, strict=True)
    ]
    order = _order(groups, choice)
    rank = np.empty(len(groups), dtype=np.int64)
    rank[order] = np.arange(len(groups))
    return rows.iloc[np.argsort(rank[parts.ngroup().to_numpy()], kind="stable")], [groups[at] for at in order]


def _order(groups: list[Group], choice: Choice) -> list[int]:
    """Return the places of groups in the order of the choice."""
    column = SORTS[choice.sort]
    if column not in SUMS:
        backwards = choice.sort == "symbol" and choice.descending
        return sorted(range(len(groups)), key=lambda at: groups[at].name.casefold(), reverse=backwards)

    def key(at: int) -> float:
        value = groups[at].sums[column].value
        return float("inf") if value is None else -value if choice.descending else value

    return sorted(range(len(groups)), key=key)


def sums_of(rows: pd.DataFrame) -> dict[str, Sum]:
    """Return the figures of positions, added up."""
    figures = [*_ADDED, *_WHOLES]
    told = zip(rows[figures].sum().tolist(), rows[figures].count().tolist(), strict=True)
    return _sums(dict(zip(figures, told, strict=True)), len(rows))


def _sums(told: Mapping[str, tuple[float, int]], count: int) -> dict[str, Sum]:
    """Return sums from those of each column, and of how many positions they are."""
    found = {name: Sum(told[name][0] if told[name][1] else None, told[name][1], count) for name in _ADDED}
    for name, (profit, whole) in PARTS.items():
        value, known = told[whole]
        found[name] = Sum(told[profit][0] / value if value else None, known, count)
    return found


def pages_of(count: int) -> int:
    """Return how many pages so many positions fill, at least one."""
    return max(-(-count // PAGE), 1)


def on_page(rows: pd.DataFrame, groups: list[Group], page: int) -> list[tuple[Group, pd.DataFrame]]:
    """Return what of each group stands on a page; groups that do not are left out.

    Parameters
    ----------
    rows : DataFrame
        Group after group, as `grouped` returns them.
    """
    begin, end, at = page * PAGE, (page + 1) * PAGE, 0
    found = []
    for group in groups:
        part = rows.iloc[max(begin, at) : min(end, at + group.count)]
        if len(part):
            found.append((group, part))
        at += group.count
        if at >= end:
            break
    return found
