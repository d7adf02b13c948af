"""The widget of a book, of single ticks, of bars that go on, of profits: the latest rows, as tables are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from ibnb.tables.shown.html import STYLE, body_of
from ibnb.tables.shown.page import page_of
from ibnb.tws.texts import Html
from ibnb.widgets.kit.controls import classed
from ibnb.widgets.live.view import LiveView, bundle_of

if TYPE_CHECKING:
    from ibnb.tws.subscriptions.handle import Held

#: More rows are no table that is read while it moves: as many as a book has levels.
_ROWS = 60


class StreamView(LiveView):
    """The widget of one stream.

    Parameters
    ----------
    stream : Held
        What it shows; it is stopped when the widget is closed.

    Examples
    --------
    >>> import ibnb
    >>> from ibnb.widgets.live.stream import StreamView
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     view = StreamView(tws.depth("EUR.USD", limit=3))
    ...     view
    ...     view.close()
    <StreamView live>
    """

    css = STYLE

    def __init__(self, stream: Held) -> None:
        self._table = classed(ipywidgets.HTML(tabbable=True), "ibnb-data")
        super().__init__(stream, self._table)

    def _paint(self) -> None:
        stream = self._stream
        table = body_of(page_of(stream.shown(), _ROWS), f"{type(stream).__name__}: {stream.words()[0]}")
        self._table.value = Html('<div class="ibnb-shown">{}</div>').format(table)


def bundle(stream: Held) -> dict[str, Any]:
    """Return what a notebook shows of a stream."""
    return bundle_of(stream, StreamView)
