"""What a line ends at, written beside its end on the right of the axes, moved where two would touch."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.text import Annotation

from ibnb.plots.drawing.axes import FONT_SIZE

_APART = 1.35  # of the font size, between two texts


def end_text(axes: Axes, colour: str) -> Annotation:
    """Return a text beside the axes, empty and at no place yet."""
    return axes.annotate(
        "",
        (1, 0),
        xycoords=("axes fraction", "data"),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        size=FONT_SIZE,
        weight="bold",
        color=colour,
        annotation_clip=False,
        parse_math=False,
    )


def write_ends(axes: Axes, written: Sequence[Annotation], ends: Sequence[float], texts: Sequence[str]) -> None:
    """Write each text beside the value that its line ends at; one whose value is not in view is hidden."""
    low, high = sorted(axes.get_ylim())
    height = axes.bbox.height * 72 / axes.figure.dpi
    points = [(end - low) / (high - low) * height for end in ends]
    moved = spread_apart(points, FONT_SIZE * _APART)
    for each, end, text, point, place in zip(written, ends, texts, points, moved, strict=True):
        each.set_visible(low <= end <= high)
        if each.get_visible():
            each.xy = (1, end)
            each.set_position((6, place - point))
            each.set_text(text)


def spread_apart(points: list[float], least: float) -> list[float]:
    """Return heights moved apart by at least `least`, in the same order, as little as that takes; NaN stays.

    Examples
    --------
    >>> spread_apart([10.0, 12.0, 40.0], 8.0)
    [7.0, 15.0, 40.0]
    """
    order = sorted((place for place in range(len(points)) if points[place] == points[place]), key=points.__getitem__)
    groups: list[tuple[float, list[int]]] = []
    for place in order:
        groups.append((points[place], [place]))
        while len(groups) > 1:
            (below, under), (above, over) = groups[-2:]
            if above - below >= least * (len(under) + len(over)) / 2:
                break
            both = [*under, *over]
            groups[-2:] = [((below * len(under) + above * len(over)) / len(both), both)]
    moved = list(points)
    for middle, members in groups:
        for place, member in enumerate(members):
            moved[member] = middle + (place - (len(members) - 1) / 2) * least
    return moved
