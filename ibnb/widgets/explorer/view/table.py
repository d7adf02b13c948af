"""The positions of an explorer as a table: one page of them, headings that sort, groups with their subtotals.

Where a position of the page is open, the table stands in two parts, and the position in detail between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ibnb.ground.masking import mask_account
from ibnb.plots.drawing.words import number, plural
from ibnb.tws.texts import Html
from ibnb.widgets.explorer.rows import GROUPS, SORTS, SUMS, Choice, Group, Sum, on_page, pages_of
from ibnb.widgets.explorer.view.words import (
    HEADINGS,
    KINDS,
    MEANINGS,
    contract_name,
    figure,
    price_text,
    quantity_text,
)
from ibnb.widgets.kit.clicks import does
from ibnb.widgets.kit.markup import joined

if TYPE_CHECKING:
    import pandas as pd

#: Account and conId of a position.
Key = tuple[str, int]


class Parts(NamedTuple):
    """The HTML of a table, and of what of it stands below an open position; that is empty where none is open."""

    table: str
    below: str = ""


_CELL = Html('<td class="ibnb-c-{}">{}</td>')
_TABLE = Html('<table class="ibnb-held">{}<colgroup>{}</colgroup>{}<tbody>{}</tbody>{}</table>')
_USED = [
    "account",
    "con_id",
    "symbol",
    "sec_type",
    "expiry",
    "strike",
    "right",
    "currency",
    "position",
    "market_price",
    "price_magnifier",
    "tags",
]
_USED += SUMS


def table_html(
    rows: pd.DataFrame,
    groups: list[Group],
    total: dict[str, Sum],
    choice: Choice,
    base: str,
    accounts: list[str],
    chosen: Key,
    whole: int,
) -> Parts:
    """Return one page of positions as a table.

    Parameters
    ----------
    rows, groups : DataFrame, list of Group
        Of `rows.grouped`.
    total : dict of str to Sum
        Of `rows.sums_of` all that are left.
    choice : Choice
        Sort, direction, grouping and page.
    base : str
        The currency of values and profits.
    accounts : list of str
        With several, each row names its own.
    chosen : (str, int)
        Account and conId of the position that is open.
    whole : int
        How many positions there are without a filter.
    """
    count = len(rows)
    names = [name for name in HEADINGS if name != "account" or len(accounts) > 1]
    columns = joined(Html('<col class="ibnb-c-{}">').format(name) for name in names)
    heads = joined(_heading(name, choice, base) for name in names)
    lines: list[Html] = []
    split = 0
    for group, part in on_page(rows, groups, choice.page):
        lines += _group(group, choice, names)
        # a row whose number could not be read is no position to open
        records: list[Any] = part[_USED].assign(con_id=part["con_id"].fillna(0)).to_dict("records")
        for row in records:
            own = (row["account"], row["con_id"])
            lines.append(_row(row, names, f"{row['con_id']}.{accounts.index(row['account'])}", own == chosen))
            if own == chosen:
                split = len(lines)
    if not lines:
        lines = [Html('<tr><td class="ibnb-none" colspan="{}">{}</td></tr>').format(len(names), _why_none(whole))]
    caption = Html("<caption>{}</caption>").format(_caption(count, whole, choice))
    head = Html("<thead><tr>{}</tr></thead>").format(heads)
    foot = Html('<tfoot><tr><th scope="row" class="ibnb-c-symbol">Total</th>{}</tr></tfoot>')
    sums: Any = foot.format(_sums(total, names, _gross(rows))) if count else Html()
    if not split:
        return Parts(_TABLE.format(caption, columns, head, joined(lines), sums))
    spoken = joined(Html('<th scope="col">{}</th>').format(HEADINGS[name]) for name in names)
    below = _TABLE.format(
        Html('<caption class="ibnb-spoken">The positions below the open one</caption>'),
        columns,
        Html('<thead class="ibnb-spoken"><tr>{}</tr></thead>').format(spoken),
        joined(lines[split:]),
        sums,
    )
    return Parts(_TABLE.format(caption, columns, head, joined(lines[:split]), Html()), below)


def _gross(rows: pd.DataFrame) -> float | None:
    """Return the weight of all, shorts counted as positive; None where there are no shorts, or one is not known."""
    weights = rows["weight_all"]
    gross = float(weights.abs().sum(skipna=False))
    return gross if gross - float(weights.sum()) > 0.0005 else None  # NaN is not


def _caption(count: int, whole: int, choice: Choice) -> str:
    held = f"{number(count)} of {plural(whole, 'position')}" if count != whole else plural(whole, "position")
    pages = pages_of(count)
    page = f", page {choice.page + 1} of {pages}" if pages > 1 else ""
    return f"{held}{page}"


def _why_none(whole: int) -> str:
    return "No position fits the filter." if whole else "Nothing is held."


def _heading(name: str, choice: Choice, base: str) -> Html:
    sorted_by = choice.sort == name
    order = ("descending" if choice.descending else "ascending") if sorted_by else "none"
    arrow = ("▾" if choice.descending else "▴") if sorted_by else ""
    unit = Html(' <span class="ibnb-unit">{}</span>').format(base) if name == "value" and base else ""
    meaning = Html(' title="{}"').format(MEANINGS[name]) if name in MEANINGS else ""
    return Html(
        '<th scope="col" class="ibnb-c-{}" aria-sort="{}"><button type="button" class="ibnb-head"{} {}>{}{} '
        '<span aria-hidden="true">{}</span></button></th>'
    ).format(name, order, meaning, does("sort", name), HEADINGS[name], unit, arrow)


def _group(group: Group, choice: Choice, names: list[str]) -> list[Html]:
    if not choice.group:
        return []
    name = KINDS.get(group.name, group.name) if choice.group == "sec_type" else group.name
    line = Html(
        '<tr class="ibnb-group"><th scope="row" class="ibnb-c-symbol">{} <span class="ibnb-muted">{}, {}</span></th>'
        "{}</tr>"
    )
    return [line.format(name, GROUPS[choice.group], number(group.count), _sums(group.sums, names))]


def _sums(sums: dict[str, Sum], names: list[str], gross: float | None = None) -> Html:
    cells = []
    for name in names[1:]:
        column = SORTS[name]
        if column not in sums:
            cells.append(_CELL.format(name, ""))
            continue
        told = sums[column]
        text = figure(column, told.value)
        if told.value is not None and told.known < told.count:  # a part must not look like the whole
            text = Html('{} <span class="ibnb-muted">({} of {})</span>').format(text, told.known, told.count)
        if column == "weight_all" and gross is not None:
            text = Html(
                '{} <span class="ibnb-muted" title="Longs less shorts, of both counted as positive">net of {} %</span>'
            ).format(text, number(100 * gross, 1))
        cells.append(_CELL.format(name, text))
    return joined(cells)


def _row(row: dict[str, Any], names: list[str], key: str, chosen: bool) -> Html:
    kind, quantity, price = contract_name(row), quantity_text(row["position"]), price_text(row)
    tags = Html(' <span class="ibnb-tag">{}</span>').format(Html.escape(row["tags"], 60)) if row["tags"] else ""
    button = Html(
        '<button type="button" class="ibnb-open" aria-pressed="{}" {}>{}</button> <span class="ibnb-muted">{}</span>{}'
        '<span class="ibnb-brief">{} at {}</span>'
    ).format(
        str(chosen).lower(), does("open", key), Html.escape(row["symbol"], 40), Html.escape(kind, 60), tags, quantity,
        price,
    )  # fmt: skip
    cells = {
        "account": mask_account(str(row["account"])),
        "position": quantity,
        "price": price,
        **{name: figure(SORTS[name], row[SORTS[name]]) for name in names if SORTS[name] in SUMS},
    }
    body = joined(_CELL.format(name, cells[name]) for name in names[1:])
    state = Html(' class="ibnb-chosen"' if chosen else "")
    return Html('<tr{}><th scope="row" class="ibnb-c-symbol">{}</th>{}</tr>').format(state, button, body)
