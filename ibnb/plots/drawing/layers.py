"""What is drawn over candles: lines, volume at price, hatched gaps; each an artist or two, thinned as candles are.

A layer is told what is in view, draws itself for it, and says between which prices it lies there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from ibnb.plots.drawing.barframe import Bars, Floats
from ibnb.plots.drawing.gapped import Stretch
from ibnb.plots.drawing.profile import volume_at_price
from ibnb.plots.drawing.theme import Palette
from ibnb.plots.drawing.thinning import thin_line
from ibnb.plots.drawing.words import number, plural

#: Dashes of lines, in the order that lines come in: on, off, ... in widths of the line.
DASHES: tuple[Any, ...] = ("-", (0, (4, 1.4)), (0, (1.2, 1.2)), (0, (6, 1.4, 1.2, 1.4)))
DASHES += ((0, (2.4, 1)), (0, (8, 2)), (0, (4, 1.2, 1.2, 1.2, 1.2, 1.2)), (0, (1.2, 2.6)))
#: A line's width, and how far the background shines out below it so that it stands apart from candles: points.
_WIDTH, _HALO = 1.4, 0.7
_PROFILE_WIDTH = 0.22  # of the axes
_HATCHES = {"not asked for": "////", "TWS has no bars": "xxx"}
_OTHER_HATCH = "---"


@dataclass(frozen=True)
class View:
    """What is in view: the bars from `first` to `stop`, each candle of `size` of them."""

    first: int
    stop: int
    size: int


class Layer(Protocol):
    """Something over candles."""

    def draw(self, view: View) -> tuple[float, float] | None:
        """Draw what is in view; return the lowest and highest price of it, where it has to stay in sight."""

    def key(self) -> list[tuple[Artist, str]]:
        """Return what the key says of it: a sample and its name."""

    def told(self, decimals: int) -> str:
        """Return what it is, in words, for the alt text; prices with so many decimals."""

    def at(self, place: int) -> tuple[str, float] | None:
        """Return its name and its value at a position, where it has one."""


class LineLayer:
    """A line over candles.

    Parameters
    ----------
    axes : Axes
        Of the prices.
    values : array of float64
        One a place.
    begins : array of bool
        Where it begins anew.
    label, meaning : str
        As the key names it, and what it is.
    number_of : int
        Which line it is: that decides its colour and its dashes.
    palette : Palette
        The colours.
    """

    def __init__(
        self, axes: Axes, values: Floats, begins: Any, label: str, meaning: str, number_of: int, palette: Palette
    ) -> None:
        self.values, self.label, self.meaning = values, label, meaning
        self._parts = np.cumsum(begins)
        colours = palette.series[2:]  # the first two are the candles'
        look = {"color": colours[number_of % len(colours)], "linestyle": DASHES[number_of % len(DASHES)]}
        self._sample = Line2D([], [], linewidth=_WIDTH, **look)
        (self._line,) = axes.plot([], [], linewidth=_WIDTH, zorder=4, scalex=False, scaley=False, **look)
        self._line.set_path_effects([withStroke(linewidth=_WIDTH + 2 * _HALO, foreground=palette.background)])

    def renew(self, values: Floats, begins: Any) -> None:
        """Take the values of newer bars."""
        self.values, self._parts = values, np.cumsum(begins)

    def draw(self, view: View) -> tuple[float, float] | None:
        """Draw the range in view, and as much again on both sides."""
        around = view.stop - view.first
        places = thin_line(self.values, view.size, view.first - around, view.stop + around)
        x, y = places.astype(np.float64), self.values[places]
        cuts = np.flatnonzero(np.diff(self._parts[places])) + 1
        if len(cuts) * 4 <= len(places):  # with fewer points a part, single points would be left, and no line
            x, y = np.insert(x, cuts, np.nan), np.insert(y, cuts, np.nan)
        self._line.set_data(x, y)
        seen = self.values[view.first : view.stop]
        seen = seen[~np.isnan(seen)]
        return (float(seen.min()), float(seen.max())) if len(seen) else None

    def at(self, place: int) -> tuple[str, float] | None:
        """Return its name and its value at a position, where it has one."""
        value = float(self.values[place])
        return None if np.isnan(value) else (self.label, value)

    @property
    def last(self) -> float:
        """The last value; NaN where there is none."""
        known = self.values[~np.isnan(self.values)]
        return float(known[-1]) if len(known) else float("nan")

    def key(self) -> list[tuple[Artist, str]]:
        """Return the line and its name."""
        return [(self._sample, self.label if not np.isnan(self.last) else f"{self.label} (too few bars)")]

    def told(self, decimals: int) -> str:
        """Return what it is and where it ends."""
        if np.isnan(self.last):
            return f"no {self.meaning}, for which there are too few bars"
        return f"the {self.meaning} (last {number(self.last, decimals)})"


class ProfileLayer:
    """Volume at price of the bars in view, as a histogram that stands on the price axis."""

    def __init__(self, axes: Axes, bars: Bars, palette: Palette) -> None:
        self._bars, self._most = bars, float("nan")
        self._look: dict[str, Any] = {
            "facecolor": to_rgba(palette.muted, 0.28),
            "edgecolor": palette.background,
            "linewidth": 0.4,
        }
        self._steps = PolyCollection([], zorder=1, transform=axes.get_yaxis_transform(), **self._look)
        axes.add_collection(self._steps, autolim=False)

    def renew(self, bars: Bars) -> None:
        """Take newer bars."""
        self._bars = bars

    def draw(self, view: View) -> tuple[float, float] | None:
        """Draw the profile of the bars in view."""
        profile = volume_at_price(self._bars, view.first, view.stop)
        self._most = profile.most
        widths = profile.volume / (profile.volume.max() or 1.0) * _PROFILE_WIDTH
        self._steps.set_verts(_boxes(1 - widths, np.ones_like(widths), profile.edges[:-1], profile.edges[1:]))
        return None

    def at(self, place: int) -> tuple[str, float] | None:
        """Return nothing: it belongs to prices, not to bars."""
        return None

    def key(self) -> list[tuple[Artist, str]]:
        """Return a sample."""
        return [(Patch(**self._look), "volume at price")]

    def told(self, decimals: int) -> str:
        """Return where most was traded."""
        if np.isnan(self._most):
            return "volume at price, of which there is none"
        return f"volume at price (most at {number(self._most, decimals)})"


class GapLayer:
    """Stretches of missing bars, hatched by their reason."""

    def __init__(self, axes: Sequence[Axes], stretches: Sequence[Stretch], palette: Palette) -> None:
        self._key: list[tuple[Artist, str]] = []
        self._told: list[str] = []
        for reason in dict.fromkeys(stretch.reason for stretch in stretches):
            those = [stretch for stretch in stretches if stretch.reason == reason]
            look: dict[str, Any] = {
                "hatch": _HATCHES.get(reason, _OTHER_HATCH),
                "edgecolor": to_rgba(palette.muted, 0.6),
                "facecolor": to_rgba(palette.grid, 0.5),
            }
            edges = np.array([(each.first - 0.5, each.last + 0.5) for each in those])
            boxes = _boxes(edges[:, 0], edges[:, 1], np.zeros(len(edges)), np.ones(len(edges)))
            for each in axes:
                # The edge is drawn so that a stretch narrower than a pixel is seen, too.
                bands = PolyCollection(boxes, zorder=0.5, linewidth=0.6, transform=each.get_xaxis_transform(), **look)
                each.add_collection(bands, autolim=False)
            missing = sum(stretch.bars for stretch in those)
            self._key.append((Patch(linewidth=0.6, **look), f"{reason}: {plural(missing, 'bar')}"))
            self._told.append(f"{plural(missing, 'bar')} missing in {plural(len(those), 'stretch', 'es')} ({reason})")

    def draw(self, _view: View) -> tuple[float, float] | None:
        """Do nothing: the stretches stay where they are."""
        return None

    def at(self, place: int) -> tuple[str, float] | None:
        """Return nothing: it has no value."""
        return None

    def key(self) -> list[tuple[Artist, str]]:
        """Return a sample for each reason."""
        return self._key

    def told(self, decimals: int) -> str:
        """Return how many bars are missing, and why."""
        return ", ".join(self._told)


def _boxes(left: Floats, right: Floats, bottom: Floats, top: Floats) -> Any:
    """Return the corners of rectangles, as matplotlib takes them."""
    corners = ((left, bottom), (left, top), (right, top), (right, bottom))
    return np.stack([np.stack(corner, axis=1) for corner in corners], axis=1)
