"""What all widgets of live data are made on: painted with the news, four times a second at most, and only while shown.

They paint on the session's thread, so that they move while a cell computes. What nobody holds or shows ends, and its
lines are free again.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets

from ibnb.errors import IBNBError
from ibnb.tws.subscriptions.handle import SYMBOLS
from ibnb.tws.texts import Html
from ibnb.widgets.kit.clicks import sheet
from ibnb.widgets.kit.controls import classed
from ibnb.widgets.kit.lifetime import weakly
from ibnb.widgets.kit.panel import Panel
from ibnb.widgets.live.style import CSS

if TYPE_CHECKING:
    from ibnb.tws.subscriptions.handle import Held

#: Seconds from one painting to the next, at least.
EVERY = 0.25


class LiveView(Panel):
    """The widget of something live.

    Parameters
    ----------
    stream : Held
        What it shows; it is stopped when the widget is closed.
    *below : ipywidgets.Widget
        What stands below the line that says how it stands.
    buttons : sequence of ipywidgets.Button
        Beside that line, before Stop.
    parts : sequence
        What is closed with it; none may refer to it, or to what it shows.

    Attributes
    ----------
    view : ipywidgets.VBox
        The widget, for layouts of your own.
    """

    #: Beside the look that all have.
    css: ClassVar[str] = ""
    name: ClassVar[str] = "ibnb-stream"

    def __init__(
        self,
        stream: Held,
        *below: ipywidgets.Widget,
        buttons: Sequence[ipywidgets.Widget] = (),
        parts: Sequence[object] = (),
    ) -> None:
        self._stream, self._lock = stream, Lock()
        self._state = ipywidgets.HTML()
        self._stop = ipywidgets.Button(description="Stop", tooltip="End it, and let TWS know; the frame stays")
        bar = classed(ipywidgets.Box([self._state, *buttons, self._stop]), "ibnb-bar")
        view = classed(ipywidgets.VBox([sheet(CSS + self.css), bar, *below]), "ibnb-live", "ibnb-clicks", self.name)
        view._view_count = 0  # from now on the front end counts where it is shown
        self._shown_once = False
        self._stop.on_click(weakly(self._on_stop))
        view.observe(weakly(self._on_count), "_view_count")
        self._begin(view, *parts)
        with suppress(IBNBError):  # its session is closed: it is shown as it ended
            stream.listen(weakly(self._on_news), EVERY)
        self.paint()

    def close(self) -> None:
        """End what it shows, and the widgets; the frame stays. May be repeated."""
        self._stream.stop()
        super().close()

    @property
    def hidden(self) -> bool:
        """Whether it was shown and is no more."""
        return self._shown_once and not self.view._view_count

    def paint(self) -> None:
        """Show what has changed since the last time."""
        with self._lock:
            self._paint()
            stream = self._stream
            self._state.value = state_html(stream.state, stream.words(), stream.reason)
            self._paint_stop(stream.state == "stopped")

    def _paint(self) -> None:
        """Show the data."""
        raise NotImplementedError

    def _paint_stop(self, stopped: bool) -> None:
        if stopped and not self._stop.disabled:
            self._stop.disabled, self._stop.description = True, "Stopped"

    def _on_news(self) -> None:
        if not self.hidden:
            self.paint()

    def _show_anew(self) -> None:
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
        return self._stream.state

    def _on_stop(self) -> None:
        self._stream.stop()


def state_html(state: str, words: Sequence[str], reason: str) -> Html:
    """Return the line that says how it stands; screen readers speak it when it changes."""
    more = [*words, *([reason] if reason and state in ("stale", "lost") else [])]
    return Html(
        '<p class="ibnb-state ibnb-is-{state}" role="status" aria-live="polite">'
        '<span aria-hidden="true">{symbol}</span> <b>{state}</b> · {more}</p>'
    ).format(state=state, symbol=SYMBOLS[state], more=Html(" · ").join(more))


def bundle_of(stream: Held, view_of: Any) -> dict[str, Any]:
    """Return what a notebook shows of something live: one widget, in however many cells."""
    view: LiveView | None = stream.view
    if view is None or view.closed:
        view = stream.view = view_of(stream)
        view._stay_on_page()
    return view._bundle()
