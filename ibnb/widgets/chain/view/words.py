"""What a chain says of itself: the underlying with its price, and how much of what is shown is live. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ibnb.research.options.outline import Entry, Outline
from ibnb.research.options.watched import Quoted
from ibnb.tws.texts import Html
from ibnb.tws.units.price_units import price_unit, whole_magnifier
from ibnb.widgets.chain.view.columns import COLUMNS, digits_of, price_text
from ibnb.widgets.chain.view.table import CURRENT, STATES
from ibnb.widgets.chain.view.tabs import about

#: The most columns a side that a page of a width has room for; `style` has the widths.
ROOM = (2, 4, 6, 8)
_HEAD = Html('<p class="ibnb-name" role="heading" aria-level="3">Option chain{}</p><p class="ibnb-under">{}</p>')
_PRICE = Html('<strong>{}</strong> <span class="ibnb-unit">{}</span>{} <span class="ibnb-muted">{}</span>')


def head_html(outline: Outline | None, known: Quoted | None) -> Html:
    """Return the heading: what the options are written on, what it costs, and whether that is of now."""
    if outline is None:
        return _HEAD.format("", Html('<span class="ibnb-muted">Name what the options are written on.</span>'))
    under, details = outline.under, outline.details
    name = Html(" · {}").format(under.localSymbol if under.secType == "FUT" else under.symbol)
    long = str(details.longName or "")
    quoted = known or Quoted()
    magnifier = whole_magnifier(details.priceMagnifier)
    if quoted.price == quoted.price:
        digits = digits_of(details.minTick, magnifier)
        unit = price_unit(under.currency, magnifier)
        word = STATES[quoted.state][1] + (f": {quoted.reason}" if quoted.reason else "")
        price = _PRICE.format(price_text(quoted.price, digits), unit, _change(quoted, digits), word)
    else:
        price = Html('<span class="ibnb-muted">No price of it: {}.</span>').format(quoted.reason or "none has come")
    return _HEAD.format(name, Html('<span class="ibnb-muted">{}</span> {}').format(long, price) if long else price)


def _change(quoted: Quoted, digits: int) -> str:
    close = quoted.value("close")
    change = quoted.price - close
    if change != change or not close or not change:
        return ""
    symbol = "▲" if change > 0 else "▼"
    sign = "+" if change > 0 else ""
    return f" {symbol} {sign}{price_text(change, digits)} ({sign}{price_text(100 * change / abs(close), 2)} %)"


def live_html(known: Sequence[Quoted], lines: tuple[int, int], is_closed: bool) -> Html:
    """Return how much of what is shown is live, why the rest is not, and how many lines are taken.

    Parameters
    ----------
    known : sequence of Quoted
        Of all options that are shown.
    lines : (int, int)
        How many market data lines this session uses, and how many there are.
    is_closed : bool
        Whether these options do not trade now, by their hours; prices that come live know better.
    """
    counts = Counter(each.state for each in known)
    words = [f"{len(known)} options"]
    words += [f"{STATES[state][0]} {counts[state]} {STATES[state][1]}" for state in STATES if counts[state]]
    reasons = Counter(
        each.reason for each in known if each.state not in CURRENT and each.state != "old" and each.reason
    )
    words += [reason for reason, _ in reasons.most_common(1)]
    words += ["the market is closed"] if is_closed and not counts["live"] else []
    words += ["{} of {} lines".format(*lines)]
    return Html('<p class="ibnb-live-words">{}</p>').format(Html(" · ").join(words))


def cut_html(columns: Sequence[str]) -> Html:
    """Return what is said on a page that is too narrow for all the columns; the look shows it there alone."""
    said = []
    for room in ROOM:
        if len(columns) > room:
            shown = ", ".join(COLUMNS[name].heading for name in columns[:room])
            left = len(columns) - room
            said.append(
                Html('<p class="ibnb-cut ibnb-cut-{}">This page is narrow: {} shown, {} more chosen.</p>').format(
                    room, shown, left
                )
            )
    return Html().join(said)


def caption_of(outline: Outline, entry: Entry, columns_unit: str) -> str:
    """Return what the options of a tab are."""
    kind = "options on futures" if outline.under.secType == "FUT" else "options"
    times = f"multiplier {entry.listing.multiplier}" if entry.listing.multiplier else ""
    parts = [f"{outline.under.symbol} {kind} of {entry.date}", about(entry), times, columns_unit]
    return ", ".join(part for part in parts if part)


def adjusted_words(names: Iterable[str], chosen: str) -> str:
    """Return what is said of classes that deliver something else than the standard ones."""
    listed = ", ".join(names)
    if not listed:
        return ""
    if chosen and chosen in listed.split(", "):
        return f"{chosen}: these options deliver something else, after a split or a merger."
    return f"Left out: {listed}, which deliver something else after a split or a merger; choose the class to see them."
