"""A comparison put together: the lines and the words around them, in a figure of their own or in a person's axes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matplotlib.colors import to_rgb, to_rgba
from matplotlib.layout_engine import ConstrainedLayoutEngine

from ibnb.errors import BadInput
from ibnb.plots.candles.caption import kind_of, time_label
from ibnb.plots.comparison.chart import ComparisonChart
from ibnb.plots.comparison.compare import Compared
from ibnb.plots.drawing.axes import FONT_SIZE
from ibnb.plots.drawing.figure import ChartFigure, new_figure
from ibnb.plots.drawing.theme import Style, palette_on
from ibnb.plots.drawing.words import percent, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Inches.
SIZE = (10.0, 4.8)
_LONGEST_TITLE = 60  # characters


def draw_figure(
    compared: Compared,
    style: Style,
    *,
    title: str | None = None,
    most: int | None = None,
    heading: bool = True,
    size: tuple[float, float] = SIZE,
) -> ChartFigure:
    """Return a figure with the comparison in it."""
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.06, rect=(0, 0.01, 1, 0.98))
    figure = new_figure(*size, style, layout=layout)
    # About where the layout will put the axes: how high they are decides how far apart the names stand.
    box = {"left": 0.6 / size[0], "right": 1 - 1.3 / size[0], "bottom": 0.6 / size[1], "top": 1 - 0.75 / size[1]}
    axes = figure.add_subplot(figure.add_gridspec(1, 1, **box)[0])
    figure.chart = ComparisonChart(compared, axes, figure.palette, most)
    _write_caption(figure.chart, title, heading=heading)
    figure.alt_text = alt_text(figure.chart, title)
    return figure


def draw_on_axes(compared: Compared, ax: Axes, style: Style, *, title: str | None, most: int | None) -> Figure:
    """Draw into a person's axes, and return their figure."""
    figure = ax.get_figure(root=True)
    if figure is None:
        raise BadInput("ax", "axes removed from their figure", "axes of a figure", "fig, ax = plt.subplots()")
    behind = ax.get_facecolor() if to_rgba(ax.get_facecolor())[3] else figure.get_facecolor()
    _write_caption(ComparisonChart(compared, ax, palette_on(to_rgb(behind), style), most), title)
    return figure


def about(chart: ComparisonChart) -> str:
    """Return what is compared, and since when."""
    compared = chart.compared
    left_out = f"{plural(compared.left_out, 'date')} before left out" if compared.left_out else ""
    since = f"change of the close since {chart.time(0)}"
    first, stop = chart.in_view()
    part = first > 0 or stop < len(compared.clock)
    in_view = f"in view {chart.time(first)} – {chart.time(stop - 1)}" if part else ""
    return " · ".join(part for part in (*kind_of(compared.first), since, left_out, in_view) if part)


def alt_text(chart: ComparisonChart, title: str | None) -> str:
    """Return what the picture shows: who is compared, since when, and where each ended."""
    compared, last = chart.compared, len(chart.compared.clock) - 1
    ends = ", ".join(f"{name} {percent(_last_known(chart, name))}" for name in compared.names)
    kind = ", ".join(kind_of(compared.first))
    told = title or "Comparison of " + listed(compared.names)
    return (
        f"{told}{f', {kind}' if kind else ''}: change of the close from {chart.time(0)} to {chart.time(last)}: {ends}."
    )


def _write_caption(chart: ComparisonChart, title: str | None, *, heading: bool = True) -> None:
    axes, palette = chart.price_axes, chart.palette
    if heading:
        words = title or _shortened(listed(chart.compared.names))
        axes.set_title(words, loc="left", pad=25, size=14, weight="bold", color=palette.text, parse_math=False)
        subtitle = axes.annotate(
            about(chart),
            (0, 1),
            xycoords="axes fraction",
            xytext=(0, 10),
            textcoords="offset points",
            size=FONT_SIZE,
            color=palette.muted,
            parse_math=False,
        )
        subtitle.set_in_layout(False)  # on a narrow figure it is cut off: the axes must not give way to it
    axes.set_xlabel(
        time_label(chart.compared.first), size=FONT_SIZE, color=palette.muted, loc="right", parse_math=False
    )


def _last_known(chart: ComparisonChart, name: str) -> float:
    values = chart.compared.percent[chart.compared.names.index(name)]
    return float(values[values == values][-1])


def listed(names: tuple[str, ...]) -> str:
    """Return names in a row: ``AAPL, MSFT and SPY``."""
    return re.sub(r", ([^,]*)$", r" and \1", ", ".join(names))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1] + "…"
