"""The board's widget: repaints itself when something has changed, at most four times a second, and only while shown.

It paints on the session's thread, so that it moves while a cell computes. The widgets know it by weak references alone:
a board that nobody holds or shows ends, and its lines are free again.
"""

from __future__ import annotations

import weakref
from threading import Lock
from typing import TYPE_CHECKING, Any

import ipywidgets

from ibnb.widgets.board.cells import row_html, state_html, table_html
from ibnb.widgets.board.style import CSS
from ibnb.widgets.kit.lifetime import close_widgets, weakly

if TYPE_CHECKING:
    from ibnb.live.board.board import Board

#: Seconds from one repaint to the next, at least.
EVERY = 0.25
#: Boards on a page: a person may still look at them, whether or not a variable holds them.
_ON_A_PAGE: set[BoardView] = set()


class BoardView:
    """The widget of one board.

    Parameters
    ----------
    board : Board
        What it shows; it is stopped when the widget is closed.

    Attributes
    ----------
    view : ipywidgets.VBox
        The widget, for layouts of your own.
    """

    def __init__(self, board: Board) -> None:
        self._board, self._lock = board, Lock()
        self._rows: dict[str, tuple[tuple[Any, ...], str]] = {}
        self._state, self._table = ipywidgets.HTML(), ipywidgets.HTML()
        self._stop = ipywidgets.Button(description="Stop", tooltip="End the quotes; the frame stays")
        self.view = ipywidgets.VBox(
            [
                ipywidgets.HTML(f"<style>{CSS}</style>").add_class("ibnb-sheet"),
                ipywidgets.Box([self._state, self._stop]).add_class("ibnb-bar"),
                self._table,
            ]
        ).add_class("ibnb-board")
        self.view._view_count = 0  # from now on the front end counts where it is shown
        self._shown_once = False
        self._stop.on_click(weakly(self._on_stop))
        self.view.observe(weakly(self._on_count), "_view_count")
        self.view.observe(weakly(self._on_closed), "comm")
        paint = weakly(self._on_news)
        board.listen(paint, EVERY)
        self.paint()
        # at the interpreter's end there is no kernel left to tell
        weakref.finalize(self, close_widgets, self.view).atexit = False

    @property
    def hidden(self) -> bool:
        """Whether it was shown and is no more."""
        return self._shown_once and not self.view._view_count

    def paint(self) -> None:
        """Show what has changed since the last time."""
        with self._lock:
            board, rows = self._board, self._board.rows
            self._rows = {row.name: self._row(row) for row in rows}
            self._state.value = state_html(board.state, board.words(), board.reason)
            self._table.value = table_html([html for _, html in self._rows.values()])
            if board.state == "stopped" and not self._stop.disabled:
                self._stop.disabled, self._stop.description = True, "Stopped"

    def _row(self, row: Any) -> tuple[tuple[Any, ...], str]:
        seen = (row.ticks, row.stale, row.reason)
        before = self._rows.get(row.name)
        return before if before is not None and before[0] == seen else (seen, row_html(row))

    def _on_news(self) -> None:
        if not self.hidden:
            self.paint()

    def _on_count(self) -> None:
        if self.view._view_count:
            self._shown_once = True
            _ON_A_PAGE.add(self)
            self.paint()
        elif self._shown_once:
            _ON_A_PAGE.discard(self)

    def _on_stop(self) -> None:
        self._board.stop()

    def _on_closed(self) -> None:
        if self.view.comm is None:
            _ON_A_PAGE.discard(self)
            self._board.stop()


def bundle(board: Board) -> dict[str, Any]:
    """Return what a notebook shows of a board: one widget, in however many cells."""
    view: BoardView | None = board.view
    if view is None or view.view.comm is None:
        view = board.view = BoardView(board)
        _ON_A_PAGE.add(view)
    return dict(view.view._repr_mimebundle_())
