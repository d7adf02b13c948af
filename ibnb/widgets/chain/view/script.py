"""What a chain's page does by itself: changes cells, scrolls to the money, tells what is seen, moves by the keyboard.

With what is seen it tells which page it is and how many views that has: a page that was loaded anew counts its views on
from those of the page before (ipywidgets' ``_view_count``), so that the last of them would not be known.

Cells are changed one by one instead of the whole table, so that what has the keyboard, is selected or is being read
stays. It runs as the script of clicks does (`kit.clicks`); where none may run, tables are painted whole alone.
"""

from __future__ import annotations

from html import escape

#: How long a page rests before it tells what is seen, in milliseconds.
_RESTS = 200
_HIDDEN = "display: none !important;"

_SCRIPT = """
const root = this.closest('.ibnb-chain');
if (root && !root.dataset.ibnbChain) {
  root.dataset.ibnbChain = '1';
  root.dataset.lmSuppressShortcuts = 'true';
  const view = Math.random().toString(36).slice(2, 8);
  const page = window.ibnbPage = window.ibnbPage || Math.random().toString(36).slice(2, 8);
  const views = () => {
    const own = root.querySelector('[data-chain]');
    return own ? document.querySelectorAll(`.ibnb-chain [data-chain="${own.dataset.chain}"]`).length : 1;
  };
  let cells = new Map(), ofTable = null, patched = '', centred = '', seen = '', opened = '', timer = 0, looked = null;
  const box = () => root.querySelector('.ibnb-strikes');
  const tell = word => {
    const carrier = root.querySelector('.ibnb-sight input');
    if (!carrier) return;
    carrier.value = word + '#' + Date.now();
    for (const kind of ['input', 'change']) carrier.dispatchEvent(new Event(kind, {bubbles: true}));
  };
  const look = () => {
    const frame = box(), table = frame && frame.querySelector('table.ibnb-options');
    if (!table || !frame.clientHeight) return;
    const {top, bottom} = frame.getBoundingClientRect();
    const rows = [...table.querySelectorAll('tr[data-row]')].filter(row => {
      const at = row.getBoundingClientRect();
      return at.bottom > top && at.top < bottom;
    });
    if (!rows.length) return;
    const word = 'see:' + [view, rows[0].dataset.row, rows[rows.length - 1].dataset.row, page, views()].join('.');
    const whole = word + '@' + table.dataset.turn;
    if (whole !== seen) { seen = whole; tell(word); }
  };
  const soon = () => { timer = timer || setTimeout(() => { timer = 0; look(); }, RESTS); };
  const into = (frame, node) => {
    const outer = frame.getBoundingClientRect(), inner = node.getBoundingClientRect();
    frame.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
    if (inner.width < outer.width) frame.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  };
  const patch = () => {
    const told = root.querySelector('.ibnb-patch'), table = root.querySelector('table.ibnb-options');
    if (!told || !table || told.dataset.turn !== table.dataset.turn) return;
    if (told.dataset.number === patched) return;
    patched = told.dataset.number;
    if (ofTable !== table) {
      ofTable = table;
      cells = new Map([...table.querySelectorAll('[data-c]')].map(node => [node.dataset.c, node]));
    }
    for (const [key, text] of Object.entries(JSON.parse(told.textContent))) {
      const node = cells.get(key);
      if (!node) continue;
      if (node.tagName === 'TR') node.className = text; else node.innerHTML = text;
    }
  };
  const centre = () => {
    const frame = box(), table = frame && frame.querySelector('table.ibnb-options');
    if (!table || !frame.clientHeight || table.dataset.centre === centred) return;
    centred = table.dataset.centre;
    const row = table.querySelector('tr.ibnb-at') || table.querySelector('tbody tr');
    if (row) into(frame, row);
    const strip = root.querySelector('.ibnb-strip'), tab = strip && strip.querySelector('[aria-selected="true"]');
    if (tab) into(strip, tab);
  };
  const show = () => {
    const part = root.querySelector('.ibnb-opened-head'), now = part ? part.dataset.opened : '';
    if (now === opened) return;
    opened = now;
    if (!part) return;
    const pressed = root.querySelector('.ibnb-state[aria-pressed="true"]');
    if (pressed) into(box(), pressed.closest('tr'));
    part.scrollIntoView({block: 'nearest'});
  };
  const all = () => {
    patch(); centre(); show();
    const table = root.querySelector('table.ibnb-options');
    if (table !== looked) { looked = table; soon(); }
  };
  const move = (event, nodes, node, step) => {
    const last = nodes.length - 1, place = nodes.indexOf(node);
    const to = nodes[Math.min(Math.max(step === Infinity ? last : place + step, 0), last)];
    event.preventDefault();
    if (!to || to === node) return;
    node.tabIndex = -1;
    to.tabIndex = 0;
    to.focus({preventScroll: true});
    to.scrollIntoView({block: 'nearest', inline: 'nearest'});
  };
  root.addEventListener('keydown', event => {
    const node = event.target, key = event.key;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (node.matches('.ibnb-expiry')) {
      const step = {ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity}[key];
      if (step) move(event, [...root.querySelectorAll('.ibnb-expiry')], node, step);
    } else if (node.matches('.ibnb-state')) {
      const [place, right] = node.dataset.do.slice(5).split('.');
      const other = {ArrowLeft: 'C', ArrowRight: 'P'}[key];
      const step = {ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity}[key];
      if (other) {
        const beside = root.querySelector(`[data-do="open:${place}.${other}"]`);
        if (beside) move(event, [node, beside], node, beside === node ? 0 : 1);
      } else if (step) {
        move(event, [...root.querySelectorAll(`.ibnb-state[data-do$=".${right}"]`)], node, step);
      }
    }
  });
  root.addEventListener('click', event => {
    const cell = event.target.closest('table.ibnb-options td[data-c]');
    if (!cell || event.target.closest('[data-do]') || String(getSelection())) return;
    const [place, right] = cell.dataset.c.split('.');
    const button = root.querySelector(`[data-do="open:${place}.${right}"]`);
    if (button) button.click();
  });
  root.addEventListener('scroll', event => { if (event.target === box()) soon(); }, true);
  new ResizeObserver(() => { centre(); soon(); }).observe(root);
  new MutationObserver(all).observe(root, {childList: true, subtree: true});
  all();
}
"""


def script(chain: int) -> str:
    """Return what runs it when a page has loaded it, for a chain of this number."""
    text = escape(" ".join(_SCRIPT.replace("RESTS", str(_RESTS)).split()))
    return f'<style data-chain="{chain}" onload="{text}">.ibnb-sight, .ibnb-patches {{ {_HIDDEN} }}</style>'
