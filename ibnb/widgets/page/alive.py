"""Whether the kernel behind a panel still runs: told by a beat from it, and seen by the page, which outlives it.

A page keeps what it shows when its kernel has ended, and would go on saying "live" in green. So the kernel sends each
panel on a page a beat every few seconds, also while a cell computes; a page that has heard none for a while, or that
the front end has told of the end (``jupyter-widgets-disconnected``), takes what the panel says of itself away and says
that instead.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from html import escape
from typing import Protocol

import ipywidgets

from ibnb.ground.logs import logger

_log = logger("ibnb.widgets")

#: Seconds from one beat to the next, and without one until the page says that the kernel is gone.
EVERY, SILENCE = 4.0, 15.0

_GONE = (
    '<p class="ibnb-gone" role="status"><span aria-hidden="true">■</span> <strong>Not live:</strong> the kernel behind '
    "this has ended or does not answer. What is shown is from before; run the cell again.</p>"
)
_OVER = ".ibnb-panel:is(.jupyter-widgets-disconnected, .ibnb-ended)"
#: How a panel looks whose kernel has gone.
CSS = f"""
.ibnb-panel > .ibnb-alive {{ order: -1; margin: 0; width: 100%; height: auto; min-width: 0; overflow: visible; }}
.ibnb-panel:not(.jupyter-widgets-disconnected, .ibnb-ended) > .ibnb-alive, .ibnb-panel > .ibnb-beat,
.ibnb-panel .ibnb-panel > .ibnb-alive {{ display: none; }}
{_OVER} > :not(.ibnb-alive) {{ filter: grayscale(1); }}
.ibnb-panel.jupyter-widgets-disconnected::before, .ibnb-panel .jupyter-widgets-disconnected::before {{
  content: none !important; }}
{_OVER} :is([role="status"]:not(.ibnb-gone), .ibnb-is-now) {{ display: none; }}
.ibnb-gone {{ margin: 0; padding: 5px 10px; border-left: 4px solid #757575; line-height: 1.4; white-space: normal;
  overflow-wrap: anywhere; color: var(--jp-ui-font-color1, #212121); background: var(--jp-layout-color2, #f5f5f5); }}
"""
# A nested panel gets no beat, and leaves it to the one around it. The page is looked at by its own clock, which stands
# while the machine sleeps; after that the next beat puts all right again.
_SCRIPT = f"""
const root = this.closest('.ibnb-panel');
const beat = root && root.querySelector(':scope > .ibnb-beat');
if (beat && !root.dataset.ibnbAlive) {{
  root.dataset.ibnbAlive = '1';
  let heard = 0;
  const look = node => node.classList.toggle('ibnb-ended', heard > 0 && Date.now() - heard > {SILENCE * 1000:g});
  new MutationObserver(() => {{ heard = Date.now(); look(root); }}).observe(beat, {{childList: true, subtree: true}});
  const held = new WeakRef(root);
  const timer = setInterval(() => {{
    const node = held.deref();
    if (node) look(node); else clearInterval(timer);
  }}, 1000);
}}
"""


def alive(marks: str = "") -> tuple[ipywidgets.HTML, ipywidgets.HTML]:
    """Return what a panel carries: the line that says that its kernel is gone, and the beat.

    Parameters
    ----------
    marks : str
        HTML that is there as long as the panel is.
    """
    script = escape(" ".join(_SCRIPT.split()))
    beat = ipywidgets.HTML()
    beat.add_class("ibnb-beat")
    line = ipywidgets.HTML(f'<style onload="{script}">{CSS}</style>{marks}{_GONE}')
    line.add_class("ibnb-alive")
    return line, beat


class Beats(Protocol):
    """A panel that can be given a beat."""

    def beat(self, number: int) -> None:
        """Let the page know that the kernel runs."""


class Heart:
    """Beats for all panels on a page, from a thread that ends with the last of them.

    Parameters
    ----------
    panels : callable
        Gives those on a page.
    """

    def __init__(self, panels: Callable[[], Collection[Beats]]) -> None:
        self._panels, self._lock = panels, threading.Lock()
        self._thread: threading.Thread | None = None
        self._left = threading.Event()

    def begin(self) -> None:
        """Beat from now on, as long as there is a panel."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="ibnb-panels", daemon=True)
                self._thread.start()

    def look(self) -> None:
        """End where the last panel has gone."""
        self._left.set()

    def _run(self) -> None:
        number = 0
        while True:
            with self._lock:
                panels = list(self._panels())
                if not panels or not threading.main_thread().is_alive():
                    self._thread = None
                    return
            number += 1
            for panel in panels:
                try:
                    panel.beat(number)
                except Exception:  # of one, which keeps the others from none
                    _log.exception("a panel could not be given its beat")
            del panels, panel
            self._left.wait(EVERY)
            self._left.clear()
