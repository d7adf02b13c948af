"""A board as HTML: a table with a row a contract. Pure: from data to text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ibnb.ground.numerals import shown_number
from ibnb.ground.zones import clock
from ibnb.live.board.own_columns import Failure, OwnColumn, RowQuote
from ibnb.live.board.told import DATA_TYPES
from ibnb.live.quotes.trail import moved
from ibnb.tws.texts import Html
from ibnb.tws.units.price_units import price_unit
from ibnb.widgets.board.sparkline import sparkline
from ibnb.widgets.kit.clicks import does
from ibnb.widgets.kit.markup import joined

if TYPE_CHECKING:
    from ibnb.live.board.arrangement import Arrangement
    from ibnb.live.board.rows import Row
    from ibnb.live.quotes.trail import Mark

#: Heading and class of each column behind the contract, and by what it sorts.
_COLUMNS = (
    ("Last", "last", "price"),
    ("Change", "change", "change_percent"),
    ("Bid", "bid", "bid"),
    ("Ask", "ask", "ask"),
    ("Volume", "volume", "volume"),
    ("Trend", "trend", "trend"),
    ("Data", "kind", "data_type"),
    ("Time", "time", "time"),
)
#: So many of them stand before columns of a person's own.
_OWN_AT = 4
_MOST_DIGITS = 8
#: Where contracts are traded as a rule; any other place is named.
_USUAL = ("SMART", "IDEALPRO")
_LIMIT = 120
#: Longer names may be broken anywhere, so that the table keeps its width.
_LONG = 16
#: What a press on the heading of one of a person's own columns is called, by its number.
_OWN = "own-"
_HEAD = Html('<th scope="row"{}>{} <span class="ibnb-small ibnb-c-kind">{}</span></th>')
_CELLS = [f'<td class="ibnb-c-{name}">{{}}</td>' for _, name, _ in _COLUMNS]
_ROW = Html("<tr{}>{}" + "".join(_CELLS[:_OWN_AT]) + "{}" + "".join(_CELLS[_OWN_AT:]) + "</tr>")
_OLD, _BREAKS = Html(' class="ibnb-old"'), Html(' class="ibnb-long"')
_MOVE = Html('<span class="ibnb-move {}">{} <span class="ibnb-change-value">{}</span>{}</span>')
_WITH_SIZE = Html('{} <span class="ibnb-small ibnb-c-size">× {}</span>')
_MID = Html('{} <span class="ibnb-small">mid</span>')
_TREND = Html('<span class="ibnb-trend">{}<span class="ibnb-move {}">{} {}</span></span>')
#: What each width leaves out, by the class that shows the words.
_LEFT_OUT = {
    "some": "volume and time",
    "more": "sizes, volume and time",
    "most": "bid, ask, volume, data and time",
    "nearly-all": "bid, ask, volume, trend, data and time",
}
_NARROW = Html().join(
    Html('<p class="ibnb-small ibnb-narrow ibnb-narrow-{}">Not shown in this width: {}.</p>').format(width, what)
    for width, what in _LEFT_OUT.items()
)


def table_html(rows: Sequence[Html], arrangement: Arrangement) -> Html:
    """Return the table of rows that `row_html` made; its headings are buttons that sort."""
    heads = [
        _heading(title, name, by, by, arrangement, arrangement.trend if name == "trend" else "")
        for title, name, by in _COLUMNS
    ]
    own = [_heading(name, "own", name, f"{_OWN}{place}", arrangement) for place, name in enumerate(arrangement.columns)]
    first = _heading("Contract", "contract", "contract", "contract", arrangement)
    heads = [first, *heads[:_OWN_AT], *own, *heads[_OWN_AT:]]
    return Html(
        '<table><caption class="ibnb-spoken">Quotes, one row a contract</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}"
    ).format(joined(heads), joined(rows), _NARROW)


def pressed(which: str, arrangement: Arrangement) -> str:
    """Return by what the heading sorts that was pressed; "" where there is none such any more."""
    own = list(arrangement.columns)
    if not which.startswith(_OWN):
        return which
    number = int(which.removeprefix(_OWN))
    return own[number] if number < len(own) else ""


def _heading(title: str, name: str, by: str, which: str, arrangement: Arrangement, more: str = "") -> Html:
    way, mark = ("descending", "▼") if arrangement.descending else ("ascending", "▲")
    sorts = arrangement.sort == by
    marked = Html('<span aria-hidden="true"> {}</span>').format(mark) if sorts else ""
    small = Html(' <span class="ibnb-small">{}</span>').format(more) if more else ""
    return Html(
        '<th scope="col" class="ibnb-c-{}" aria-sort="{}"><button type="button" {}>{}{}{}</button></th>'
    ).format(name, way if sorts else "none", does("sort", which), title, small, marked)


def row_html(row: Row, arrangement: Arrangement, now: float) -> Html:
    """Return one contract."""
    contract = row.contract
    venue = "" if contract.exchange in _USUAL else contract.exchange
    magnifier = None if row.line is None else row.line.magnifier
    currency = "" if contract.secType == "CASH" else price_unit(contract.currency, magnifier)
    about = " ".join(str(part) for part in (contract.secType, venue, currency) if part)
    long = _BREAKS if len(row.name) > _LONG else ""
    head = _HEAD.format(long, Html.escape(row.name, _LIMIT), Html.escape(about, _LIMIT))
    if row.line is None or not row.line.quote.has_price():
        symbol, word = ("✗", "No prices") if row.refused else ("◌", "Waiting")
        return Html(
            '<tr>{}<td class="ibnb-reason" colspan="{}"><div><span aria-hidden="true">{}</span> {}: {}</div></td></tr>'
        ).format(head, len(_COLUMNS) + len(arrangement.columns), symbol, word, row.reason)
    line, quote = row.line.quote, RowQuote(row)
    digits = _digits(quote, line.min_tick * line.magnifier)
    cells = (
        _last(quote, digits),
        _change(quote, digits),
        _with_size(quote.bid, quote.bid_size, digits),
        _with_size(quote.ask, quote.ask_size, digits),
        joined(_own(column, row) for column in arrangement.columns.values()),
        _amount(quote.volume),
        _trend(line.trend(arrangement.seconds, line.time if row.stale else now)),
        _kind(row, line.data_type, quote.halted),
        clock(line.time),
    )
    return _ROW.format(_OLD if row.stale else "", head, *cells)


def _own(column: OwnColumn, row: Row) -> Html:
    value = column.value(row)
    if isinstance(value, Failure):
        return Html('<td class="ibnb-c-own ibnb-failed"><span aria-hidden="true">✗</span> {}</td>').format(value.words)
    text = column.text(value)
    return Html('<td class="ibnb-c-own">{}</td>').format(text if isinstance(value, str) else _minus(text))


def _last(quote: RowQuote, digits: int) -> str:
    if not math.isnan(quote.last) or math.isnan(quote.price):
        return _price(quote.last, digits)
    return _MID.format(_price(quote.price, digits if _shows([quote.price], digits) else digits + 1))


def _change(quote: RowQuote, digits: int) -> str:
    if math.isnan(quote.change):
        return ""
    symbol, tone = _sign(quote.change)
    part = "" if math.isnan(quote.change_percent) else f" {quote.change_percent:+.2f} %"
    value = _minus(f"{quote.change:+,.{digits}f}")
    return _MOVE.format(tone, symbol, value, _minus(part))


def _trend(marks: Sequence[Mark]) -> str:
    percent = round(moved(marks), 2) + 0.0  # what is shown as nothing has no sign
    if math.isnan(percent):
        return ""
    symbol, tone = _sign(percent)
    return _TREND.format(sparkline(marks), tone, symbol, _minus(f"{percent:+.2f} %" if percent else "0.00 %"))


def _sign(change: float) -> tuple[str, str]:
    return ("▲", "ibnb-up") if change > 0 else ("▼", "ibnb-down") if change < 0 else ("=", "")


def _minus(number: str) -> str:
    return shown_number(number).replace("-", "−")


def _with_size(price: float, size: float, digits: int) -> str:
    told = _price(price, digits)
    return told if math.isnan(size) or not told else _WITH_SIZE.format(told, _amount(size))


def _price(price: float, digits: int) -> str:
    return "" if math.isnan(price) else _minus(f"{price:,.{digits}f}")


def _digits(quote: RowQuote, step: float) -> int:
    """Return how many digits behind the point tell a price from the next one.

    The step that TWS tells is in the whole unit of the currency, and may be coarser than that of prices below 1: so
    there are at least as many digits as the prices themselves have.
    """
    prices = [price for price in (quote.bid, quote.ask, quote.last, quote.close) if not math.isnan(price)]
    if step > 0:
        exponent = Decimal(f"{step:.10g}").normalize().as_tuple().exponent
        least = min(max(-int(exponent), 0), _MOST_DIGITS)
    else:
        least = 2 if max(map(abs, prices), default=0.0) >= 10 else 4
    return next((digits for digits in range(least, _MOST_DIGITS) if _shows(prices, digits)), _MOST_DIGITS)


def _shows(prices: Sequence[float], digits: int) -> bool:
    """Return whether so many digits show prices as they are."""
    return all(abs(round(price, digits) - price) <= 1e-9 * max(1.0, abs(price)) for price in prices)


def _amount(size: float) -> str:
    """Return a size or a volume in few characters: 950, 12.5K, 3.2M."""
    if math.isnan(size):
        return ""
    for unit, letter in ((1e9, "B"), (1e6, "M"), (1e4, "K")):
        if abs(size) >= unit:
            return shown_number(f"{size / (1e3 if letter == 'K' else unit):.3g}") + letter
    return shown_number(f"{size:,.6g}")


def _kind(row: Row, data_type: int, halted: float) -> str:
    if row.stale:
        return Html('<span class="ibnb-word" title="{}">◌ stale</span>').format(row.reason)
    return Html('<span class="ibnb-word ibnb-is-now">{}{}</span>').format(
        DATA_TYPES.get(data_type, ""), " halted" if halted > 0 else ""
    )
