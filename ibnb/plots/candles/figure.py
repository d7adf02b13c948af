"""A candle chart put together: bars with what lies over them, in a figure of its own or in a person's axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.layout_engine import ConstrainedLayoutEngine

from ibnb.errors import BadInput
from ibnb.plots.candles.caption import alt_text, why_none, write_caption
from ibnb.plots.candles.chart import CandleChart
from ibnb.plots.candles.lines import Line, Study, lines_over, require_volume, studies_of, traded
from ibnb.plots.candles.marks import Marks
from ibnb.plots.candles.overlays import Overlays
from ibnb.plots.candles.panes import StudyPane, spread
from ibnb.plots.drawing.barframe import Bars, read_bars
from ibnb.plots.drawing.figure import ChartFigure, new_figure, say_instead
from ibnb.plots.drawing.gapped import Room, make_room, no_room
from ibnb.plots.drawing.layers import GapLayer, Layer, LineLayer, ProfileLayer
from ibnb.plots.drawing.theme import Palette, Style, palette_on

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Inches; a figure is higher by so much for each study below the bars.
SIZE = (10.0, 5.6)
STUDY_HEIGHT = 1.05


@dataclass(frozen=True)
class Drawing:
    """What to draw, checked.

    Attributes
    ----------
    data : Bars
        The bars that are there.
    room : Room
        The same with room for what is missing.
    lines : tuple of Line
        Over them.
    profile : bool
        Whether volume at price stands beside them.
    volume : bool
        Whether volume is drawn below them.
    title : str or None
        In place of the symbol.
    most : int or None
        The most candles in view.
    heading : bool
        Whether there are title and subtitle.
    marks : Marks or None
        A person's fills, cost and orders.
    studies : tuple of Study
        Below them, each in a panel of its own.
    log : bool
        Whether prices are on a logarithmic scale.
    """

    data: Bars
    room: Room
    lines: tuple[Line, ...]
    profile: bool
    volume: bool = True
    title: str | None = None
    most: int | None = None
    heading: bool = True
    marks: Marks | None = None
    studies: tuple[Study, ...] = ()
    log: bool = False


def plan(
    frame: pd.DataFrame,
    overlays: Overlays,
    gaps: object = None,
    *,
    earlier: pd.DataFrame | None = None,
    **options: Any,
) -> Drawing:
    """Return what to draw, or say what of it is impossible; averages count the bars of `earlier`, too.

    Raises
    ------
    BadInput
        Not bars, or an overlay that these bars cannot have.
    """
    data = read_bars(frame)
    some = bool(data.drawable.any())
    if some and overlays.profile:
        require_volume(data, "profile")
    if some and overlays.log and not float(np.nanmin(data.low)) > 0:
        lowest = float(np.nanmin(data.low))
        raise BadInput(
            "log", True, f"a logarithmic scale has prices above 0, and the lowest is {lowest:g}", "log=False"
        )
    before = None if earlier is None or not len(earlier) else read_bars(earlier)
    lines = tuple(lines_over(data, overlays, before)) if some else ()
    studies = tuple(studies_of(data, overlays, before)) if some else ()
    room = no_room(data) if gaps is None else make_room(data, frame, gaps)
    return Drawing(data, room, lines, overlays.profile, studies=studies, log=overlays.log, **options)


def draw_figure(drawing: Drawing, style: Style, size: tuple[float, float] = SIZE) -> ChartFigure:
    """Return a figure with the chart in it."""
    data = drawing.data
    if not data.drawable.any():
        figure = new_figure(size[0], min(size[1], 2.4), style)
        say_instead(figure, "No bars", why_none(data))
        return figure
    size = (size[0], size[1] + STUDY_HEIGHT * len(drawing.studies))
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.03, hspace=0.0, rect=(0, 0.015, 1, 0.97))
    figure = new_figure(*size, style, layout=layout)
    # About where the layout will put the axes: how wide they are decides how many candles they hold.
    place = figure.add_gridspec(1, 1, left=0.15 / size[0], right=1 - 0.7 / size[0])[0]
    figure.chart = _draw(drawing, figure.add_subplot(place), figure.palette)
    figure.alt_text = alt_text(data, figure.chart, drawing.title)
    return figure


def draw_on_axes(drawing: Drawing, ax: Axes, style: Style) -> Figure:
    """Draw into a person's axes, and return their figure."""
    figure = ax.get_figure(root=True)
    if figure is None:
        raise BadInput("ax", "axes removed from their figure", "axes of a figure", "fig, ax = plt.subplots()")
    behind = ax.get_facecolor() if to_rgba(ax.get_facecolor())[3] else figure.get_facecolor()
    palette = palette_on(to_rgb(behind), style)
    if drawing.data.drawable.any():
        _draw(drawing, ax, palette)
    else:
        ax.set_axis_off()
        ax.text(
            0.5,
            0.5,
            f"No bars\n{why_none(drawing.data)}",
            transform=ax.transAxes,
            ha="center",
            va="center",
            color=palette.text,
            parse_math=False,
        )
    return figure


def _draw(drawing: Drawing, ax: Axes, palette: Palette) -> CandleChart:
    room = drawing.room
    with_volume = drawing.volume and traded(room.bars)
    below = _split(ax, int(with_volume) + len(drawing.studies))
    volume = below.pop(0) if with_volume else None
    chart = CandleChart(room.bars, ax, volume, palette, drawing.most, log=drawing.log)
    layers: list[Layer] = []
    place = -1
    for line in drawing.lines:
        place += not line.paired
        values, begins = room.spread(line.values), _begins(room, line)
        layers.append(LineLayer(ax, values, begins, line.label, line.meaning, place, palette))
    if drawing.profile:
        layers.append(ProfileLayer(ax, room.bars, palette))
    if room.stretches:
        layers.append(GapLayer([ax, *([volume] if volume else []), *below], room.stretches, palette))
    if drawing.marks is not None:
        layers += drawing.marks.layers(ax, room.bars, palette)
    chart.add(*layers)
    chart.add_below(
        *(
            StudyPane(spread(study, room.spread), axes, _begins(room), chart.calendar, palette, chart.decimals)
            for study, axes in zip(drawing.studies, below, strict=True)
        )
    )
    write_caption(chart, drawing.data, drawing.title, heading=drawing.heading)
    return chart


def renew(chart: CandleChart, drawing: Drawing) -> None:
    """Give a chart newer bars of the same contract, and all that was drawn with them anew."""
    room = drawing.room
    chart.renew(room.bars)
    lines = [layer for layer in chart.layers if isinstance(layer, LineLayer)]
    for layer, line in zip(lines, drawing.lines, strict=True):
        layer.renew(room.spread(line.values), _begins(room, line))
    for profile in [each for each in chart.layers if isinstance(each, ProfileLayer)]:
        profile.renew(room.bars)
    for pane, study in zip(chart.panes, drawing.studies, strict=True):
        pane.renew(spread(study, room.spread), _begins(room))
    chart.update()


def _begins(room: Room, line: Line | None = None) -> Any:
    """Return where lines begin anew: none leads over what is missing."""
    begins = np.zeros(len(room.bars), dtype=np.bool_)
    if line is not None:
        begins[room.places[line.begins]] = True
    begins[[stretch.first for stretch in room.stretches]] = True
    return begins


def _split(ax: Axes, parts: int) -> list[Axes]:
    """Give the lower part of axes to so many new ones with the same dates."""
    if not parts:
        return []
    spec, figure = ax.get_subplotspec(), ax.figure
    if spec is not None:
        grid = spec.subgridspec(1 + parts, 1, height_ratios=(4, *(1,) * parts), hspace=0.0)
        ax.set_subplotspec(grid[0])
        return [figure.add_subplot(grid[1 + place], sharex=ax) for place in range(parts)]
    box, share = ax.get_position(), min(0.22, 0.6 / parts)
    ax.set_position((box.x0, box.y0 + box.height * share * parts, box.width, box.height * (1 - share * parts)))
    height = box.height * share
    bottoms = [box.y0 + height * place for place in reversed(range(parts))]
    return [figure.add_axes((box.x0, bottom, box.width, height * 0.91), sharex=ax) for bottom in bottoms]
