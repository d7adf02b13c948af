"""Where everything stands in a blotter, in the order of the keyboard: filter, orders, the one to change, fills."""

from __future__ import annotations

import ipywidgets

from ibnb.tws.texts import Html
from ibnb.widgets.blotter.style import BLOTTER_CSS
from ibnb.widgets.kit.clicks import Clicks, sheet
from ibnb.widgets.kit.controls import button, classed
from ibnb.widgets.kit.notice import Notice, notice_html
from ibnb.widgets.kit.style import CSS

_HEAD = (
    '<p class="ibnb-name" role="heading" aria-level="3">Blotter</p>'
    '<p class="ibnb-detail">The working orders of all clients and the fills of today. Those of this session can be '
    "changed and cancelled here; TWS lets nobody change another client's.</p>"
)


class BlotterLayout:
    """The widgets of a blotter.

    Attributes
    ----------
    view : ipywidgets.VBox
        All of it.
    filter, new_price, new_quantity : ipywidgets.Text
        What rows are shown; what the chosen order is to be changed into.
    refresh, csv, excel, change, back : ipywidgets.Button
        The buttons.
    """

    def __init__(self, clicks: Clicks, line: ipywidgets.Widget) -> None:
        self.filter = ipywidgets.Text(
            description="Filter", placeholder="AAPL, BUY, Submitted, a note ...", continuous_update=True
        )
        self.refresh = button("Refresh", "Ask TWS again now")
        self.csv = button("Export CSV", "A file of the orders that are shown")
        self.excel = button("Export Excel", "A workbook of the orders that are shown")
        self.new_price, self.new_quantity = (
            ipywidgets.Text(description=name, placeholder="unchanged", continuous_update=False)
            for name in ("New price", "New quantity")
        )
        self.change = button("Change the order", "Send the change to TWS", primary=True)
        self.back = button("Back", "Change nothing")
        self._chosen = ipywidgets.HTML()
        self._orders, self._fills = (classed(ipywidgets.HTML(), "ibnb-scroll") for _ in range(2))
        self._notice, self._link = ipywidgets.HTML(), ipywidgets.HTML()
        fields = [classed(ipywidgets.VBox([each]), "ibnb-field") for each in (self.new_price, self.new_quantity)]
        self._form = classed(ipywidgets.Box([self._chosen, *fields, self.change, self.back]), "ibnb-change")
        top = [classed(ipywidgets.VBox([self.filter]), "ibnb-field"), self.refresh, self.csv, self.excel]
        self.view = ipywidgets.VBox(
            [
                sheet(CSS + BLOTTER_CSS),
                ipywidgets.HTML(_HEAD),
                line,
                classed(ipywidgets.Box(top), "ibnb-fields"),
                self._notice,
                self._orders,
                self._form,
                self._link,
                self._fills,
                clicks.view,
            ]
        )
        for name in ("ibnb-setup", "ibnb-blotter", "ibnb-clicks"):
            self.view.add_class(name)
        self.choose("")
        self.show_link("")
        self.say(Notice("busy", "Asking TWS …", ""))

    def say(self, notice: Notice) -> None:
        """Show how it stands."""
        self._notice.value = notice_html(notice)

    def said(self) -> str:
        """Return the HTML of how it stands."""
        return str(self._notice.value)

    def show(self, orders: str, fills: str) -> None:
        """Show the tables; what is the same as before is not sent to the page."""
        if self._orders.value != orders:
            self._orders.value = orders
        if self._fills.value != fills:
            self._fills.value = fills

    def shown(self) -> tuple[str, str]:
        """Return the HTML of both tables."""
        return str(self._orders.value), str(self._fills.value)

    def choose(self, text: str) -> None:
        """Show the fields to change an order, or none."""
        self._form.layout.display = "" if text else "none"
        self._chosen.value = Html("<p><strong>{}</strong></p>").format(text) if text else ""
        for field in (self.new_price, self.new_quantity):
            field.value = ""

    def show_link(self, html: str) -> None:
        """Show the link of a file."""
        self._link.value = html
        self._link.layout.display = "" if html else "none"
