"""The bars before a frame that a store has already: what averages are made of, without a request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ibnb.history.bars.history import zone_of
from ibnb.history.bars.schedule import usual_hours
from ibnb.history.planning.intervals import Intervals
from ibnb.history.planning.sizes import BAR_SIZES, DAY
from ibnb.history.planning.wishes import Wishes
from ibnb.history.store.kept import in_thread
from ibnb.history.store.naming import series_for

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.history.store.store import Store
    from ibnb.tws.client.values import ContractDetails

#: So many days on the calendar have a day's trading of the shortest session there is, weekends and holidays among them.
_CALENDAR = 8


async def earlier_bars(details: ContractDetails, bars: pd.DataFrame, count: int, store: Store) -> pd.DataFrame | None:
    """Return at most `count` bars that come before others, without a gap, as far as the store has them.

    Parameters
    ----------
    details : ContractDetails
        Of the contract that the bars are of.
    bars : DataFrame
        As ``tws.history`` gives it.
    count : int
        The most of them.
    store : Store
        Where they are kept.

    Returns
    -------
    DataFrame or None
        As `bars`; None where the store has none of them. What is adjusted for dividends has none either: what was kept
        yesterday is adjusted otherwise than what came today.
    """
    size, what, rth = (bars.attrs[name] for name in ("bar_size", "what", "rth"))
    if not len(bars) or what == "ADJUSTED_LAST" or not details.contract.conId:
        return None
    zone = zone_of(details)
    request = Wishes("1 D", size, what, rth).request(zone, details.contract.secType)
    kept = store.kept(series_for(details.contract, request))
    first = int(bars.index[0].timestamp())
    begins = first - (count * BAR_SIZES[size] + 7 * DAY) * (1 if request.daily else _CALENDAR)
    answered = await in_thread(kept, kept.answered)
    since = whole_since(answered, first, partial(_never_open, details, rth))
    if since >= first:
        return None
    found = (await in_thread(kept, kept.read, max(since, begins), first))[-count:]
    return (
        found.frame(zone, daily=request.daily, **{str(name): value for name, value in bars.attrs.items()})
        if len(found)
        else None
    )


def whole_since(answered: Intervals, first: int, closed: Callable[[int, int], bool]) -> int:
    """Return from when on all is answered up to a moment, where nothing is traded in what lies between answers.

    Examples
    --------
    >>> whole_since(((0, 10), (20, 30), (35, 60)), 50, lambda start, end: end - start < 8)
    20
    """
    since = first
    for low, high in reversed(answered):
        if low >= since:
            continue
        if high < since and not closed(high, since):
            break
        since = low
    return since


def _never_open(details: ContractDetails, rth: bool, start: int, end: int) -> bool:
    return not usual_hours(details, rth, start, end)
