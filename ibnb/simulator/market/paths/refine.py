"""Cells of the price path, and the one function that splits them into finer ones.

A cell is a bar in integer ticks. `refine` draws children that aggregate EXACTLY to their parents: first open, highest
high, lowest low, last close, and the sums of volume, count and turnover. Sessions become quarter hours, quarter hours
minutes, minutes seconds, all by this one function.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ibnb.simulator.market.hashing import Floats, Ints, draw, normal, uniform

#: Trades that a cell has at least, if it has any: the first, the highest, the lowest and the last.
FEWEST = 4


@dataclass(frozen=True)
class Cells:
    """Columns of cells, in time order.

    Attributes
    ----------
    start, seconds : int64
        Epoch second at which the cell starts, and its length.
    open, high, low, close : int64
        Prices in ticks.
    volume, count, turnover : int64
        Lots, trades, and the sum of price (ticks) times lots.
    day : int64
        The session's date, in days since 1970.
    """

    start: Ints
    seconds: Ints
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    volume: Ints
    count: Ints
    turnover: Ints
    day: Ints

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, rows: NDArray[np.bool_] | Ints | slice) -> Cells:
        return Cells(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def end(self) -> Ints:
        """Epoch second at which each cell ends."""
        return self.start + self.seconds


def join(parts: list[Cells]) -> Cells:
    """Return the cells of several parts in time order."""
    if len(parts) == 1:
        return parts[0]
    merged = Cells(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Cells)))
    return merged[np.argsort(merged.start, kind="stable")]


def refine(parents: Cells, pieces: int, key: int, stream: int, weights: Floats | None = None) -> Cells:
    """Split each parent into `pieces` children that aggregate exactly to it.

    Parameters
    ----------
    parents : Cells
        All of one length, divisible by `pieces`.
    pieces : int
        Children a parent.
    key, stream : int
        What the randomness hangs on; with the child's start time it fixes the child for ever.
    weights : float64, shape (pieces,), optional
        How activity is spread over the parent; even where left out.
    """
    step = parents.seconds // pieces
    start = parents.start[:, None] + step[:, None] * np.arange(pieces)
    bits = draw(key, stream, start)
    count, volume = _activity(parents, bits, weights)
    active = count > 0
    open_, close, scale = _walk(parents, normal(draw(key, stream + 1, start)), bits, active, volume)
    high, low = _wicks(parents, bits, active, open_, close, scale)
    turnover, high, low = _turnover(parents, active, volume, open_, high, low, close)
    columns = (start, np.broadcast_to(step[:, None], start.shape), open_, high, low, close, volume, count, turnover)
    day = np.broadcast_to(parents.day[:, None], start.shape)
    return Cells(*(np.ascontiguousarray(column).reshape(-1) for column in (*columns, day)))


def _activity(parents: Cells, bits: NDArray[np.uint64], weights: Floats | None) -> tuple[Ints, Ints]:
    """Split the trades unevenly, and the lots along with the trades: no lots without a trade.

    A child trades at least four times or not at all, so that its open, high, low and close can all be trades.
    """
    share = uniform(bits)
    share *= share
    share += 0.1
    if weights is not None:
        share *= weights
    share = np.cumsum(share, axis=1)
    share /= share[:, -1:]
    trades = np.floor(share * (parents.count // FEWEST)[:, None]).astype(np.int64) * FEWEST
    trades += (trades > 0) * (parents.count % FEWEST)[:, None]
    trades[:, -1] = parents.count
    lots = parents.volume[:, None] * trades // np.maximum(parents.count, 1)[:, None]
    return _steps(trades), _steps(lots)


def _steps(totals: Ints) -> Ints:
    """Return what each column adds to the running total of its row."""
    steps = totals.copy()
    steps[:, 1:] -= totals[:, :-1]
    return steps


def _walk(
    parents: Cells, shocks: Floats, bits: NDArray[np.uint64], active: NDArray[np.bool_], volume: Ints
) -> tuple[Ints, Ints, Floats]:
    """Draw the opens and closes: a bridge from the parent's open to its close that moves only where trades are.

    It is bent until its mean by volume comes near the parent's, and folded at the parent's high and low.
    """
    low, reach = parents.low[:, None].astype(np.float64), (parents.high - parents.low)[:, None].astype(np.float64)
    moves = np.cumsum(active, axis=1, dtype=np.float64)
    total = np.maximum(moves[:, -1:], 1.0)
    along = moves / total
    scale = 0.6 * reach / np.sqrt(total)
    shocks *= active
    walk = np.cumsum(shocks, axis=1)
    walk -= along * walk[:, -1:]
    walk *= scale
    walk += parents.open[:, None] - low
    walk += along * (parents.close - parents.open)[:, None]
    bend = along * (1.0 - along)
    lots = volume.astype(np.float64)
    lots_total = np.maximum(parents.volume, 1)[:, None].astype(np.float64)
    target = parents.turnover[:, None] / lots_total - low
    pull = np.maximum((lots * bend).sum(axis=1, keepdims=True) / lots_total, 0.02)
    path = _fold(walk, reach)
    for _ in range(2):
        walk += bend * ((target - (lots * path).sum(axis=1, keepdims=True) / lots_total) / pull)
        path = _fold(walk, reach)
    close = np.rint(path).astype(np.int64)
    close += parents.low[:, None]
    close[:, -1] = parents.close
    opening = np.empty_like(close)
    opening[:, 0] = parents.open
    # A trade need not happen at the last one's price: one tick to either side, or none.
    jump = ((bits >> np.uint64(60)) % np.uint64(3)).astype(np.int64) - 1
    jump *= active
    opening[:, 1:] = close[:, :-1] + jump[:, 1:]
    np.clip(opening, parents.low[:, None], parents.high[:, None], out=opening)
    return opening, close, scale


def _fold(path: Floats, reach: Floats) -> Floats:
    """Reflect a path at 0 and `reach` until it lies between them."""
    span = np.maximum(reach, 0.5)
    folded = np.abs(path)
    folded -= 2.0 * span * np.floor(folded / (2.0 * span))
    folded -= span
    np.abs(folded, out=folded)
    np.subtract(span, folded, out=folded)
    return np.minimum(folded, reach)


def _wicks(
    parents: Cells, bits: NDArray[np.uint64], active: NDArray[np.bool_], open_: Ints, close: Ints, scale: Floats
) -> tuple[Ints, Ints]:
    """Draw highs and lows: small wicks, and the parent's extremes where the path came nearest to them."""
    top, bottom = np.maximum(open_, close), np.minimum(open_, close)
    reach = scale * active
    high = top + (reach * uniform(bits, 20)).astype(np.int64)
    low = bottom - (reach * uniform(bits, 40)).astype(np.int64)
    np.minimum(high, parents.high[:, None], out=high)
    np.maximum(low, parents.low[:, None], out=low)
    rows = np.flatnonzero(parents.count > 0)
    sentinel = np.iinfo(np.int64).max
    high[rows, np.where(active, top, -1)[rows].argmax(axis=1)] = parents.high[rows]
    low[rows, np.where(active, bottom, sentinel)[rows].argmin(axis=1)] = parents.low[rows]
    return high, low


def _turnover(
    parents: Cells, active: NDArray[np.bool_], volume: Ints, open_: Ints, high: Ints, low: Ints, close: Ints
) -> tuple[Ints, Ints, Ints]:
    """Split the turnover so that each child's average price lies in its range, widening ranges where it must."""
    natural = volume * (open_ + high + low + close) // 4
    gap = parents.turnover - natural.sum(axis=1)
    room = (volume * high - natural).sum(axis=1)
    short = np.flatnonzero(gap > room)
    if len(short):
        slack = (parents.high[short, None] - high[short]) * active[short]
        lift = (gap - room)[short] / np.maximum((volume[short] * slack).sum(axis=1), 1)
        high[short] += np.ceil(slack * np.minimum(lift + 1e-9, 1.0)[:, None]).astype(np.int64)
    room = (natural - volume * low).sum(axis=1)
    short = np.flatnonzero(-gap > room)
    if len(short):
        slack = (low[short] - parents.low[short, None]) * active[short]
        lift = (-gap - room)[short] / np.maximum((volume[short] * slack).sum(axis=1), 1)
        low[short] -= np.ceil(slack * np.minimum(lift + 1e-9, 1.0)[:, None]).astype(np.int64)
    room_of_each = np.where((gap > 0)[:, None], volume * high - natural, natural - volume * low)
    running = np.cumsum(room_of_each, axis=1).astype(np.float64)
    share = running / np.maximum(running[:, -1:], 1.0)
    moved = np.floor(share * np.abs(gap)[:, None]).astype(np.int64)
    moved[:, -1] = np.abs(gap)
    natural += _steps(moved) * np.sign(gap)[:, None]
    return natural, high, low
