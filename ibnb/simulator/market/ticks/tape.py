"""The tape: what a quote is within its second, trade by trade, as streams of market data show it.

At the end of each second it agrees with the second's `Quote`; a minute is worked out at a time and kept, so that very
many tickers can look very often.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

import numpy as np

from ibnb.simulator.market.bars.table import price
from ibnb.simulator.market.bars.what import around
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.contracts.steps import Steps, steps_of
from ibnb.simulator.market.hashing import Floats
from ibnb.simulator.market.paths.paths import Prices
from ibnb.simulator.market.prices.series import Series
from ibnb.simulator.market.ticks.quotes import Quote, Quotes
from ibnb.simulator.market.ticks.ticks import points

_KEPT = 1500  # minutes, one an instrument
_DIGITS = 9


class Top(NamedTuple):
    """What is on the tape at one moment.

    Attributes
    ----------
    second : int
        The epoch second.
    trade : int
        How many trades of the minute there have been: two equal tops of a minute have the same number.
    bid, ask, last, last_size, volume : float
        After the latest trade.
    quote : Quote
        All that does not change within the second.
    """

    second: int
    trade: int
    bid: float
    ask: float
    last: float
    last_size: float
    volume: float
    quote: Quote


class Trades(NamedTuple):
    """The trades of a minute, and how many there are before each of its seconds and after the last."""

    before: list[int]
    bid: Floats
    ask: Floats
    last: Floats
    size: Floats
    volume: Floats


class Tape:
    """The tape of one instrument and one minute.

    Parameters
    ----------
    quotes : list of Quote
        One for each open second of the minute, in order.
    trades : Trades or None
        The trades; None where quotes are all there is (a person's own bars).
    """

    def __init__(self, quotes: list[Quote], trades: Trades | None) -> None:
        self._quotes, self._trades = quotes, trades
        self.start = int(quotes[0].time)
        self.stop = self.start + len(quotes)

    def at(self, moment: float) -> Top:
        """Return the top at a moment; after the last second, as it was at the end of that."""
        second = min(int(moment), self.stop - 1)
        row = max(second - self.start, 0)
        quote, trades = self._quotes[row], self._trades
        if trades is None:
            return Top(second, 0, quote.bid, quote.ask, quote.last, quote.last_size, quote.volume, quote)
        first, last = trades.before[row], trades.before[row + 1]
        # The trades of a second lie evenly in it, the first at its beginning, as in `ticks_of`.
        done = first + min(int(min(moment - second, 1.0) * (last - first)) + 1, last - first)
        if not done:
            return Top(second, 0, quote.bid, quote.ask, quote.last, quote.last_size, quote.volume, quote)
        i = done - 1
        if first == last:  # a second without a trade: its quote may have moved all the same
            size, volume = float(trades.size[i]), float(trades.volume[i])
            return Top(second, done, quote.bid, quote.ask, quote.last, size, volume, quote)
        return Top(
            second,
            done,
            float(trades.bid[i]),
            float(trades.ask[i]),
            float(trades.last[i]),
            float(trades.size[i]),
            float(trades.volume[i]),
            quote,
        )


class Tapes:
    """The tapes of all instruments that have a series.

    Parameters
    ----------
    prices : Prices
        The paths' cells.
    quotes : Quotes
        The quotes at the ends of seconds.
    """

    def __init__(self, prices: Prices, quotes: Quotes) -> None:
        self._prices, self._quotes = prices, quotes
        self._kept: OrderedDict[tuple[int, int, Steps], Tape] = OrderedDict()

    def at(self, instrument: Instrument, series: Series, moment: float) -> Tape:
        """Return the tape of the minute that a moment is in; while the market is closed, the last one before."""
        quotes = self._quotes.minute(instrument, series, moment)
        key = (instrument.con_id, int(quotes[0].time), steps_of(instrument))
        tape = self._kept.get(key)
        if tape is None:
            tape = self._kept[key] = self._make(instrument, series, quotes)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return tape

    def _make(self, instrument: Instrument, series: Series, quotes: list[Quote]) -> Tape:
        start, stop = int(quotes[0].time), int(quotes[0].time) + len(quotes)
        view = self._prices.sessions.view(series.path.kind, rth=False, extended=series.extended)
        row = int(np.searchsorted(view.start, start, side="right")) - 1
        cells = series.convert(self._prices.cells(series.path, view[row : row + 1], 3, float(start), float(stop)))
        made = points(cells, self._prices.seed, instrument)
        (below, above), steps = around(instrument.spread), steps_of(instrument)
        lots = np.cumsum(made.size)
        # Counted back from the volume at the end of the minute, so that both ways of counting agree.
        left = (lots[-1] - lots if len(lots) else lots) * instrument.size_of_one
        none = np.zeros(len(lots))
        before = np.searchsorted(made.second, np.arange(start, stop + 1))
        return Tape(
            quotes,
            Trades(
                before.tolist(),
                np.maximum(price(steps.bid(made.price, below), series.tick), 0.0),
                price(steps.ask(made.price, above), series.tick),
                price(made.price, series.tick),
                np.round(made.size * instrument.size_of_one, _DIGITS) if series.traded else none,
                np.round(quotes[-1].volume - left, _DIGITS) if series.traded else none,
            ),
        )
