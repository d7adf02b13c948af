"""The tabs of a chain as HTML, one an expiry and class, and the choice of columns. Pure: from data to text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ibnb.ground.numerals import count_text
from ibnb.research.options.outline import Entry
from ibnb.tws.texts import Html
from ibnb.widgets.chain.view.columns import COLUMNS
from ibnb.widgets.kit.clicks import does
from ibnb.widgets.kit.markup import joined

_TAB = Html(
    '<button type="button" role="tab" class="ibnb-expiry" aria-selected="{}" tabindex="{}" {}>'
    '<span class="ibnb-day">{}</span> <span class="ibnb-about">{}</span></button>'
)
_TABS = Html('<div class="ibnb-tabs" role="tablist" aria-label="Expiries; the arrow keys move, Enter opens">{}</div>')
_COLUMN = Html('<button type="button" class="ibnb-column" aria-pressed="{}" title="{}" {}>{}</button>')
_COLUMNS = Html('<div class="ibnb-columns" role="group" aria-label="Columns">{}</div>')


def about(entry: Entry) -> str:
    """Return what a person tells an expiry by, beside its date: ``30 days · monthly · SPX``."""
    return " · ".join(word for word in (days_left(entry.days), entry.kind, class_of(entry)) if word)


def class_of(entry: Entry) -> str:
    """Return the class of an entry, and that it is an adjusted one."""
    return f"{entry.listing.trading_class}{', adjusted' if entry.adjusted else ''}"


def days_left(days: int | None) -> str:
    """Return how long it is until an expiry.

    Examples
    --------
    >>> [days_left(days) for days in (0, 1, 30, -1, None)]
    ['today', '1 day', '30 days', 'expired', '']
    """
    if days is None:
        return ""
    if days == 0:
        return "today"
    return "expired" if days < 0 else f"{count_text(days)} day{'s' * (days != 1)}"


def tabs_html(entries: Sequence[Entry], shown: Iterable[int], chosen: int | None) -> Html:
    """Return the tabs of some of the entries.

    Parameters
    ----------
    entries : sequence of Entry
        All of them.
    shown : iterable of int
        The places of those that are shown.
    chosen : int or None
        The place of the open one.
    """
    places = list(shown)
    with_focus = chosen if chosen in places else next(iter(places), None)
    return _TABS.format(
        joined(
            _TAB.format(
                str(place == chosen).lower(),
                "0" if place == with_focus else "-1",
                does("tab", place),
                _day(entries[place]),
                about(entries[place]),
            )
            for place in places
        )
    )


def columns_html(chosen: Sequence[str]) -> Html:
    """Return the columns as buttons that are pressed or not."""
    return _COLUMNS.format(
        joined(
            _COLUMN.format(str(name in chosen).lower(), each.meaning, does("column", name), each.heading)
            for name, each in COLUMNS.items()
        )
    )


def _day(entry: Entry) -> str:
    return entry.date if entry.day is None else f"{entry.day:%a} {entry.date}"
