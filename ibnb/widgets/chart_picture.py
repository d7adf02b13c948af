"""The picture of a chart on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from ibnb.plots.bars import plot_bars

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ibnb.plots.overlays import Overlays
    from ibnb.widgets.chart_loading import Loaded


class Picture:
    """A figure on the page, or nothing yet.

    Attributes
    ----------
    view : ipywidgets.Widget
        What to display.
    figure : Figure or None
        What is drawn.
    """

    def __init__(self) -> None:
        self.figure: Figure | None = None
        self._image = ipywidgets.HTML()
        self.view = ipywidgets.VBox([self._image])

    def draw(self, loaded: Loaded, overlays: Overlays) -> None:
        """Draw bars in place of what was there."""
        figure: Any = plot_bars(loaded.bars)
        self._image.value = figure._repr_mimebundle_()["text/html"]
        self.figure = figure
