"""Quotes: what the market shows at a second, from the second's own bar and the session's bars so far.

The seconds of the present minute are kept for each instrument, so that a thousand tickers can ask many times a second.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from math import floor

import numpy as np

from ibnb.simulator.market.bar_sizes import MarketError
from ibnb.simulator.market.bars.table import price
from ibnb.simulator.market.bars.what import around
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.contracts.steps import Steps, steps_of
from ibnb.simulator.market.hashing import Floats, Ints, draw, key_of
from ibnb.simulator.market.paths.paths import Prices
from ibnb.simulator.market.prices.series import Series, view_since

_KEPT = 1500  # minutes, one an instrument


@dataclass(frozen=True, slots=True)
class Quote:
    """The top of the book and the session's figures at one moment.

    Attributes
    ----------
    bid, ask, last : float
        Prices; `last` is the second's closing trade.
    bid_size, ask_size, last_size : float
        In the instrument's units.
    volume, open, high, low : float
        Of the session so far, extended hours included.
    close : float
        The previous session's regular close.
    time : float
        The moment of the quote, epoch seconds.
    """

    bid: float
    ask: float
    last: float
    bid_size: float
    ask_size: float
    last_size: float
    volume: float
    open: float
    high: float
    low: float
    close: float
    time: float


class Quotes:
    """The quotes of all instruments that have a series.

    Parameters
    ----------
    prices : Prices
        The paths' cells.
    """

    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        self._minutes: OrderedDict[tuple[int, int, Steps], list[Quote]] = OrderedDict()

    def at(self, instrument: Instrument, series: Series, moment: float) -> Quote:
        """Return the quote at a moment; while the market is closed, the last one before."""
        quotes = self.minute(instrument, series, moment)
        second = self._open_second(instrument, series, moment)
        return quotes[min(second - int(quotes[0].time), len(quotes) - 1)]

    def minute(self, instrument: Instrument, series: Series, moment: float) -> list[Quote]:
        """Return the quotes of all open seconds of the minute that a moment is in, or of the last one before."""
        minute = self._open_second(instrument, series, moment) // 60 * 60
        key = (instrument.con_id, minute, steps_of(instrument))
        quotes = self._minutes.get(key)
        if quotes is None:
            quotes = self._minutes[key] = self._minute(instrument, series, minute)
            if len(self._minutes) > _KEPT:
                self._minutes.popitem(last=False)
        return quotes

    def _open_second(self, instrument: Instrument, series: Series, moment: float) -> int:
        """Return the last second at or before a moment at which the market was open."""
        second = floor(min(moment, series.last - 1))
        view = self._prices.sessions.view(series.path.kind, rth=False, extended=series.extended)
        row = int(np.searchsorted(view.start, second, side="right")) - 1
        if row < 0:
            raise MarketError(354, f"Requested market data is not available: {instrument.label}")
        return min(second, int(view.end[row]) - 1)

    def _minute(self, instrument: Instrument, series: Series, minute: int) -> list[Quote]:
        """Return the quotes of the sixty seconds of a minute."""
        sessions, path = self._prices.sessions, series.path
        view = sessions.view(path.kind, rth=False, extended=series.extended)
        row = int(np.searchsorted(view.start, minute, side="right")) - 1
        seconds = series.convert(self._prices.cells(path, view[row : row + 1], 3, float(minute), minute + 60.0))
        day = int(view.day[row])
        earlier = series.convert(self._prices.cells(path, view.of_days(day, day), 0, 0.0, float(minute)))
        high = np.maximum.accumulate(seconds.high)
        low = np.minimum.accumulate(seconds.low)
        volume = np.cumsum(seconds.volume)
        open_ = int(seconds.open[0])
        if len(earlier):
            open_ = int(earlier.open[0])
            high, low = np.maximum(high, earlier.high.max()), np.minimum(low, earlier.low.min())
            volume += earlier.volume.sum()
        (below, above), steps = around(instrument.spread), steps_of(instrument)
        bid_size, ask_size = displayed_sizes(self._prices.seed, instrument, seconds.start)
        last_size = np.maximum(seconds.volume // np.maximum(seconds.count, 1), 1) * instrument.size_of_one
        columns = [
            np.maximum(price(steps.bid(seconds.close, below), series.tick), 0.0),
            price(steps.ask(seconds.close, above), series.tick),
            price(seconds.close, series.tick),
            bid_size,
            ask_size,
            last_size if series.traded else np.zeros(len(seconds)),
            np.round(volume * instrument.size_of_one, 9) if series.traded else np.zeros(len(seconds)),
            np.full(len(seconds), price(np.array([open_]), series.tick)[0]),
            price(high, series.tick),
            price(low, series.tick),
            np.full(len(seconds), self._previous_close(instrument, series, day)),
            seconds.start.astype(np.float64),
        ]
        return [Quote(*values) for values in zip(*(column.tolist() for column in columns), strict=True)]

    def _previous_close(self, instrument: Instrument, series: Series, day: int) -> float:
        """Return the regular close of the session before a day; on the first day of all, its own first price."""
        regular = view_since(self._prices.sessions.view(series.path.kind, rth=True), instrument.since)
        before = regular.of_days(0, day - 1)[-1:]
        if not len(before):
            before = regular[:1]
        cells = series.convert(self._prices.cells(series.path, before, 0, 0.0, float("inf")))
        return float(price(cells.close, series.tick)[-1])


def displayed_sizes(seed: int, instrument: Instrument, seconds: Ints) -> tuple[Floats, Floats]:
    """Return the sizes shown at the bid and at the ask during each of the seconds."""
    bits = draw(key_of(seed, "size", instrument.con_id), 0, seconds)
    unit = size_unit(instrument)
    bid_size, ask_size = ((1 + (bits >> np.uint64(shift)) % np.uint64(12)).astype(np.float64) for shift in (0, 8))
    return bid_size * unit, ask_size * unit


def size_unit(instrument: Instrument) -> float:
    """Return the lot in which displayed sizes come."""
    return {"STK": 100.0, "CASH": 500_000.0, "CRYPTO": 0.05, "BOND": 25.0}.get(instrument.sec_type, 3.0)
