"""A board as HTML: the line that says how it stands, and a table with a row a contract. Pure: from data to text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ibnb.ground.zones import clock
from ibnb.live.board.stream import DATA_TYPES
from ibnb.tws.subscriptions.handle import SYMBOLS
from ibnb.tws.texts import Html
from ibnb.tws.units.price_units import price_unit
from ibnb.widgets.board.sparkline import sparkline
from ibnb.widgets.kit.markup import joined

if TYPE_CHECKING:
    from ibnb.live.board.rows import Row
    from ibnb.live.quotes.quote import Quote

#: Heading and class of each column behind the contract.
_COLUMNS = (
    ("Last", "last"),
    ("Change", "change"),
    ("Bid", "bid"),
    ("Ask", "ask"),
    ("Volume", "volume"),
    ("Trend", "trend"),
    ("Data", "kind"),
    ("Time", "time"),
)
_MOST_DIGITS = 8
#: Where contracts are traded as a rule; any other place is named.
_USUAL = ("SMART", "IDEALPRO")
_LIMIT = 120
#: Longer names may be broken anywhere, so that the table keeps its width.
_LONG = 16
_HEAD = Html('<th scope="row"{}>{} <span class="ibnb-small ibnb-c-kind">{}</span></th>')
_CELLS = "".join(f'<td class="ibnb-c-{name}">{{}}</td>' for _, name in _COLUMNS)
_ROW = Html("<tr{}>{}" + _CELLS + "</tr>")
_OLD, _BREAKS = Html(' class="ibnb-old"'), Html(' class="ibnb-long"')
_MOVE = Html('<span class="ibnb-move {}">{} <span class="ibnb-change-value">{}</span>{}</span>')
_WITH_SIZE = Html('{} <span class="ibnb-small ibnb-c-size">× {}</span>')


def state_html(state: str, words: Sequence[str], reason: str) -> Html:
    """Return the line above the table; screen readers speak it when it changes."""
    more = [*words, *([reason] if reason and state in ("stale", "lost") else [])]
    return Html(
        '<p class="ibnb-state ibnb-is-{state}" role="status" aria-live="polite">'
        '<span aria-hidden="true">{symbol}</span> <b>{state}</b> · {more}</p>'
    ).format(state=state, symbol=SYMBOLS[state], more=Html(" · ").join(more))


def table_html(rows: Sequence[Html]) -> Html:
    """Return the table of rows that `row_html` made."""
    heads = joined(Html('<th scope="col" class="ibnb-c-{}">{}</th>').format(name, title) for title, name in _COLUMNS)
    return Html(
        '<table><caption class="ibnb-spoken">Quotes, one row a contract</caption>'
        '<thead><tr><th scope="col">Contract</th>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(heads, joined(rows))


def row_html(row: Row) -> Html:
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
            '<tr>{}<td class="ibnb-reason" colspan="{}"><span aria-hidden="true">{}</span> {}: {}</td></tr>'
        ).format(head, len(_COLUMNS), symbol, word, row.reason)
    quote = row.line.quote
    cells = (
        _price(quote.value("last"), quote),
        _change(quote),
        _with_size(quote, "bid"),
        _with_size(quote, "ask"),
        _amount(quote.value("volume")),
        sparkline(quote.marks()),
        _kind(row, quote),
        clock(quote.time),
    )
    return _ROW.format(_OLD if row.stale else "", head, *cells)


def _change(quote: Quote) -> str:
    change, percent = quote.change()
    if math.isnan(change):
        return ""
    symbol, tone = ("▲", "ibnb-up") if change > 0 else ("▼", "ibnb-down") if change < 0 else ("=", "")
    part = "" if math.isnan(percent) else f" {percent:+.2f} %"
    value = _minus(f"{change:+,.{_digits(quote)}f}")
    return _MOVE.format(tone, symbol, value, _minus(part))


def _minus(number: str) -> str:
    return number.replace("-", "−")


def _with_size(quote: Quote, side: str) -> str:
    price, size = quote.value(side), quote.value(f"{side}_size")
    if math.isnan(price):
        return ""
    told = _price(price, quote)
    return told if math.isnan(size) else _WITH_SIZE.format(told, _amount(size))


def _price(price: float, quote: Quote) -> str:
    return "" if math.isnan(price) else _minus(f"{price:,.{_digits(quote)}f}")


def _digits(quote: Quote) -> int:
    """Return how many digits behind the point tell a price from the next one.

    The step that TWS tells is in the whole unit of the currency, and may be coarser than that of prices below 1: so
    there are at least as many digits as the prices themselves have.
    """
    prices = [price for price in map(quote.value, ("bid", "ask", "last", "close")) if not math.isnan(price)]
    step = quote.min_tick * quote.magnifier
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
            return f"{size / (1e3 if letter == 'K' else unit):.3g}{letter}"
    return f"{size:,.6g}"


def _kind(row: Row, quote: Quote) -> str:
    if row.stale:
        return Html('<span class="ibnb-word" title="{}">◌ stale</span>').format(row.reason)
    halted = " halted" if quote.value("halted") > 0 else ""
    return Html('<span class="ibnb-word">{}{}</span>').format(DATA_TYPES.get(quote.data_type, ""), halted)
