"""Pages of historical ticks: so many from a moment on, or so many before one, always in whole seconds.

A page ends with the last tick of its last second (or begins with the first of its first), so that the page that
continues it a second later misses nothing and repeats nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ibnb.simulator.market.ticks.ticks import Ticks, join_ticks

if TYPE_CHECKING:
    from ibnb.simulator.market.contracts.instruments import Instrument
    from ibnb.simulator.market.market import Market

_FIRST_WINDOW = 120
_LONGEST_WINDOW = 6 * 3600
_FARTHEST = 12 * 86_400  # over the longest run of holidays


def page(
    market: Market,
    instrument: Instrument,
    start: float | None,
    end: float | None,
    number: int,
    what: str,
    rth: bool,
    ignore_size: bool = False,
) -> Ticks:
    """Return a page of ticks, as reqHistoricalTicks does.

    Parameters
    ----------
    start, end : float or None
        Epoch seconds: the first ticks from `start` on (before `end`, where both are given), or else the last ones
        before `end`. Ticks of the second under way are not yet known.
    number : int
        How many at least; the rest of the last second comes with them.
    what : str
        TRADES, BID_ASK or MIDPOINT.
    rth : bool
        Regular hours only.
    ignore_size : bool
        Leave out quotes in which only a size changed.

    Raises
    ------
    MarketError
        For a kind of tick that the instrument does not have.
    """
    known = int(market.clock.now())
    stop = known if end is None else min(int(np.ceil(end)), known)
    forward = start is not None
    at = int(np.ceil(start)) if start is not None else stop
    limit = stop if forward else stop - _FARTHEST
    parts, found, window = [market.ticks(instrument, at, at, what, rth)], 0, _FIRST_WINDOW
    while found < number and (at < limit if forward else at > limit):
        low, high = (at, min(at + window, limit)) if forward else (max(at - window, limit), at)
        part = market.ticks(instrument, low, high, what, rth, ignore_size)
        parts = [*parts, part] if forward else [part, *parts]
        found, at = found + len(part), high if forward else low
        window = min(window * 2, _LONGEST_WINDOW)
        if forward and start is not None and not found and at - start > _FARTHEST:
            break
    made = join_ticks(parts)
    if len(made) <= number:
        return made
    if forward:
        return made[made.time <= made.time[number - 1]]
    return made[made.time >= made.time[-number]]
