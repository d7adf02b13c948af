"""Rows of a portfolio as bars with numbers beside them, laid out like a table: one panel for each currency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ibnb.plots.drawing.axes import ShortFormatter, dress
from ibnb.plots.drawing.figure import ChartFigure, new_figure, say_instead
from ibnb.plots.drawing.theme import Palette, Style
from ibnb.plots.drawing.words import plural
from ibnb.plots.portfolio.exposure import Exposure, Panel, Row

# Inches: the picture is laid out like a table, so that names, bars and numbers keep their columns.
WIDTH, _ROW, _HEAD, _BELOW, _BETWEEN = 10.0, 0.3, 0.98, 0.62, 0.72
_SIZE = 9.0
_LONGEST = 30  # characters of a name
_NET = "net"
_BY = {"sec_type": "kind"}


@dataclass(frozen=True)
class Numbers:
    """A column of numbers on the right of the bars.

    Attributes
    ----------
    edge : float
        Inches from the bars to its right edge.
    heading : str
        What stands above it; may be empty.
    text : callable
        Returns what is written of a row of a panel.
    gain : callable, optional
        Returns what a row has gained, where the number is to be coloured by that.
    """

    edge: float
    heading: str
    text: Callable[[Row, Panel], str]
    gain: Callable[[Row], float | None] | None = None


@dataclass(frozen=True)
class Look:
    """What the bars mean.

    Attributes
    ----------
    right, left : str
        What the bars to either side are called in the key.
    measure : str
        What they measure, along the axis.
    numbers : tuple of Numbers
        The columns beside them.
    told : callable
        Returns what a panel shows, in words.
    """

    right: str
    left: str
    measure: str
    numbers: tuple[Numbers, ...]
    told: Callable[[Panel], str]


def picture(
    shown: Exposure, look: Look, title: str, by: str, accounts: str, style: Style, nothing: tuple[str, str] | None
) -> ChartFigure:
    """Return the figure of a portfolio's rows.

    Parameters
    ----------
    shown : Exposure
        The rows.
    look : Look
        What their bars mean.
    title, by, accounts : str
        What stands above them: a name, what makes a row, and whose they are.
    style : str
        As for the plots.
    nothing : tuple of str, optional
        Where there is nothing to be drawn: that in two words, and the reason.
    """
    if nothing is not None:
        figure = new_figure(WIDTH, 3, style)
        heading, reason = nothing
        say_instead(figure, heading, "\n".join((f"{reason} in {accounts or 'this portfolio'}.", *shown.notes)))
        return figure
    figure = new_figure(WIDTH, _height_of(shown), style)
    _draw(figure, shown, look, title, by, accounts)
    figure.alt_text = _alt_text(shown, title, by, look.told)
    return figure


def _height_of(shown: Exposure) -> float:
    """Return how high the figure is, in inches."""
    rows = sum(len(panel.rows) for panel in shown.panels)
    return _HEAD + rows * _ROW + (len(shown.panels) - 1) * _BETWEEN + _BELOW + 0.19 * len(shown.notes)


def _draw(figure: ChartFigure, shown: Exposure, look: Look, title: str, by: str, accounts: str) -> None:
    """Draw title, notes and all panels, their columns one below the other."""
    _write_head(figure, shown, title, by, accounts)
    height = figure.get_figheight()
    longest = max(len(_name_of(row)) for panel in shown.panels for row in panel.rows)
    names = 0.35 + min(longest, _LONGEST) * _SIZE * 0.62 / 72
    wide = WIDTH - names - max(column.edge for column in look.numbers) - 0.1
    bottom = height - _HEAD
    for place, panel in enumerate(shown.panels):
        tall = len(panel.rows) * _ROW
        bottom -= tall
        box = (names / WIDTH, bottom / height, wide / WIDTH, tall / height)
        axes = figure.add_axes(box, label=panel.currency)
        _draw_bars(axes, panel, look, figure.palette)
        _write_numbers(axes, panel, look, figure.palette, headings=place == 0)
        if place == 0:
            _key(axes, figure.palette)
        if len(shown.panels) > 1:
            _name_currency(axes, panel.currency, figure.palette)
        bottom -= _BETWEEN


def _draw_bars(axes: Axes, panel: Panel, look: Look, palette: Palette) -> None:
    dress(axes, palette)
    axes.spines["bottom"].set_visible(False)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=palette.grid, linewidth=0.8)
    rows, places = panel.rows, np.arange(len(panel.rows))
    low, high = min(row.short for row in rows), max(row.long for row in rows)
    room = (high - low or 1.0) * 0.04
    axes.set(ylim=(len(rows) - 0.5, -0.5), xlim=(low - room if low < 0 else 0, high + room if high > 0 else 0))
    axes.barh(places, [row.long for row in rows], height=0.6, color=palette.up, label=look.right if high > 0 else "")
    axes.barh(
        places,
        [row.short for row in rows],
        height=0.6,
        label=look.left if low < 0 else "",
        facecolor=palette.background,
        edgecolor=palette.down,
        linewidth=1.2,
        hatch="////",
    )
    mixed = [(row.net, place) for place, row in enumerate(rows) if row.long and row.short]
    if mixed:
        net, at = zip(*mixed, strict=True)
        axes.plot(net, at, "D", ms=5, color=palette.text, mec=palette.background, mew=0.8, label=_NET)
    axes.axvline(0, color=palette.line, linewidth=1.0, zorder=3)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(ShortFormatter())
    axes.yaxis.tick_left()
    axes.set_yticks(places, [_name_of(row) for row in rows], color=palette.text, parse_math=False)
    axes.set_xlabel(f"{look.measure} ({panel.currency})", size=_SIZE, color=palette.muted, labelpad=2)


def _name_of(row: Row) -> str:
    """Return what stands beside a row, no longer than there is room for."""
    label = row.label if len(row.label) <= _LONGEST else row.label[: _LONGEST - 1] + "…"
    detail = f"  {row.detail}" if row.detail and len(label) + len(row.detail) + 2 <= _LONGEST else ""
    return label + detail


def _write_numbers(axes: Axes, panel: Panel, look: Look, palette: Palette, *, headings: bool) -> None:
    def write(column: Numbers, place: float, text: str, colour: str, **words: Any) -> None:
        axes.annotate(
            text,
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(column.edge * 72, 0),
            ha="right",
            va="center_baseline",
            textcoords="offset points",
            color=colour,
            size=_SIZE,
            annotation_clip=False,
            **words,
        )

    for column in look.numbers:
        if headings and column.heading:
            write(column, -0.85, column.heading, palette.muted)
        for place, row in enumerate(panel.rows):
            if column.gain is None:
                write(column, place, column.text(row, panel), palette.text)
                continue
            gain = column.gain(row)
            colour = palette.muted if not gain else palette.up if gain > 0 else palette.down
            write(column, place, column.text(row, panel), colour, weight="bold" if gain else "normal")


def _name_currency(axes: Axes, currency: str, palette: Palette) -> None:
    axes.annotate(
        currency,
        (0, 1),
        xycoords="axes fraction",
        xytext=(-6, 4),
        textcoords="offset points",
        ha="right",
        weight="bold",
        color=palette.text,
        size=_SIZE + 1,
    )


def _key(axes: Axes, palette: Palette) -> None:
    handles, labels = axes.get_legend_handles_labels()
    shown = sorted(zip(labels, handles, strict=True), key=lambda pair: pair[0] == _NET)  # bars before their sum
    if len(shown) > 1:
        axes.legend(
            [handle for _, handle in shown],
            [label for label, _ in shown],
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=3,
            frameon=False,
            fontsize=_SIZE,
            labelcolor=palette.muted,
            handlelength=1.4,
            borderaxespad=0.2,
            borderpad=0,
            columnspacing=1.4,
        )


def _write_head(figure: ChartFigure, shown: Exposure, title: str, by: str, accounts: str) -> None:
    """Write title, subtitle and notes."""
    height, palette = figure.get_figheight(), figure.palette

    def write(y: float, text: str, colour: str, size: float, **words: Any) -> None:
        figure.text(0.2 / WIDTH, y / height, text, size=size, color=colour, parse_math=False, **words)

    write(height - 0.2, title, palette.text, 14, weight="bold", va="top")
    unit = shown.panels[0].currency if len(shown.panels) == 1 else "several currencies"
    words = (f"by {_BY.get(by, by)}", plural(shown.positions, "position"), unit, accounts)
    write(height - 0.52, " · ".join(word for word in words if word), palette.muted, _SIZE, va="top")
    for line, note in enumerate(reversed(shown.notes)):
        write(0.12 + 0.19 * line, note, palette.muted, _SIZE - 0.5, va="bottom")


def _alt_text(shown: Exposure, title: str, by: str, told: Callable[[Panel], str]) -> str:
    """Return what the picture shows: a sentence, with what is `told` of each panel, and the notes."""
    beginning = f"{title} of {plural(shown.positions, 'position')} by {_BY.get(by, by)}: "
    notes = "".join(f" {note[0].upper()}{note[1:]}." for note in shown.notes)
    return f"{beginning}{'; '.join(map(told, shown.panels))}.{notes}"
