"""Several series of bars made comparable: one axis of their dates, each in percent from the first bar that all have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.errors import BadInput
from ibnb.plots.drawing.barframe import Bars, Floats, Ints, read_bars

if TYPE_CHECKING:
    import pandas as pd

#: More lines than this cannot be told apart.
MOST = 8
_HINT = "ibnb.plot_bars([aapl, msft]), or {'name': bars, ...}"


@dataclass(frozen=True)
class Compared:
    """Series on one axis.

    Attributes
    ----------
    names : tuple of str
        Of the series, in order.
    percent : tuple of array of float64
        The change of each close since the first bar that all have; NaN where a series has no bar.
    clock : array of int64
        The dates that any of them has, from that bar on, as seconds on the clock of the zone that is shown.
    first : Bars
        The first series, for its words.
    left_out : int
        How many dates before that bar are not drawn.
    """

    names: tuple[str, ...]
    percent: tuple[Floats, ...]
    clock: Ints
    first: Bars
    left_out: int


def compare(series: object) -> Compared:
    """Return series of bars made comparable.

    Parameters
    ----------
    series : sequence of DataFrame, or mapping of str to DataFrame
        Each as `tws.history` gives it.

    Raises
    ------
    BadInput
        They cannot be compared.
    """
    named = _named(series)
    taken = [read_bars(_zoned(frame, named[0][1])) for _, frame in named]
    _same_kind(named, taken)
    wall, places = np.unique(np.concatenate([bars.wall for bars in taken]), return_index=True)
    clock = np.concatenate([bars.clock for bars in taken])[places]
    closes = []
    for bars in taken:
        values = np.full(len(wall), np.nan)
        values[np.searchsorted(wall, bars.wall)] = bars.close
        closes.append(values)
    common = np.flatnonzero(np.logical_and.reduce([values > 0 for values in closes]))
    if not len(common):
        raise BadInput(
            "bars", [name for name, _ in named], "they have no date in common with a price above 0", "ask for one range"
        )
    base = int(common[0])
    percent = tuple((values[base:] / values[base] - 1) * 100 for values in closes)
    return Compared(tuple(name for name, _ in named), percent, clock[base:], taken[0], base)


def changes(*series: pd.DataFrame) -> pd.DataFrame:
    """Return the change of each close in percent since the first date that all have, a column a series.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.bdate_range("2026-03-02", periods=3, name="date")
    >>> first, second = (pd.DataFrame({"close": closes}, index=days) for closes in ([8.0, 10, 11], [None, 2, 1]))
    >>> first.attrs, second.attrs = {"symbol": "A"}, {"symbol": "B"}
    >>> changes(first, second).round(6).to_dict("list")
    {'A': [0.0, 10.0], 'B': [0.0, -50.0]}
    """
    import pandas as pd

    zoned = [_zoned(frame, series[0]) for frame in series]
    named = {name: frame["close"].astype("float64") for name, frame in _named(zoned)}
    closes = pd.concat(named, axis=1).sort_index()
    since = closes[(closes > 0).all(axis=1)].index[0]
    closes = closes.loc[since:]
    found: pd.DataFrame = (closes / closes.iloc[0] - 1) * 100
    found.attrs = {"meaning": f"change of the close in percent since {since}"}
    return found


def _named(series: Any) -> list[tuple[str, Any]]:
    given = series.items() if isinstance(series, Mapping) else ((None, each) for each in series)
    named = []
    for place, (name, frame) in enumerate(given):
        told = getattr(frame, "attrs", {}).get("symbol")
        named.append((str(name if name is not None else told or f"series {place + 1}"), frame))
    if not 1 <= len(named) <= MOST:
        raise BadInput("bars", f"{len(named)} series", f"1 to {MOST} can be told apart", _HINT)
    names = [name for name, _ in named]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise BadInput("bars", f"{twice} twice", "each series has a name of its own", _HINT)
    return named


def _zoned(frame: Any, first: Any) -> Any:
    """Return a frame in the zone of the first, where both have one."""
    zone, own = (getattr(getattr(each, "index", None), "tz", None) for each in (first, frame))
    return frame.tz_convert(zone) if zone is not None and own is not None and zone != own else frame


def _same_kind(named: Sequence[tuple[str, pd.DataFrame]], taken: Sequence[Bars]) -> None:
    pairs = [(name, bars) for (name, _), bars in zip(named, taken, strict=True)]
    empty = [name for name, bars in pairs if not bars.drawable.any()]
    if empty:
        raise BadInput("bars", empty[0], "it has no bars with prices to compare", "leave it out")
    sizes = {name: bars.attrs["bar_size"] for name, bars in pairs if "bar_size" in bars.attrs}
    if len(set(sizes.values())) > 1:
        raise BadInput("bars", sizes, "the bars are of one size", "ask for all with the same bar_size")
    if len({bars.intraday for bars in taken}) > 1:
        kinds = {name: "intraday" if bars.intraday else "daily" for name, bars in pairs}
        raise BadInput("bars", kinds, "the bars are of one size", "ask for all with the same bar_size")
