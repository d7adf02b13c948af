"""The key above a chart: which line, hatching and fill is what, in as few rows as its words need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.patches import Patch
from matplotlib.transforms import ScaledTranslation

from ibnb.plots.drawing.axes import FONT_SIZE, room_of
from ibnb.plots.drawing.theme import Palette

#: How high a row is, in points.
ROW = 15.0
_CHARACTER, _SAMPLE = 0.6, 4.2  # of the font size: a usual character, and a sample with the room around it

Entry = tuple[Artist, str]


def candle_key(palette: Palette) -> list[Entry]:
    """Return which candle is which."""
    return [
        (Patch(facecolor=palette.background, edgecolor=palette.up), "close at or above open"),
        (Patch(facecolor=palette.down, edgecolor=palette.down), "below"),
    ]


def columns_for(labels: Sequence[str], room: float) -> int:
    """Return how many columns a key has: as many as fit side by side, each as wide as the widest.

    Parameters
    ----------
    labels : sequence of str
        In the order of the key.
    room : float
        The width there is, in font sizes.

    Examples
    --------
    >>> columns_for(["MA 20", "MA 50", "VWAP session"], 80)
    3
    """
    widths = [len(label) * _CHARACTER + _SAMPLE for label in labels]
    if sum(widths) <= room:
        return len(labels)
    return max(1, int(room // max(widths)))


def write_key(
    axes: Axes,
    entries: Sequence[Entry],
    palette: Palette,
    *,
    above: float,
    loc: Literal["left", "right"] = "left",
    size: float = FONT_SIZE,
) -> int:
    """Write a key above axes, so many points above their edge; return how many rows it has."""
    if not entries:
        return 0
    labels = [label for _, label in entries]
    columns = columns_for(labels, room_of(axes))
    raised = axes.transAxes + ScaledTranslation(0, above / 72, axes.figure.dpi_scale_trans)
    legend = Legend(
        axes,
        [sample for sample, _ in entries],
        labels,
        loc="lower left" if loc == "left" else "lower right",
        bbox_to_anchor=(0 if loc == "left" else 1, 1),
        bbox_transform=raised,
        borderaxespad=0,
        borderpad=0,
        ncols=columns,
        frameon=False,
        fontsize=size,
        labelcolor=palette.muted,
        handlelength=2.2 if loc == "left" else 0.9,
        handleheight=1.0,
        columnspacing=1.2,
        handletextpad=0.5,
        labelspacing=ROW / FONT_SIZE - 1.25,
    )
    legend.set_in_layout(False)  # on a narrow figure it is cut off: the axes must not give way to it
    for text in legend.get_texts():
        text.set_parse_math(False)
    axes.add_artist(legend)
    return -(-len(entries) // columns)
