"""The book behind the best prices: levels of bids and asks, and how one state of a book becomes the next.

The first level is the quote itself; those behind it lie a price step apart and change from second to second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ibnb.simulator.market.contracts.steps import Steps, steps_of
from ibnb.simulator.market.hashing import Ints, draw, key_of
from ibnb.simulator.market.ticks.quotes import size_unit

if TYPE_CHECKING:
    from ibnb.simulator.market.contracts.instruments import Instrument
    from ibnb.simulator.market.market import Market

INSERT, UPDATE, DELETE = 0, 1, 2
ASK, BID = 0, 1
_DIGITS = 9
_PERIOD = 3  # seconds for which a level keeps its size


class Level(NamedTuple):
    """One row of a side: price, size, and whose it is ("" in a book by price)."""

    price: float
    size: float
    maker: str


class Change(NamedTuple):
    """One step from a side of a book to its next state."""

    position: int
    operation: int
    level: Level


def levels(
    market: Market, instrument: Instrument, moment: float, rows: int, makers: tuple[str, ...] = ("",)
) -> dict[int, list[Level]]:
    """Return the rows of both sides at a moment, best prices first.

    Parameters
    ----------
    rows : int
        Rows a side.
    makers : tuple of str
        Who may stand at a price; with several, a price has one to three rows.
    """
    moment = market.moment(instrument, moment)
    top = market.tape(instrument, moment).at(moment)
    return {
        side: _side(market, instrument, top.second, best, size, -1 if side == BID else 1, rows, makers)
        for side, best, size in ((ASK, top.ask, top.quote.ask_size), (BID, top.bid, top.quote.bid_size))
    }


def _side(
    market: Market,
    instrument: Instrument,
    second: int,
    best: float,
    size: float,
    away: int,
    rows: int,
    makers: tuple[str, ...],
) -> list[Level]:
    numerator, denominator = instrument.tick
    first = round(best * denominator / numerator)
    ticks = _prices_from(first, away, rows, steps_of(instrument))
    # Each price has its own moment of change, so that not all sizes change at once.
    period = (second + ticks % _PERIOD) // _PERIOD
    bits = draw(key_of(market.seed, "depth", instrument.con_id, int(away > 0)), 0, ticks * (1 << 32) + period)
    unit, out = size_unit(instrument), []
    for place, (tick, bit) in enumerate(zip(ticks.tolist(), bits.tolist(), strict=True)):
        price = tick * numerator / denominator
        total = size if place == 0 else (1 + bit % (12 + 6 * place)) * unit
        if len(makers) == 1:
            out.append(Level(price, round(total, _DIGITS), makers[0]))
            continue
        shown = min(1 + (bit >> 16) % 3, len(makers))
        start = (bit >> 24) % len(makers)
        share = max(round(total / shown / unit), 1) * unit
        out += [Level(price, round(share, _DIGITS), makers[(start + n) % len(makers)]) for n in range(shown)]
    return out[:rows]


def _prices_from(first: int, away: int, rows: int, steps: Steps) -> Ints:
    """Return the ticks of so many prices, the best one first."""
    ticks = first + np.arange(rows, dtype=np.int64) * away
    if steps.bands:
        side = steps.above if away > 0 else steps.below
        far = side(first + np.arange(rows * max(size for _, size in steps.bands), dtype=np.int64) * away)
        ticks = np.unique(far)[::away][:rows]
    return ticks[ticks > 0]


def steps(before: list[Level], after: list[Level]) -> list[Change]:
    """Return the changes that turn one side of a book into its next state, in the order in which they apply.

    Rows are inserted and deleted at the end only: some clients keep a book as a list, others by position, and both
    come to the same book.
    """
    common = min(len(before), len(after))
    changed = [at for at in range(common) if before[at] != after[at]]
    gone = range(len(before) - 1, common - 1, -1)
    return [
        *(Change(at, UPDATE, after[at]) for at in changed),
        *(Change(at, INSERT, after[at]) for at in range(common, len(after))),
        *(Change(at, DELETE, Level(0.0, 0.0, before[at].maker)) for at in gone),
    ]
