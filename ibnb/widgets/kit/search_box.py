"""A text field with suggestions below it while a person types: by pointer, or by arrows, Enter and Escape.

The field itself stays as it is: Enter, or leaving it, takes what is written. A small script, which a style sheet runs
when the page has loaded it, writes what is typed into a hidden field a moment after the last key; where a front end
lets no script run there are no suggestions, and nothing else is amiss.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from typing import Any

import ipywidgets

from ibnb.tws.texts import Html
from ibnb.widgets.kit.controls import classed
from ibnb.widgets.kit.markup import joined

#: Longer texts are not looked for.
_LONGEST = 60
_WORD = re.compile(rf"(typed|pick):(.{{0,{_LONGEST}}})#[0-9]{{1,20}}", re.DOTALL)
_NUMBERS = count()

_SCRIPT = """
const root = this.closest('.ibnb-search');
if (root && !root.dataset.ibnbSearch) {
  root.dataset.ibnbSearch = '1';
  let active = -1, timer = 0;
  const field = () => root.querySelector('.ibnb-searched input');
  const options = () => [...root.querySelectorAll('[role=option]')];
  const tell = what => {
    const carrier = root.querySelector('.ibnb-typed input');
    if (!carrier) return;
    carrier.value = what + '#' + Date.now();
    for (const kind of ['input', 'change']) carrier.dispatchEvent(new Event(kind, {bubbles: true}));
  };
  const show = () => {
    const input = field(), all = options(), open = root.classList.contains('ibnb-open') && all.length > 0;
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('autocomplete', 'off');
    input.setAttribute('aria-expanded', String(open));
    if (open) input.setAttribute('aria-controls', all[0].parentElement.id);
    else input.removeAttribute('aria-controls');
    all.forEach((option, place) => option.setAttribute('aria-selected', String(place === active)));
    if (open && all[active]) input.setAttribute('aria-activedescendant', all[active].id);
    else input.removeAttribute('aria-activedescendant');
  };
  const open = yes => { root.classList.toggle('ibnb-open', yes); if (!yes) active = -1; show(); };
  const move = by => {
    const all = options();
    if (!all.length) return;
    active = active < 0 ? (by > 0 ? 0 : all.length - 1) : (active + by + all.length) % all.length;
    root.classList.add('ibnb-open');
    show();
    all[active].scrollIntoView({block: 'nearest'});
  };
  const pick = option => {
    clearTimeout(timer);
    field().value = option.dataset.words;
    tell('pick:' + option.dataset.pick);
    open(false);
  };
  const ask = wait => {
    clearTimeout(timer);
    timer = setTimeout(() => tell('typed:' + field().value.slice(0, 60)), wait);
  };
  root.addEventListener('input', event => {
    if (event.target === field()) { active = -1; open(true); ask(250); }
  });
  root.addEventListener('focusin', event => { if (event.target === field()) { show(); ask(0); } });
  root.addEventListener('focusout', () => { clearTimeout(timer); open(false); });
  root.addEventListener('pointerdown', event => {
    const option = event.target.closest('[role=option]');
    if (option) { event.preventDefault(); pick(option); } else if (event.target === field()) open(true);
  });
  root.addEventListener('keydown', event => {
    if (event.target !== field()) return;
    const all = options(), isOpen = root.classList.contains('ibnb-open');
    const handled = {ArrowDown: () => move(1), ArrowUp: () => move(-1)}[event.key] ||
      (event.key === 'Escape' && isOpen && (() => open(false))) ||
      (event.key === 'Enter' && isOpen && all[active] && (() => pick(all[active])));
    if (handled) { event.preventDefault(); event.stopPropagation(); handled(); }
    else if (event.key === 'Enter') { clearTimeout(timer); open(false); }
  }, true);
  new MutationObserver(show).observe(root, {childList: true, subtree: true});
}
"""


@dataclass(frozen=True)
class Suggestion:
    """What may be meant.

    Attributes
    ----------
    value : object
        What it stands for.
    words : str
        What is written into the field when it is chosen.
    about : str
        What it is.
    """

    value: Any
    words: str
    about: str


class SearchBox:
    """A field and its suggestions.

    Parameters
    ----------
    field : ipywidgets.Text
        Where a person types.
    on_typed : callable
        A bound method, called with what is written a moment after the last key; held weakly. It may `show` something.
    on_chosen : callable
        A bound method, called with the suggestion that was chosen; held weakly.

    Attributes
    ----------
    view : ipywidgets.Widget
        The field with all that belongs to it.
    """

    def __init__(
        self,
        field: ipywidgets.Text,
        on_typed: Callable[[str], object],
        on_chosen: Callable[[Suggestion], object],
    ) -> None:
        self._shown: tuple[Suggestion, ...] = ()
        self._id = f"ibnb-search-{next(_NUMBERS)}"
        self._list = classed(ipywidgets.HTML(), "ibnb-suggestions")
        self._carrier = classed(ipywidgets.Text(description="", tooltip=""), "ibnb-typed")
        self._carrier.layout.display = "none"
        script = escape(" ".join(_SCRIPT.split()))
        sheet = classed(ipywidgets.HTML(f'<style onload="{script}"></style>'), "ibnb-sheet")
        parts = [classed(field, "ibnb-searched"), self._list, self._carrier, sheet]
        self.view = classed(ipywidgets.VBox(parts), "ibnb-search")
        typed, chosen, own = weakref.WeakMethod(on_typed), weakref.WeakMethod(on_chosen), weakref.ref(self)

        def heard(change: Any) -> None:
            found, box = _WORD.fullmatch(change["new"]), own()
            if found is None or box is None:
                return
            look_up, choose = typed(), chosen()
            if found[1] == "typed" and look_up is not None:
                look_up(found[2])
            elif found[1] == "pick" and choose is not None and found[2].isdecimal() and int(found[2]) < len(box._shown):
                choose(box._shown[int(found[2])])

        self._carrier.observe(heard, "value")

    def show(self, suggestions: Sequence[Suggestion], remark: str = "") -> None:
        """Show suggestions in place of those before; a remark where there is something to say of them."""
        self._shown = tuple(suggestions)
        option = Html(
            '<div role="option" id="{id}-{place}" aria-selected="false" data-pick="{place}" data-words="{words}">'
            "<strong>{words}</strong> <span>{about}</span></div>"
        )
        options = joined(
            option.format(id=self._id, place=place, words=each.words, about=each.about)
            for place, each in enumerate(suggestions)
        )
        listed = Html('<div role="listbox" id="{}" aria-label="Suggestions">{}</div>').format(self._id, options)
        said = Html('<p class="ibnb-hint" role="status">{}</p>').format(remark) if remark else Html()
        self._list.value = joined([listed if suggestions else Html(), said])
