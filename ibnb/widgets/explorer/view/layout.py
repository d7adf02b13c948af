"""Where everything stands in an explorer, in the order of the keyboard: figures, filter, table, files, pictures."""

from __future__ import annotations

import ipywidgets

from ibnb.widgets.explorer.view.detail import ExplorerDetail
from ibnb.widgets.explorer.view.fields import ExplorerFields
from ibnb.widgets.explorer.view.pictures import ExplorerPictures
from ibnb.widgets.explorer.view.risk import ExplorerRisk
from ibnb.widgets.explorer.view.style import EXPLORER_CSS
from ibnb.widgets.kit.clicks import Clicks, sheet
from ibnb.widgets.kit.controls import button, classed, row
from ibnb.widgets.kit.notice import Notice, notice_html
from ibnb.widgets.kit.style import CSS

_HEAD = (
    '<p class="ibnb-name" role="heading" aria-level="3">Portfolio</p>'
    '<p class="ibnb-detail">What the account holds, what it gains, and how much of its margin is used. '
    "Looking places no order; an opened position has a ticket for one.</p>"
)


class ExplorerLayout:
    """The widgets of an explorer.

    Attributes
    ----------
    view : ipywidgets.VBox
        All of it.
    csv, excel : ipywidgets.Button
        Make files.
    tab : ipywidgets.Tab
        The pictures of what is held, and its risk.
    """

    def __init__(
        self,
        fields: ExplorerFields,
        pictures: ExplorerPictures,
        risk: ExplorerRisk,
        detail: ExplorerDetail,
        clicks: Clicks,
        line: ipywidgets.Widget,
    ) -> None:
        self.csv = button("Export CSV", "A file of what the table shows, all its pages")
        self.excel = button("Export Excel", "A workbook of what the table shows, all its pages")
        self._notice, self._summary, self._link = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self._table = classed(ipywidgets.HTML(), "ibnb-scroll")
        self._pager = (fields.earlier, fields.later)
        self.csv.add_class("ibnb-aside")
        self.tab = classed(ipywidgets.Tab((pictures.view, risk.view), titles=("Holdings", "Risk")), "ibnb-tab")
        filters = (fields.text, fields.sec_type, fields.currency, fields.group, fields.sort)
        self.view = ipywidgets.VBox(
            [
                sheet(CSS + EXPLORER_CSS),
                ipywidgets.HTML(_HEAD),
                line,
                classed(
                    ipywidgets.Box([_field(fields.account), fields.refresh, fields.live]),
                    "ibnb-fields",
                    "ibnb-top-fields",
                ),
                self._notice,
                self._summary,
                classed(ipywidgets.Box([*map(_field, filters), fields.descending]), "ibnb-fields"),
                self._table,
                row(*self._pager, self.csv, self.excel),
                self._link,
                detail.view,
                self.tab,
                clicks.view,
            ]
        )
        for name in ("ibnb-setup", "ibnb-explorer", "ibnb-clicks"):  # one look for all panels
            self.view.add_class(name)
        self.show_link("")

    def say(self, notice: Notice) -> None:
        """Show how it stands."""
        self._notice.value = notice_html(notice)

    def said(self) -> str:
        """Return the HTML of how it stands."""
        return str(self._notice.value)

    def show_summary(self, html: str) -> None:
        """Show the figures of the accounts."""
        self._summary.value = html

    def show_table(self, html: str, pages: int) -> None:
        """Show the positions; where there is one page alone, there is nothing to turn."""
        self._table.value = html
        for turn in self._pager:
            turn.layout.display = "" if pages > 1 else "none"

    def table(self) -> str:
        """Return the HTML of the positions."""
        return str(self._table.value)

    def summary(self) -> str:
        """Return the HTML of the figures."""
        return str(self._summary.value)

    def show_link(self, html: str) -> None:
        """Show the link of a file, or none."""
        self._link.value = html
        self._link.layout.display = "" if html else "none"


def _field(widget: ipywidgets.Widget) -> ipywidgets.VBox:
    return classed(ipywidgets.VBox([widget]), "ibnb-field")
