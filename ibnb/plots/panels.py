"""The bars of a portfolio and the numbers beside them: one panel for each currency, laid out like a table."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ibnb.plots.axes import ShortFormatter, dress
from ibnb.plots.exposure import Exposure, Panel, Row
from ibnb.plots.figure import ChartFigure
from ibnb.plots.theme import Palette
from ibnb.plots.words import number, plural

# Inches: the picture is laid out like a table, so that names, bars and numbers keep their columns.
WIDTH, ROW, HEAD, _BELOW, _BETWEEN = 10.0, 0.3, 0.98, 0.62, 0.72
_NUMBERS = 3.05  # the columns on the right: value, share, unrealized P&L
_COLUMNS = ((1.15, "market value"), (1.85, "of gross"), (2.95, "unrealized P&L"))
SIZE = 9.0
_LONGEST = 30  # characters of a name
BY = {"sec_type": "kind"}


def height_of(held: Exposure) -> float:
    """Return how high the figure of an exposure is, in inches."""
    rows = sum(len(panel.rows) for panel in held.panels)
    return HEAD + rows * ROW + (len(held.panels) - 1) * _BETWEEN + _BELOW + 0.19 * len(held.notes)


def draw_panels(figure: ChartFigure, held: Exposure) -> None:
    """Draw all panels, their columns one below the other."""
    height = figure.get_figheight()
    longest = max(len(name_of_row(row)) for panel in held.panels for row in panel.rows)
    names = 0.35 + min(longest, _LONGEST) * SIZE * 0.62 / 72
    bottom = height - HEAD
    for place, panel in enumerate(held.panels):
        tall = len(panel.rows) * ROW
        bottom -= tall
        box = (names / WIDTH, bottom / height, (WIDTH - names - _NUMBERS) / WIDTH, tall / height)
        axes = figure.add_axes(box, label=panel.currency)
        _draw_panel(axes, panel, figure.palette, headings=place == 0, single=len(held.panels) == 1)
        bottom -= _BETWEEN


def _draw_panel(axes: Axes, panel: Panel, palette: Palette, *, headings: bool, single: bool) -> None:

    dress(axes, palette)
    axes.spines["bottom"].set_visible(False)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=palette.grid, linewidth=0.8)
    places = np.arange(len(panel.rows))
    low, high = min(row.short for row in panel.rows), max(row.long for row in panel.rows)
    room = (high - low or 1.0) * 0.04
    axes.set(
        ylim=(len(panel.rows) - 0.5, -0.5),
        xlim=(low - room if low < 0 else 0, high + room if high > 0 else 0),
    )
    axes.barh(places, [row.long for row in panel.rows], height=0.6, color=palette.up, label="long")
    axes.barh(
        places,
        [row.short for row in panel.rows],
        height=0.6,
        label="short",
        facecolor=palette.background,
        edgecolor=palette.down,
        linewidth=1.2,
        hatch="////",
    )
    mixed = [place for place in places if panel.rows[place].long and panel.rows[place].short]
    axes.plot(
        [panel.rows[place].net for place in mixed],
        mixed,
        "D",
        ms=5,
        color=palette.text,
        mec=palette.background,
        mew=0.8,
        label="net",
    )
    axes.axvline(0, color=palette.line, linewidth=1.0, zorder=3)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(ShortFormatter())
    axes.yaxis.tick_left()
    axes.set_yticks(places, [name_of_row(row) for row in panel.rows], color=palette.text, parse_math=False)
    axes.set_xlabel(f"market value ({panel.currency})", size=SIZE, color=palette.muted, labelpad=2)
    _write_numbers(axes, panel, palette, headings=headings, single=single)
    if headings:
        _key(axes, palette, shorts=low < 0, nets=bool(mixed))


def name_of_row(row: Row) -> str:
    """Return what stands beside a row, no longer than there is room for."""
    label = row.label if len(row.label) <= _LONGEST else row.label[: _LONGEST - 1] + "…"
    detail = f"  {row.detail}" if row.detail and len(label) + len(row.detail) + 2 <= _LONGEST else ""
    return label + detail


def _write_numbers(axes: Axes, panel: Panel, palette: Palette, *, headings: bool, single: bool) -> None:

    def write(column: int, place: float, text: str, colour: str, **words: Any) -> None:
        axes.annotate(
            text,
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(_COLUMNS[column][0] * 72, 0),
            ha="right",
            va="center_baseline",
            textcoords="offset points",
            color=colour,
            size=SIZE,
            annotation_clip=False,
            **words,
        )

    for column, (_, heading) in enumerate(_COLUMNS if headings else ()):
        write(column, -0.85, heading, palette.muted)
    if not single:
        axes.annotate(
            panel.currency,
            (0, 1),
            xycoords="axes fraction",
            xytext=(-6, 4),
            textcoords="offset points",
            ha="right",
            weight="bold",
            color=palette.text,
            size=SIZE + 1,
        )
    for place, row in enumerate(panel.rows):
        write(0, place, number(row.net), palette.text)
        write(1, place, f"{number(100 * row.net / panel.gross, 1)} %" if panel.gross else "", palette.text)
        pnl = row.unrealized_pnl
        colour = palette.muted if not pnl else palette.up if pnl > 0 else palette.down
        write(
            2,
            place,
            "unknown" if pnl is None else number(pnl, sign=True),
            colour,
            weight="bold" if pnl else "normal",
        )


def _key(axes: Axes, palette: Palette, *, shorts: bool, nets: bool) -> None:
    handles, labels = axes.get_legend_handles_labels()
    drawn = dict(zip(labels, handles, strict=True))
    shown = [label for label, wanted in (("long", True), ("short", shorts), ("net", nets)) if wanted]
    if len(shown) > 1:
        axes.legend(
            [drawn[label] for label in shown],
            shown,
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


def write_head(figure: ChartFigure, held: Exposure, title: str, by: str, accounts: str) -> None:
    """Write title, subtitle and notes on a figure."""
    height = figure.get_figheight()
    palette, left = figure.palette, 0.2 / WIDTH
    figure.text(
        left,
        1 - 0.2 / height,
        title,
        size=14,
        weight="bold",
        va="top",
        color=palette.text,
        parse_math=False,
    )
    unit = held.panels[0].currency if len(held.panels) == 1 else "several currencies"
    words = (f"by {BY.get(by, by)}", plural(held.positions, "position"), unit, accounts)
    figure.text(
        left,
        1 - 0.52 / height,
        " · ".join(word for word in words if word),
        size=SIZE,
        va="top",
        color=palette.muted,
        parse_math=False,
    )
    for line, note in enumerate(reversed(held.notes)):
        figure.text(
            left,
            (0.12 + 0.19 * line) / height,
            note,
            size=SIZE - 0.5,
            va="bottom",
            color=palette.muted,
            parse_math=False,
        )


def alt_text(held: Exposure, title: str | None, by: str) -> str:
    """Return what the picture shows, in a sentence a panel."""
    told = []
    for panel in held.panels:
        largest = max((row for row in panel.rows if not row.others), key=lambda row: row.gross)
        shorts = sum(1 for row in panel.rows if row.net < 0)
        pnl = sum(row.unrealized_pnl or 0 for row in panel.rows)
        share = f" with {number(100 * abs(largest.net) / panel.gross, 1)} %" if panel.gross else ""
        told.append(
            f"gross value {number(panel.gross)} {panel.currency}, largest {largest.label}{share}, "
            f"{number(shorts)} short, unrealized P&L {number(pnl, sign=True)}"
        )
    beginning = f"{title or 'Allocation'} of {plural(held.positions, 'position')} by {BY.get(by, by)}: "
    return beginning + "; ".join(told) + "." + "".join(f" {note[0].upper()}{note[1:]}." for note in held.notes)
