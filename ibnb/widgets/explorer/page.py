"""What an explorer shows at the moment: the book, the choice, the chosen position; painted from any thread."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ibnb.widgets.explorer.book import Book
from ibnb.widgets.explorer.columns import Labels
from ibnb.widgets.explorer.rows import grouped, pages_of, picked, sums_of
from ibnb.widgets.explorer.view.detail import ExplorerDetail
from ibnb.widgets.explorer.view.fields import ExplorerFields
from ibnb.widgets.explorer.view.layout import ExplorerLayout
from ibnb.widgets.explorer.view.summary import summary_html
from ibnb.widgets.explorer.view.table import Key, table_html

if TYPE_CHECKING:
    import pandas as pd

_NONE: Key = ("", 0)


#: More than there are: painting turns back to the last one.
_MOST_PAGES = 10_000


class ExplorerPage:
    """Paints the parts of an explorer.

    Attributes
    ----------
    book : Book or None
        What is known.
    labels : Labels
        Sectors and tags, as far as they are known.
    chosen : (str, int)
        Account and conId of the position that is shown in detail; ``("", 0)`` for none.
    """

    def __init__(self, fields: ExplorerFields, layout: ExplorerLayout, detail: ExplorerDetail) -> None:
        self._fields, self._layout, self._detail = fields, layout, detail
        self._lock = threading.RLock()  # the kernel's thread paints, and those of the background
        self.book: Book | None = None
        self.labels = Labels()
        self.chosen: Key = _NONE

    def show(self, book: Book) -> None:
        """Show another look at the accounts."""
        with self._lock:
            self.book = book = replace(book, labels=self.labels)
            self._fields.offer(book.portfolio)
            self._layout.show_summary(summary_html(book))
            self._layout.show_empty(book.portfolio.empty)
            self.paint()
            if self.chosen != _NONE:
                row = self.row_of(self.chosen)
                if row is not None:
                    self._detail.repaint(row, book.base)

    def label(self, labels: Labels) -> None:
        """Call positions by other sectors and tags from now on."""
        with self._lock:
            self.labels = labels
            if self.book is not None:
                self.book = replace(self.book, labels=labels)
                self.paint()

    def paint(self) -> None:
        """Paint the table as the fields want it; what is the same as before is not sent to the page."""
        with self._lock:
            book = self.book
            if book is None:
                return
            rows = self.rows()
            pages = pages_of(len(rows))
            self._fields.turn(0, pages - 1)
            choice = self._fields.choice
            total = sums_of(rows)
            parts = table_html(
                *grouped(rows, choice), total, choice, book.base, book.names, self.chosen, len(book.portfolio)
            )
            self._layout.show_table(parts, pages)

    def turn(self, pages: int, _button: object = None) -> None:
        """Turn so many pages on."""
        if self.book is not None:
            self._fields.turn(pages, _MOST_PAGES)
            self.paint()

    def rows(self) -> pd.DataFrame:
        """Return the positions that the filter leaves, in their order, money of accounts in one currency."""
        assert self.book is not None
        return picked(self.book.rows(), self._fields.choice)

    def row_of(self, key: Key) -> dict[str, Any] | None:
        """Return a position by account and conId, or None where it is not held."""
        if self.book is None:
            return None
        frame = self.book.rows()
        found: list[Any] = frame[(frame["account"] == key[0]) & (frame["con_id"] == key[1])].to_dict("records")
        return found[0] if found else None

    def key_of(self, word: str) -> Key | None:
        """Return the position that a click means: its conId, and the place of its account."""
        con_id, _, place = word.partition(".")
        if self.book is None or not con_id.isdecimal() or not place.isdecimal() or int(place) >= len(self.book.names):
            return None
        return self.book.names[int(place)], int(con_id)

    def choose(self, key: Key | None) -> dict[str, Any] | None:
        """Show a position in detail, or none; return it."""
        with self._lock:
            row = None if key is None else self.row_of(key)
            self.chosen = _NONE if row is None or key is None else key
            self.paint()  # first, so that its row is there when the page scrolls to it
            if row is None or self.book is None:
                self._detail.clear()
            else:
                self._detail.show(row, self.book.base)
            return row
