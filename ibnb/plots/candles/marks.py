"""What of a person's own lies over candles: what a position has cost, the prices that orders wait for, and fills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from ibnb.plots.drawing.axes import FONT_SIZE
from ibnb.plots.drawing.barframe import Bars
from ibnb.plots.drawing.layers import Layer, View
from ibnb.plots.drawing.theme import Palette
from ibnb.plots.drawing.words import number, plural

#: How far from the prices in view a level may lie, as a part of their span, for the axis to make room for it.
_NEAR = 0.6
_DASHES: dict[str, Any] = {"cost": (0, (7, 3)), "order": (0, (2, 2))}


@dataclass(frozen=True)
class Level:
    """A price with a name: what was paid on average, or what an order waits for."""

    price: float
    name: str
    kind: Literal["cost", "order"]


@dataclass(frozen=True)
class FillMark:
    """A fill; its quantity is negative where it was a sale."""

    time: datetime
    price: float
    quantity: float


@dataclass(frozen=True)
class Marks:
    """What is drawn over the bars of one contract.

    Attributes
    ----------
    con_id : int
        Its number; over other bars nothing is drawn.
    levels, fills : tuple
        Prices in the unit of the bars.
    """

    con_id: int
    levels: tuple[Level, ...] = ()
    fills: tuple[FillMark, ...] = ()

    def layers(self, axes: Axes, bars: Bars, palette: Palette) -> list[Layer]:
        """Return what draws them; nothing over bars of something else."""
        if bars.attrs.get("con_id") != self.con_id:
            return []
        found: list[Layer] = []
        if self.levels:
            found.append(LevelLayer(axes, bars, self.levels, palette))
        if self.fills:
            found.append(FillLayer(axes, bars, self.fills, palette))
        return found


class LevelLayer:
    """Horizontal lines, each with its name at the left edge; the key tells their prices, also of those out of view."""

    def __init__(self, axes: Axes, bars: Bars, levels: Sequence[Level], palette: Palette) -> None:
        self._bars, self._levels = bars, levels
        self._look: dict[str, Any] = {"color": palette.text, "linewidth": 1.1}
        for level in levels:
            axes.axhline(level.price, linestyle=_DASHES[level.kind], zorder=4.5, **self._look)
            text = axes.annotate(
                level.name,
                (0, level.price),
                xycoords=("axes fraction", "data"),
                xytext=(4, 3),
                textcoords="offset points",
                size=FONT_SIZE - 1,
                color=palette.text,
                annotation_clip=True,
                parse_math=False,
                zorder=7,
            )
            text.set_path_effects([withStroke(linewidth=2.4, foreground=palette.background)])
            text.set_in_layout(False)

    def draw(self, view: View) -> tuple[float, float] | None:
        """Return the prices of the levels that lie near what is in view, so that the axis has room for them."""
        low, high = self._bars.low[view.first : view.stop], self._bars.high[view.first : view.stop]
        if not (~np.isnan(low)).any():
            return None
        bottom, top = float(np.nanmin(low)), float(np.nanmax(high))
        room = _NEAR * (top - bottom)
        near = [level.price for level in self._levels if bottom - room <= level.price <= top + room]
        return (min(near), max(near)) if near else None

    def at(self, place: int) -> tuple[str, float] | None:
        """Return nothing: it belongs to prices, not to bars."""
        return None

    def key(self) -> list[tuple[Artist, str]]:
        """Return a sample for each kind of level."""
        cost = [level for level in self._levels if level.kind == "cost"]
        orders = [level for level in self._levels if level.kind == "order"]
        found: list[tuple[Artist, str]] = [
            (self._sample("cost"), f"{each.name} {number(each.price, _decimals(each.price))}") for each in cost
        ]
        if orders:
            found.append((self._sample("order"), plural(len(orders), "working order")))
        return found

    def told(self, decimals: int) -> str:
        """Return all levels with their prices."""
        return ", ".join(f"{level.name} at {number(level.price, decimals)}" for level in self._levels)

    def _sample(self, kind: str) -> Line2D:
        return Line2D([], [], linestyle=_DASHES[kind], **self._look)


class FillLayer:
    """Fills as triangles at their price and time: upwards for what was bought, downwards for what was sold."""

    def __init__(self, axes: Axes, bars: Bars, fills: Sequence[FillMark], palette: Palette) -> None:
        places = _places(bars, [fill.time for fill in fills])
        self._placed = [(place, fill) for place, fill in zip(places, fills, strict=True) if place is not None]
        self._samples: list[tuple[Artist, str]] = []
        for name, marker, side in (("bought", "^", 1), ("sold", "v", -1)):
            those = [(place, fill.price) for place, fill in self._placed if fill.quantity * side > 0]
            if not those:
                continue
            look: dict[str, Any] = {
                "marker": marker,
                "markersize": 9,
                "linestyle": "none",
                "color": palette.up if side > 0 else palette.down,
                "markeredgecolor": palette.text,
                "markeredgewidth": 1.0,
            }
            x, y = zip(*those, strict=True)
            axes.plot(x, y, zorder=6, scalex=False, scaley=False, **look)
            self._samples.append((Line2D([], [], **look), f"{name}: {plural(len(those), 'fill')}"))

    def draw(self, view: View) -> tuple[float, float] | None:
        """Return the prices of the fills in view."""
        seen = [fill.price for place, fill in self._placed if view.first <= place < view.stop]
        return (min(seen), max(seen)) if seen else None

    def at(self, place: int) -> tuple[str, float] | None:
        """Return what was last bought or sold in a bar, and at which price."""
        for where, fill in reversed(self._placed):
            if where == place:
                quantity = number(abs(fill.quantity), 0 if fill.quantity == round(fill.quantity) else 4)
                return f"{'Bought' if fill.quantity > 0 else 'Sold'} {quantity} at", fill.price
        return None

    def key(self) -> list[tuple[Artist, str]]:
        """Return a sample for each side."""
        return self._samples

    def told(self, decimals: int) -> str:
        """Return how many fills there are on each side."""
        return ", ".join(words for _, words in self._samples) or "no fills in these bars"


def _places(bars: Bars, times: Sequence[datetime]) -> list[int | None]:
    """Return the bar that each time lies in; None before the first."""
    if bars.intraday:
        zone = bars.tz or UTC
        seconds = [_clock(time.astimezone(zone)) for time in times]
        found = np.searchsorted(bars.clock, seconds, side="right") - 1
    else:  # a week's or a month's bar has the day that it ends on
        zone = ZoneInfo(str(bars.attrs.get("time_zone") or "UTC"))
        seconds = [_clock(time.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)) for time in times]
        found = np.minimum(np.searchsorted(bars.clock, seconds, side="left"), len(bars) - 1)
        found[np.asarray(seconds, dtype=np.int64) < bars.clock[0]] = -1
    return [int(place) if place >= 0 else None for place in found]


def _clock(time: datetime) -> int:
    """Return what a clock shows, in seconds since its 1970 began."""
    return int(time.replace(tzinfo=UTC).timestamp())


def _decimals(price: float) -> int:
    return 2 if abs(price) >= 10 else 4
