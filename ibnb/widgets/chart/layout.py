"""Where everything stands in a chart, in the order of the keyboard: form, buttons, verdict, picture and its reading."""

from __future__ import annotations

import ipywidgets

from ibnb.tws.texts import Html
from ibnb.widgets.chart.fields import ChartFields
from ibnb.widgets.chart.picture import Picture
from ibnb.widgets.chart.style import CHART_CSS
from ibnb.widgets.kit.controls import button, classed, row
from ibnb.widgets.kit.notice import Notice, notice_html
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
        picture.comes_after(self.stop)
        self._notice, self._pulse = ipywidgets.HTML(), ipywidgets.HTML()
        self.view = ipywidgets.VBox(
            [
                classed(ipywidgets.HTML(f"<style>{CSS}{CHART_CSS}</style>"), "ibnb-sheet"),
                fields.view,
                row(self.load, self.stop),
                ipywidgets.VBox([self._notice, self._pulse]),
                picture.view,
            ]
        )
        classed(self.view, "ibnb-setup").add_class("ibnb-chart")  # one look for all panels
        self.say(_FIRST)
        self.pulse("")

    def say(self, notice: Notice) -> None:
        """Show a verdict."""
        self._notice.value = notice_html(notice)

    def pulse(self, text: str) -> None:
        """Show the quiet line below the verdict, which screen readers do not speak by themselves."""
        self._pulse.value = Html('<p class="ibnb-pulse">{}</p>').format(text)
