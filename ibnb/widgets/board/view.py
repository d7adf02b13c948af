"""The board's widget: its rows, of which those alone are written anew that have changed, and what a person does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import ipywidgets

from ibnb.tws.texts import Html
from ibnb.widgets.board.cells import pressed, row_html, table_html
from ibnb.widgets.board.editor import Editor
from ibnb.widgets.board.style import CSS
from ibnb.widgets.kit.clicks import Clicks
from ibnb.widgets.kit.controls import button, classed
from ibnb.widgets.kit.lifetime import weakly
from ibnb.widgets.live.view import LiveView, bundle_of

if TYPE_CHECKING:
    from ibnb.live.board.board import Board

#: So often, within its time, a trend moves on where no tick comes.
_STEPS = 60


class BoardView(LiveView):
    """The widget of one board.

    Parameters
    ----------
    board : Board
        What it shows; it is stopped when the widget is closed.
    """

    css = CSS
    name = "ibnb-board"

    def __init__(self, board: Board) -> None:
        self._board, self._rows = board, dict[str, tuple[tuple[Any, ...], Html]]()
        self._table, self._editor = classed(ipywidgets.HTML(), "ibnb-data"), Editor(board)
        clicks = Clicks(self._on_click)
        edit = button("Edit", "Add, rename and remove contracts; keep and open watchlists")
        edit.on_click(weakly(self._editor.toggle))
        super().__init__(board, self._editor.view, self._table, clicks.view, buttons=[edit], parts=[self._editor])

    def _paint(self) -> None:
        arrangement, now = self._board.arrangement, time.time()
        looks = (*arrangement.columns.values(), arrangement.trend, now * _STEPS // arrangement.seconds)
        rows = arrangement.ordered(self._board.rows, now)
        self._rows = {row.name: self._row(row, looks, now) for row in rows}
        self._table.value = table_html([html for _, html in self._rows.values()], arrangement)
        self._editor.follow()

    def _row(self, row: Any, looks: tuple[Any, ...], now: float) -> tuple[tuple[Any, ...], Html]:
        seen = (row.ticks, row.stale, row.reason, *looks)
        before = self._rows.get(row.name)
        return (
            before if before is not None and before[0] == seen else (seen, row_html(row, self._board.arrangement, now))
        )

    def _show_anew(self) -> None:
        with self._lock:
            self._rows.clear()
        super()._show_anew()

    def _paint_stop(self, stopped: bool) -> None:
        self._stop.description = "Start" if stopped else "Stop"
        self._stop.tooltip = "Watch it again" if stopped else "End the quotes; the frame stays"

    def _on_stop(self) -> None:
        if self._board.state == "stopped":
            self._editor.start()
        else:
            self._board.stop()

    def _on_click(self, what: str, which: str) -> None:
        by = pressed(which, self._board.arrangement)
        if what == "sort" and by:
            self._board.arrangement.sort_next(by)
            self.paint()


def bundle(board: Board) -> dict[str, Any]:
    """Return what a notebook shows of a board."""
    return bundle_of(board, BoardView)
