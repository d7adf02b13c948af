"""The rule for the rows of a page of ticks: in order, inside what can be, none of a page that came twice.

As for bars (`columns.sift`), but that ticks have no name: two that are the same in one second may be two trades.
What is left out as a repetition is therefore a stretch of several seconds alone that comes again as a whole.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ibnb.history.columns.rows import Array
from ibnb.history.columns.sift import BEYOND, count, where
from ibnb.history.columns.ticks import Ticks, joined
from ibnb.history.planning.sizes import DAY
from ibnb.history.ticks.pages import in_order

#: Pages of a real TWS may begin a second before their start.
_EARLY = 1
_PRICES = {"TRADES": ("price",), "BID_ASK": ("bid", "ask"), "MIDPOINT": ("price",)}
_SIZES = {"TRADES": ("size",), "BID_ASK": ("bid_size", "ask_size"), "MIDPOINT": ()}


def sifted(page: Ticks, said: list[str], *, since: int | None, before: int | None, now: float) -> Ticks:
    """Return the ticks of a page by the rule.

    Parameters
    ----------
    page : Ticks
        As they came.
    said : list of str
        Takes a line for whatever is odd.
    since, before : int or None
        What was asked for: from a second on, or before one.
    now : float
        In epoch seconds; no tick is of a day that has not come.

    Returns
    -------
    Ticks
        In order. Those of a second before `since`, which TWS may send, are left in.
    """
    low = None if since is None else since - _EARLY
    high = int(now) + DAY if before is None else before + _EARLY
    outside = page.time > high
    if low is not None and (page.time >= low).any():  # a page that lies wholly before its start is told as one
        outside |= page.time < low
    if outside.any():
        first = where(page.time[outside])
        said.append(f"{count(int(outside.sum()), 'tick')} outside of what was asked for{first}: left out")
        page = page[~outside]
    if page.in_order():
        return page
    once = _without_repeats(page)
    again = len(page) - len(once)
    said.append(
        f"{count(again, 'tick')} came again, in the same order: left out"
        if again
        else f"{count(len(page), 'tick')} came out of order"
    )
    return once[in_order(once.time)]


def _without_repeats(page: Ticks) -> Ticks:
    """Return a page without the stretches of more than a second that are the same as the one before them."""
    edges = [0, *(np.flatnonzero(np.diff(page.time) < 0) + 1).tolist(), len(page)]
    runs = [page[low:high] for low, high in pairwise(edges)]
    kept = [
        run
        for before, run in zip([None, *runs], runs, strict=False)
        if before is None or run.time[0] == run.time[-1] or not run.equals(before)
    ]
    return joined(page.what, kept)


def strayed(page: Ticks, since: int | None, before: int, span: tuple[int, int]) -> str:
    """Return what is said of a page that lies beside what was asked for, so that nothing is known of `span`."""
    asked = f"before{_moment(before)}" if since is None else f"from{_moment(since)} on"
    came = f"{count(len(page), 'tick')} of{_moment(int(page.time[0]))}" if len(page) else "none that can be"
    return (
        f"ticks {asked} were asked for, and there came {came}: nothing is known of{_moment(span[0])} to"
        f"{_moment(span[1])}, which the next call asks for again"
    )


def doubts(ticks: Ticks) -> list[str]:
    """Return what can hardly be so, a line each; the values stay as TWS sent them."""
    prices = [ticks.columns[name] for name in _PRICES[ticks.what]]
    sizes = [ticks.columns[name] for name in _SIZES[ticks.what]]
    none = np.zeros(len(ticks), dtype=np.bool_)
    found = {
        "without a price": _any(none, [np.isnan(price) for price in prices]),
        "of a negative size": _any(none, [size < 0 for size in sizes]),
        "of a size beyond what can be": _any(none, [size >= BEYOND for size in sizes]),
        "of a price of -1, which TWS writes for none": _any(none, [price == -1 for price in prices]),
    }
    counted = {what: int(np.count_nonzero(rows)) for what, rows in found.items()}
    return [f"{count(number, 'tick')} {what}: shown as sent" for what, number in counted.items() if number]


def _any(none: Array, rows: list[Array]) -> Array:
    found: Array = np.any([none, *rows], axis=0)
    return found


def _moment(second: int) -> str:
    return where(np.array([second])).replace("(", "").replace(")", "")
