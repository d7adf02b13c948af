"""Market data of combinations (BAG): the tape that follows from the tapes of their legs.

A single instrument is treated as its own only leg, so that boards need not tell the two apart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ibnb.simulator.accounts.trades.combos import Leg
from ibnb.simulator.market.ticks.tape import Tape, Top
from ibnb.simulator.matching.feed import combined

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument, Market, Quote


class Asked(NamedTuple):
    """What a request is about: a contract, and its legs (of one that is no combination: itself)."""

    instrument: Instrument
    legs: tuple[Leg, ...]


def all_open(market: Market, legs: tuple[Leg, ...]) -> bool:
    """Tell whether all legs trade now."""
    return all(market.is_open(leg.instrument) for leg in legs)


class ComboTape:
    """The tape of a combination, as long as none of its legs' tapes ends.

    Parameters
    ----------
    legs : list of (int, Tape)
        The ratio of each, negative where it is sold.
    """

    def __init__(self, legs: list[tuple[int, Tape]]) -> None:
        self._legs = legs
        self.start = max(tape.start for _, tape in legs)
        self.stop = min(tape.stop for _, tape in legs)

    def at(self, moment: float) -> Top:
        """Return the top at a moment: a trade of any leg counts as one of the combination."""
        tops = [(ratio, tape.at(moment)) for ratio, tape in self._legs]
        quote = combined([(ratio, _within(top)) for ratio, top in tops])
        second, trade = max(top.second for _, top in tops), sum(top.trade for _, top in tops)
        return Top(second, trade, quote.bid, quote.ask, quote.last, quote.last_size, quote.volume, quote)


def _within(top: Top) -> Quote:
    """Return the quote of a top as it is within its second."""
    return replace(top.quote, bid=top.bid, ask=top.ask, last=top.last, last_size=top.last_size)


def tape_of(market: Market, asked: Asked, moment: float) -> Tape | ComboTape:
    """Return the tape of an instrument or combination that a moment is on."""
    if asked.instrument.sec_type != "BAG":
        return market.tape(asked.instrument, moment)
    return ComboTape([(leg.ratio, market.tape(leg.instrument, moment)) for leg in asked.legs])
