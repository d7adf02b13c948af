"""Where everything stands in a blotter, in the order of the keyboard: filter, the order to change, orders and fills."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets

from ibnb.ground.numerals import count_text
from ibnb.tws.texts import Html
from ibnb.widgets.blotter.style import BLOTTER_CSS
from ibnb.widgets.kit.clicks import Clicks, sheet
from ibnb.widgets.kit.controls import button, classed
from ibnb.widgets.kit.notice import Notice, notice_html
from ibnb.widgets.kit.style import CSS

#: The tabs, and what they are called.
TABS = {"orders": "Orders", "fills": "Fills", "contracts": "By contract"}
_HEAD = (
    '<p class="ibnb-name" role="heading" aria-level="3">Blotter</p>'
    '<p class="ibnb-detail">The working orders of all clients, and the fills over all contracts that TWS tells of. '
    "Orders of this session can be changed and cancelled here; TWS lets nobody change another client's.</p>"
)


class BlotterLayout:
    """The widgets of a blotter.

    Attributes
    ----------
    view : ipywidgets.VBox
        All of it.
    filter, new_price, new_quantity : ipywidgets.Text
        What rows are shown; what the chosen order is to be changed into.
    tab : ipywidgets.Tab
        Orders, fills, and what was filled of each contract.
    refresh, csv, excel, change, back : ipywidgets.Button
        The buttons.
    """

    def __init__(self, clicks: Clicks, line: ipywidgets.Widget) -> None:
        self.filter = ipywidgets.Text(
            description="Filter", placeholder="AAPL, BUY, Submitted, a note ...", continuous_update=True
        )
        self.refresh = button("Refresh", "Ask TWS again now")
        self.csv = button("Export CSV", "A file of the rows of the open tab that the filter leaves")
        self.excel = button("Export Excel", "A workbook of the rows of the open tab that the filter leaves")
        self.new_price, self.new_quantity = (
            ipywidgets.Text(description=name, placeholder="unchanged", continuous_update=False)
            for name in ("New price", "New quantity")
        )
        self.change = button("Change the order", "Send the change to TWS", primary=True)
        self.back = button("Back", "Change nothing")
        self._chosen = ipywidgets.HTML()
        self._tables = {name: classed(ipywidgets.HTML(), "ibnb-scroll") for name in TABS}
        self.tab = classed(ipywidgets.Tab(), "ibnb-tab")
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
                self._form,
                self._link,
                self.tab,
                clicks.view,
            ]
        )
        orders, fills, contracts = self._tables.values()
        self.tab.children = (orders, fills, contracts)
        self.tab.titles = tuple(TABS.values())
        self.tab.selected_index = 0
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

    @property
    def opened(self) -> str:
        """Which tab is open, by the names of `TABS`."""
        return list(TABS)[self.tab.selected_index or 0]

    def show(self, tables: Mapping[str, str], counts: Mapping[str, int]) -> None:
        """Show tables and how many rows each has; what is the same as before is not sent to the page.

        Parameters
        ----------
        tables, counts : mapping
            By the names of `TABS`.
        """
        for name, html in tables.items():
            if self._tables[name].value != html:
                self._tables[name].value = html
        titles = tuple(f"{title} ({count_text(counts[name])})" for name, title in TABS.items())
        if self.tab.titles != titles:
            self.tab.titles = titles

    def shown(self, name: str = "orders") -> str:
        """Return the HTML of a table."""
        return str(self._tables[name].value)

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
