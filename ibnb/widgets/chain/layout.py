"""Where everything stands in a chain, in the order of the keyboard: fields, columns, tabs, the table, the option."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import ipywidgets

from ibnb.research.options.outline import Entry
from ibnb.tws.texts import Html
from ibnb.widgets.chain.fields import ChainFields
from ibnb.widgets.chain.view.script import script
from ibnb.widgets.chain.view.style import CHAIN_CSS
from ibnb.widgets.chain.view.tabs import columns_html, tabs_html
from ibnb.widgets.kit.clicks import Clicks, sheet
from ibnb.widgets.kit.controls import button, classed
from ibnb.widgets.kit.notice import Notice, notice_html
from ibnb.widgets.kit.style import CSS

#: From so many columns a side on a chain takes all the width that a page has.
_WIDE = 7


class ChainLayout:
    """The widgets of a chain.

    Attributes
    ----------
    view : ipywidgets.VBox
        All of it.
    money, refresh : ipywidgets.Button
        Show the strikes around the money; ask TWS anew.
    opened : ipywidgets.VBox
        Where the open option is shown.
    """

    def __init__(
        self, fields: ChainFields, clicks: Clicks, sight: ipywidgets.Widget, line: ipywidgets.Widget,
        opened: ipywidgets.Widget,
    ) -> None:  # fmt: skip
        self.money = button("To the money", "Show the strikes around the underlying's price as it is now")
        self.refresh = button("Refresh", "Ask TWS anew which options there are")
        self._head, self._notice, self._columns = (ipywidgets.HTML() for _ in range(3))
        self._tabs = classed(ipywidgets.HTML(), "ibnb-strip")
        self._words, self._adjusted = ipywidgets.HTML(), ipywidgets.HTML()
        self._table = classed(ipywidgets.HTML(), "ibnb-strikes")
        self._patch = classed(ipywidgets.HTML(), "ibnb-patches")
        boxes = [
            classed(ipywidgets.VBox([each]), "ibnb-field") for each in (fields.contract, fields.classes, fields.count)
        ]
        self.view = ipywidgets.VBox(
            [
                sheet(CSS + CHAIN_CSS),
                classed(ipywidgets.HTML(script(id(self))), "ibnb-sheet"),
                self._head,
                line,
                classed(ipywidgets.Box([*boxes, self.money, self.refresh]), "ibnb-fields"),
                self._columns,
                self._notice,
                self._tabs,
                self._adjusted,
                self._table,
                self._words,
                self._patch,
                clicks.view,
                sight,
                opened,
            ]
        )
        for name in ("ibnb-setup", "ibnb-chain", "ibnb-clicks"):
            self.view.add_class(name)
        self.show_columns(fields.columns)
        self.say(None)
        for each in (self._tabs, self._table, self._words, self._adjusted):
            each.layout.display = "none"

    def say(self, notice: Notice | None) -> None:
        """Show how it stands; None where the table says it."""
        _show(self._notice, "" if notice is None else notice_html(notice))

    def said(self) -> str:
        """Return the HTML of how it stands."""
        return str(self._notice.value)

    def show_head(self, html: str) -> None:
        """Show what the options are written on."""
        _show(self._head, html)

    def show_columns(self, columns: Sequence[str]) -> None:
        """Show which columns are chosen."""
        _show(self._columns, columns_html(columns))
        (self.view.add_class if len(columns) >= _WIDE else self.view.remove_class)("ibnb-wide")

    def show_tabs(self, entries: Sequence[Entry], places: Iterable[int], chosen: int | None) -> None:
        """Show the tabs of some entries."""
        _show(self._tabs, tabs_html(entries, places, chosen) if entries else "")

    def show_words(self, words: str, adjusted: str) -> None:
        """Show how much is live and what a narrow page leaves out; and which classes are left out."""
        _show(self._words, words)
        _show(self._adjusted, Html('<p class="ibnb-hint">{}</p>').format(adjusted) if adjusted else "")

    def show_table(self, html: str) -> None:
        """Show a whole table."""
        _show(self._table, html)

    def show_patch(self, html: str) -> None:
        """Show changes of the table."""
        self._patch.value = html

    def shown(self) -> dict[str, str]:
        """Return the HTML of each part, by its name."""
        parts = ("head", "columns", "tabs", "adjusted", "table", "words", "patch", "notice")
        return {name: str(getattr(self, f"_{name}").value) for name in parts}


def _show(widget: ipywidgets.HTML, html: str) -> None:
    """Show HTML, or nothing; what is the same as before is not sent to the page."""
    if widget.value != html:
        widget.value = html
    display = "" if html else "none"
    if (widget.layout.display or "") != display:
        widget.layout.display = display
