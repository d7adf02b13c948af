"""What stands below the bars on axes of its own: an index from 0 to 100, or averages with columns from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.ticker import FixedLocator, MaxNLocator

from ibnb.plots.candles.lines import Study
from ibnb.plots.drawing.axes import FONT_SIZE, ValueFormatter, dress
from ibnb.plots.drawing.barframe import Floats
from ibnb.plots.drawing.dates import BarCalendar
from ibnb.plots.drawing.key import write_key
from ibnb.plots.drawing.layers import LineLayer, View
from ibnb.plots.drawing.theme import Palette
from ibnb.plots.drawing.words import number

#: Columns fade where many stand in one pixel; of their places so much is filled.
_COLUMN = 0.72


class StudyPane:
    """One study on its axes.

    Parameters
    ----------
    study : Study
        Its values, one a place on the axis of bars.
    axes : Axes
        Where to draw.
    begins : array of bool
        Where lines begin anew.
    calendar : BarCalendar
        For the dates below it.
    palette : Palette
        The colours.
    decimals : int
        Of prices; an index has one.

    Attributes
    ----------
    axes : Axes
        As given.
    """

    def __init__(
        self, study: Study, axes: Axes, begins: Any, calendar: BarCalendar, palette: Palette, decimals: int
    ) -> None:
        self.study, self.axes, self.calendar, self.palette = study, axes, calendar, palette
        self._decimals = 1 if self._is_index else decimals
        dress(axes, palette)
        self._lines = [
            LineLayer(axes, each.values, begins, each.label, each.meaning, place, palette)
            for place, each in enumerate(study.lines)
        ]
        self._columns = PolyCollection([], zorder=2, linewidths=0, facecolor=to_rgba(palette.muted, 0.45))
        axes.add_collection(self._columns, autolim=False)
        for level in study.levels:
            axes.axhline(level, color=palette.line, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        if self._is_index:
            axes.yaxis.set_major_locator(FixedLocator([*study.levels]))
            axes.set_ylim(0, 100, auto=False)
        else:
            axes.yaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 2.5, 5, 10]))
        axes.yaxis.set_major_formatter(ValueFormatter())

    def renew(self, study: Study, begins: Any) -> None:
        """Take the study of newer bars."""
        self.study = study
        for layer, line in zip(self._lines, study.lines, strict=True):
            layer.renew(line.values, begins)

    def write_key(self) -> None:
        """Name its lines, at its upper edge."""
        entries: list[tuple[Artist, str]] = [entry for line in self._lines for entry in line.key()]
        write_key(self.axes, entries, self.palette, above=-FONT_SIZE - 5, size=FONT_SIZE - 1)

    def draw(self, view: View) -> None:
        """Draw what is in view."""
        spans = [span for line in self._lines if (span := line.draw(view)) is not None]
        if self.study.columns is not None:
            around = view.stop - view.first
            self._draw_columns(self.study.columns.values, view.first - around, view.stop + around, view.size)
        if spans and not self._is_index and self.axes.get_autoscaley_on():
            low, high = min(0.0, *(span[0] for span in spans)), max(0.0, *(span[1] for span in spans))
            pad = (high - low) * 0.08 or 1.0
            self.axes.set_ylim(low - pad, high + 2.5 * pad, auto=True)  # the names of the lines stand at the top

    def at(self, place: int) -> list[tuple[str, str]]:
        """Return names and values at a position, in words."""
        found = [line.at(place) for line in self._lines]
        return [(each[0], number(each[1], self._decimals)) for each in found if each is not None]

    def told(self) -> str:
        """Return what it is and where it ends, in words."""
        return ", ".join(line.told(self._decimals) for line in self._lines)

    @property
    def _is_index(self) -> bool:
        return len(self.study.levels) > 1

    def _draw_columns(self, values: Floats, first: int, stop: int, size: int) -> None:
        """Draw a column a candle: of several bars the value that is farthest from zero."""
        start = max(0, first) // size * size
        part = values[start : max(start, stop)]
        table = np.full((-(-len(part) // size), size), np.nan)
        table.flat[: len(part)] = part
        rows = np.flatnonzero(~np.isnan(table).all(axis=1))
        if not len(rows):
            self._columns.set_verts([])
            return
        table = table[rows]
        tops = table[np.arange(len(rows)), np.nanargmax(np.abs(table), axis=1)]
        middle = start + rows * size + (size - 1) / 2
        left, right, zero = middle - size * _COLUMN / 2, middle + size * _COLUMN / 2, np.zeros(len(rows))
        corners = ((left, zero), (left, tops), (right, tops), (right, zero))
        self._columns.set_verts(np.stack([np.stack(corner, axis=1) for corner in corners], axis=1))  # type: ignore[arg-type]


def spread(study: Study, values_of: Any) -> Study:
    """Return a study whose values have been given the places of their bars."""
    lines: Sequence[Any] = [replace(line, values=values_of(line.values)) for line in study.lines]
    columns = None if study.columns is None else replace(study.columns, values=values_of(study.columns.values))
    return replace(study, lines=tuple(lines), columns=columns)
