"""Clicks into HTML of our own: a button in a table tells the kernel what it means, and keeps the keyboard's place.

ipywidgets' HTML cannot send anything. So a hidden text field carries the word of what was pressed; a small script,
which a style sheet runs when the page has loaded it, writes it there. Where a front end lets no script run, nothing
happens, and the panel's own fields do the same.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets

from ibnb.tws.texts import Html
from ibnb.widgets.kit.controls import classed

_WORD = re.compile(r"([a-z]+):([A-Za-z0-9_.-]{1,40})#[0-9]{1,20}")

# Pressing writes "what:which#when" into the carrier. A repaint takes the pressed button away: the keyboard goes on from
# the one that has come in its place, and where it comes between a pointer's down and up, for which browsers make no
# click, the same button under the pointer counts. A file to download is fetched once, as soon as its link is there.
# In a panel that has them, Enter in a field presses the button for it, and another button copies a text.
# What was opened below a row is scrolled to once, row first, where it is not to be seen.
_SCRIPT = """
const root = this.closest('.ibnb-clicks');
if (root && !root.dataset.ibnbClicks) {
  root.dataset.ibnbClicks = '1';
  let place = '', down = '', done = '';
  const key = event => (event.target.closest('[data-do]') || {dataset: {}}).dataset.do || '';
  const press = what => {
    const carrier = root.querySelector('.ibnb-carrier input');
    if (!carrier) return;
    place = what;
    carrier.value = what + '#' + Date.now();
    for (const kind of ['input', 'change']) carrier.dispatchEvent(new Event(kind, {bubbles: true}));
  };
  const find = what => [...root.querySelectorAll('[data-do]')].find(node => node.dataset.do === what);
  root.addEventListener('focusin', event => { place = event.target.dataset.do || ''; });
  root.addEventListener('pointerdown', event => { down = event.button ? '' : key(event); done = ''; });
  root.addEventListener('pointerup', event => {
    if (down && key(event) === down) press(done = down);
    down = '';
  });
  root.addEventListener('click', event => {
    const what = key(event), byPointer = event.detail > 0;
    if (what && !(byPointer && what === done)) press(what);
  });
  root.addEventListener('click', event => {
    const text = event.target.closest('.ibnb-copy') && root.querySelector('.ibnb-to-copy');
    if (!text || !text.textContent) return;
    const say = words => { const line = root.querySelector('.ibnb-copied'); if (line) line.textContent = words; };
    const asked = navigator.clipboard ? navigator.clipboard.writeText(text.textContent) : Promise.reject();
    asked.then(() => say('Copied.'), () => say('This page may not copy: mark the text below.'));
  });
  root.addEventListener('keydown', event => {
    const field = event.target, act = root.querySelector('.ibnb-on-enter');
    if (event.key !== 'Enter' || !act || !field.matches('.ibnb-enter input')) return;
    field.dispatchEvent(new Event('change', {bubbles: true}));
    act.click();
  }, true);
  new MutationObserver(() => {
    const link = root.querySelector('a.ibnb-fresh');
    if (link) { link.classList.remove('ibnb-fresh'); link.click(); }
    const opened = root.querySelector('.ibnb-unseen');
    if (opened) {
      opened.classList.remove('ibnb-unseen');
      const row = root.querySelector('.ibnb-chosen') || opened;
      requestAnimationFrame(() => {
        if (opened.getBoundingClientRect().bottom + 320 > innerHeight) row.scrollIntoView({block: 'start'});
      });
    }
    const lost = !document.activeElement || document.activeElement === document.body;
    const again = place && lost ? find(place) : null;
    if (again) again.focus({preventScroll: true});
  }).observe(root, {childList: true, subtree: true});
}
"""


def sheet(css: str) -> ipywidgets.HTML:
    """Return the widget of a style sheet, with the script of clicks for the panel around it (class ``ibnb-clicks``)."""
    script = escape(" ".join(_SCRIPT.split()))
    return classed(ipywidgets.HTML(f'<style onload="{script}">{css}</style>'), "ibnb-sheet")


def does(what: str, which: object) -> Html:
    """Return the attribute of a button that says what pressing it means.

    Examples
    --------
    >>> does("sort", "symbol")
    Html('data-do="sort:symbol"')
    """
    word = f"{what}:{which}"
    if not _WORD.fullmatch(f"{word}#0"):
        raise ValueError(word)
    return Html('data-do="{}"').format(word)


class Clicks:
    """The carrier of clicks.

    Parameters
    ----------
    on_click : callable
        A bound method, called with what was pressed and which; held weakly.

    Attributes
    ----------
    view : ipywidgets.Text
        The carrier, which the panel must show somewhere; it is hidden.
    """

    def __init__(self, on_click: Callable[[str, str], None]) -> None:
        self.view = classed(ipywidgets.Text(description="", tooltip=""), "ibnb-carrier")
        self.view.layout.display = "none"
        method = weakref.WeakMethod(on_click)

        def heard(change: Any) -> None:
            found = _WORD.fullmatch(change["new"])
            alive = method()
            if found and alive is not None:
                alive(*found.groups())

        self.view.observe(heard, "value")
