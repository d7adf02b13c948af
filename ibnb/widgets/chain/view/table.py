"""The table of a chain as HTML: calls left, strikes in the middle, puts right, and what of it has changed. Pure.

Each cell has a key. A whole table is made of the same cells as a change of it, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ibnb.ground.choices import remembered
from ibnb.research.options.watched import Quoted
from ibnb.tws.texts import Html
from ibnb.widgets.chain.strikes import Strike
from ibnb.widgets.chain.view.columns import COLUMNS
from ibnb.widgets.kit.clicks import does
from ibnb.widgets.kit.markup import joined

#: So many sides of rows are remembered as text.
_KEPT = 4_096
#: How each state of `Quoted` is marked, and what it is in words.
STATES = {
    "live": ("●", "live"),
    "delayed": ("◐", "delayed"),
    "frozen": ("◇", "frozen"),
    "delayed-frozen": ("◇", "delayed and frozen"),
    "waiting": ("…", "waiting for a price"),
    "stale": ("◌", "stale"),
    "refused": ("✗", "refused"),
    "old": ("○", "old"),
    "none": ("–", "not live"),
}
RIGHTS = {"C": "call", "P": "put"}
#: Those whose figures are of now, as far as TWS tells them.
CURRENT = frozenset({"live", "delayed", "frozen", "delayed-frozen"})
_STATE = Html(
    '<button type="button" class="ibnb-state" aria-pressed="{}" tabindex="{}" aria-label="Open {}, {}" title="{}" {}>'
    "{}</button>"
)
_NOT_LISTED = Html('<span class="ibnb-spoken">not listed</span>')
_CELL = Html('<td class="ibnb-n{}" data-c="{}">{}</td>')
_MARK = Html('<td class="ibnb-mark" data-c="{}">{}</td>')
_ROW = Html('<tr data-row="{}" data-c="{}" class="{}">{}{}<th scope="row" data-c="{}">{}</th>{}{}</tr>')
_STRIKE = Html(
    '<span class="ibnb-in" aria-hidden="true">{}</span>{}<span class="ibnb-in" aria-hidden="true">{}</span>{}'
)
_HEAD = Html('<th scope="col" class="ibnb-n{}" title="{}"><span class="ibnb-spoken">{}: </span>{}</th>')
_AT = Html(
    '<span class="ibnb-at-mark"><span class="ibnb-at-long">at the money</span>'
    '<abbr class="ibnb-at-short" title="at the money">ATM</abbr></span>'
)
_SPOKEN = Html('<span class="ibnb-spoken">, {} in the money</span>')


@dataclass(frozen=True)
class Shown:
    """What a table shows.

    Attributes
    ----------
    strikes : sequence of Strike
        All of the tab.
    places : range
        Those of them that are shown.
    price : float
        The underlying's, in the unit of the strikes; NaN where it is not known.
    at : int or None
        The place at the money.
    columns : sequence of str
        Of `COLUMNS`.
    digits : int
        Of prices.
    chosen : (int, str) or None
        Place and right of the option that is open.
    quoted : callable
        From a conId to its `Quoted`.
    """

    strikes: Sequence[Strike]
    places: range
    price: float
    at: int | None
    columns: Sequence[str]
    digits: int
    chosen: tuple[int, str] | None
    quoted: Callable[[int], Quoted]


def table_html(shown: Shown, caption: str, turn: int, centre: int) -> Html:
    """Return the whole table.

    Parameters
    ----------
    shown : Shown
        What to show.
    caption : str
        What the options are.
    turn, centre : int
        Which table it is, for its changes; a new `centre` has the page scroll to the money.
    """
    sides = {right: _order(shown.columns, right) for right in RIGHTS}
    heads = {
        right: joined(
            _HEAD.format(_rank(shown.columns, name), COLUMNS[name].meaning, RIGHTS[right], COLUMNS[name].heading)
            for name in names
        )
        for right, names in sides.items()
    }
    cells = cells_of(shown)
    rows = joined(_row(shown, place, sides, cells) for place in shown.places)
    return Html(
        '<div role="tabpanel" aria-label="{0}"><table class="ibnb-options" data-turn="{1}" data-centre="{2}">'
        '<caption class="ibnb-spoken">{0}. On a mark, the arrow keys move and Enter opens the option.</caption>'
        '<thead><tr>{3}<th scope="col" class="ibnb-mark">Calls</th><th scope="col">Strike</th>'
        '<th scope="col" class="ibnb-mark">Puts</th>{4}</tr></thead><tbody>{5}</tbody></table></div>'
    ).format(caption, turn, centre, heads["C"], heads["P"], rows)


def cells_of(shown: Shown) -> dict[str, str]:
    """Return all that changes in a table, by its key: classes of rows as text, all else as HTML."""
    cells: dict[str, str] = {}
    focus = _with_focus(shown)
    for place in shown.places:
        strike = shown.strikes[place]
        classes = []
        for right, word in RIGHTS.items():
            details = strike.side(right)
            known = Quoted() if details is None else shown.quoted(details.contract.conId)
            inside = strike.price < shown.price if right == "C" else strike.price > shown.price
            classes += [f"ibnb-{word}-in"] if inside else []
            classes += [f"ibnb-{word}-old"] if known.state not in CURRENT else []
            key = f"{place}.{right}"
            cells[f"{key}.s"] = (
                _NOT_LISTED
                if details is None
                else _state(
                    place,
                    right,
                    strike.text,
                    known.state,
                    known.reason,
                    (place, right) == shown.chosen,
                    (place, right) == focus,
                )
            )
            texts = _texts(known, right, tuple(shown.columns), shown.digits)
            cells.update(zip((f"{key}.{name}" for name in shown.columns), texts, strict=True))
        is_at = place == shown.at
        cells[f"{place}.r"] = " ".join([*classes, *(["ibnb-at"] if is_at else [])])
        cells[f"{place}.k"] = _strike(strike.text, strike.price < shown.price, strike.price > shown.price, is_at)
    return cells


def figure(known: Quoted, name: str, right: str) -> float:
    """Return one figure of an option by its column."""
    if name == "open_interest":
        return known.value(f"{RIGHTS[right]}_open_interest")
    return known.value(name)


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Return what has changed from one set of cells to another of the same table."""
    return {key: text for key, text in now.items() if before.get(key) != text}


def _row(shown: Shown, place: int, sides: Mapping[str, Sequence[str]], cells: Mapping[str, str]) -> Html:
    figures = {
        right: joined(
            _CELL.format(
                _rank(shown.columns, name), f"{place}.{right}.{name}", Html.escape(cells[f"{place}.{right}.{name}"])
            )
            for name in names
        )
        for right, names in sides.items()
    }
    marks = {right: _MARK.format(f"{place}.{right}.s", Html(cells[f"{place}.{right}.s"])) for right in RIGHTS}
    return _ROW.format(
        place,
        f"{place}.r",
        cells[f"{place}.r"],
        figures["C"],
        marks["C"],
        f"{place}.k",
        Html(cells[f"{place}.k"]),
        marks["P"],
        figures["P"],
    )


def _order(columns: Sequence[str], right: str) -> list[str]:
    """Return the columns of a side from left to right: bid and ask lie next to the strikes."""
    quotes = [name for name in columns if name in ("bid", "ask")]
    others = [name for name in columns if name not in quotes]
    return [*reversed(others), *quotes] if right == "C" else [*quotes, *others]


def _rank(columns: Sequence[str], name: str) -> int:
    """Return how far from the strikes a column is: the farthest go first where a page is narrow."""
    return list(columns).index(name)


@remembered(_KEPT)
def _texts(known: Quoted, right: str, columns: tuple[str, ...], digits: int) -> tuple[str, ...]:
    """Return the figures of an option as text; nearly all are as they were at the last repaint."""
    return tuple(COLUMNS[name].write(figure(known, name, right), digits) for name in columns)


@lru_cache(maxsize=_KEPT)
def _state(place: int, right: str, strike: str, state: str, reason: str, is_chosen: bool, has_focus: bool) -> str:
    symbol, word = STATES[state]
    return _STATE.format(
        str(is_chosen).lower(),
        "0" if has_focus else "-1",
        f"{RIGHTS[right]} {strike}",
        word,
        f"{word}: {reason}" if reason else word,
        does("open", f"{place}.{right}"),
        symbol,
    )


def _with_focus(shown: Shown) -> tuple[int, str] | None:
    """Return which mark the keyboard comes to first: the open option's, else one at the money."""
    if shown.chosen is not None and shown.chosen[0] in shown.places:
        return shown.chosen
    begin = shown.at if shown.at is not None and shown.at in shown.places else shown.places.start
    for place in (*range(begin, shown.places.stop), *shown.places):
        for right in RIGHTS:
            if place < len(shown.strikes) and shown.strikes[place].side(right) is not None:
                return place, right
    return None


@lru_cache(maxsize=_KEPT)
def _strike(text: str, call_is_in: bool, put_is_in: bool, is_at: bool) -> Html:
    inside = "call" if call_is_in else "put" if put_is_in else ""
    spoken = _SPOKEN.format(inside) if inside else Html()
    return _STRIKE.format("◂" if call_is_in else "", text, "▸" if put_is_in else "", spoken + (_AT if is_at else ""))
