"""What has been told, at the head of every open widget, and once a page as the notebook's notification.

JupyterLab shows its own notification where the page can reach it (`ibnb lab` sees to that), any other page the
browser's, where the person has allowed it. Which of them, a small script decides there: a style sheet runs it when the
page has loaded it. It remembers what it has shown: neither a second widget nor a reload of the page shows it again.
"""

from __future__ import annotations

import secrets
import threading
from collections import deque
from html import escape

import ipywidgets

from ibnb.ground import tellings
from ibnb.ground.choices import on_choice
from ibnb.ground.tellings import Telling
from ibnb.ground.zones import clock
from ibnb.tws.texts import Html
from ibnb.widgets.kit.controls import button, classed

#: So many lines are shown, the latest.
_SHOWN = 3
#: Tells this process's lines from those of another whose widgets are on the same page.
_PROCESS = secrets.token_hex(6)

CSS = """
.ibnb-told.ibnb-told { box-sizing: border-box; width: 100%; margin: 0 0 8px; padding: 8px 12px; gap: 8px 12px;
  display: flex; align-items: flex-start; flex-flow: row wrap; overflow: visible;
  border-left: 6px solid #b45309; border-radius: 4px;
  background: color-mix(in srgb, #b45309 14%, var(--jp-layout-color1, #ffffff));
  color: var(--jp-ui-font-color1, #212121); }
.ibnb-told.ibnb-told > .widget-html { flex: 1 1 240px; min-width: 0; width: auto; height: auto; margin: 0; }
.ibnb-told .widget-html-content { line-height: 1.45; overflow-wrap: anywhere; white-space: normal;
  font-size: var(--jp-ui-font-size1, 13px); }
.ibnb-told p { margin: 0; }
.ibnb-told time { margin-right: 6px; font-variant-numeric: tabular-nums; }
.ibnb-told.ibnb-told .jupyter-button { flex: none; width: auto; height: 28px; line-height: 26px; margin: 0;
  padding: 0 10px; border: 1px solid; border-radius: 6px; color: inherit; background: none; }
"""

# What is older than minutes is no news: a saved page that is opened again, or an exported one, notifies nobody.
_SCRIPT = """
const {key, text, at} = this.dataset;
let seen = [];
try { seen = JSON.parse(localStorage.getItem('ibnb-told') || '[]'); } catch (error) { }
if (Math.abs(Date.now() - Number(at)) < 600000 && !seen.includes(key) && window.ibnbTold !== key) {
  window.ibnbTold = key;
  try { localStorage.setItem('ibnb-told', JSON.stringify([...seen, key].slice(-50))); } catch (error) { }
  const app = window.jupyterapp;
  if (app && app.commands.hasCommand('apputils:notify'))
    app.commands.execute('apputils:notify', {message: text, type: 'warning', options: {autoClose: false}});
  else if (window.Notification && Notification.permission === 'granted')
    new Notification('ibnb', {body: text, tag: key});
}
"""
_NOTIFY = escape(" ".join(_SCRIPT.split()))


class ToldLine:
    """The latest lines that were told since a widget was opened, until somebody dismisses them; hidden without any.

    Attributes
    ----------
    view : ipywidgets.Box
        The widget.
    """

    def __init__(self) -> None:
        self._lines: deque[Telling] = deque(maxlen=_SHOWN)
        self._count, self._lock = 0, threading.Lock()
        self._html: ipywidgets.HTML | None = None  # most widgets are never told anything
        self.view = classed(ipywidgets.Box(), "ibnb-told")
        self.view.layout.display = "none"
        self._end = tellings.listen(self._on_telling)
        on_choice(self._show_anew)

    def close(self) -> None:
        """Hear no more; the view is closed by the panel that shows it. May be repeated."""
        self._end()

    def _on_telling(self, telling: Telling | None) -> None:
        with self._lock:
            if telling is None:
                self._lines.clear()
                self._count = 0
                self.view.layout.display = "none"
            else:
                self._lines.append(telling)
                self._count += 1
                self._show(told_html(list(self._lines), self._count - len(self._lines)))

    def _show_anew(self) -> None:
        with self._lock:
            if self._html is not None and self._lines:
                self._html.value = told_html(list(self._lines), self._count - len(self._lines))

    def _show(self, html: Html) -> None:
        if self._html is None:
            self._html = ipywidgets.HTML(html)
            dismiss = button("Dismiss", "Take these notices away, in all widgets")
            dismiss.on_click(lambda _button: tellings.dismiss())
            self.view.children = (self._html, dismiss)
        else:
            self._html.value = html
        self.view.layout.display = ""


def told_html(lines: list[Telling], more: int) -> Html:
    """Return lines that were told, the newest first, with the script that notifies of the newest."""
    shown = Html().join(
        Html("<p><time>{}</time><strong>{}</strong>{}</p>").format(
            clock(line.time), line.text, f" · {line.where}" if line.where else ""
        )
        for line in reversed(lines)
    )
    rest = Html("<p>{} more: the session's events have them all.</p>").format(more) if more else ""
    newest = lines[-1]
    words = f"{newest.where}: {newest.text}" if newest.where in ("simulated", "LIVE") else newest.text
    script = Html('<style data-key="{}" data-at="{}" data-text="{}" onload="{}">{}</style>').format(
        f"{_PROCESS}-{newest.number}", round(newest.time.timestamp() * 1000), words, Html(_NOTIFY), Html(CSS)
    )
    return Html('<div role="alert">{}{}</div>{}').format(shown, rest, script)
