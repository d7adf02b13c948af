"""Where everything stands in a chart, in the order of the keyboard: what is loaded, picture, how it is drawn."""

from __future__ import annotations

import ipywidgets

from ibnb.tws.texts import Html
from ibnb.widgets.chart.fields import ChartFields
from ibnb.widgets.chart.view.picture import Picture
from ibnb.widgets.chart.view.style import CHART_CSS
from ibnb.widgets.kit.clicks import sheet
from ibnb.widgets.kit.controls import button, classed, row
from ibnb.widgets.kit.notice import Notice, line_html
from ibnb.widgets.kit.style import CSS

_FIRST = Notice("idle", "Nothing loaded yet.", "Write a symbol such as AAPL, then press Enter or Load.")


class ChartLayout:
    """The widgets of a chart.

    Attributes
    ----------
    view : ipywidgets.VBox
        All of it.
    load, stop : ipywidgets.Button
        The buttons.
    """

    def __init__(self, fields: ChartFields, picture: Picture) -> None:
        self.load = button("Load", "Ask for these bars, or take them from the store", primary=True)
        self.stop = button("Stop", "End what is loading")
        picture.comes_after(fields.live)
        self._notice, self._pulse = ipywidgets.HTML(), classed(ipywidgets.HTML(), "ibnb-pulse-line")
        top = classed(ipywidgets.Box([fields.view, row(self.load, self.stop, fields.live)]), "ibnb-chart-top")
        self.view = ipywidgets.VBox(
            [
                sheet(f"{CSS}{CHART_CSS}"),
                top,
                classed(ipywidgets.VBox([self._notice, self._pulse]), "ibnb-chart-said"),
                picture.view,
                fields.more,
            ]
        )
        classed(self.view, "ibnb-setup", "ibnb-clicks").add_class("ibnb-chart")  # one look for all panels
        self.say(_FIRST)
        self.pulse("")

    def say(self, notice: Notice) -> None:
        """Show a verdict: whole where something is to be done, a line while something goes on, else spoken alone."""
        said = line_html(notice)
        self._notice.value = Html('<div class="ibnb-spoken">{}</div>').format(said) if notice.tone == "pass" else said

    def pulse(self, text: str) -> None:
        """Show the quiet line below the verdict, which screen readers do not speak by themselves."""
        self._pulse.value = Html('<p class="ibnb-pulse">{}</p>').format(text) if text else ""
