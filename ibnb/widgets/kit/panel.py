"""What every panel is made on: how it opens, stays on a page, shows itself, and ends with all that belongs to it.

The widgets know their panel by weak references alone (`weakly`), so that a panel that nobody holds or shows ends, and
with it what it runs.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from ibnb.ground.choices import on_choice
from ibnb.widgets.kit.controls import classed
from ibnb.widgets.kit.lifetime import close_widgets, close_with, weakly
from ibnb.widgets.kit.told_line import ToldLine
from ibnb.widgets.page.alive import CSS, Heart, alive
from ibnb.widgets.page.still import EVERY_BEATS, Still

if TYPE_CHECKING:
    import ipywidgets

#: Panels on a page: a person may still use them, whether or not a variable holds them.
ON_A_PAGE: set[Panel] = set()
_HEART = Heart(lambda: ON_A_PAGE)
#: At which beat a panel is pictured first: the page has it by then.
_FIRST_STILL = 2


class Panel:
    """What a person clicks. A subclass puts its parts together and begins.

    Attributes
    ----------
    view : ipywidgets.VBox
        The widget, for layouts of your own; hold the panel as long as it shows.
    """

    view: ipywidgets.Box

    def _begin(self, view: ipywidgets.Box, *parts: Any) -> None:
        """Begin: from now on the panel ends with its view, with whoever holds it, or by `close`.

        At the head of the view stands what is told to all of them (`ToldLine`).

        Parameters
        ----------
        view : ipywidgets.VBox
            All of its widgets.
        *parts
            What is closed with it, in this order; none may refer to the panel.
        """
        self.view = classed(view, "ibnb-panel")
        told = ToldLine()  # of no still picture: what it said is no news there
        self._still = Still(view, view.children, CSS)
        line, self._beat = alive(self._still.marks())
        self._beats = 0
        view.children = (told.view, *view.children, line, self._beat)
        view.observe(weakly(self._on_comm), "comm")
        self._finalizer = close_with(self, *parts, told)
        on_choice(self._on_option)
        # apart, because at the interpreter's end there is no kernel left to tell
        weakref.finalize(self, close_widgets, view).atexit = False

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return not self._finalizer.alive

    def close(self) -> None:
        """End what runs, and the widgets; the session stays. May be repeated."""
        self._leave_page()
        self._finalizer()
        close_widgets(self.view)

    def _stay_on_page(self) -> None:
        """Be held by the page that shows it."""
        ON_A_PAGE.add(self)
        _HEART.begin()

    def _leave_page(self) -> None:
        ON_A_PAGE.discard(self)
        _HEART.look()

    def beat(self, number: int) -> None:
        """Let the page know that the kernel runs."""
        self._beat.value = f'<i data-beat="{number}"></i>'
        self._beats += 1
        if self._beats % EVERY_BEATS == _FIRST_STILL:
            self._still.renew()

    def _on_option(self) -> None:
        if not self.closed:
            self._show_anew()

    def _show_anew(self) -> None:
        """Show what is known by the zone, the format of numbers and the masking of now; asks nobody."""

    def _on_comm(self) -> None:
        if self.view.comm is None:  # somebody closed the view
            self.close()

    def _words(self) -> str:
        """Return what it shows, in a few words."""
        return ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'closed' if self.closed else self._words()}>"

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        if self.closed:
            return {"text/plain": repr(self)}
        self._stay_on_page()
        return {**self._bundle(), "text/plain": repr(self)}

    def _bundle(self) -> dict[str, Any]:
        """Return what a front end shows: the widget, or where it knows none, the picture of now."""
        self._still.place()
        return {**self.view._repr_mimebundle_(), "text/html": str(self._still.first())}
