"""What a person does to a board by its widget: contracts come, go and get other names; watchlists are kept and opened.

What asks TWS runs beside the session's loop, so that the board goes on meanwhile.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets

from ibnb.live.board.arrangement import TRENDS
from ibnb.live.board.watchlists import watchlists
from ibnb.tws.client.loop import BackgroundLoop
from ibnb.widgets.kit.controls import button, classed, row
from ibnb.widgets.kit.lifetime import weakly
from ibnb.widgets.kit.notice import Notice, notice_html, of_error
from ibnb.widgets.kit.work import Stopped, Work, beside

if TYPE_CHECKING:
    from ibnb.live.board.board import Board


class Editor:
    """The fields below a board's first line; folded away until they are asked for.

    Parameters
    ----------
    board : Board
        What is edited; held weakly, since it holds the widget that this is a part of.

    Attributes
    ----------
    view : ipywidgets.VBox
        The fields.
    """

    def __init__(self, board: Board) -> None:
        self._reference, self._work = weakref.ref(board), Work("watch", _Loop(board.loop))
        self._add = _field(ipywidgets.Text(description="Contracts", placeholder="AAPL, EUR.USD, ES DEC26"))
        self._row = _field(ipywidgets.Dropdown(description="Row"))
        self._called = _field(ipywidgets.Text(description="Called", placeholder="another name"))
        self._trend = _field(ipywidgets.Dropdown(description="Trend over", options=list(TRENDS)))
        self._list = _field(ipywidgets.Combobox(description="Watchlist", placeholder="a name"))
        self._said = ipywidgets.HTML()
        buttons = {
            "Add": ("Watch these, too", self._on_add),
            "Rename": ("Call the row so", self._on_rename),
            "Remove": ("Watch the row no more", self._on_remove),
            "Save": ("Keep the board under this name", self._on_save),
            "Open": ("Watch what was kept under this name, and nothing else", self._on_open),
        }
        made = {label: button(label, tooltip) for label, (tooltip, _) in buttons.items()}
        for label, (_, method) in buttons.items():
            made[label].on_click(weakly(method))
        self._trend.observe(weakly(self._on_trend), "value")
        groups = [
            [self._add, made["Add"]],
            [self._row, self._called, made["Rename"], made["Remove"]],
            [self._list, made["Save"], made["Open"], self._trend],
        ]
        lines = [row(*group) for group in groups]
        self._fields = classed(ipywidgets.VBox(lines), "ibnb-edit")
        self._fields.layout.display = "none"
        self.view = classed(ipywidgets.VBox([self._fields, self._said]), "ibnb-editor")
        self.follow()

    @property
    def _board(self) -> Board:
        board = self._reference()
        assert board is not None, "its widget holds it"
        return board

    def toggle(self) -> None:
        """Fold the fields away, or open them."""
        layout = self._fields.layout
        layout.display = "none" if layout.display != "none" else ""
        self._list.options = list(watchlists())

    def follow(self) -> None:
        """Let the fields offer what the board has now."""
        rows = sorted((row.name.casefold(), row.name, id(row)) for row in self._board.rows)
        offered = tuple((name, which) for _, name, which in rows)
        if self._row.options != offered:
            chosen = self._row.value
            self._row.options = offered
            there = [which for _, which in offered]
            self._row.value = chosen if chosen in there else next(iter(there), None)
        self._trend.value = self._board.trend

    def start(self) -> None:
        """Watch again what was stopped."""
        self._begin("Starting …", "start")

    def close(self) -> None:
        """Stop what runs. May be repeated."""
        self._work.close()

    def _on_add(self) -> None:
        words = [word.strip() for word in self._add.value.split(",") if word.strip()]
        if words:
            self._begin(f"Looking for {', '.join(words)} …", "add", words, field=self._add)
        else:
            self._say(Notice("idle", "Which contracts?", "Write some, such as AAPL or EUR.USD."))

    def _on_rename(self) -> None:
        if (name := self._row.label) is not None:
            self._begin("", "rename", name, self._called.value, field=self._called)

    def _on_remove(self) -> None:
        if (name := self._row.label) is not None:
            self._begin("", "remove", name)

    def _on_trend(self) -> None:
        if self._trend.value != self._board.trend:
            self._board.trend = self._trend.value

    def _on_save(self) -> None:
        name = self._list.value.strip()
        self._begin("", "save", name, after=Notice("pass", f"Kept as {name}."))

    def _on_open(self) -> None:
        self._begin(f"Opening {self._list.value} …", "open", self._list.value)

    def _begin(self, words: str, what: str, *arguments: Any, field: Any = None, after: Notice | None = None) -> None:
        """Have the board do something, by the name of its method."""
        board, said, lists = self._reference, self._said, self._list

        async def job() -> None:
            said.value = notice_html(Notice("busy", words)) if words else ""
            await beside(_do, board, what, arguments)
            said.value = "" if after is None else notice_html(after)
            lists.options = list(watchlists())
            if field is not None:
                field.value = ""

        def failed(error: Exception) -> None:
            if not isinstance(error, Stopped):
                said.value = notice_html(of_error(error))

        self._work.start(job, failed=failed)

    def _say(self, notice: Notice) -> None:
        self._said.value = notice_html(notice)


@dataclass(frozen=True)
class _Loop:
    """Whose loop the jobs run on: of the session alone, since what refers to the board would keep it for ever."""

    loop: BackgroundLoop


def _do(reference: weakref.ref[Board], what: str, arguments: tuple[Any, ...]) -> None:
    board = reference()
    if board is not None:
        getattr(board, what)(*arguments)


def _field(widget: Any) -> Any:
    return classed(widget, "ibnb-field")
