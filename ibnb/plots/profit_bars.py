"""The bars of gains and losses, laid out like a table: one panel for each currency, with the amounts at the right."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ibnb.plots.axes import ShortFormatter, dress
from ibnb.plots.exposure import Exposure, Panel
from ibnb.plots.figure import ChartFigure
from ibnb.plots.panels import BY, ROW, SIZE, name_of_row, write_head
from ibnb.plots.theme import Palette
from ibnb.plots.words import number, plural

# Inches.
WIDTH, HEAD, _BELOW, _BETWEEN, _NUMBERS = 10.0, 0.98, 0.62, 0.72, 1.25
_LONGEST = 30  # characters of a name


def height_of(moved: Exposure) -> float:
    """Return how high the figure is, in inches."""
    rows = sum(len(panel.rows) for panel in moved.panels)
    return HEAD + rows * ROW + (len(moved.panels) - 1) * _BETWEEN + _BELOW + 0.19 * len(moved.notes)


def draw(figure: ChartFigure, moved: Exposure, title: str, by: str, accounts: str, *, head: float) -> None:
    """Draw title, notes and all panels, their columns one below the other."""
    write_head(figure, moved, title, by, accounts)
    height = figure.get_figheight()
    longest = max(len(name_of_row(row)) for panel in moved.panels for row in panel.rows)
    names = 0.35 + min(longest, _LONGEST) * SIZE * 0.62 / 72
    bottom = height - head
    for place, panel in enumerate(moved.panels):
        tall = len(panel.rows) * ROW
        bottom -= tall
        box = (names / WIDTH, bottom / height, (WIDTH - names - _NUMBERS) / WIDTH, tall / height)
        axes = figure.add_axes(box, label=panel.currency)
        _draw_panel(axes, panel, figure.palette)
        if place == 0:
            _key(axes, figure.palette)
        bottom -= _BETWEEN


def _draw_panel(axes: Axes, panel: Panel, palette: Palette) -> None:
    dress(axes, palette)
    axes.spines["bottom"].set_visible(False)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=palette.grid, linewidth=0.8)
    places = np.arange(len(panel.rows))
    low, high = min(row.short for row in panel.rows), max(row.long for row in panel.rows)
    room = (high - low or 1.0) * 0.04
    axes.set(ylim=(len(panel.rows) - 0.5, -0.5), xlim=(low - room if low < 0 else 0, high + room if high > 0 else 0))
    axes.barh(places, [row.long for row in panel.rows], height=0.6, color=palette.up, label="gain")
    axes.barh(
        places,
        [row.short for row in panel.rows],
        height=0.6,
        label="loss",
        facecolor=palette.background,
        edgecolor=palette.down,
        linewidth=1.2,
        hatch="////",
    )
    mixed: list[int] = [int(place) for place in places if panel.rows[place].long and panel.rows[place].short]
    net = [panel.rows[place].net for place in mixed]
    if mixed:
        axes.plot(net, mixed, "D", ms=5, color=palette.text, mec=palette.background, mew=0.8, label="net")
    axes.axvline(0, color=palette.line, linewidth=1.0, zorder=3)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(ShortFormatter())
    axes.yaxis.tick_left()
    axes.set_yticks(places, [name_of_row(row) for row in panel.rows], color=palette.text, parse_math=False)
    axes.set_xlabel(f"P&L ({panel.currency})", size=SIZE, color=palette.muted, labelpad=2)
    for place, row in enumerate(panel.rows):
        axes.annotate(
            number(row.net, sign=True),
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(1.1 * 72, 0),
            ha="right",
            va="center_baseline",
            textcoords="offset points",
            color=palette.muted if not row.net else palette.up if row.net > 0 else palette.down,
            size=SIZE,
            weight="bold" if row.net else "normal",
            annotation_clip=False,
        )


def _key(axes: Axes, palette: Palette) -> None:
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=3,
        frameon=False,
        fontsize=SIZE,
        labelcolor=palette.muted,
        handlelength=1.4,
        borderaxespad=0.2,
        borderpad=0,
        columnspacing=1.4,
    )


def alt_text(moved: Exposure, title: str, by: str) -> str:
    """Return what the picture shows, in a sentence a panel."""
    told = []
    for panel in moved.panels:
        rows = [row for row in panel.rows if not row.others] or list(panel.rows)
        best, worst = max(rows, key=lambda row: row.net), min(rows, key=lambda row: row.net)
        net = sum(row.net for row in panel.rows)
        parts = [f"{number(net, sign=True)} {panel.currency} in all"]
        if best.net > 0:
            parts.append(f"most gained by {best.label} ({number(best.net, sign=True)})")
        if worst.net < 0:
            parts.append(f"most lost by {worst.label} ({number(worst.net, sign=True)})")
        told.append(", ".join(parts))
    beginning = f"{title} of {plural(moved.positions, 'position')} by {BY.get(by, by)}: "
    return beginning + "; ".join(told) + "." + "".join(f" {note[0].upper()}{note[1:]}." for note in moved.notes)
