"""The picture of a chart on the page: static images, or a canvas of ipympl's, with its buttons and what is read there.

A page shows the image that fits its width; the canvas, which cannot shrink, only where there is room for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ipywidgets

from ibnb.tws.texts import Html
from ibnb.widgets.chart.view.canvas import interactive, make_canvas
from ibnb.widgets.chart.view.drawing import Drawing
from ibnb.widgets.chart.view.headline import heading_html
from ibnb.widgets.chart.view.saving import picture_link, table_link
from ibnb.widgets.kit.controls import button, classed, row
from ibnb.widgets.kit.lifetime import close_widgets
from ibnb.widgets.kit.markup import joined

if TYPE_CHECKING:
    from ibnb.plots.drawing.reading import Reading
    from ibnb.widgets.chart.loading import Loaded

_BUTTONS = {
    "zoom_in": ("Zoom in", "Show fewer bars"),
    "zoom_out": ("Zoom out", "Show more bars"),
    "earlier": ("Earlier", "Show what comes before"),
    "later": ("Later", "Show what comes after"),
    "whole": ("All", "Show all bars"),
    "previous": ("Previous bar", "Read the bar before"),
    "next": ("Next bar", "Read the bar after"),
}
_ZOOM, _MOVE = 0.5, 0.5  # of what is in view
_WORDS = {"O": "Open", "H": "High", "L": "Low", "C": "Close", "volume": "Volume"}


class Picture:
    """Figures on the page, or nothing yet.

    Parameters
    ----------
    canvas : bool or None
        Whether ipympl draws where there is room; None is where it is installed.

    Attributes
    ----------
    view : ipywidgets.Widget
        What to display.
    drawing : Drawing or None
        What is drawn.
    """

    def __init__(self, canvas: bool | None = None) -> None:
        self._interactive = interactive() if canvas is None else canvas
        self.drawing: Drawing | None = None
        self._lock = threading.RLock()  # one thread draws what came, another does what buttons say
        self._stale = False
        self._focus_back: Callable[[], None] = lambda: None
        self._heading, self._reading = ipywidgets.HTML(), ipywidgets.HTML()
        self._state = ""
        self._names: list[str] = []
        self._wide = classed(ipywidgets.HTML(), "ibnb-wide")
        self._narrow = classed(ipywidgets.HTML(), "ibnb-narrow")
        self._canvas_box = classed(ipywidgets.VBox(), "ibnb-canvas")
        self._buttons = {name: button(*words) for name, words in _BUTTONS.items()}
        for name, each in self._buttons.items():
            each.on_click(lambda _event, name=name: self.command(name))
        self._file = ipywidgets.HTML()
        save = {"Save picture": picture_link, "Save data": table_link}
        saving = [button(name, f"{name} as a file") for name in save]
        for each, link in zip(saving, save.values(), strict=True):
            each.on_click(lambda _event, link=link: self._save(link))
        self.view = classed(
            ipywidgets.VBox(
                [
                    self._heading,
                    self._reading,
                    self._canvas_box,
                    self._wide,
                    self._narrow,
                    row(*self._buttons.values(), *saving),
                    self._file,
                ]
            ),
            "ibnb-picture",
        )
        self.view.layout.display = "none"

    def comes_after(self, widget: Any) -> None:
        """Name the widget that the keyboard comes back to from the picture."""
        self._focus_back = widget.focus

    def draw(self, drawing: Drawing) -> None:
        """Show a drawing in place of what was there, in the same window where it is of the same bars."""
        before = self.drawing
        if before is not None and before.loaded is drawing.loaded and before.window and drawing.window:
            drawing.show(before.window)
            drawing.mark(before.marked)
        images = drawing.images()
        # Only now: from here on the kernel's thread draws this figure for the page, and nobody else may.
        canvas = self._canvas(drawing)
        with self._lock:
            old, self.drawing = self._canvas_box.children, drawing
            self._write(images)
            self._canvas_box.children = canvas
            (self.view.add_class if canvas else self.view.remove_class)("ibnb-with-canvas")
            self._names = [name for name, _ in latest.values] if (latest := drawing.latest()) else []
            self._tell(drawing.marked or latest)
            self._file.value = ""
            self.view.layout.display = ""
        for each in old:
            close_widgets(each)

    def go_on(self, loaded: Loaded) -> None:
        """Draw newer bars of the same contract; what a person reads, marks and has in view stays."""
        with self._lock:
            if self.drawing is None or not self.drawing.go_on(loaded):
                return
            self._tell(self.drawing.marked or self.drawing.latest())
            if self._canvas_box.children:
                self._redraw_canvas(alone=True)
                self._head()
            else:
                self._render()

    def say_state(self, state: str) -> None:
        """Say beside the last price whether it goes on: ``"live"``, why it does not, or nothing."""
        with self._lock:
            self._state = state
            if self.drawing is not None:
                self._head()

    def command(self, name: str, *, on_canvas: bool = False) -> None:
        """Do what the button of that name does; on the canvas, for a key."""
        with self._lock:
            if self.drawing is None or (window := self.drawing.window) is None:
                return
            if name in ("previous", "next"):
                self.drawing.step(1 if name == "next" else -1)
            else:
                move = window.width * _MOVE
                windows = {
                    "zoom_in": lambda: window.zoomed(_ZOOM),
                    "zoom_out": lambda: window.zoomed(1 / _ZOOM),
                    "earlier": lambda: window.moved(-move),
                    "later": lambda: window.moved(move),
                    "whole": window.all,
                }
                self.drawing.show(windows[name]())
            self._tell(self.drawing.marked or self.drawing.latest())
            self._redraw_canvas(alone=on_canvas)
            if on_canvas:
                self._head()
            else:
                self._render()

    def zoom_at(self, factor: float, place: float) -> None:
        """Zoom around a place of the canvas."""
        with self._lock:
            if self.drawing is not None and self.drawing.window is not None:
                self.drawing.show(self.drawing.window.zoomed(factor, place))
                self._head()
                self._redraw_canvas(alone=True)

    def drag(self, bars: float) -> None:
        """Move what is in view on the canvas by so many bars."""
        with self._lock:
            if self.drawing is not None and self.drawing.window is not None:
                self.drawing.show(self.drawing.window.moved(bars))
                self._head()
                self._redraw_canvas(alone=True)

    def point_at(self, place: float | None) -> tuple[float, float] | None:
        """Read a place; return from where to where what was read reaches, None where nothing is."""
        with self._lock:
            found = None if self.drawing is None or place is None else self.drawing.read(place)
            if found is None:
                return None
            self._tell(found)
            return found.first, found.last

    def leave(self) -> None:
        """Go back to the bar that is marked, or the last in view; bring the images up to date with the canvas."""
        with self._lock:
            if self.drawing is not None:
                self._tell(self.drawing.marked or self.drawing.latest())
                if self._stale:
                    self._render()

    def reading(self) -> str:
        """Return the HTML of what is read."""
        return str(self._reading.value)

    def _save(self, link: Callable[[Drawing], Html]) -> None:
        with self._lock:
            if self.drawing is not None:
                self._file.value = link(self.drawing)

    def _canvas(self, drawing: Drawing) -> tuple[Any, ...]:
        if not self._interactive or drawing.window is None:
            return ()
        words = Html.escape(drawing.wide.alt_text, 2000)
        alt = ipywidgets.HTML(Html('<p class="ibnb-spoken">{}</p>').format(words))
        # In a box of its own: a canvas that is taken out of a box alone stays on the page.
        return (ipywidgets.VBox([alt, make_canvas(drawing.wide, self, self._move_focus, self._lock)]),)

    def _move_focus(self, forward: bool) -> None:
        (self._buttons["zoom_in"].focus if forward else self._focus_back)()

    def _render(self) -> None:
        """Bring images and heading up to date."""
        assert self.drawing is not None, "something is drawn"
        self._write(self.drawing.images())

    def _write(self, images: tuple[str, str]) -> None:
        drawing = self.drawing
        assert drawing is not None, "something is drawn"
        self._head()
        self._wide.value, self._narrow.value = images
        self._stale = False

    def _head(self) -> None:
        """Write what stands above the picture: whose bars, the last price, and what is in view."""
        drawing = self.drawing
        assert drawing is not None, "something is drawn"
        self._heading.value = heading_html(drawing.title, drawing.headline, self._state, drawing.about)

    def _redraw_canvas(self, *, alone: bool = False) -> None:
        """Have the canvas drawn anew; `alone` leaves the images, which nobody sees beside it, for later."""
        self._stale = self._stale or alone
        for each in self._canvas_box.children:
            each.children[1].draw_idle()

    def _tell(self, reading: Reading | None) -> None:
        if reading is None:
            self._reading.value = '<p class="ibnb-reading ibnb-muted">There is no bar in view.</p>'
            return
        fact = Html("<div><dt>{}</dt><dd>{}</dd></div>")
        values = dict(reading.values)  # names without a value stay: what stands below must not move
        names = [*self._names, *(name for name in values if name not in self._names)]
        facts = joined(fact.format(_WORDS.get(name, name), values.get(name, "–")) for name in names)
        self._reading.value = Html(
            '<div class="ibnb-reading" role="status" aria-live="polite" aria-atomic="true">'
            '<p class="ibnb-when">{}</p><dl>{}</dl></div>'
        ).format(reading.when, facts)
