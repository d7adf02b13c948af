"""The quotes of a dashboard: a board of what is held, to which a person adds, and from which one takes away."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets

from ibnb.widgets.board.view import BoardView
from ibnb.widgets.kit.controls import button, classed
from ibnb.widgets.kit.lifetime import weakly
from ibnb.widgets.kit.notice import Notice, notice_html, of_error
from ibnb.widgets.kit.panel import Panel
from ibnb.widgets.kit.style import CSS
from ibnb.widgets.kit.work import Stopped, Work, beside

if TYPE_CHECKING:
    from ibnb.live.board.board import Board
    from ibnb.session import Session

#: So many of the contracts that are held are watched from the start: each takes a market data line.
FIRST = 25

_HEAD = (
    '<p class="ibnb-name" role="heading" aria-level="3">Quotes</p>'
    '<p class="ibnb-detail">What is held, and what you add. Each contract takes a market data line.</p>'
)
_EMPTY = Notice("idle", "Nothing is watched.", "Write a contract, such as AAPL or EUR.USD, and press Watch.")


class Quotes(Panel):
    """A board that a person fills.

    Parameters
    ----------
    session : Session
        Whose quotes; the board begins with what its accounts hold.
    timeout : float
        Seconds, for each request.

    Examples
    --------
    >>> import ibnb
    >>> from ibnb.widgets.dashboard.quotes import Quotes
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     quotes = Quotes(tws)
    ...     quotes.wait(20)
    ...     "AAPL" in quotes.board.contracts
    True
    >>> quotes.close()
    """

    def __init__(self, session: Session, *, timeout: float = 10) -> None:
        self._work = Work("dashboard", session)
        self._layout = _Layout()
        self._jobs = _Jobs(session, self._layout, timeout)
        self._layout.add.on_click(weakly(self._on_add))
        self._layout.remove.on_click(weakly(self._on_remove))
        self._begin(self._layout.view, self._work, self._jobs)
        self._work.start(self._jobs.begin, failed=self._jobs.failed)

    @property
    def board(self) -> Board | None:
        """The board, once something is watched."""
        return self._jobs.board

    def wait(self, timeout: float | None = None) -> None:
        """Wait until nothing is being looked up.

        Raises
        ------
        TimeoutError
            If something still is after so many seconds.
        """
        self._work.wait(timeout)

    def _on_add(self) -> None:
        self._start(self._jobs.add)

    def _on_remove(self) -> None:
        self._start(self._jobs.remove)

    def _start(self, job: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        if wanted := self._layout.contract.value.strip():
            self._work.start(partial(job, wanted), failed=self._jobs.failed)
        else:
            self._layout.say(Notice("idle", "Which contract?", "Write one, such as AAPL or EUR.USD."))


class _Jobs:
    """What runs on the session's loop; it knows the widgets, not the panel."""

    def __init__(self, session: Session, layout: _Layout, timeout: float) -> None:
        self._session, self._layout, self._timeout = session, layout, timeout
        self._view: BoardView | None = None
        self.board: Board | None = None

    async def begin(self) -> None:
        """Watch what is held."""
        self._layout.say(Notice("busy", "Asking TWS what is held …"))
        held = await beside(partial(self._session.positions, timeout=self._timeout))
        await self._watch(held["con_id"].drop_duplicates().head(FIRST).tolist())

    async def add(self, wanted: str) -> None:
        """Watch one more."""
        self._layout.say(Notice("busy", f"Looking for {wanted} …"))
        await self._watch([wanted])
        self._layout.contract.value = ""

    async def remove(self, wanted: str) -> None:
        """Watch one no more."""
        if self.board is not None:
            await beside(self.board.remove, wanted)
            self._layout.contract.value = ""
        self._say()

    async def _watch(self, contracts: list[Any]) -> None:
        board = self.board
        if contracts and (board is None or board.state == "stopped"):
            if self._view is not None:
                self._view.close()
            board = self.board = await beside(partial(self._session.watch, contracts, timeout=self._timeout))
            self._view = BoardView(board)
            self._layout.show(self._view.view)
        elif contracts and board is not None:
            await beside(partial(board.add, contracts, timeout=self._timeout))
        self._say()

    def _say(self) -> None:
        self._layout.say(None if self.board is not None and len(self.board) else _EMPTY)

    def failed(self, error: Exception) -> None:
        """Say why a job has failed."""
        if not isinstance(error, Stopped):
            self._layout.say(of_error(error))

    def close(self) -> None:
        """End the board; its widgets end with those around them, which at the interpreter's end nobody is told of."""
        if self.board is not None:
            self.board.stop()


class _Layout:
    """The widgets: a field with its buttons, how it stands, and the board."""

    def __init__(self) -> None:
        self.contract = ipywidgets.Text(
            description="Contract", placeholder="AAPL, EUR.USD, AAPL 20270115 200 C", continuous_update=False
        )
        self.add = button("Watch", "Put it on the board", primary=True)
        self.remove = button("Take away", "Take it off the board, by its name there")
        self._notice, self._board = ipywidgets.HTML(), classed(ipywidgets.VBox(), "ibnb-place")
        field = classed(ipywidgets.VBox([self.contract]), "ibnb-field")
        self.view = ipywidgets.VBox(
            [
                classed(ipywidgets.HTML(f"<style>{CSS}</style>"), "ibnb-sheet"),
                ipywidgets.HTML(_HEAD),
                classed(ipywidgets.Box([field, self.add, self.remove]), "ibnb-fields"),
                self._notice,
                self._board,
            ]
        )
        for name in ("ibnb-setup", "ibnb-quotes"):
            self.view.add_class(name)
        self.say(_EMPTY)

    def say(self, notice: Notice | None) -> None:
        """Show how it stands; None shows nothing, since the board says it."""
        self._notice.layout.display = "none" if notice is None else ""
        self._notice.value = "" if notice is None else notice_html(notice)

    def said(self) -> str:
        """Return the HTML of how it stands."""
        return str(self._notice.value)

    def show(self, board: ipywidgets.Widget) -> None:
        """Show a board in place of the one before."""
        self._board.children = (board,)
