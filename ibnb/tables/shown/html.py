"""A shown table as HTML: it scrolls inside of its own box, follows the notebook's theme, and needs no script."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ibnb.ground.numerals import count_text
from ibnb.tables.shown.cells import Cells
from ibnb.tables.shown.looks import schema_of
from ibnb.tables.shown.page import Page, page_of
from ibnb.tables.shown.places import places_of
from ibnb.tables.shown.script import CUT, LONGEST, TOOL_STYLE, tool_style
from ibnb.tables.shown.sheet import Sheet, sheet_of, template_of
from ibnb.tws.texts import Html

#: A page has the style once for each table, so that a cell can be copied, exported and reopened alone.
STYLE = """
.ibnb-shown { --ibnb-text: var(--jp-content-font-color1, CanvasText); --ibnb-ground: var(--jp-layout-color0, Canvas);
  --ibnb-muted: color-mix(in srgb, var(--ibnb-text) 68%, var(--ibnb-ground));
  --ibnb-line: color-mix(in srgb, var(--ibnb-text) 18%, var(--ibnb-ground));
  color: var(--ibnb-text); font-size: 12px; line-height: 1.4; max-width: 100%; }
.ibnb-shown p { margin: 0 0 4px; }
.ibnb-shown .ibnb-about { color: var(--ibnb-muted); }
.ibnb-shown .ibnb-about b { color: var(--ibnb-text); }
.ibnb-shown .ibnb-remark { border-left: 3px solid var(--jp-warn-color1, #b26a00); padding-left: 8px; }
.ibnb-shown .ibnb-box { overflow: auto; max-height: 34em; width: fit-content; max-width: 100%; margin: 4px 0;
  border: 1px solid var(--ibnb-line); box-sizing: border-box; }
.ibnb-shown .ibnb-box:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); }
.ibnb-shown table.ibnb-rows { border-collapse: separate; border-spacing: 0; margin: 0; font-size: inherit;
  color: inherit; table-layout: auto; }
.ibnb-shown .ibnb-rows :is(th, td) { text-align: left; vertical-align: top; padding: 3px 7px; max-width: 34em;
  white-space: nowrap; border: 0; border-bottom: 1px solid var(--ibnb-line); background: var(--ibnb-ground);
  font-weight: 400; overflow-wrap: anywhere; }
.ibnb-shown .ibnb-rows .ibnb-long { white-space: normal; min-width: 18em; }
.ibnb-shown .ibnb-rows .ibnb-figure { text-align: right; font-variant-numeric: tabular-nums; }
.ibnb-shown .ibnb-rows thead th { position: sticky; top: 0; z-index: 2; font-weight: 600; vertical-align: bottom; }
.ibnb-shown .ibnb-rows .ibnb-label { position: sticky; left: 0; z-index: 1; font-weight: 600; }
.ibnb-shown .ibnb-rows thead .ibnb-label { z-index: 3; }
.ibnb-shown .ibnb-unit { display: block; font-weight: 400; font-size: 11px; color: var(--ibnb-muted);
  min-height: 1.3em; }
.ibnb-shown .ibnb-rows tbody tr:hover > * { background: color-mix(in srgb, var(--ibnb-text) 7%, var(--ibnb-ground)); }
.ibnb-shown .ibnb-rows .ibnb-gap { color: var(--ibnb-muted); text-align: left; }
.ibnb-shown .ibnb-note { color: var(--ibnb-muted); }
"""
#: Longer texts take several lines.
_LONG = 40


def frame_html(frame: pd.DataFrame, limit: int, columns: Sequence[object] | str | None = None) -> Html:
    """Return a table as a notebook shows it, with what its page needs to sort, filter and turn it.

    Parameters
    ----------
    frame, limit, columns
        As for `page_of`; so many rows at once.
    """
    places = places_of(frame, schema_of(frame), columns)
    return html_of(page_of(frame, limit, places=places), sheet_of(frame, places), limit)


def html_of(page: Page, sheet: Sheet | None = None, rows: int = 40) -> Html:
    """Return a shown table as HTML; what came from a server is escaped.

    Parameters
    ----------
    page : Page
        What is shown at first, and all that is without scripts.
    sheet : Sheet, optional
        All of it, to sort, filter, turn and choose columns of.
    rows : int
        How many rows of the sheet are shown at once.
    """
    form = Html('<div class="ibnb-shown"><style>{}</style>{}{}</div>')
    if sheet is None:
        return form.format(Html(STYLE), body_of(page), "")
    tools = Html('{}<style onload="{}">{}</style>').format(
        template_of(sheet, rows), Html(tool_style()), Html(TOOL_STYLE)
    )
    return form.format(Html(STYLE), body_of(page), tools)


def body_of(page: Page, caption: str = "") -> Html:
    """Return what stands within the element that has the style.

    Parameters
    ----------
    page : Page
        What is shown.
    caption : str
        For a table that is painted again and again: what screen readers call it. It does not scroll by itself then,
        since each painting would scroll it back.
    """
    about = Html('<p class="ibnb-about">{}{}</p>').format(
        Html("<b>{}</b> · ").format(page.title) if page.title else "", " · ".join(page.facts)
    )
    remarks = Html().join(Html('<p class="ibnb-remark">{}</p>').format(each) for each in page.remarks)
    notes = Html().join(Html('<p class="ibnb-note">{}</p>').format(Html.escape(each, 2_000)) for each in page.notes)
    if page.more:
        said = Html.escape(f"More columns: {', '.join(page.more)}.", 2_000)
        notes += Html('<p class="ibnb-note ibnb-in-tools">{}</p>').format(said)
    box = '<div class="ibnb-box" role="region" tabindex="0" aria-label="{}">{}</div>'
    table = _table(page, caption) if caption else Html(box).format(page.title or "Table", _table(page))
    return about + remarks + table + notes


def _table(page: Page, caption: str = "") -> Html:
    classes = [_classes(column) for column in page.columns]
    pairs = list(zip(page.columns, classes, strict=True))
    heads = Html().join(_head(column, style, any(each.unit for each in page.columns)) for column, style in pairs)
    count = len(page.columns[0].texts) if page.columns else 0
    lines = [_line(page.columns, classes, row) for row in range(count)]
    if page.hidden:
        gap = Html('<tr><td class="ibnb-gap" colspan="{}">… {} more rows …</td></tr>')
        lines.insert(page.gap, gap.format(len(page.columns), count_text(page.hidden)))
    told = Html('<caption class="ibnb-spoken">{}</caption>').format(caption) if caption else ""
    return Html('<table class="ibnb-rows">{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(
        told, heads, Html().join(lines)
    )


def _classes(column: Cells) -> str:
    names = ["ibnb-figure"] if column.figures else []
    names += ["ibnb-label"] if column.label else []
    names += ["ibnb-long"] if not column.figures and any(len(text) > _LONG for text in column.texts) else []
    return " ".join(names)


def _head(column: Cells, style: str, with_units: bool) -> Html:
    unit = Html('<span class="ibnb-unit">{}</span>').format(column.unit) if with_units else ""
    return Html('<th scope="col" class="{}" title="{}">{}{}</th>').format(style, column.meaning, column.name, unit)


def _text(text: str) -> str:
    """Return a text, a long one from its beginning and whole on demand."""
    if len(text) <= LONGEST:
        return text
    folded = Html('<details class="ibnb-more"><summary>{} …</summary>{}</details>')
    return folded.format(text[:CUT], Html.escape(text, len(text)))


def _line(columns: list[Cells], classes: list[str], row: int) -> Html:
    cells = []
    for column, style in zip(columns, classes, strict=True):
        form = Html('<th scope="row" class="{}">{}</th>' if column.label else '<td class="{}">{}</td>')
        cells.append(form.format(style, _text(column.texts[row])))
    return Html("<tr>{}</tr>").format(Html().join(cells))
