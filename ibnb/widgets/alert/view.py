"""The widget of one alert: repaints itself when its state or its figure has changed, at most once a second."""

from __future__ import annotations

from html import escape
from threading import Lock
from typing import TYPE_CHECKING, Any

import ipywidgets

from ibnb.ground.zones import clock
from ibnb.tws.texts import Html
from ibnb.widgets.kit.controls import button, classed
from ibnb.widgets.kit.lifetime import weakly
from ibnb.widgets.kit.markup import badge
from ibnb.widgets.kit.panel import Panel
from ibnb.widgets.kit.style import CSS

if TYPE_CHECKING:
    from ibnb.alerts.handle import Alert

#: Seconds from one repaint to the next, at least.
EVERY = 1.0
_SHOWN = 5
_TONES = {"armed": ("busy", "○"), "waiting": ("warn", "!"), "told": ("pass", "✓"), "ended": ("idle", "■")}

#: What is told stands in the widget itself; of its notice only the page's notification is wanted.
_OWN = """
.ibnb-setup.ibnb-alert { padding: 10px 14px; gap: 6px; }
.ibnb-setup.ibnb-alert > .ibnb-told { display: none !important; }
.ibnb-alert .ibnb-bar { display: flex; flex-flow: row wrap; gap: 6px 12px; align-items: center; width: 100%; }
.ibnb-alert .ibnb-bar > .widget-html { flex: 1 1 220px; width: auto; min-width: 0; overflow-wrap: anywhere; }
.ibnb-alert .ibnb-badge { animation: none !important; margin-right: 6px; }
.ibnb-alert ul { margin: 0; padding: 0 0 0 26px; list-style: none; overflow-wrap: anywhere; }
.ibnb-alert time { margin-right: 6px; font-variant-numeric: tabular-nums; }
.ibnb-alert .ibnb-allow { font: inherit; font-size: 12px; color: inherit; background: none; border: 1px solid;
  border-radius: 6px; padding: 2px 8px; margin-left: 26px; cursor: pointer; }
.ibnb-alert .ibnb-allow[hidden] { display: none; }
"""
# The browser asks the person only after a click.
_SCRIPT = """
const allow = this.parentNode.querySelector('.ibnb-allow');
const app = window.jupyterapp;
if (allow && !(app && app.commands.hasCommand('apputils:notify')) && window.Notification) {
  allow.hidden = Notification.permission !== 'default';
  allow.onclick = () => Notification.requestPermission().then(() => { allow.hidden = true; });
}
"""
_ALLOW = Html('<button type="button" class="ibnb-allow" hidden>Notify me in this browser</button>') + Html(
    f'<style onload="{escape(" ".join(_SCRIPT.split()))}"></style>'
)


class AlertView(Panel):
    """The widget of one alert; closing it leaves the alert as it is.

    Parameters
    ----------
    alert : Alert
        What it shows.

    Attributes
    ----------
    view : ipywidgets.VBox
        The widget, for layouts of your own.
    """

    def __init__(self, alert: Alert) -> None:
        self._alert, self._lock = alert, Lock()
        self._state, self._told = ipywidgets.HTML(), ipywidgets.HTML()
        self._cancel = button("Cancel", "Watch no more; what was told stays")
        self._cancel.on_click(weakly(self._on_cancel))
        view = classed(
            ipywidgets.VBox(
                [
                    classed(ipywidgets.HTML(f"<style>{CSS}{_OWN}</style>"), "ibnb-sheet"),
                    classed(ipywidgets.Box([self._state, self._cancel]), "ibnb-bar"),
                    self._told,
                    ipywidgets.HTML(_ALLOW),
                ]
            ),
            "ibnb-setup",
            "ibnb-alert",
        )
        self._begin(view)
        paint = weakly(self.paint)
        alert.listen(lambda: paint(None), EVERY)
        self.paint()

    def paint(self) -> None:
        """Show how it stands now; what is the same as before is not sent to the page."""
        with self._lock:
            alert = self._alert
            self._state.value, self._told.value = state_html(alert), told_html(alert)
            self._told.layout.display = "" if self._told.value else "none"
            over = alert.is_done
            self._cancel.layout.display = "none" if over else ""

    def _show_anew(self) -> None:
        self.paint()

    def _on_cancel(self) -> None:
        self._alert.cancel()

    def _words(self) -> str:
        return self._alert.state


def state_html(alert: Alert) -> Html:
    """Return what it watches, and how it stands."""
    tone, symbol = _TONES[alert.state]
    return Html('<p role="status" class="ibnb-is-{}">{}<strong>{}</strong> · {}</p>').format(
        tone, badge(tone, symbol), alert.title, alert.status()
    )


def told_html(alert: Alert) -> Html:
    """Return what it has told, the newest first; nothing where it has told nothing."""
    told = alert.told
    lines = Html().join(
        Html("<li><time>{}</time>{}</li>").format(clock(each.time), each.text) for each in reversed(told[-_SHOWN:])
    )
    more = Html("<li>{} earlier</li>").format(len(told) - _SHOWN) if len(told) > _SHOWN else ""
    return Html("<ul>{}{}</ul>").format(lines, more) if lines else Html()


def bundle(alert: Alert) -> dict[str, Any]:
    """Return what a notebook shows of an alert: one widget, in however many cells."""
    view: AlertView | None = alert.view
    if view is None or view.closed:
        view = alert.view = AlertView(alert)
    view._stay_on_page()
    return dict(view.view._repr_mimebundle_())
