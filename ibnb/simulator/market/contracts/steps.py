"""The steps that a contract's prices lie on: those of the market rule at its exchange, counted in its own ticks."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from ibnb.simulator.market.contracts.catalogue import market_rule
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.contracts.order_types import EXCHANGE_ALIASES
from ibnb.simulator.market.hashing import Floats, Ints

Rule = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Steps:
    """Which ticks are prices.

    Attributes
    ----------
    bands : tuple of (int, int)
        From which tick on, the step in ticks where that is more than one; ascending. Each begins at a multiple of its
        step. Empty where every tick is a price.

    Examples
    --------
    >>> nickels_below_3 = Steps(((60, 2),))
    >>> nickels_below_3.below(np.array([59, 60, 61])).tolist(), nickels_below_3.above(np.array([59, 60, 61])).tolist()
    ([59, 60, 60], [59, 60, 62])
    """

    bands: tuple[tuple[int, int], ...] = ()

    def size(self, ticks: Ints | Floats) -> Ints:
        """Return the step at ticks."""
        sizes = np.ones(np.shape(ticks), dtype=np.int64)
        for low, size in self.bands:
            sizes = np.where(ticks >= low, size, sizes)
        return sizes

    def below(self, ticks: Ints) -> Ints:
        """Return the highest prices that are not above ticks."""
        return ticks // self.size(ticks) * self.size(ticks) if self.bands else ticks

    def above(self, ticks: Ints) -> Ints:
        """Return the lowest prices that are not below ticks."""
        return -(-ticks // self.size(ticks)) * self.size(ticks) if self.bands else ticks

    def nearest(self, ticks: Ints | Floats) -> Ints:
        """Return the nearest prices; more ticks are never a lower price."""
        size = self.size(ticks) if self.bands else 1
        return np.asarray(np.rint(ticks / size) * size, dtype=np.int64)

    def bid(self, last: Ints, ticks: int) -> Ints:
        """Return the bid so many steps below the last price."""
        return self.below(last - ticks * self.size(last)) if self.bands else last - ticks

    def ask(self, last: Ints, ticks: int) -> Ints:
        """Return the ask so many steps above the last price."""
        return self.above(last + ticks * self.size(last)) if self.bands else last + ticks


def rule_at(instrument: Instrument, exchange: str) -> Rule:
    """Return the market rule that a contract's details name for an exchange; empty where they name none."""
    return _rule(instrument.valid_exchanges, instrument.market_rule_ids, exchange)


def steps_of(instrument: Instrument) -> Steps:
    """Return the steps of a contract at the exchange under which it is named."""
    named = instrument.valid_exchanges, instrument.market_rule_ids, instrument.exchange
    return _steps(*named, instrument.tick, instrument.price_magnifier)


@lru_cache(maxsize=4096)
def _rule(exchanges: str, numbers: str, exchange: str) -> Rule:
    listed = dict(zip(exchanges.split(","), numbers.split(","), strict=False))
    number = listed.get(EXCHANGE_ALIASES.get(exchange, exchange))
    return market_rule(int(number)) if number else ()


@lru_cache(maxsize=4096)  # very many tickers ask very often
def _steps(exchanges: str, numbers: str, exchange: str, tick: tuple[int, int], magnifier: int) -> Steps:
    one = Fraction(*tick) / magnifier
    rule = _rule(exchanges, numbers, exchange)
    counted = [(Fraction(str(low)) / one, Fraction(str(step)) / one) for low, step in rule]
    return Steps(tuple((int(low), int(step)) for low, step in counted if step > 1))
