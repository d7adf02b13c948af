"""Whether all labels of a figure lie within it, and room for those that do not.

Where a figure is laid out once and then zoomed, prices get more decimals and dates other words than there was room for.
"""

from __future__ import annotations

from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine
from matplotlib.text import Text
from matplotlib.transforms import Bbox

#: Pixels by which a label may seem to reach beyond the figure: the room that a font keeps around its letters.
_TOLERANCE = 1.0
_TIMES = 3  # a new width asks for other dates, which may ask for another width


def keep_within(figure: Figure, engine: LayoutEngine | None) -> None:
    """Lay a figure out anew where one of its labels would be cut off."""
    for _ in range(_TIMES):
        if engine is None or not cut_off(figure):
            return
        engine.execute(figure)


def cut_off(figure: Figure) -> list[str]:
    """Return the labels of a figure that reach beyond its edges, ticks and texts alike."""
    canvas = figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    edge = Bbox.from_extents(0, 0, *(length * figure.dpi for length in figure.get_size_inches()))
    found = []
    for text in _texts(figure):
        words = text.get_text().strip()
        if not words or not text.get_visible():
            continue
        box = text.get_window_extent(renderer)
        beyond = max(edge.x0 - box.x0, box.x1 - edge.x1, edge.y0 - box.y0, box.y1 - edge.y1)
        if beyond > _TOLERANCE:
            found.append(words)
    return found


def _texts(figure: Figure) -> list[Text]:
    """Return the texts that are drawn: of axes, and of their ticks in view."""
    found: list[Any] = list(figure.texts)
    for axes in figure.axes:
        found += axes.texts
        both: tuple[Any, Any] = (axes.xaxis, axes.yaxis)
        for axis in both:
            found.append(axis.label)
            low, high = sorted(axis.get_view_interval())
            ticks = axis._update_ticks()
            found += [
                label
                for tick in ticks
                if low <= tick.get_loc() <= high
                for label in (tick.label1, tick.label2)
                if label.get_visible()
            ]
    return found
