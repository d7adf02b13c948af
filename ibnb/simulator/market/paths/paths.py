"""The price path of an instrument: sessions from the noise, and finer cells from `refine`.

At the top, each segment's open and close are points of a wandering level that can be computed for any moment alone;
below, every cell is split on demand. Nothing depends on what was asked before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from ibnb.simulator.market.hashing import Floats, Ints, draw, key_of, noise, uniform
from ibnb.simulator.market.hours.calendars import AFTER, BEFORE, GAP, REGULAR, day_number
from ibnb.simulator.market.hours.sessions import Sessions, View
from ibnb.simulator.market.paths.refine import FEWEST, Cells, join, refine

_KEPT, _FEW = 512, 8  # so many answers are kept, of at most so many segments each
STEPS = (0, 900, 60, 1)  # lengths of the cells of each level in seconds; 0 = a whole segment
ANCHOR = day_number(date(2026, 7, 1)) * 86_400 + 20 * 3600  # the moment at which prices equal their references


@dataclass(frozen=True)
class Driver:
    """One source of movement: its name, whose business time it lives in, and its daily standard deviation."""

    name: str
    kind: str
    sigma: float


@dataclass(frozen=True)
class Path:
    """All that fixes an instrument's prices, beside the seed.

    Attributes
    ----------
    name : str
        What the fine structure hangs on.
    kind : str
        The kind of market, a key of ``HOURS``.
    reference : float
        The price at the anchor.
    tick : (int, int)
        The price step as a fraction.
    sigma : float
        Daily standard deviation of the log price.
    drivers : tuple of Driver
        What moves it.
    volume : float
        Lots a day.
    trade_size : float
        Lots a trade.
    growth : float
        Drift of the log price a year.
    """

    name: str
    kind: str
    reference: float
    tick: tuple[int, int]
    sigma: float
    drivers: tuple[Driver, ...]
    volume: float
    trade_size: float
    growth: float = 0.0


class Prices:
    """Cells of any path at any level, under one seed.

    Parameters
    ----------
    seed : int
        Another seed is another world.
    sessions : Sessions
        The markets' hours.
    """

    def __init__(self, seed: int, sessions: Sessions) -> None:
        self.seed = seed
        self.sessions = sessions
        self._kept: OrderedDict[tuple[object, ...], Cells] = OrderedDict()

    def level(self, path: Path, moments: Ints) -> Floats:
        """Return the unrounded price at epoch seconds, as it is at the ends of segments."""
        years = (moments - ANCHOR) / (365.25 * 86_400)
        log = path.growth * years
        at = np.append(moments, ANCHOR)
        for driver in path.drivers:
            wander = noise(
                key_of(self.seed, "driver", driver.name), self.sessions.segments(driver.kind).business_time(at)
            )
            log = log + driver.sigma * (wander[:-1] - wander[-1])
        return np.asarray(path.reference * np.exp(log))

    def whole(self, path: Path, rows: Ints) -> Cells:
        """Return segments of a path as cells, by their rows."""
        return self._once(rows, (path, rows.tobytes()), lambda: self._whole(path, rows))

    def _whole(self, path: Path, rows: Ints) -> Cells:
        all_ = self.sessions.segments(path.kind)
        start, end, kind = all_.start[rows], all_.end[rows], all_.kind[rows]
        edges, place = np.unique(np.concatenate([start, end]), return_inverse=True)
        numerator, denominator = path.tick
        ticks = np.rint(self.level(path, edges) * (denominator / numerator)).astype(np.int64)[place]
        ticks = np.maximum(ticks, 2)
        open_, close = ticks[: len(rows)], ticks[len(rows) :]
        key = key_of(self.seed, path.name)
        bits = draw(key, 1, start)
        weight = np.diff(all_.business, prepend=0.0)[rows]
        reach = open_ * path.sigma * np.sqrt(weight)
        high_share, low_share, load = uniform(bits), uniform(bits, 20), uniform(bits, 40)
        high = np.maximum(open_, close) + np.ceil(reach * (0.1 + high_share * high_share)).astype(np.int64)
        low = np.minimum(open_, close) - np.ceil(reach * (0.1 + low_share * low_share)).astype(np.int64)
        low = np.maximum(low, 1)
        share = np.select([kind == REGULAR, kind == BEFORE, kind == AFTER], [0.94, 0.03, 0.03], 0.0)
        # A gap trades thinly, by its length, with more trades than lots would suggest: its quotes should move.
        share = np.where(kind == GAP, 0.06 * (end - start) / 86_400, share)
        volume = np.maximum(path.volume * share * (0.5 + load + load**4), 1.0)
        count = np.maximum(volume / path.trade_size, np.minimum((end - start) / 3.0, volume) * FEWEST)
        count = np.maximum(count.astype(np.int64), FEWEST)
        lots = np.maximum(volume.astype(np.int64), count)
        middle = (open_ + high + low + close) / 4.0 + (high - low) * 0.08 * (load - 0.5)
        turnover = np.rint(middle * lots).astype(np.int64)
        return Cells(start, end - start, open_, high, low, close, lots, count, turnover, all_.day[rows])

    def split(self, path: Path, cells: Cells, level: int) -> Cells:
        """Split cells of one level into those of the next."""
        return self._once(cells.start, (path, cells.start.tobytes(), level), lambda: self._split(path, cells, level))

    def _split(self, path: Path, cells: Cells, level: int) -> Cells:
        key = key_of(self.seed, path.name)
        if level:
            pieces = STEPS[level] // STEPS[level + 1]
            return refine(cells, pieces, key, level * 8 + 8)
        parts = []
        pieces_of_each = cells.seconds // STEPS[1]
        for pieces in np.unique(pieces_of_each):
            group = cells[pieces_of_each == pieces]
            parts.append(refine(group, int(pieces), key, 8, _smile(int(pieces))))
        return join(parts)

    def cells(self, path: Path, view: View, level: int, low: float, cut: float) -> Cells:
        """Return the cells of a level in stretches of time, finer ones where a cell is under way.

        Parameters
        ----------
        view : View
            The open stretches wanted.
        level : int
            0 segments, 1 quarter hours, 2 minutes, 3 seconds.
        low : float
            Cells that end at or before this moment are left out.
        cut : float
            What is known: no cell that starts at or after this moment.
        """
        known = view[(view.start < cut) & (view.end > low)]
        # All options of an underlying ask for the same cells, each minute anew.
        key = (path, known.row.tobytes(), known.start.tobytes(), level, low, cut)
        return self._once(known.start, key, lambda: self._cells(path, known, level, low, cut))

    def _once(self, of: Ints, key: tuple[object, ...], make: Callable[[], Cells]) -> Cells:
        """Return what is kept under a key, made where it is not; what is of many cells is made each time."""
        if len(of) > _FEW:
            return make()
        cells = self._kept.get(key)
        if cells is None:
            cells = self._kept[key] = make()
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return cells

    def _cells(self, path: Path, known: View, level: int, low: float, cut: float) -> Cells:
        done: list[Cells] = []
        current = self.whole(path, known.row)
        floor = known.start
        for depth in range(4):
            if depth >= level:
                whole = current.end <= cut
                if depth == 0:
                    whole &= floor == current.start
                done.append(current[whole])
                current, floor = current[~whole], floor[~whole]
            if depth == 3 or not len(current):
                break
            pieces = current.seconds // STEPS[depth + 1]
            floor = np.repeat(floor, pieces)
            current = self.split(path, current, depth)
            wanted = (current.start >= floor) & (current.start < cut)
            if depth < level:
                wanted &= current.end > low
            current, floor = current[wanted], floor[wanted]
        return join([part for part in done if len(part)] or [current[:0]])


def _smile(pieces: int) -> Floats:
    """Return how activity is spread over a segment: more at its ends."""
    place = (np.arange(pieces) + 0.5) / pieces * 2.0 - 1.0
    return np.asarray(0.6 + 1.4 * place**4)
