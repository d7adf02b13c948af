"""matplotlib's side of the axes: dates over bar numbers, prices with room for the last one, their look."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedFormatter, Formatter, Locator, LogLocator, MaxNLocator, NullLocator, TickHelper
from matplotlib.transforms import ScaledTranslation

from ibnb.plots.drawing.dates import CHARACTER, BarCalendar
from ibnb.plots.drawing.theme import Palette
from ibnb.plots.drawing.words import decimals_for_step, number, short_number

FONT_SIZE = 9.0  # points, of all labels of axes
_MANIFOLD = 4  # times the lowest price, from where even steps crowd at the top of a logarithmic scale


def room_of(axes: Axes) -> float:
    """Return the width of axes in font sizes: what labels are measured in."""
    return float(axes.bbox.width * 72 / axes.figure.dpi / FONT_SIZE)


def _axes_of(ticker: TickHelper) -> Axes:
    assert isinstance(ticker.axis, Axis), "a locator or formatter works on the axes it was set on"
    return ticker.axis.axes


class DateLocator(Locator):
    """Ticks at the first bars of years, months, days, hours..., worked out anew for the range in view."""

    def __init__(self, calendar: BarCalendar, *, separators: bool = False) -> None:
        self.calendar, self.separators = calendar, separators

    def __call__(self) -> list[float]:
        """Return the tick positions in view."""
        return self.tick_values(*_axes_of(self).get_xlim())

    def tick_values(self, vmin: float, vmax: float) -> list[float]:
        """Return the tick positions between two bar numbers."""
        room = room_of(_axes_of(self))
        if self.separators:
            return self.calendar.separators(vmin, vmax, room)
        return [float(tick.position) for tick in self.calendar.ticks(vmin, vmax, room)]


class DateFormatter(Formatter):
    """The labels that belong to a `DateLocator`'s ticks."""

    def __init__(self, calendar: BarCalendar) -> None:
        self.calendar = calendar
        self._labels: dict[int, str] = {}

    def format_ticks(self, values: Any) -> list[str]:
        """Return the labels of all ticks in view; a place that is no tick gets none."""
        axes = _axes_of(self)
        low, high = axes.get_xlim()
        ticks = self.calendar.ticks(low, high, room_of(axes))
        lines = max((tick.label.count("\n") for tick in ticks), default=0)
        # As many lines in each, so that all stand on one baseline.
        self._labels = {tick.position: tick.label + "\n " * (lines - tick.label.count("\n")) for tick in ticks}
        return self._within_the_figure(axes, [float(value) for value in values], [self(value) for value in values])

    def _within_the_figure(self, axes: Axes, values: list[float], labels: list[str]) -> list[str]:
        """Move the labels at both edges into the figure; one that they then touch is left out."""
        axis, figure = axes.xaxis, axes.figure
        font, taken = CHARACTER * FONT_SIZE * figure.dpi / 72, dict[int, float]()
        ticks: list[Any] = axis.get_major_ticks(len(values))
        for place, tick in enumerate(ticks):
            centre = float(axes.transData.transform((values[place], 0.0))[0])
            halves = [len(line.strip()) * font / 2 for line in labels[place].split("\n")]
            if any(half and centre - half < taken.get(line, -np.inf) for line, half in enumerate(halves)):
                labels[place], halves = "", [0.0]
            half = max(halves)
            shift = max(0.0, half - centre) - max(0.0, centre + half - figure.bbox.width)
            taken = {line: centre + shift + each for line, each in enumerate(halves)} if shift > 0 else {}
            transform = axes.get_xaxis_text1_transform(tick.get_pad() + tick.get_tick_padding())[0]
            tick.label1.set_transform(transform + ScaledTranslation(shift / figure.dpi, 0, figure.dpi_scale_trans))
        return labels

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the label of one position."""
        return self._labels.get(round(x), "")


class PriceFormatter(Formatter):
    """Prices with as many decimals as the ticks need, silent where the tag of the last price stands."""

    def __init__(self, last: float) -> None:
        self.last = last
        self._decimals = 2

    def format_ticks(self, values: Any) -> list[str]:
        """Return the labels of all price ticks."""
        steps = [float(high - low) for low, high in pairwise(values)]
        self._decimals = max(map(decimals_for_step, steps), default=2)
        return super().format_ticks(values)

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the label of one price."""
        axes = _axes_of(self)
        places = axes.transData.transform([(0.0, x), (0.0, self.last)])[:, 1]
        apart = abs(float(places[0] - places[1])) * 72 / axes.figure.dpi
        return "" if apart < FONT_SIZE * 1.6 else number(x, self._decimals)


class ValueFormatter(Formatter):
    """Values with as many decimals as their ticks need."""

    def format_ticks(self, values: Any) -> list[str]:
        """Return the labels of all ticks."""
        places = decimals_for_step(float(values[1] - values[0])) if len(values) > 1 else 0
        return [number(float(value), places) for value in values]

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the label of one value."""
        return number(x, 2)


class ShortFormatter(Formatter):
    """Large amounts as ``250K`` and ``1.5M``."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the label of one amount."""
        return short_number(x) if x else "0"


def dress(axes: Axes, palette: Palette) -> None:
    """Give axes the look of this room: a quiet frame, a grid behind, values on the right."""
    axes.set_facecolor(palette.background)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set(color=palette.line, linewidth=0.8)
    axes.grid(visible=False, which="both")
    axes.grid(visible=True, axis="y", color=palette.grid, linewidth=0.8, linestyle="-")
    axes.tick_params(
        axis="both", which="both", length=0, labelsize=FONT_SIZE, labelcolor=palette.muted, color=palette.line
    )
    axes.yaxis.set_label_position("right")
    axes.yaxis.tick_right()


def dates_below(axes: Axes, calendar: BarCalendar, palette: Palette, *, labels: bool) -> None:
    """Put the calendar under axes that count bars, with thin lines where days, months or years change."""
    axes.xaxis.set_major_locator(DateLocator(calendar))
    axes.xaxis.set_major_formatter(DateFormatter(calendar))
    axes.xaxis.set_minor_locator(DateLocator(calendar, separators=True))
    axes.xaxis.set_minor_formatter(FixedFormatter([]))
    axes.grid(visible=True, axis="x", which="minor", color=palette.grid, linewidth=0.8, linestyle="-")
    axes.tick_params(
        axis="x",
        which="major",
        length=3.5 if labels else 0,
        color=palette.line,
        labelcolor=palette.muted,
        labelbottom=labels,
        bottom=True,
        top=False,
        labeltop=False,
        labelsize=FONT_SIZE,
    )


class PriceLocator(MaxNLocator):
    """Round prices, evenly apart; over a wide logarithmic scale 1, 2 and 5 of each power of ten."""

    def tick_values(self, vmin: float, vmax: float) -> Any:
        """Return the ticks between two prices."""
        if _axes_of(self).get_yscale() == "log" and vmin > 0 and vmax > vmin * _MANIFOLD:
            return LogLocator(subs=(1.0, 2.0, 5.0)).tick_values(vmin, vmax)
        return super().tick_values(vmin, vmax)


def prices_right(axes: Axes, last: float, *, log: bool = False) -> None:
    """Put round prices on the right of axes, on a logarithmic scale where that is wished."""
    if log:
        axes.set_yscale("log")
        axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_locator(PriceLocator(nbins=8, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(PriceFormatter(last))


def amounts_right(axes: Axes) -> None:
    """Put few, short amounts on the right of axes."""
    axes.yaxis.set_major_locator(MaxNLocator(nbins=2, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(ShortFormatter())
