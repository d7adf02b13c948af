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
from ibnb.plots.candles.marks import Marks
from ibnb.plots.candles.overlays import Line, Overlays, lines_over, require_volume, traded
from ibnb.plots.drawing.barframe import Bars, read_bars
from ibnb.plots.drawing.figure import ChartFigure, new_figure, say_instead
from ibnb.plots.drawing.gapped import Room, make_room, no_room
from ibnb.plots.drawing.layers import GapLayer, Layer, LineLayer, ProfileLayer
from ibnb.plots.drawing.theme import Palette, Style, palette_on

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Inches.
SIZE = (10.0, 5.6)


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


def plan(frame: pd.DataFrame, overlays: Overlays, gaps: object = None, **options: Any) -> Drawing:
    """Return what to draw, or say what of it is impossible.

    Raises
    ------
    BadInput
        Not bars, or an overlay that these bars cannot have.
    """
    data = read_bars(frame)
    some = bool(data.drawable.any())
    if some and overlays.profile:
        require_volume(data, "profile")
    lines = tuple(lines_over(data, overlays)) if some else ()
    room = no_room(data) if gaps is None else make_room(data, frame, gaps)
    return Drawing(data, room, lines, overlays.profile, **options)


def draw_figure(drawing: Drawing, style: Style, size: tuple[float, float] = SIZE) -> ChartFigure:
    """Return a figure with the chart in it."""
    data = drawing.data
    if not data.drawable.any():
        figure = new_figure(size[0], min(size[1], 2.4), style)
        say_instead(figure, "No bars", why_none(data))
        return figure
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
    chart = CandleChart(room.bars, ax, _split(ax) if with_volume else None, palette, drawing.most)
    layers: list[Layer] = []
    for place, line in enumerate(drawing.lines):
        begins = np.zeros(len(room.bars), dtype=np.bool_)
        begins[room.places[line.begins]] = True
        begins[[stretch.first for stretch in room.stretches]] = True  # no line leads over what is missing
        layers.append(LineLayer(ax, room.spread(line.values), begins, line.label, line.meaning, place, palette))
    if drawing.profile:
        layers.append(ProfileLayer(ax, room.bars, palette))
    if room.stretches:
        layers.append(GapLayer([each for each in (ax, chart.volume_axes) if each], room.stretches, palette))
    if drawing.marks is not None:
        layers += drawing.marks.layers(ax, room.bars, palette)
    chart.add(*layers)
    write_caption(chart, drawing.data, drawing.title, heading=drawing.heading)
    return chart


def _split(ax: Axes) -> Axes:
    """Give the lower part of axes to new axes with the same dates."""
    spec = ax.get_subplotspec()
    if spec is not None:
        parts = spec.subgridspec(2, 1, height_ratios=(4, 1), hspace=0.0)
        ax.set_subplotspec(parts[0])
        return ax.figure.add_subplot(parts[1], sharex=ax)
    box = ax.get_position()
    ax.set_position((box.x0, box.y0 + box.height * 0.22, box.width, box.height * 0.78))
    return ax.figure.add_axes((box.x0, box.y0, box.width, box.height * 0.2), sharex=ax)
