"""The line of a widget that says how its session stands: connected, being mended, or over, and what happened last."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

import ipywidgets

from ibnb.ground.choices import on_choice
from ibnb.ground.zones import clock
from ibnb.tws.texts import Html
from ibnb.widgets.kit.controls import classed
from ibnb.widgets.kit.markup import badge

if TYPE_CHECKING:
    from ibnb.tws.connection import Connection
    from ibnb.tws.keeping.timeline import Event

#: What is of no interest any more once the session is well: it has just begun, or was tried.
_SILENT = frozenset({"connected", "attempt-failed"})


class ConnectionLine:
    """One line, spoken by screen readers when it changes.

    Parameters
    ----------
    session : Connection
        Whose.

    Attributes
    ----------
    view : ipywidgets.HTML
        The line.
    """

    def __init__(self, session: Connection) -> None:
        self.view = classed(ipywidgets.HTML(), "ibnb-connection")
        painter = _Painter(session, self.view)
        painter.paint()
        self._end = session.listen(painter.on_event)

    def close(self) -> None:
        """Follow the session no longer; the view is closed by the panel that shows it. May be repeated."""
        self._end()


class _Painter:
    """Writes the line, from the thread that something happens on; a widget that is forgotten keeps no session alive."""

    def __init__(self, session: Connection, view: ipywidgets.HTML) -> None:
        self._session, self._view = weakref.ref(session), view
        self._where = f"{session.kind} · {session.endpoint}"
        self._last: Event | None = None
        self._lock = threading.Lock()
        on_choice(self.paint)

    def on_event(self, event: Event) -> None:
        if event.kind == "alert":  # which every widget says by itself
            return
        self._last = None if event.kind in _SILENT else event
        self.paint()

    def paint(self) -> None:
        session = self._session()
        status = "closed" if session is None else session.status
        tone, symbol = _look(status)
        last = self._last
        told = (
            "" if last is None else Html(' <span class="ibnb-muted">{} {}</span>').format(clock(last.time), last.text)
        )
        text = Html('<p role="status" aria-live="polite" class="ibnb-is-{}">{} <strong>{}</strong> · {}{}</p>').format(
            tone, badge(tone, symbol), status[:1].upper() + status[1:], self._where, told
        )
        with self._lock:
            self._view.value = text


def _look(status: str) -> tuple[str, str]:
    """Return the tone of a status, and its symbol."""
    if status == "closed":
        return "idle", "·"
    if status == "connected":
        return "pass", "✓"
    return ("warn", "!") if status.startswith("connected") else ("fail", "✗")
