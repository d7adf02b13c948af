"""The picture as ipympl draws it: read under the pointer, zoomed by the wheel, dragged, resized, and used by keyboard.

Without ipympl there is none of this, and the buttons do the same on a static picture.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from matplotlib.backend_bases import KeyEvent, MouseEvent

    from ibnb.plots.drawing.figure import ChartFigure

#: How much a turn of the wheel zooms.
WHEEL = 0.8
_KEYS = {
    "left": "previous",
    "right": "next",
    "+": "zoom_in",
    "-": "zoom_out",
    "home": "whole",
    "pageup": "earlier",
    "pagedown": "later",
}


class Commands(Protocol):
    """What pointer and keys do."""

    def command(self, name: str, *, on_canvas: bool = False) -> None:
        """Do what the button of that name does; on the canvas, for a key."""

    def zoom_at(self, factor: float, place: float) -> None:
        """Zoom around a place."""

    def drag(self, bars: float) -> None:
        """Move what is in view by so many bars."""

    def point_at(self, place: float | None) -> tuple[float, float] | None:
        """Read a place; return from where to where what was read reaches, None where nothing is."""

    def leave(self) -> None:
        """Note that the pointer has left."""


def interactive() -> bool:
    """Whether ipympl is installed."""
    return find_spec("ipympl") is not None


def make_canvas(
    figure: ChartFigure, commands: Commands, focus: Callable[[bool], None], guard: AbstractContextManager[Any]
) -> Any:
    """Return the widget that shows a figure and does what pointer and keys say.

    Parameters
    ----------
    figure : ChartFigure
        Of a chart.
    commands : Commands
        What they do.
    focus : callable
        Moves the focus of the keyboard out of the canvas: forward for True, else back. ipympl takes every key, and
        without this the Tab key would be caught in it.
    guard : context manager
        Held while the figure is drawn: what goes on by itself changes it from another thread.
    """
    with warnings.catch_warnings():  # its own: an argument that its toolbar hands on to traitlets
        warnings.simplefilter("ignore", DeprecationWarning)
        backend, canvas_class = _ipympl()
        canvas = canvas_class(figure)
        canvas.guard = guard
        backend.FigureManager(canvas, 0)
    canvas.toolbar_visible = canvas.header_visible = canvas.footer_visible = False
    canvas.capture_scroll = True
    _Pointer(canvas, figure, commands, focus)
    canvas.ready = True
    canvas.open()
    return canvas


@cache
def _ipympl() -> tuple[Any, Any]:
    """Return ipympl's backend, and its canvas made fit to be created in another thread than the kernel's."""
    backend = import_module("ipympl.backend_nbagg")

    class ChartCanvas(backend.Canvas):  # type: ignore[misc,name-defined]
        """A canvas that the page learns of when it is complete: it answers at once, and the answer would be lost."""

        ready = False
        guard: AbstractContextManager[Any] = nullcontext()

        def open(self) -> None:
            if self.ready:
                super().open()

        def draw(self) -> None:
            with self.guard:
                super().draw()

    return backend, ChartCanvas


class _Pointer:
    """Listens to a canvas. matplotlib holds its methods weakly, so the canvas holds it."""

    def __init__(self, canvas: Any, figure: ChartFigure, commands: Commands, focus: Callable[[bool], None]) -> None:
        self._canvas, self._chart, self._axes = canvas, figure.chart, figure.chart.price_axes
        self._commands, self._focus = commands, focus
        self._dragged_from: float | None = None
        canvas.pointer = self
        for event, method in (
            ("motion_notify_event", self._on_move),
            ("button_press_event", self._on_press),
            ("button_release_event", self._on_release),
            ("scroll_event", self._on_scroll),
            ("figure_leave_event", self._on_leave),
            ("key_press_event", self._on_key),
            ("resize_event", self._on_resize),
        ):
            canvas.mpl_connect(event, method)

    def _place(self, event: MouseEvent) -> float:
        """Return the position on the axis of bars, also beside the axes."""
        return float(self._axes.transData.inverted().transform((event.x, event.y))[0])

    def _on_move(self, event: MouseEvent) -> None:
        place = self._place(event)
        if self._dragged_from is not None:
            self._commands.drag(self._dragged_from - place)
            return
        self._frame(self._commands.point_at(place if event.inaxes is not None else None))

    def _on_press(self, event: MouseEvent) -> None:
        if event.dblclick:
            self._commands.command("whole", on_canvas=True)
        elif event.inaxes is not None:
            self._dragged_from = self._place(event)
            self._frame(None)

    def _on_release(self, _event: object) -> None:
        self._dragged_from = None

    def _on_scroll(self, event: MouseEvent) -> None:
        self._frame(None)
        self._commands.zoom_at(WHEEL if event.step > 0 else 1 / WHEEL, self._place(event))

    def _on_leave(self, _event: object) -> None:
        self._dragged_from = None
        self._frame(None)
        self._commands.leave()

    def _on_key(self, event: KeyEvent) -> None:
        if event.key in ("tab", "shift+tab"):
            self._focus(event.key == "tab")
        elif event.key in _KEYS:
            self._commands.command(_KEYS[event.key], on_canvas=True)

    def _on_resize(self, _event: object) -> None:
        """Draw as many candles as fit into the new size; a person drags the canvas by its corner."""
        self._chart.update()

    def _frame(self, reach: tuple[float, float] | None) -> None:
        """Frame what is read, on the page itself: nothing has to be drawn anew for it."""
        if reach is None:
            self._canvas.send_event("rubberband", x0=0, y0=0, x1=0, y1=0)
            return
        boxes = [axes.bbox for axes in self._canvas.figure.axes]
        left, right = (self._axes.transData.transform((place, 0))[0] for place in (reach[0] - 0.5, reach[1] + 0.5))
        bottom, top = min(box.y0 for box in boxes), max(box.y1 for box in boxes)
        self._canvas.send_event("rubberband", x0=left, y0=bottom, x1=max(right, left + 2), y1=top)
