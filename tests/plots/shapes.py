"""What stands on a pair of axes, by the kind it has to be."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle


def boxes_on(axes: Axes) -> list[Rectangle]:
    """Return the patches, which all have to be bars or columns."""
    boxes = [each for each in axes.patches if isinstance(each, Rectangle)]
    assert len(boxes) == len(axes.patches)
    return boxes


def widths_on(axes: Axes) -> list[float]:
    """Return how long the bars are, to the left below 0."""
    return [box.get_width() for box in boxes_on(axes)]
