"""What lets a shown table be sorted, filtered, turned and copied on its page: of itself, without a kernel.

A page that runs no scripts, as one that is not trusted, keeps the table that it has. Nothing is fetched.
"""

from __future__ import annotations

from html import escape

#: The looks of what the script adds.
TOOL_STYLE = """
.ibnb-shown .ibnb-tools { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: center; margin: 4px 0; }
.ibnb-shown .ibnb-tools :is(button, summary, input[type="search"]) { font: inherit; color: var(--ibnb-text);
  background: var(--ibnb-ground); border: 1px solid color-mix(in srgb, var(--ibnb-text) 45%, var(--ibnb-ground));
  border-radius: 4px; padding: 2px 8px; min-height: 24px; box-sizing: border-box; }
.ibnb-shown .ibnb-tools :is(button, summary) { cursor: pointer; }
.ibnb-shown .ibnb-tools button:disabled { color: var(--ibnb-muted); border-style: dashed; cursor: default; }
.ibnb-shown .ibnb-tools label { display: inline-flex; gap: 5px; align-items: center; min-width: 0; max-width: 100%; }
.ibnb-shown .ibnb-tools input[type="search"] { min-width: 3em; max-width: 100%; flex: 1 1 11em; }
.ibnb-shown .ibnb-tools details { position: relative; }
.ibnb-shown .ibnb-tools summary { list-style: none; display: inline-block; }
.ibnb-shown .ibnb-tools summary::after { content: " ▾"; }
.ibnb-shown .ibnb-choose { border: 1px solid var(--ibnb-line); padding: 6px 8px; margin: 4px 0 0;
  background: var(--ibnb-ground); columns: 3 11em; max-width: 46em; }
.ibnb-shown details[open]:has(.ibnb-choose) { flex-basis: 100%; }
.ibnb-shown .ibnb-choose label { display: flex; min-height: 24px; break-inside: avoid; }
.ibnb-shown .ibnb-choose button { margin: 0 6px 4px 0; }
.ibnb-shown :is(button, summary, input):focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2);
  outline-offset: 1px; }
.ibnb-shown .ibnb-rows .ibnb-head { font: inherit; font-weight: 600; color: inherit; background: none; border: 0;
  padding: 0; min-height: 24px; cursor: pointer; text-align: inherit; }
.ibnb-shown .ibnb-more > summary { cursor: pointer; }
.ibnb-shown .ibnb-more[open] > summary { color: var(--ibnb-muted); }
"""

_SCRIPT = """
const root = this.closest('.ibnb-shown');
const kept = root && root.querySelector(':scope > template.ibnb-all');
if (kept && !root.dataset.ibnbTools) {
  root.dataset.ibnbTools = '1';
  const data = JSON.parse(kept.content.textContent);
  const cols = data.all, count = cols[0].texts.length, box = root.querySelector('.ibnb-box');
  const table = box.querySelector('table'), usual = cols.map(each => each.shown);
  let by = -1, down = false, page = 0, words = [];
  const make = (tag, attributes, ...inner) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {}))
      typeof value === 'function' ? node.addEventListener(name, value) : node.setAttribute(name, value);
    node.append(...inner);
    return node;
  };
  const searched = [];
  for (let row = 0; row < count; row++)
    searched.push(cols.map(each => each.texts[row]).join(' ').toLowerCase());
  const units = () => cols.some(each => each.shown && each.unit);
  const picked = () => {
    const rows = [];
    for (let row = 0; row < count; row++)
      if (words.every(word => searched[row].includes(word))) rows.push(row);
    if (by >= 0) {
      const ranks = cols[by].ranks, way = down ? -1 : 1;
      rows.sort((a, b) => (ranks[a] < 0) - (ranks[b] < 0) || way * (ranks[a] - ranks[b]) || a - b);
    }
    return rows;
  };
  const look = (each, long) =>
    (each.figures ? 'ibnb-figure ' : '') + (each.label ? 'ibnb-label ' : '') + (long ? 'ibnb-long' : '');
  const body = text => {
    if (text.length <= LONGEST) return text;
    return make('details', {class: 'ibnb-more'}, make('summary', {}, text.slice(0, CUT) + ' …'), text);
  };
  const head = place => {
    const each = cols[place];
    const arrow = by === place ? (down ? ' ▾' : ' ▴') : '';
    const press = make('button', {type: 'button', class: 'ibnb-head', 'data-place': place, click: () => sort(place)},
      each.name || 'index', make('span', {'aria-hidden': 'true'}, arrow));
    const cell = make('th', {scope: 'col', class: look(each, false), title: each.meaning,
      'aria-sort': by === place ? (down ? 'descending' : 'ascending') : 'none'}, press);
    if (units()) cell.append(make('span', {class: 'ibnb-unit'}, each.unit));
    return cell;
  };
  const paint = () => {
    const rows = picked(), pages = Math.max(Math.ceil(rows.length / data.rows), 1);
    page = Math.max(0, Math.min(page, pages - 1));
    const seen = cols.map((each, place) => place).filter(place => cols[place].shown);
    const long = cols.map(each => !each.figures && each.texts.some(text => text.length > 40));
    const focused = document.activeElement && document.activeElement.dataset.place;
    table.tHead.replaceChildren(make('tr', {}, ...seen.map(head)));
    const again = focused && table.tHead.contains(document.activeElement) === false
      ? table.tHead.querySelector('[data-place="' + focused + '"]') : null;
    if (again) again.focus({preventScroll: true});
    const lines = [];
    const told = text => lines.push(make('tr', {}, make('td', {class: 'ibnb-gap', colspan: seen.length}, text)));
    for (const row of rows.slice(page * data.rows, (page + 1) * data.rows)) {
      if (data.hidden && by < 0 && row === data.gap) told('… ' + data.hidden + ' more rows …');
      lines.push(make('tr', {}, ...seen.map(place => {
        const each = cols[place], text = body(each.texts[row]);
        return each.label ? make('th', {scope: 'row', class: look(each, long[place])}, text)
          : make('td', {class: look(each, long[place])}, text);
      })));
    }
    if (!rows.length) told('No row fits the filter.');
    table.tBodies[0].replaceChildren(...lines);
    const first = page * data.rows + 1, last = Math.min((page + 1) * data.rows, rows.length);
    said.textContent = (rows.length > data.rows ? first + ' to ' + last + ' of ' : '')
      + rows.length + (rows.length === 1 ? ' row' : ' rows') + (rows.length < count ? ', filtered' : '')
      + (data.hidden ? ' of those that are here; ' + data.hidden + ' are not' : '');
    earlier.disabled = !page;
    later.disabled = page >= pages - 1;
    earlier.hidden = later.hidden = pages < 2;
    chosen.textContent = 'Columns: ' + seen.length + ' of ' + cols.length;
    box.scrollTop = 0;
  };
  const sort = place => {
    if (by !== place) { by = place; down = false; } else if (!down) down = true; else by = -1;
    page = 0;
    paint();
  };
  const turn = step => { page += step; paint(); };
  const choose = shown => {
    cols.forEach((each, place) => { each.shown = shown(place); boxes[place].checked = each.shown; });
    paint();
  };
  const safe = (text, figures) =>
    (!figures && /^[\\s]*[=+@-]/.test(text) ? "'" + text : text).replace(/[\\t\\r\\n]+/g, ' ');
  const copy = () => {
    const seen = cols.filter(each => each.shown);
    const lines = [seen.map(each => each.unit ? each.name + ' (' + each.unit + ')' : each.name).join('\\t')];
    for (const row of picked()) lines.push(seen.map(each => safe(each.texts[row], each.figures)).join('\\t'));
    const noun = lines.length === 2 ? ' row.' : ' rows.';
    const done = () => { copied.textContent = 'Copied ' + (lines.length - 1) + noun; };
    const failed = () => {
      getSelection().selectAllChildren(table);
      copied.textContent = 'Marked: copy it with the keyboard.';
    };
    if (navigator.clipboard) navigator.clipboard.writeText(lines.join('\\n')).then(done, failed); else failed();
  };
  const said = make('span', {role: 'status'}), copied = make('span', {role: 'status'}), chosen = make('summary');
  const earlier = make('button', {type: 'button', click: () => turn(-1)}, 'Earlier rows');
  const later = make('button', {type: 'button', click: () => turn(1)}, 'Later rows');
  const search = make('input', {type: 'search', size: '16', input: event => {
    words = event.target.value.toLowerCase().split(/\\s+/).filter(Boolean);
    page = 0;
    paint();
  }});
  const boxes = cols.map((each, place) => {
    const field = make('input', {type: 'checkbox', change: () => {
      each.shown = field.checked;
      if (!cols.some(other => other.shown)) each.shown = field.checked = true;
      paint();
    }});
    field.checked = each.shown;
    return field;
  });
  const choice = make('div', {class: 'ibnb-choose', role: 'group', 'aria-label': 'Columns'},
    make('button', {type: 'button', click: () => choose(() => true)}, 'All'),
    make('button', {type: 'button', click: () => choose(place => usual[place])}, 'Essential'),
    ...cols.map((each, place) => make('label', {title: each.meaning}, boxes[place], each.name || 'index')));
  const menu = make('details', {keydown: event => {
    if (event.key === 'Escape' && menu.open) { menu.open = false; chosen.focus(); event.stopPropagation(); }
  }}, chosen, choice);
  const tools = make('div', {class: 'ibnb-tools', role: 'group', 'aria-label': 'Table'});
  if (count > 1) tools.append(make('label', {}, 'Filter', search));
  tools.append(menu, make('button', {type: 'button', click: copy}, 'Copy'), earlier, later, said, copied);
  box.before(tools);
  for (const note of root.querySelectorAll('.ibnb-in-tools')) note.remove();
  paint();
}
"""
#: Longer texts are shown from their beginning, and whole on demand: so many characters, and so many of the beginning.
LONGEST, CUT = 160, 120


def tool_style() -> str:
    """Return the attribute of a style sheet that runs the script once the page has loaded it."""
    script = _SCRIPT.replace("LONGEST", str(LONGEST)).replace("CUT", str(CUT))
    return escape(" ".join(script.split()))
