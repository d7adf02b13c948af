"""The last picture of a panel, for a notebook that is saved: shown where there is no kernel behind the panel any more.

A front end that opens a saved notebook knows nothing of its widgets but their numbers ("model not found"). So beside
each panel stands an output of plain HTML: it is filled again now and then with what the panel shows, has its time and
says that it is not live. It lies in a template, which is no part of the page, until a page has no such panel.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from typing import Any

import ipywidgets

from ibnb.ground.views import in_notebook
from ibnb.ground.zones import date_and_clock
from ibnb.settings import options
from ibnb.tws.texts import Html

#: So many beats of a panel from one picture to the next: about half a minute.
EVERY_BEATS = 8

_SCRIPT = re.compile(r' onload="[^"]*"')
#: Of JupyterLab: the line that says that it knows no such widget, which stands behind the picture.
_NOT_FOUND = (
    ".jp-OutputArea-child:has({place}) + .jp-OutputArea-child > .jupyter-widgets:not(:has(*)), "
    "{first} {{ display: none; }}"
)

#: Boxes stand as in a page of widgets.
_LAID_OUT = ".ibnb-pictured, .ibnb-pictured .ibnb-editor { display: flex; flex-direction: column; }"

#: Takes the picture out of its template where there is no panel; JupyterLab may still be about to show one.
_SHOW = """
const place = this.parentNode;
setTimeout(() => {
  if (!document.querySelector('.ibnb-of-{number}') && !place.querySelector('.ibnb-pictured'))
    place.append(place.querySelector('template').content.cloneNode(true));
}, place.closest('.jp-NotebookPanel') ? 1500 : 0);
"""


class Still:
    """The picture of one panel.

    Parameters
    ----------
    view : ipywidgets.Box
        The panel's widget.
    parts : iterable of ipywidgets.Widget
        What of it is shown.
    css : str
        How a panel looks whose kernel has gone.
    """

    def __init__(self, view: ipywidgets.Box, parts: Iterable[ipywidgets.Widget], css: str) -> None:
        self._view, self._parts, self._css = view, tuple(parts), css
        self._number = view.model_id
        self._last, self._placed = "", False
        self._lock = threading.Lock()

    def marks(self) -> str:
        """Return what the panel carries: a mark that it is there, and the rule that hides a picture shown before it."""
        rule = f".ibnb-still-{self._number} {{ display: none; }}"
        return f'<i class="ibnb-of-{self._number}" hidden></i><style>{rule}</style>'

    def first(self) -> Html:
        """Return the picture of now, for whoever shows no widgets; a later one takes its place."""
        if not options.pictures:
            return Html()
        return Html('<div class="ibnb-first-{}">{}</div>').format(self._number, self._picture())

    def place(self) -> None:
        """Put an empty output into the cell that runs, for pictures to come."""
        if in_notebook() and options.pictures:
            self._publish(Html(), update=False)
            self._placed, self._last = True, ""

    def renew(self) -> None:
        """Fill the output with what the panel shows now, where that has changed; from any thread."""
        with self._lock:
            drawn = self._drawn()
            if self._placed and options.pictures and drawn != self._last:
                self._last = drawn
                self._publish(self._folded(), update=True)

    def _publish(self, html: Html, *, update: bool) -> None:
        from IPython.display import publish_display_data

        publish_display_data(
            {"text/html": str(html), "text/plain": ""}, transient={"display_id": f"ibnb-{self._number}"}, update=update
        )

    def _drawn(self) -> str:
        return "".join(map(_drawn, self._parts))

    def _picture(self) -> Html:
        told = Html(
            '<p class="ibnb-gone"><span aria-hidden="true">■</span> <strong>Not live:</strong> what was shown at {}. '
            "Run the cell again for what is now.</p>"
        ).format(date_and_clock(datetime.now(UTC)))
        return Html('<div class="{} ibnb-ended ibnb-pictured"><style>{}</style>{}{}</div>').format(
            " ".join(self._view._dom_classes), Html(self._css + _LAID_OUT), told, Html(self._drawn())
        )

    def _folded(self) -> Html:
        """Return the picture in its template, and what takes it out."""
        rule = _NOT_FOUND.format(place=f".ibnb-still-{self._number}", first=f".ibnb-first-{self._number}")
        script = escape(" ".join(_SHOW.replace("{number}", self._number).split()))
        return Html('<div class="ibnb-still-{}"><template>{}</template><style onload="{}">{}</style></div>').format(
            self._number, self._picture(), Html(script), Html(rule)
        )


def _drawn(widget: Any) -> str:
    """Return what a widget shows as HTML that runs nothing; what a person only presses or fills in is left out."""
    if widget.layout is not None and widget.layout.display == "none":
        return ""
    if isinstance(widget, ipywidgets.HTML):
        return _within(widget, _SCRIPT.sub("", str(widget.value))) if widget.value else ""
    if isinstance(widget, ipywidgets.Image):
        return _image(f"image/{widget.format}", base64.b64encode(widget.value).decode()) if widget.value else ""
    if isinstance(widget, ipywidgets.Box):
        children: tuple[Any, ...] = widget.children
        if hasattr(widget, "selected_index"):
            chosen = widget.selected_index
            children = () if chosen is None else children[chosen : chosen + 1]
        inner = "".join(map(_drawn, children))
        return _within(widget, inner) if inner else ""
    shot = getattr(widget, "_data_url", "") or ""  # a canvas of ipympl, which has none before it is drawn
    return Html('<img alt="" src="{}">').format(Html(shot)) if shot.startswith("data:image/png;base64,") else ""


def _within(widget: Any, inner: str) -> Html:
    return Html('<div class="{}">{}</div>').format(" ".join(widget._dom_classes), Html(inner))


def _image(kind: str, data: str) -> Html:
    return Html('<img alt="" style="max-width: 100%" src="data:{};base64,{}">').format(kind, data)
