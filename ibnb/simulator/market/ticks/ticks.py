"""Ticks: the single trades inside a second, drawn so that they add up to that second's bar.

Open, high, low, close, volume and count of a second's trades are those of its cell, whatever range was asked for and
whether bars or ticks were asked first; quotes move with the trades, so bids, asks and midpoints agree as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ibnb.simulator.market.bars.table import price
from ibnb.simulator.market.bars.what import around
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.contracts.steps import steps_of
from ibnb.simulator.market.hashing import Floats, Ints, draw, key_of, uniform
from ibnb.simulator.market.paths.refine import FEWEST, Cells
from ibnb.simulator.market.ticks.quotes import displayed_sizes

KINDS = ("TRADES", "BID_ASK", "MIDPOINT")
_DIGITS = 9
_WEIGHT = 1 << 20
_MOST = 1 << 16  # trades of one second that have random numbers of their own


@dataclass(frozen=True)
class Points:
    """Trades in time order, in the instrument's own price steps and lots.

    Attributes
    ----------
    second : int64
        The epoch second that each is in.
    place : int64
        Its number within the second.
    of : int64
        How many the second has.
    price, size : int64
        Price in steps, and lots.
    """

    second: Ints
    place: Ints
    of: Ints
    price: Ints
    size: Ints


@dataclass(frozen=True)
class Ticks:
    """Ticks in time order, as columns.

    Attributes
    ----------
    time : int64
        Epoch second.
    share : float64
        How far into its second each comes, 0 to 1.
    price, size : float64
        The trade, or the midpoint with size 0; of a quote, its bid.
    ask, bid_size, ask_size : float64
        Of quotes; else 0.
    """

    time: Ints
    share: Floats
    price: Floats
    size: Floats
    ask: Floats
    bid_size: Floats
    ask_size: Floats

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, rows: NDArray[np.bool_] | Ints | slice) -> Ticks:
        return Ticks(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def join_ticks(parts: list[Ticks]) -> Ticks:
    """Return ticks of consecutive ranges as one."""
    return Ticks(*(np.concatenate([getattr(part, name) for part in parts]) for name in Ticks.__dataclass_fields__))


def points(seconds: Cells, seed: int, instrument: Instrument) -> Points:
    """Draw the trades of cells of one second.

    Parameters
    ----------
    seconds : Cells
        In the instrument's own steps; those without a trade give none.
    seed : int
        What the randomness hangs on, with the instrument and the second.
    instrument : Instrument
        Whose trades, on the steps of its prices.
    """
    cells = seconds[seconds.count > 0]
    of = np.repeat(cells.count, cells.count)
    row = np.repeat(np.arange(len(cells)), cells.count)
    first = np.cumsum(cells.count) - cells.count
    place = np.arange(len(row)) - first[row]
    bits = draw(key_of(seed, "ticks", instrument.con_id), 0, cells.start[row] * _MOST + place)
    prices = steps_of(instrument).nearest(_prices(cells, row, place, of, first, bits))
    return Points(cells.start[row], place, of, prices, _sizes(cells, row, place, of, prices, bits))


def _prices(cells: Cells, row: Ints, place: Ints, of: Ints, first: Ints, bits: NDArray[np.uint64]) -> Ints:
    """Walk from the open to the close, and touch the high and the low on the way."""
    along = place / np.maximum(of - 1, 1)
    reach = (cells.high - cells.low)[row]
    middle = cells.open[row] + along * (cells.close - cells.open)[row] + (uniform(bits) - 0.5) * reach
    prices = np.clip(np.rint(middle).astype(np.int64), cells.low[row], cells.high[row])
    prices[first] = cells.open
    enough = np.flatnonzero(cells.count >= FEWEST)
    inner = cells.count[enough] - 2
    chance = bits[first[enough]]
    top = ((chance >> np.uint64(20)) & np.uint64(0xFFFFF)).astype(np.int64) % inner
    bottom = (top + 1 + (chance >> np.uint64(40)).astype(np.int64) % (inner - 1)) % inner
    prices[first[enough] + 1 + top] = cells.high[enough]
    prices[first[enough] + 1 + bottom] = cells.low[enough]
    prices[first + cells.count - 1] = cells.close
    return prices


def _sizes(cells: Cells, row: Ints, place: Ints, of: Ints, prices: Ints, bits: NDArray[np.uint64]) -> Ints:
    """Split the lots: one for each trade, the rest so that the average price comes near the cell's."""
    spare = cells.volume - cells.count
    money = np.bincount(row, prices, len(cells))
    target = np.clip((cells.turnover - money) / np.maximum(spare, 1), cells.low, cells.high)[row]
    weight = uniform(bits, 20) ** 2 + 0.05
    above = prices >= target
    sums = [np.bincount(row, weight * side, len(cells)) for side in (above, ~above)]
    means = [
        np.bincount(row, weight * side * prices, len(cells)) / np.maximum(total, 1e-9)
        for side, total in zip((above, ~above), sums, strict=True)
    ]
    upper = np.clip((target - means[1][row]) / np.maximum(means[0] - means[1], 1e-9)[row], 0.0, 1.0)
    upper = np.where(sums[1][row] <= 0, 1.0, np.where(sums[0][row] <= 0, 0.0, upper))
    share = np.where(
        above, upper * weight / np.maximum(sums[0], 1e-9)[row], (1 - upper) * weight / np.maximum(sums[1], 1e-9)[row]
    )
    # Whole numbers from here on: their running totals do not depend on where the range begins.
    whole = np.rint(share * _WEIGHT).astype(np.int64) + 1
    running = np.cumsum(whole)
    last = np.cumsum(cells.count) - 1
    totals = np.diff(running[last], prepend=0)
    running -= (running[last] - totals)[row]
    given = spare[row] * running // np.maximum(totals, 1)[row]
    before = np.where(place > 0, np.roll(given, 1), 0)
    return np.asarray(given - before + 1, dtype=np.int64)


def ticks_of(
    seconds: Cells,
    instrument: Instrument,
    tick: tuple[int, int],
    traded: bool,
    what: str,
    seed: int,
    ignore_size: bool = False,
) -> Ticks:
    """Return the ticks of cells of one second as trades, quotes or midpoints.

    Parameters
    ----------
    seconds : Cells
        In steps of size `tick`.
    instrument : Instrument
        For its spread and sizes.
    traded : bool
        Whether sizes of trades have a meaning.
    what : str
        One of ``KINDS``.
    seed : int
        The market's.
    ignore_size : bool
        Leave out quotes in which no price has moved.
    """
    if what != "TRADES":
        return _quotes_of(seconds, instrument, tick, what, seed, ignore_size)
    made = points(seconds, seed, instrument)
    share, none = made.place / np.maximum(made.of, 1), np.zeros(len(made.second))
    size = np.round(made.size * instrument.size_of_one, _DIGITS) if traded else none
    return Ticks(made.second, share, price(made.price, tick), size, none, none, none)


def _quotes_of(
    seconds: Cells, instrument: Instrument, tick: tuple[int, int], what: str, seed: int, ignore_size: bool
) -> Ticks:
    """Return quotes or midpoints: one where a price has moved, and one at the first trade of a second."""
    # A quote may also move without a trade, from one second to the next.
    shown = replace(seconds, count=np.maximum(seconds.count, 1), volume=np.maximum(seconds.volume, 1))
    made = points(shown, seed, instrument)
    fresh = np.diff(made.price, prepend=-1) != 0
    if not ignore_size:
        fresh |= (made.place == 0) & np.repeat(seconds.count > 0, shown.count)
    share, none = (made.place / np.maximum(made.of, 1))[fresh], np.zeros(int(fresh.sum()))
    second, at = made.second[fresh], made.price[fresh]
    (below, above), steps = around(instrument.spread), steps_of(instrument)
    low, high = steps.bid(at, below), steps.ask(at, above)
    if what == "MIDPOINT":
        middle = np.maximum(price(low + high, (tick[0], tick[1] * 2)), 0.0)
        return Ticks(second, share, middle, none, none, none, none)
    bid_size, ask_size = displayed_sizes(seed, instrument, second)
    bid, ask = np.maximum(price(low, tick), 0.0), price(high, tick)
    return Ticks(second, share, bid, none, ask, bid_size, ask_size)
