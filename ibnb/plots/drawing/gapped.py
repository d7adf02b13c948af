"""Room for bars that are missing: places without prices where a frame of gaps says that bars should be.

A stretch takes as much room as it has bars, up to a limit, so that what is missing never crowds out what is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.errors import BadInput
from ibnb.plots.drawing.barframe import PRICES, Bars, Floats, Ints

if TYPE_CHECKING:
    import pandas as pd

_NEEDED = ("start", "end", "bars", "reason")
#: The most places that one stretch takes: a share of the bars that are there, but a few at least.
_SHARE, _FEW = 6, 8


@dataclass(frozen=True)
class Stretch:
    """A stretch of missing bars.

    Attributes
    ----------
    first, last : int
        The positions of its places on the axis.
    bars : int
        How many bars are missing; it may have fewer places.
    reason : str
        As `tws.gaps` names it.
    """

    first: int
    last: int
    bars: int
    reason: str


@dataclass(frozen=True)
class Room:
    """Bars with room between them.

    Attributes
    ----------
    bars : Bars
        With places without prices for those that are missing.
    places : array of int64
        The position of each bar that is there.
    stretches : tuple of Stretch
        What is missing, in order.
    """

    bars: Bars
    places: Ints
    stretches: tuple[Stretch, ...] = ()

    def spread(self, values: Floats) -> Floats:
        """Return one value a place from one value a bar; NaN where a bar is missing."""
        found = np.full(len(self.bars), np.nan)
        found[self.places] = values
        return found


def no_room(bars: Bars) -> Room:
    """Return bars side by side."""
    return Room(bars, np.arange(len(bars), dtype=np.int64))


def make_room(bars: Bars, frame: pd.DataFrame, gaps: Any) -> Room:
    """Return bars with room for those that are missing.

    Parameters
    ----------
    bars : Bars
        As read from `frame`.
    frame : DataFrame
        Its index says in which zone the bars are.
    gaps : DataFrame
        From ``tws.gaps``.

    Raises
    ------
    BadInput
        Not a frame of gaps, or the gaps of other bars.
    """
    missing = [name for name in _NEEDED if name not in getattr(gaps, "columns", ())]
    if missing:
        hint = "gaps=tws.gaps('AAPL', ...), with the arguments of the bars"
        raise BadInput("gaps", type(gaps).__name__, f"a frame of tws.gaps; it lacks {', '.join(missing)}", hint)
    for name in ("symbol", "bar_size", "what", "rth"):
        theirs, ours = gaps.attrs.get(name), bars.attrs.get(name)
        if theirs is not None and ours is not None and theirs != ours:
            raise BadInput("gaps", f"{name} {theirs}", f"the bars are of {name} {ours}", "ask tws.gaps for the same")
    if gaps.empty or not len(bars):
        return no_room(bars)
    zone = getattr(frame.index, "tz", None)
    start, end = _wall(gaps["start"], zone), _wall(gaps["end"], zone)
    at = np.searchsorted(bars.wall, start)
    lacking = gaps["bars"].to_numpy(dtype=np.int64) - (np.searchsorted(bars.wall, end) - at)
    rows = [place for place in np.lexsort((start, at)) if lacking[place] > 0]
    stretches: list[Stretch] = []
    inserted_at: list[int] = []
    inserted_wall: list[int] = []
    for group in _grouped(rows, at, gaps["reason"].astype(str).to_list()):
        count = int(lacking[group].sum())
        places = min(count, max(_FEW, len(bars) // _SHARE))
        first = int(at[group[0]]) + len(inserted_at)
        stretches.append(Stretch(first, first + places - 1, count, str(gaps["reason"].iloc[group[0]])))
        inserted_at += [int(at[group[0]])] * places
        inserted_wall += [*np.linspace(start[group[0]], end[group[-1]], places, endpoint=False).astype(int)]
    where = np.array(inserted_at, dtype=np.int64)
    places_of_bars = np.arange(len(bars)) + np.searchsorted(where, np.arange(len(bars)), side="right")
    empty: dict[str, Any] = {
        name: np.insert(getattr(bars, name), where, np.nan) for name in (*PRICES, "volume", "average")
    }
    added = np.array(inserted_wall, dtype=np.int64)
    ahead = (bars.clock - bars.wall)[np.minimum(where, len(bars) - 1)]
    wall, clock = np.insert(bars.wall, where, added), np.insert(bars.clock, where, added + ahead)
    return Room(replace(bars, wall=wall, clock=clock, **empty), places_of_bars, tuple(stretches))


def _grouped(rows: list[Any], at: Ints, reasons: list[str]) -> list[list[int]]:
    """Return rows that follow one another without a bar between them, and for the same reason, together."""
    groups: list[list[int]] = []
    for row in rows:
        if groups and at[groups[-1][-1]] == at[row] and reasons[groups[-1][-1]] == reasons[row]:
            groups[-1].append(int(row))
        else:
            groups.append([int(row)])
    return groups


def _wall(times: pd.Series[Any], zone: Any) -> Ints:
    """Return times as seconds on the clock of the bars' zone."""
    import pandas as pd

    try:
        index = pd.DatetimeIndex(times)
    except (TypeError, ValueError):
        raise BadInput("gaps", str(times.dtype), "its start and end are times", "use the frame of tws.gaps") from None
    if index.hasnans:
        raise BadInput("gaps", "a row without a time", "every stretch has its start and end")
    if index.tz is not None and zone is not None:
        index = index.tz_convert(zone)
    return index.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
