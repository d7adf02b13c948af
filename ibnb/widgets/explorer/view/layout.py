"""Where everything stands in an explorer, in the order of the keyboard: figures, filter, table, files, pictures.

A position that is open stands under its row: the table is cut there, and goes on below it.
"""

from __future__ import annotations

import ipywidgets

from ibnb.tws.texts import Html
from ibnb.widgets.explorer.view.detail import ExplorerDetail
from ibnb.widgets.explorer.view.fields import ExplorerFields
from ibnb.widgets.explorer.view.pictures import ExplorerPictures
from ibnb.widgets.explorer.view.risk import ExplorerRisk
from ibnb.widgets.explorer.view.style import EXPLORER_CSS
from ibnb.widgets.explorer.view.table import Parts
from ibnb.widgets.explorer.view.words import HEADINGS
from ibnb.widgets.kit.clicks import Clicks, does, sheet
from ibnb.widgets.kit.controls import button, classed, row
from ibnb.widgets.kit.markup import joined
from ibnb.widgets.kit.notice import Notice, line_html
from ibnb.widgets.kit.style import CSS

_HEAD = '<p class="ibnb-name" role="heading" aria-level="3">Portfolio</p>'
#: Which columns are hidden at a width, the style sheet knows: it shows their names here.
_HIDDEN = Html(
    '<p class="ibnb-hint ibnb-hidden-columns">{}'
    '<button type="button" class="ibnb-open" {}>Show all columns</button></p>'
)
_SHOWN = Html(
    '<p class="ibnb-hint ibnb-all-shown">All columns are shown: the table scrolls sideways where they need more room. '
    '<button type="button" class="ibnb-open" {}>Fit the width</button></p>'
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
        self._table, self._below = (classed(ipywidgets.HTML(), "ibnb-scroll") for _ in range(2))
        self._columns = ipywidgets.HTML()
        self._pager = (fields.earlier, fields.later)
        self.csv.add_class("ibnb-aside")
        self.tab = classed(ipywidgets.Tab((pictures.view, risk.view), titles=("Holdings", "Risk")), "ibnb-tab")
        filters = (fields.text, fields.sec_type, fields.currency, fields.group, fields.sort)
        top = classed(
            ipywidgets.Box([_field(fields.account), fields.refresh, fields.live, self._notice]), "ibnb-fields"
        )
        filter_row = classed(ipywidgets.Box([*map(_field, filters), fields.descending]), "ibnb-fields")
        files = row(*self._pager, self.csv, self.excel)
        #: What there is nothing to see in where nothing is held.
        self._of_positions = (filter_row, self._table, self._columns, files, self.tab)
        self.view = ipywidgets.VBox(
            [
                sheet(CSS + EXPLORER_CSS),
                classed(ipywidgets.Box([ipywidgets.HTML(_HEAD), line]), "ibnb-title-row"),
                classed(top, "ibnb-top-fields"),
                self._summary,
                filter_row,
                self._table,
                detail.view,
                self._below,
                self._columns,
                files,
                self._link,
                self.tab,
                clicks.view,
            ]
        )
        for name in ("ibnb-setup", "ibnb-explorer", "ibnb-clicks"):  # one look for all panels
            self.view.add_class(name)
        self.show_link("")
        self.show_all_columns(False)

    def say(self, notice: Notice) -> None:
        """Show how it stands."""
        self._notice.value = line_html(notice)

    def said(self) -> str:
        """Return the HTML of how it stands."""
        return str(self._notice.value)

    def show_summary(self, html: str) -> None:
        """Show the figures of the accounts."""
        self._summary.value = html

    def show_empty(self, empty: bool) -> None:
        """Show what belongs to positions, or leave it out where nothing is held."""
        for each in self._of_positions:
            each.layout.display = "none" if empty else ""

    def show_all_columns(self, wanted: bool) -> None:
        """Show all columns, however wide the table gets, or those alone that fit."""
        (self.view.add_class if wanted else self.view.remove_class)("ibnb-all-columns")
        names = joined(Html('<span class="ibnb-c-{}">{}</span>').format(*each) for each in HEADINGS.items())
        self._columns.value = (
            _SHOWN.format(does("columns", "fit")) if wanted else _HIDDEN.format(names, does("columns", "all"))
        )

    def show_table(self, parts: Parts, pages: int) -> None:
        """Show the positions; where there is one page alone, there is nothing to turn."""
        self._table.value, self._below.value = parts
        self._below.layout.display = "" if parts.below else "none"
        for turn in self._pager:
            turn.layout.display = "" if pages > 1 else "none"

    def table(self) -> str:
        """Return the HTML of the positions."""
        return str(self._table.value) + str(self._below.value)

    def summary(self) -> str:
        """Return the HTML of the figures."""
        return str(self._summary.value)

    def show_link(self, html: str) -> None:
        """Show the link of a file, or none."""
        self._link.value = html
        self._link.layout.display = "" if html else "none"


def _field(widget: ipywidgets.Widget) -> ipywidgets.VBox:
    return classed(ipywidgets.VBox([widget]), "ibnb-field")
