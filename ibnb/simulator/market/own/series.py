"""One instrument's own bars: aggregated exactly to coarser ones, and the quotes that follow them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ibnb.simulator.market.bar_sizes import DAILY, Span
from ibnb.simulator.market.bars.history import back, group_of
from ibnb.simulator.market.bars.table import Bars, changes
from ibnb.simulator.market.bars.what import around, no_data
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.hashing import Floats, Ints
from ibnb.simulator.market.hours.calendars import HOURS, day_number, day_of, local_seconds
from ibnb.simulator.market.ticks.quotes import Quote

_DIGITS = 9
_SIZE = 100.0


@dataclass(frozen=True)
class OwnSeries:
    """The bars of a file, in time order.

    Attributes
    ----------
    bars_of_file : Bars
        As in the file; `wap` is the typical price and `count` 1 where the file has none.
    end : int64
        The epoch second from which each bar is known.
    size : int
        The file's bar size in seconds; 86,400 for daily bars.
    kind : str
        The kind of market, for its zone.
    """

    bars_of_file: Bars
    end: Ints
    size: int
    kind: str

    @property
    def start(self) -> Ints:
        """Epoch second at which each bar starts."""
        return self.bars_of_file.start

    def bars(self, instrument: Instrument, until: float, known: float, span: Span, size: int, what: str) -> Bars:
        """Return bars of the file's size or coarser, with values as in the file.

        Parameters
        ----------
        until : float
            Bars that start at or after this moment are left out.
        known : float
            The present: bars that end later are left out.
        span, size, what
            As asked, checked.

        Raises
        ------
        MarketError
            162 for bars finer than the file's, or of a kind that cannot be derived.
        """
        if size < self.size or (size < DAILY and size % self.size) or what.endswith("VOLATILITY"):
            raise no_data(instrument, what, last=False)
        rows = np.flatnonzero((self.start < until) & (self.end <= known))
        held = self.bars_of_file[rows]
        if not len(held):
            return held
        made = _merge(held, changes(held.day, self._number(held, size)))
        if size > DAILY:
            made = _dated(made, size)
        return _around(made[self._covered(made, span, size)], instrument, what)

    def _number(self, held: Bars, size: int) -> Ints:
        """Return the number of the bar that each of the file's bars is in."""
        if size > DAILY:
            return held.day * 0
        if size == DAILY:
            return held.day
        midnight = local_seconds(held.day, 0, HOURS[self.kind].zone)
        return (held.start - midnight) // size

    @staticmethod
    def _covered(made: Bars, span: Span, size: int) -> slice:
        """Return the rows that a duration covers, counted back from the last bar."""
        if span.unit == "S":
            return slice(max(len(made) - max(span.number // size, 1), 0), None)
        last = int(made.day[-1])
        if span.unit == "D":
            days = np.unique(made.day)
            first = int(days[-min(span.number, len(days))])
        else:
            first = day_number(back(day_of(last), span)) + 1
        return slice(int(np.searchsorted(made.day, first)), None)

    def quote(self, instrument: Instrument, moment: float) -> Quote:
        """Return the quote at a moment: around the last close that is known by then."""
        row = max(int(np.searchsorted(self.end, moment, side="right")) - 1, 0)
        bars = self.bars_of_file
        session = bars[np.flatnonzero((bars.day == bars.day[row]) & (np.arange(len(bars)) <= row))]
        before = np.flatnonzero(bars.day < bars.day[row])
        last = float(bars.close[row])
        below, above = (ticks * instrument.min_tick for ticks in around(instrument.spread))
        return Quote(
            bid=round(max(last - below, 0.0), _DIGITS),
            ask=round(last + above, _DIGITS),
            last=last,
            bid_size=_SIZE,
            ask_size=_SIZE,
            last_size=_SIZE,
            volume=float(session.volume.sum()),
            open=float(session.open[0]),
            high=float(session.high.max()),
            low=float(session.low.min()),
            close=float(bars.close[before[-1]]) if len(before) else float(bars.open[0]),
            time=float(moment),
        )


def _merge(held: Bars, first: Ints) -> Bars:
    """Aggregate bars into those that begin at the rows `first`."""
    last = np.append(first[1:], len(held)) - 1
    volume = np.add.reduceat(held.volume, first)
    money = np.add.reduceat(held.volume * held.wap, first)
    single = first == last
    wap = np.where(
        single | (volume <= 0), held.wap[first], np.round(money / np.where(volume > 0, volume, 1.0), _DIGITS)
    )
    return Bars(
        held.start[first],
        held.open[first],
        np.maximum.reduceat(held.high, first),
        np.minimum.reduceat(held.low, first),
        held.close[last],
        volume,
        wap,
        np.add.reduceat(held.count, first),
        held.day[first],
    )


def _dated(days: Bars, size: int) -> Bars:
    """Aggregate daily bars into weeks or months, dated by their last day in the file."""
    first = changes(group_of(days.day, size))
    last = np.append(first[1:], len(days)) - 1
    made = _merge(days, first)
    return Bars(
        made.start, made.open, made.high, made.low, made.close, made.volume, made.wap, made.count, days.day[last]
    )


def _around(made: Bars, instrument: Instrument, what: str) -> Bars:
    """Turn bars of trades into those of bid, ask or midpoint, by the instrument's spread."""
    if what in ("TRADES", "ADJUSTED_LAST", "AGGTRADES"):
        return made
    below, above = (ticks * instrument.min_tick for ticks in around(instrument.spread))
    columns = (made.open, made.high, made.low, made.close)
    if what == "BID_ASK":
        shifted: tuple[Floats, ...] = (made.wap - below, made.high + above, made.low - below, made.wap + above)
    else:
        offset = {"BID": -below, "ASK": above, "MIDPOINT": (above - below) / 2}[what]
        shifted = tuple(column + offset for column in columns)
    none = np.full(len(made), -1.0)
    rounded = [np.asarray(np.round(np.maximum(column, 0.0), _DIGITS), dtype=np.float64) for column in shifted]
    open_, high, low, close = rounded
    return Bars(made.start, open_, high, low, close, none, none, none.astype(np.int64), made.day)
