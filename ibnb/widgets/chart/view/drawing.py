"""The figures of a chart: the same twice, for wide and for narrow pages, in one window, with one bar marked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.errors import BadInput
from ibnb.plots.candles import figure as candle_figure
from ibnb.plots.candles.caption import about_view, alt_text, symbol_of
from ibnb.plots.candles.lines import traded
from ibnb.plots.candles.marks import Marks
from ibnb.plots.candles.overlays import Overlays
from ibnb.plots.comparison import figure as comparison_figure
from ibnb.plots.comparison.compare import Compared, changes, compare
from ibnb.plots.drawing.barframe import Bars, read_bars
from ibnb.plots.drawing.fitting import keep_within
from ibnb.widgets.chart.view.headline import Headline, headline
from ibnb.widgets.chart.view.zoom import Window

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.plots.drawing.figure import ChartFigure
    from ibnb.plots.drawing.reading import Reading
    from ibnb.widgets.chart.loading import Loaded

#: Inches, of 96 pixels on the page: for a page that is wide, and for one that is not.
WIDE, NARROW = (9.0, 5.0), (3.0, 3.9)


class Drawing:
    """What has been loaded, drawn.

    Parameters
    ----------
    loaded : Loaded
        Bars, and what belongs to them.
    overlays : Overlays
        What to draw over them; VWAP and profile only where there is volume.
    marks : Marks, optional
        A person's fills, cost and orders, over bars of that contract alone.

    Attributes
    ----------
    wide, narrow : ChartFigure
        The figures.
    title, about : str
        What stands above them.
    left_out : tuple of str
        What these bars cannot have, and why, in words.
    apart : tuple of (str, str)
        What could not be compared with the others, and why.
    headline : Headline or None
        The last price and its change; None of a comparison.
    window : Window or None
        What is in view; None where there is nothing to see.
    marked : Reading or None
        The bar that is marked.
    """

    def __init__(self, loaded: Loaded, overlays: Overlays, marks: Marks | None = None) -> None:
        self.loaded = loaded
        self.left_out: tuple[str, ...] = ()
        self.apart: tuple[tuple[str, str], ...] = ()
        self.headline: Headline | None = None
        self._overlays, self._marks = overlays, marks
        self._data: Bars | None = None
        self._fitting_others = list[Any]()
        self._compared_with = self._compared(loaded) if loaded.others else None
        if self._compared_with is not None:
            self._compare(self._compared_with)
        else:
            self._candles(loaded)
        self._engines = {figure: figure.get_layout_engine() for figure in (self.wide, self.narrow)}
        self._charts = [figure.chart for figure in (self.wide, self.narrow) if figure.chart is not None]
        self._markers = [_marker(figure) for figure in (self.wide, self.narrow) if figure.chart is not None]
        self.window = Window.whole(*map(float, self._charts[0].price_axes.get_xlim())) if self._charts else None
        self.marked: Reading | None = None

    @property
    def about(self) -> str:
        """What is drawn: the bars in view, how they are thinned on a wide page, and whose they are."""
        chart = self.wide.chart
        if self._data is None:
            told = comparison_figure.about(chart)
        else:
            told = about_view(self._data, chart) if chart is not None else ""
        return " · ".join(part for part in (told, self.loaded.source) if part)

    def go_on(self, loaded: Loaded) -> bool:
        """Draw newer bars of the same contract in the same figures; return whether that is possible.

        Where the last bar was in view, the new one is.
        """
        if self._data is None or self.window is None or self.wide.chart is None:
            return False
        plan, _ = self._plan(loaded)
        followed, before = self.window.high >= self.window.last - 0.5, self.window
        for chart in self._charts:
            candle_figure.renew(chart, plan)
        whole = Window.whole(*self._charts[0].ends())
        seen = whole if before == before.all() else whole.at(before.low, before.width)
        self.show(seen.showing(whole.last) if followed else seen)
        for figure in (self.wide, self.narrow):
            figure.alt_text = alt_text(plan.data, figure.chart, plan.title)
        self.loaded, self._data, self.headline = loaded, plan.data, headline(loaded.bars, loaded.earlier)
        if self.marked is not None:
            self.mark(self.read(self.marked.first))
        return True

    def frame(self) -> pd.DataFrame:
        """Return what is drawn as a table: bars with a column a line, or the change of each series in percent."""
        if self._data is None:
            return changes(self.loaded.bars, *self._fitting_others)
        plan, _ = self._plan(self.loaded)
        found = self.loaded.bars.copy()
        found.attrs = dict(self.loaded.bars.attrs)
        of_studies = [line for study in plan.studies for line in (*study.lines, study.columns) if line is not None]
        for line in (*plan.lines, *of_studies):
            found[line.column] = line.values
        return found

    def portrait(self) -> ChartFigure:
        """Return a figure of what is in view that stands for itself, with its title: for a file."""
        if self._compared_with is not None:
            figure = comparison_figure.draw_figure(self._compared_with, "light")
        else:
            figure = candle_figure.draw_figure(replace(self._plan(self.loaded)[0], heading=True), "light")
        if self.window is not None and figure.chart is not None:
            figure.chart.price_axes.set_xlim(self.window.low, self.window.high)
            figure.draw_without_rendering()
            keep_within(figure, figure.get_layout_engine())
        return figure

    def images(self) -> tuple[str, str]:
        """Return the HTML of both figures: for a wide page, and for a narrow one."""
        for figure in self._engines:
            if figure.get_layout_engine() is not None and figure.chart is not None:
                figure.draw_without_rendering()
                self._settle(figure)
        return self.wide.html(), self.narrow.html()

    def show(self, window: Window) -> None:
        """Bring a part into view."""
        self.window = window
        for chart in self._charts:
            chart.price_axes.set_xlim(window.low, window.high)
        for figure, engine in self._engines.items():
            if figure.get_layout_engine() is None:
                keep_within(figure, engine)

    def read(self, place: float) -> Reading | None:
        """Return what is at a place; None where there is nothing."""
        found: Reading | None = self._charts[0].read(place) if self._charts else None
        return found

    def latest(self) -> Reading | None:
        """Return what the last bar in view is."""
        return None if self.window is None else self._next(self.window.high + 0.5, -1)

    def mark(self, reading: Reading | None) -> None:
        """Mark the bars of a reading, or none."""
        self.marked = reading
        for markers in self._markers:
            for marker in markers:
                marker.set_visible(reading is not None)
                if reading is not None:
                    marker.set_xdata([(reading.first + reading.last) / 2] * 2)

    def step(self, by: int) -> None:
        """Mark the next bar, or the one before for a negative number; bring it into view."""
        if self.window is None:
            return
        if self.marked is None:
            found = self.latest()
        else:
            found = self._next(self.marked.last if by > 0 else self.marked.first, by)
        if found is not None:
            self.mark(found)
            self.show(self.window.showing(found.last if by > 0 else found.first))

    def _next(self, place: float, by: int) -> Reading | None:
        """Return the next reading from a place on: gaps are stepped over."""
        assert self.window is not None
        place += by
        while self.window.first <= place <= self.window.last:
            if (found := self.read(place)) is not None:
                return found
            place += by
        return None

    def _settle(self, figure: ChartFigure) -> None:
        """Lay a figure out no more by itself, which takes half the time to draw; the ends of a comparison move."""
        keep_within(figure, self._engines[figure])
        if self._data is not None:
            figure.set_layout_engine("none")

    def _plan(self, loaded: Loaded) -> tuple[candle_figure.Drawing, tuple[str, ...]]:
        fitting, left_out = _fitting(self._overlays, loaded)
        options: dict[str, Any] = {"heading": False, "marks": self._marks}
        return candle_figure.plan(loaded.bars, fitting, loaded.gaps, earlier=loaded.earlier, **options), left_out

    def _candles(self, loaded: Loaded) -> None:
        plan, self.left_out = self._plan(loaded)
        self.wide, self.narrow = (candle_figure.draw_figure(plan, "auto", size) for size in (WIDE, NARROW))
        self.title, self._data = symbol_of(plan.data), plan.data
        self.headline = headline(loaded.bars, loaded.earlier)

    def _compared(self, loaded: Loaded) -> Compared | None:
        """Return what can be compared; what cannot is left apart, so that it does not keep the others from it."""
        fitting, apart, found = self._fitting_others, list[tuple[str, str]](), None
        for other in loaded.others:
            try:
                found = compare([loaded.bars, *fitting, other])
            except BadInput as error:
                apart.append((str(other.attrs.get("symbol") or "one of them"), f"{error.allowed}"))
            else:
                fitting.append(other)
        self.apart = tuple(apart)
        return found

    def _compare(self, compared: Compared) -> None:
        self.wide, self.narrow = (
            comparison_figure.draw_figure(compared, "auto", heading=False, size=size) for size in (WIDE, NARROW)
        )
        self.title = comparison_figure.listed(compared.names)


def _fitting(overlays: Overlays, loaded: Loaded) -> tuple[Overlays, tuple[str, ...]]:
    """Return the overlays that bars can have, and in words those they cannot."""
    bars, without = read_bars(loaded.bars), list[str]()
    if not traded(bars):
        named = (("VWAP", overlays.vwap), ("volume profile", overlays.profile))
        missing = [name for name, wanted in named if wanted]
        without += [f"{' and '.join(missing)}: these bars have no volume"] if missing else []
        overlays = replace(overlays, vwap=False, profile=False)
    if overlays.log and bars.drawable.any() and not float(np.nanmin(bars.low)) > 0:
        without.append("log scale: some prices are 0 or below")
        overlays = replace(overlays, log=False)
    return overlays, tuple(without)


def _marker(figure: ChartFigure) -> list[Any]:
    colour = figure.palette.text
    look: dict[str, Any] = {"color": colour, "linewidth": 1, "linestyle": ":", "zorder": 6, "visible": False}
    return [axes.axvline(0, **look) for axes in figure.chart.axes]
