"""The comparison on its axes: a line each, named where it ends, told apart by dashes and colour, too."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import Formatter, MaxNLocator

from ibnb.plots.comparison.compare import Compared
from ibnb.plots.drawing.axes import dates_below, dress
from ibnb.plots.drawing.barframe import moment_on
from ibnb.plots.drawing.dates import BarCalendar
from ibnb.plots.drawing.ends import end_text, write_ends
from ibnb.plots.drawing.layers import DASHES
from ibnb.plots.drawing.reading import Reading
from ibnb.plots.drawing.theme import Palette
from ibnb.plots.drawing.thinning import bucket_size, thin_line
from ibnb.plots.drawing.words import decimals_for_step, percent

_PIXELS_A_POINT = 3.0


class ComparisonChart:
    """Lines on one pair of axes, each in percent.

    Parameters
    ----------
    compared : Compared
        The series.
    axes : Axes
        Where to draw.
    palette : Palette
        The colours.
    most : int or None
        The most groups of bars in view that keep points of their own; None is as many as can be told apart.
    """

    def __init__(self, compared: Compared, axes: Axes, palette: Palette, most: int | None) -> None:
        self.compared, self.price_axes, self.palette, self._most = compared, axes, palette, most
        self.size = 1
        dress(axes, palette)
        axes.yaxis.tick_left()
        axes.yaxis.set_label_position("left")
        axes.yaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 2.5, 5, 10]))
        axes.yaxis.set_major_formatter(PercentFormatter())
        dates_below(axes, BarCalendar(compared.clock, intraday=compared.first.intraday), palette, labels=True)
        axes.axhline(0, color=palette.line, linewidth=1.0, zorder=1)
        axes.format_coord = self.describe  # type: ignore[method-assign]
        self._lines: list[Any] = []
        self._names: list[Any] = []
        for place, name in enumerate(compared.names):
            look = {"color": palette.series[place % len(palette.series)], "linestyle": DASHES[place % len(DASHES)]}
            self._lines += axes.plot([], [], linewidth=1.7, zorder=3, scalex=False, scaley=False, label=name, **look)
            self._names.append(end_text(self.price_axes, look["color"]))
        axes.set_xlim(-0.75, len(compared.clock) - 0.25)
        self.update()
        axes.callbacks.connect("xlim_changed", self.update)
        axes.callbacks.connect("ylim_changed", self._place_names)

    def update(self, _axes: Axes | None = None) -> None:
        """Draw what is in view."""
        first, stop = self.in_view()
        around = stop - first
        most = self._most or max(20, int(self.price_axes.bbox.width / _PIXELS_A_POINT))
        self.size = bucket_size(around, most)
        seen = []
        for line, values in zip(self._lines, self.compared.percent, strict=True):
            places = thin_line(values, self.size, first - around, stop + around)
            line.set_data(places, values[places])
            seen.append(values[first:stop])
        shown = np.concatenate(seen)
        if self.price_axes.get_autoscaley_on() and not np.isnan(shown).all():
            bottom, top = float(np.nanmin(shown)), float(np.nanmax(shown))
            pad = (top - bottom) * 0.06 or 1.0
            self.price_axes.set_ylim(bottom - pad, top + pad, auto=True)
        self._place_names()

    @property
    def axes(self) -> list[Axes]:
        """All axes."""
        return [self.price_axes]

    def in_view(self) -> tuple[int, int]:
        """Return the first position in view, and the one behind the last."""
        low, high = sorted(self.price_axes.get_xlim())
        first = min(max(0, int(np.floor(low + 0.5))), len(self.compared.clock) - 1)
        return first, max(first + 1, min(len(self.compared.clock), int(np.ceil(high + 0.5))))

    def describe(self, x: float, y: float) -> str:
        """Return what an interactive window writes for the place under the pointer."""
        found = self.read(x)
        return percent(y) if found is None else str(found)

    def read(self, x: float) -> Reading | None:
        """Return the change of each series at a position; those without a bar there are left out."""
        place = round(x)
        if not 0 <= place < len(self.compared.clock):
            return None
        values = zip(self.compared.names, self.compared.percent, strict=True)
        told = [(name, percent(float(each[place]))) for name, each in values if not np.isnan(each[place])]
        return Reading(self.time(place), tuple(told), place, place)

    def time(self, place: int) -> str:
        """Return the time of a position in words."""
        first = self.compared.first
        return moment_on(self.compared.clock[place], first.tz, intraday=first.intraday)

    def _place_names(self, _axes: Axes | None = None) -> None:
        """Put each name beside the last value in view, moved where two would touch."""
        first, stop = self.in_view()
        ends = []
        for values in self.compared.percent:
            known = np.flatnonzero(~np.isnan(values[first:stop]))
            ends.append(float(values[first + known[-1]]) if len(known) else float("nan"))
        texts = [f"{name}  {percent(end)}" for name, end in zip(self.compared.names, ends, strict=True)]
        write_ends(self.price_axes, self._names, ends, texts)


class PercentFormatter(Formatter):
    """Changes with their sign, and as many decimals as the ticks need."""

    def format_ticks(self, values: Any) -> list[str]:
        """Return the labels of all ticks."""
        places = decimals_for_step(float(values[1] - values[0])) if len(values) > 1 else 1
        return [percent(float(value), places) for value in values]

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the label of one change."""
        return percent(x)
