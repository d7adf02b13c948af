"""The figures of a chart: the same twice, for wide and for narrow pages, in one window, with one bar marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.plots.candles import figure as candle_figure
from ibnb.plots.candles.caption import about, symbol_of
from ibnb.plots.candles.lines import traded
from ibnb.plots.candles.marks import Marks
from ibnb.plots.candles.overlays import Overlays
from ibnb.plots.comparison import figure as comparison_figure
from ibnb.plots.comparison.compare import compare
from ibnb.plots.drawing.barframe import read_bars
from ibnb.widgets.chart.zoom import Window

if TYPE_CHECKING:
    from ibnb.plots.drawing.figure import ChartFigure
    from ibnb.plots.drawing.reading import Reading
    from ibnb.widgets.chart.loading import Loaded

#: Inches, of 96 pixels on the page: for a page that is wide, and for one that is not.
WIDE, NARROW = (9.0, 5.0), (3.3, 3.9)


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
        Overlays that these bars cannot have for want of volume, in words.
    window : Window or None
        What is in view; None where there is nothing to see.
    marked : Reading or None
        The bar that is marked.
    """

    def __init__(self, loaded: Loaded, overlays: Overlays, marks: Marks | None = None) -> None:
        self.loaded = loaded
        self.left_out: tuple[str, ...] = ()
        if loaded.others:
            self._compare(loaded)
        else:
            self._candles(loaded, overlays, marks)
        self._charts = [figure.chart for figure in (self.wide, self.narrow) if figure.chart is not None]
        self._markers = [_marker(figure) for figure in (self.wide, self.narrow) if figure.chart is not None]
        self.window = Window.whole(*map(float, self._charts[0].price_axes.get_xlim())) if self._charts else None
        self.marked: Reading | None = None

    @property
    def about(self) -> str:
        """What is drawn, and how it is thinned on a wide page."""
        return " · ".join(part for part in (self._about, getattr(self.wide.chart, "thinning", "")) if part)

    def images(self) -> tuple[str, str]:
        """Return the HTML of both figures: for a wide page, and for a narrow one."""
        found = self.wide.html(), self.narrow.html()
        if not self.loaded.others:  # whose names grow and shrink beside the axes
            for figure in (self.wide, self.narrow):
                figure.set_layout_engine("none")  # it is laid out, and zooming moves nothing: half the time to draw
        return found

    def show(self, window: Window) -> None:
        """Bring a part into view."""
        self.window = window
        for chart in self._charts:
            chart.price_axes.set_xlim(window.low, window.high)

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

    def _candles(self, loaded: Loaded, overlays: Overlays, marks: Marks | None) -> None:
        fitting, self.left_out = _fitting(overlays, loaded)
        plan = candle_figure.plan(loaded.bars, fitting, loaded.gaps, heading=False, marks=marks)
        self.wide, self.narrow = (candle_figure.draw_figure(plan, "auto", size) for size in (WIDE, NARROW))
        self.title, self._about = symbol_of(plan.data), about(plan.data)

    def _compare(self, loaded: Loaded) -> None:
        compared = compare([loaded.bars, *loaded.others])
        self.wide, self.narrow = (
            comparison_figure.draw_figure(compared, "auto", heading=False, size=size) for size in (WIDE, NARROW)
        )
        self.title = comparison_figure.listed(compared.names)
        self._about = comparison_figure.about(self.wide.chart)


def _fitting(overlays: Overlays, loaded: Loaded) -> tuple[Overlays, tuple[str, ...]]:
    """Return the overlays that bars can have, and the names of those they cannot."""
    if traded(read_bars(loaded.bars)):
        return overlays, ()
    without = [name for name, wanted in (("VWAP", overlays.vwap), ("volume profile", overlays.profile)) if wanted]
    return Overlays(overlays.ma, overlays.ema), tuple(without)


def _marker(figure: ChartFigure) -> list[Any]:
    axes = [figure.chart.price_axes, figure.chart.volume_axes]
    colour = figure.palette.text
    return [each.axvline(0, color=colour, linewidth=1, linestyle=":", zorder=6, visible=False) for each in axes if each]
