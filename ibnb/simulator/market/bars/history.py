"""Which bars a request of historical data covers: durations, alignment and labels, over the cells of a path.

Durations of days and more count whole sessions, seconds count open time backwards. A bar is labelled by its start,
clipped to its session; one under way holds what is known; all others are whole, wherever the request was cut.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from ibnb.simulator.market.bar_sizes import DAILY, MONTHLY, WEEKLY, Span
from ibnb.simulator.market.bars.table import changes, gather
from ibnb.simulator.market.hashing import Ints
from ibnb.simulator.market.hours.calendars import HOURS, day_number, day_of, local_seconds
from ibnb.simulator.market.hours.sessions import View
from ibnb.simulator.market.paths.paths import STEPS, Path, Prices
from ibnb.simulator.market.paths.refine import Cells, join

Convert = Callable[[Cells], Cells]
_CHUNK = 150_000  # cells at a time, to bound memory


def covered(view: View, span: Span, end: float) -> tuple[View, float]:
    """Return the stretches that a duration before `end` covers, and the moment before which no bar may start."""
    past = view.before(end)
    if not len(past):
        return past, end
    if span.unit == "S":
        lengths = np.minimum(past.end, int(np.ceil(end))) - past.start
        still = span.number - (np.cumsum(lengths[::-1])[::-1] - lengths)
        wanted = still > 0
        begin = max(past.start[wanted][0], past.start[wanted][0] + lengths[wanted][0] - still[wanted][0])
        return past[wanted], float(begin)
    last = int(past.day[-1])
    if span.unit == "D":
        days = np.unique(past.day)
        first = int(days[-min(span.number, len(days))])
    else:
        first = day_number(back(day_of(last), span)) + 1
    # The last session is covered whole: its bars that begin before `end` may reach beyond it.
    return view.of_days(first, last), 0.0


def back(day: date, span: Span) -> date:
    """Return the day that lies a duration of weeks, months or years before another."""
    if span.unit == "W":
        return day - timedelta(days=7 * span.number)
    months = day.year * 12 + day.month - 1 - span.number * (12 if span.unit == "Y" else 1)
    year, month = divmod(months, 12)
    if year < 1970:
        return date(1970, 1, 1)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def intraday(
    prices: Prices, path: Path, view: View, span: Span, size: int, end: float, known: float, convert: Convert
) -> Cells:
    """Return the bars of less than a day, as cells.

    Parameters
    ----------
    end : float
        Bars that start at or after this moment are left out.
    known : float
        The present: nothing later is in any bar.
    convert : callable
        Maps the path's cells to the instrument's (options follow their underlying).
    """
    stretches, begin = covered(view, span, end)
    level = 1 if size % 900 == 0 else 2 if size % 60 == 0 else 3
    if not len(stretches):
        return convert(prices.cells(path, stretches, level, 0.0, 0.0))
    # A whole bar more on either side, so that those at the edges are whole before the others are dropped.
    low = max(begin - size, 0.0)
    if begin:
        row = int(np.searchsorted(view.end, low, side="right"))
        stretches = view[row : int(np.searchsorted(view.start, end + size))]
    cut = min(end + size, known)
    per_row = max(int((stretches.end - stretches.start).max()) // STEPS[level], 1)
    chunk = max(_CHUNK // per_row, 1)
    edges = [*range(0, len(stretches), chunk), len(stretches)]
    bars = []
    for first, last in pairwise(edges):
        cells = convert(prices.cells(path, stretches[first:last], level, low, cut))
        if len(cells):
            bars.append(gather(cells, changes(cells.day, _aligned(cells, size, path.kind))))
    # Chunks may cut a session between two of its stretches, within a bar.
    made = join(bars) if bars else cells
    if len(bars) > 1:
        made = gather(made, changes(made.day, _aligned(made, size, path.kind)))
    return made[(made.start >= begin) & (made.start < end)]


def _aligned(cells: Cells, size: int, kind: str) -> Ints:
    """Return the number of the bar that a cell is in: bars begin at multiples of their size after local midnight."""
    if size <= 900 or size == 1800:
        return cells.start // size
    days = np.unique(cells.day)
    midnight = local_seconds(days, 0, HOURS[kind].zone)[np.searchsorted(days, cells.day)]
    return (cells.start - midnight) // size


def daily(
    prices: Prices, path: Path, view: View, span: Span, size: int, end: float, known: float, convert: Convert
) -> Cells:
    """Return the bars of a day, a week or a month, as cells whose `day` is the last session's date."""
    if span.unit == "S":
        span = Span(max(-(-span.number // DAILY), 1), "D")
    stretches, _ = covered(view, span, end)
    if size != DAILY and len(stretches):
        stretches = _whole_groups(view, stretches, size)
    cells = convert(prices.cells(path, stretches, 0, 0.0, known))
    if not len(cells):
        return cells
    cells = gather(cells, changes(cells.day))
    if size == DAILY:
        return cells
    first = changes(group_of(cells.day, size))
    last = np.append(first[1:], len(cells)) - 1
    # One under way bears the date that it has come to.
    return gather(cells, first, day=cells.day[last])


def _whole_groups(view: View, stretches: View, size: int) -> View:
    """Complete the week or month that a duration begins in."""
    first = group_of(stretches.day[:1], size)[0]
    all_of_first = view.day[group_of(view.day, size) == first]
    return view.of_days(int(all_of_first[0]), int(stretches.day[-1]))


def group_of(day: Ints, size: int) -> Ints:
    """Return the number of the week (from Monday) or month that a day is in."""
    if size == WEEKLY:
        return (day + 3) // 7
    assert size == MONTHLY
    return np.asarray(day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))
