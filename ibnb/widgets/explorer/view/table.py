"""The positions of an explorer as a table: one page of them, headings that sort, groups with their subtotals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.ground.masking import mask_account
from ibnb.plots.drawing.words import number, plural, price_decimals
from ibnb.tables.schema.moments import day_text
from ibnb.tws.texts import Html
from ibnb.tws.units.price_units import price_unit
from ibnb.widgets.explorer.rows import GROUPS, SORTS, SUMS, Choice, Group, Sum, on_page, pages_of
from ibnb.widgets.kit.clicks import does
from ibnb.widgets.kit.markup import joined

if TYPE_CHECKING:
    import pandas as pd

#: Account and conId of a position.
Key = tuple[str, int]

#: By key of `SORTS`: the heading.
HEADINGS = {
    "symbol": "Contract",
    "account": "Account",
    "position": "Position",
    "price": "Price",
    "value": "Value",
    "weight": "Weight",
    "daily": "Day P&L",
    "unrealized": "Unrealized",
    "realized": "Realized",
}
#: What contracts of a kind are called.
KINDS = {
    "STK": "Stocks",
    "OPT": "Options",
    "FUT": "Futures",
    "CASH": "Currencies",
    "BOND": "Bonds",
    "FUND": "Funds",
    "CFD": "CFDs",
    "FOP": "Future options",
    "WAR": "Warrants",
    "CRYPTO": "Crypto",
    "CMDTY": "Commodities",
    "BAG": "Combos",
}
_ONE = {"STK": "stock", "OPT": "option", "FUT": "future", "CASH": "currency", "BOND": "bond", "CRYPTO": "crypto"}
_RIGHTS = {"C": "call", "P": "put"}
_CELL = Html('<td class="ibnb-c-{}">{}</td>')
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
]
_USED += SUMS
_UNKNOWN = Html('<span class="ibnb-muted" title="TWS has not told it">n/a</span>')
_SIGNED = frozenset({"daily_pnl_base", "unrealized_pnl_base", "realized_pnl_base"})


def table_html(
    rows: pd.DataFrame,
    groups: list[Group],
    total: dict[str, Sum],
    choice: Choice,
    base: str,
    accounts: list[str],
    chosen: Key,
    whole: int,
) -> Html:
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
        Account and conId of the position that is shown below.
    whole : int
        How many positions there are without a filter.
    """
    count = len(rows)
    names = [name for name in HEADINGS if name != "account" or len(accounts) > 1]
    heads = joined(_heading(name, choice, base) for name in names)
    lines: list[Html] = []
    for group, part in on_page(rows, groups, choice.page):
        lines += _group(group, choice, names)
        # a row whose number could not be read is no position to open
        records: list[Any] = part[_USED].assign(con_id=part["con_id"].fillna(0)).to_dict("records")
        for row in records:
            own = (row["account"], row["con_id"])
            lines.append(_row(row, names, f"{row['con_id']}.{accounts.index(row['account'])}", own == chosen))
    if not lines:
        lines = [Html('<tr><td class="ibnb-none" colspan="{}">{}</td></tr>').format(len(names), _why_none(whole))]
    foot = Html('<tfoot><tr><th scope="row" class="ibnb-c-symbol">Total</th>{}</tr></tfoot>')
    return Html(
        '<table class="ibnb-held"><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody>{}</table>'
    ).format(_caption(count, whole, choice), heads, joined(lines), foot.format(_sums(total, names)) if count else "")


def contract_name(row: Any) -> str:
    """Return what tells a contract from others of its symbol: ``option 2026-12-18 250 call``; empty for a share."""
    parts = [_ONE.get(str(row["sec_type"]), str(row["sec_type"])), day_text(row["expiry"])]
    if row["right"]:
        parts += [f"{row['strike']:g}", _RIGHTS.get(row["right"], str(row["right"]))]
    return " ".join(part for part in parts if part)


def money(value: float | None, sign: bool = False) -> str:
    """Return an amount without cents, or a dash for one that is not known."""
    if value is None or value != value:
        return _UNKNOWN
    return number(value, sign=sign)


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
    return Html(
        '<th scope="col" class="ibnb-c-{}" aria-sort="{}"><button type="button" class="ibnb-head" {}>{}{} '
        '<span aria-hidden="true">{}</span></button></th>'
    ).format(name, order, does("sort", name), HEADINGS[name], unit, arrow)


def _group(group: Group, choice: Choice, names: list[str]) -> list[Html]:
    if not choice.group:
        return []
    name = KINDS.get(group.name, group.name) if choice.group == "sec_type" else group.name
    line = Html(
        '<tr class="ibnb-group"><th scope="row" class="ibnb-c-symbol">{} <span class="ibnb-muted">{}, {}</span></th>'
        "{}</tr>"
    )
    return [line.format(name, GROUPS[choice.group], number(group.count), _sums(group.sums, names))]


def _sums(sums: dict[str, Sum], names: list[str]) -> Html:
    cells = []
    for name in names[1:]:
        column = SORTS[name]
        if column not in sums:
            cells.append(_CELL.format(name, ""))
            continue
        told = sums[column]
        text = _figure(column, told.value)
        if told.value is not None and told.known < told.count:  # a part must not look like the whole
            text = Html('{} <span class="ibnb-muted">({} of {})</span>').format(text, told.known, told.count)
        cells.append(_CELL.format(name, text))
    return joined(cells)


def _figure(column: str, value: float | None) -> str:
    if column == "weight_all":
        return money(None) if value is None or value != value else f"{number(100 * value, 1)} %"
    if column not in _SIGNED:
        return money(value)
    tone = "" if value is None or value != value or not round(value) else " ibnb-gain" if value > 0 else " ibnb-loss"
    return Html('<span class="ibnb-move{}">{}</span>').format(tone, money(value, sign=True))


def _row(row: dict[str, Any], names: list[str], key: str, chosen: bool) -> Html:
    kind = contract_name(row)
    button = Html(
        '<button type="button" class="ibnb-open" aria-pressed="{}" {}>{}</button> <span class="ibnb-muted">{}</span>'
    ).format(str(chosen).lower(), does("open", key), Html.escape(row["symbol"], 40), Html.escape(kind, 60))
    cells = {
        "account": mask_account(str(row["account"])),
        "position": _quantity(row["position"]),
        "price": price_text(row),
        **{name: _figure(SORTS[name], row[SORTS[name]]) for name in names if SORTS[name] in SUMS},
    }
    body = joined(_CELL.format(name, cells[name]) for name in names[1:])
    state = Html(' class="ibnb-chosen"' if chosen else "")
    return Html('<tr{}><th scope="row" class="ibnb-c-symbol">{}</th>{}</tr>').format(state, button, body)


def price_text(row: Any) -> Html:
    """Return a position's price with the unit that it is in."""
    unit = Html.escape(unit_of(row), 12)
    return Html('{} <span class="ibnb-unit">{}</span>').format(_price(row["market_price"]), unit)


def _quantity(value: float) -> str:
    if value != value:
        return money(None)
    return number(value, 0 if value == round(value) else 4)


def _price(value: float) -> str:
    """Return a price with the digits that matter: those of a currency pair begin behind the point."""
    return money(None) if value != value else number(value, price_decimals(value))


def unit_of(row: Any) -> str:
    """Return what a position's price is in: its currency, or pence and cents. Bonds are quoted in per cent."""
    if row["sec_type"] == "BOND":
        return str(row["currency"])
    magnifier = row["price_magnifier"]
    return price_unit(str(row["currency"]), magnifier)
