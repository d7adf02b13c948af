"""Where everything stands in a panel, in the order of the keyboard: form, buttons, verdict, session, steps."""

from __future__ import annotations

from typing import Any

import ipywidgets

from ibnb.tws.texts import Html
from ibnb.widgets.kit.clicks import sheet
from ibnb.widgets.kit.controls import button, classed, row
from ibnb.widgets.kit.notice import Notice, notice_html
from ibnb.widgets.kit.style import CSS
from ibnb.widgets.setup.fields import Fields
from ibnb.widgets.setup.practice import Practice
from ibnb.widgets.setup.steps import StepList

_HEAD = (
    '<p class="ibnb-name" role="heading" aria-level="3">TWS set-up</p><p class="ibnb-detail">Every step from the port '
    "to your account, tried one by one. Nothing here can place an order.</p>"
)
_HOW_TO_COPY = (
    '<p class="ibnb-hint">Account numbers are masked. Where the page may not copy: click into the text, then Ctrl+A '
    "and Ctrl+C (on a Mac ⌘A and ⌘C).</p>"
)
#: The text that the page copies when the button is pressed, and where it says whether it could.
_TO_COPY = Html('<pre class="ibnb-to-copy" hidden>{}</pre><p class="ibnb-hint ibnb-copied" role="status"></p>')
_LOOK_AGAIN = "Look again and again until everything works"
_MAKE_SESSION = "Make the session: panel.session"
_FIRST = Notice("idle", "Not tried yet.", "Press Run to look once, or Watch to look until everything works.")


class Layout:
    """The widgets of a panel.

    Attributes
    ----------
    view : ipywidgets.VBox
        All of it.
    run, watch, stop, simulator, connect, copy : ipywidgets.Button
        The buttons.
    text : ipywidgets.Textarea
        The report to copy.
    """

    def __init__(self, fields: Fields, practice: Practice, steps: StepList) -> None:
        self.run = button("Run", "Try every step once", primary=True)
        self.watch = button("Watch", _LOOK_AGAIN)
        self.stop = button("Stop", "End what runs")
        self.simulator = button("Use the simulator", "Start a simulated TWS and look at that one")
        self.simulator.add_class("ibnb-aside")
        self.connect = button("Connect", _MAKE_SESSION)
        self.copy = classed(button("Copy report", "Copy the report as text, account numbers masked"), "ibnb-copy")
        self.run.add_class("ibnb-on-enter")
        fields.view.add_class("ibnb-enter")
        self.text = ipywidgets.Textarea(description="Report", rows=10)
        self._notice, self._pulse = ipywidgets.HTML(), ipywidgets.HTML()
        self._changes, self._session, self._to_copy = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self._standing = ipywidgets.VBox()
        self._report = classed(ipywidgets.VBox([self.text, ipywidgets.HTML(_HOW_TO_COPY)]), "ibnb-report")
        self.view = classed(
            ipywidgets.VBox(
                [
                    sheet(CSS),
                    ipywidgets.HTML(_HEAD),
                    fields.view,
                    row(self.run, self.watch, self.stop, self.simulator),
                    classed(ipywidgets.VBox([practice.chooser]), "ibnb-practice"),
                    ipywidgets.VBox([self._notice, self._pulse]),
                    row(self.connect, self.copy, self._to_copy),
                    self._report,
                    self._standing,
                    self._session,
                    steps.view,
                    self._changes,
                ]
            ),
            "ibnb-setup",
            "ibnb-clicks",
        )
        self.say(_FIRST)
        self.pulse("")
        self.show_changes("")
        self.show_session("")
        self.show_standing()
        self.show_report("")
        self.keep_to_copy("")

    def say(self, notice: Notice) -> None:
        """Show a verdict."""
        self._notice.value = notice_html(notice)

    def said(self) -> str:
        """Return the HTML of the verdict."""
        return str(self._notice.value)

    def pulse(self, text: str) -> None:
        """Show the quiet line below the verdict, which screen readers do not speak by themselves."""
        self._pulse.value = Html('<p class="ibnb-pulse">{}</p>').format(text)

    def point_to_connect(self, ready: bool) -> None:
        """Let the button to press next stand out: Connect, unless there is a session already, or else Run."""
        ready = ready and not self._session.value
        for each, primary in ((self.connect, ready), (self.run, not ready)):
            (each.add_class if primary else each.remove_class)("ibnb-primary")

    def show_watching(self, watching: bool) -> None:
        """Let the button Watch look pressed, or not."""
        (self.watch.add_class if watching else self.watch.remove_class)("ibnb-pressed")
        self.watch.tooltip = "Watching: looks until everything works" if watching else _LOOK_AGAIN

    def show_changes(self, html: str) -> None:
        """Show what changed while watching; without any the place is given back."""
        _fill(self._changes, html)

    def show_session(self, html: str) -> None:
        """Show the session and its positions, or nothing, and name the button after what it does."""
        _fill(self._session, html)
        self.connect.description = "Disconnect" if html else "Connect"
        self.connect.tooltip = "End the session" if html else _MAKE_SESSION

    def show_standing(self, *lines: ipywidgets.Widget) -> None:
        """Show how the session's connection stands from now on, or nothing."""
        self._standing.children = lines
        self._standing.layout.display = "" if lines else "none"

    def keep_to_copy(self, text: str) -> None:
        """Have the page copy a text when the button is pressed: browsers allow that in the press itself alone."""
        self._to_copy.value = _TO_COPY.format(text)

    def show_report(self, text: str) -> None:
        """Show a text to copy, or nothing."""
        self.text.value = text
        self._report.layout.display = "" if text else "none"


def _fill(place: Any, html: str) -> None:
    place.value = html
    place.layout.display = "" if html else "none"
