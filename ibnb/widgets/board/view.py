"""The board's widget: repaints itself when something has changed, at most four times a second, and only while shown.

It paints on the session's thread, so that it moves while a cell computes. A board that nobody holds or shows ends, and
its lines are free again.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

import ipywidgets

from ibnb.tws.texts import Html
from ibnb.widgets.board.cells import row_html, state_html, table_html
from ibnb.widgets.board.style import CSS
from ibnb.widgets.kit.controls import classed
from ibnb.widgets.kit.lifetime import weakly
from ibnb.widgets.kit.panel import Panel

if TYPE_CHECKING:
    from ibnb.live.board.board import Board

#: Seconds from one repaint to the next, at least.
EVERY = 0.25


class BoardView(Panel):
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
        self._rows: dict[str, tuple[tuple[Any, ...], Html]] = {}
        self._state, self._table = ipywidgets.HTML(), ipywidgets.HTML()
        self._stop = ipywidgets.Button(description="Stop", tooltip="End the quotes; the frame stays")
        view = classed(
            ipywidgets.VBox(
                [
                    classed(ipywidgets.HTML(f"<style>{CSS}</style>"), "ibnb-sheet"),
                    classed(ipywidgets.Box([self._state, self._stop]), "ibnb-bar"),
                    self._table,
                ]
            ),
            "ibnb-board",
        )
        view._view_count = 0  # from now on the front end counts where it is shown
        self._shown_once = False
        self._stop.on_click(weakly(self._on_stop))
        view.observe(weakly(self._on_count), "_view_count")
        self._begin(view)
        paint = weakly(self._on_news)
        board.listen(paint, EVERY)
        self.paint()

    def close(self) -> None:
        """End the quotes and the widgets; the frame stays. May be repeated."""
        self._board.stop()
        super().close()

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

    def _row(self, row: Any) -> tuple[tuple[Any, ...], Html]:
        seen = (row.ticks, row.stale, row.reason)
        before = self._rows.get(row.name)
        return before if before is not None and before[0] == seen else (seen, row_html(row))

    def _on_news(self) -> None:
        if not self.hidden:
            self.paint()

    def _on_count(self) -> None:
        if self.view._view_count:
            self._shown_once = True
            self._stay_on_page()
            self.paint()
        elif self._shown_once:
            self._leave_page()

    def _words(self) -> str:
        return str(self._board.state)

    def _on_stop(self) -> None:
        self._board.stop()


def bundle(board: Board) -> dict[str, Any]:
    """Return what a notebook shows of a board: one widget, in however many cells."""
    view: BoardView | None = board.view
    if view is None or view.closed:
        view = board.view = BoardView(board)
        view._stay_on_page()
    return dict(view.view._repr_mimebundle_())
