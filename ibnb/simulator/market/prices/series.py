"""From an instrument to its price path: what path it follows and how the path's ticks become its own.

Shares, pairs and indexes have a path of their own; futures lie a constant distance above their root's; an option is
a monotone function of its underlying's path, constant within a session, so that its bars too agree exactly; only
the average price of an option's bar is that of its own open, high, low and close.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ibnb.simulator.market.contracts import futures
from ibnb.simulator.market.contracts.book import Instruments
from ibnb.simulator.market.contracts.instruments import OPTIONS, Instrument
from ibnb.simulator.market.contracts.steps import Steps, steps_of
from ibnb.simulator.market.hashing import Floats, Ints
from ibnb.simulator.market.hours.calendars import REGULAR, day_number
from ibnb.simulator.market.hours.sessions import View
from ibnb.simulator.market.paths.paths import Driver, Path, Prices
from ibnb.simulator.market.paths.refine import Cells
from ibnb.simulator.market.prices import greeks

_YEAR = 365.0 * 86_400
_MONTH = 30.0 / 365.0
_KEPT = 4096
_FEW = 8  # days


@dataclass(frozen=True)
class Series:
    """How an instrument's prices come about.

    Attributes
    ----------
    path : Path
        The path below.
    convert : callable
        Cells of the path to cells in the instrument's own ticks.
    tick : (int, int)
        Those ticks.
    traded : bool
        Whether there are trades (an index has none, a currency pair only quotes).
    extended : bool
        Whether there are hours before and after the regular ones.
    last : float
        The moment of expiry, or infinity.
    """

    path: Path
    convert: Callable[[Cells], Cells]
    tick: tuple[int, int]
    traded: bool = True
    extended: bool = True
    last: float = float("inf")


class SeriesBook:
    """The series of every instrument of a market.

    Parameters
    ----------
    prices : Prices
        The paths' cells.
    instruments : Instruments
        To find underlyings.
    """

    def __init__(self, prices: Prices, instruments: Instruments) -> None:
        self._prices, self._instruments = prices, instruments
        self._kept: dict[tuple[int, str, Steps], Series] = {}
        # What all options of an underlying share: the middle of days, the spot and the volatility they begin with.
        self._spots: dict[tuple[Path, bytes], tuple[Ints, Floats, Floats]] = {}

    def of(self, instrument: Instrument) -> Series:
        """Return the series of an instrument."""
        key = (instrument.con_id, instrument.sec_type, steps_of(instrument))
        series = self._kept.get(key)
        if series is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            series = self._kept[key] = self._make(instrument)
        return series

    def _make(self, instrument: Instrument) -> Series:
        if instrument.sec_type in OPTIONS:
            return self._option(instrument)
        if instrument.sec_type in ("FUT", "CONTFUT"):
            root = next(
                root
                for root in futures.roots().values()
                if instrument.trading_class == futures.local_root(root) and instrument.exchange == root.row["exchange"]
            )
            path, distance = futures.path_of(root), futures.shift(root, instrument.expiry)
            last = float(self._last_second(root.kind, instrument.expiry))
            return Series(path, lambda cells: _lift(cells, distance), path.tick, last=last)
        path = self._instruments.listings[instrument.con_id].path
        return Series(path, _same, path.tick, traded=instrument.sec_type not in ("CASH", "IND"))

    def _last_second(self, kind: str, expiry: str) -> int:
        """Return the end of regular hours on an expiry's day."""
        all_ = self._prices.sessions.segments(kind)
        day = day_number(date(int(expiry[:4]), int(expiry[4:6]), int(expiry[6:])))
        rows = np.flatnonzero((all_.day <= day) & (all_.kind == REGULAR))
        return int(all_.end[rows[-1]])

    def _option(self, option: Instrument) -> Series:
        path, distance = self._instruments.underlying(option).path, self._distance(option)
        expiry = self._last_second(path.kind, option.expiry)
        numerator, denominator = option.tick
        steps = steps_of(option)
        tick = path.tick[0] / path.tick[1]
        away = abs(float(np.log(option.strike / (path.reference + distance * tick))))
        period, lots = int(min(12.0 * np.exp(12.0 * away), 5400.0)), 1 + option.con_id % 7

        def convert(cells: Cells) -> Cells:
            days, place = np.unique(cells.day, return_inverse=True)
            years, volatility = (column[place] for column in self.terms(option, path, days, expiry))

            def ticks(under: Ints) -> Ints:
                value = greeks.price(
                    ((under + distance) * tick).astype(np.float64), option.strike, years, volatility, option.right
                )
                return np.maximum(steps.nearest(value * denominator / numerator), 1)

            high, low = (cells.high, cells.low) if option.right == "C" else (cells.low, cells.high)
            open_, high, low, close = ticks(cells.open), ticks(high), ticks(low), ticks(cells.close)
            # One trade every `period` seconds, which adds up whatever the length of the cells.
            count = (cells.end + option.con_id) // period - (cells.start + option.con_id) // period
            volume, typical = count * lots, (open_ + high + low + close) // 4
            columns = {"open": open_, "high": high, "low": low, "close": close}
            return replace(cells, **columns, count=count, volume=volume, turnover=volume * typical)

        return Series(path, convert, option.tick, extended=option.sec_type == "FOP", last=float(expiry))

    def _distance(self, option: Instrument) -> int:
        """Return how many ticks an option's underlying lies above the path that it follows."""
        if option.sec_type != "FOP":
            return 0
        future = self._instruments.underlying(option).instrument
        return futures.shift(futures.roots()[future.trading_class], future.expiry)

    def terms(self, option: Instrument, path: Path, days: Ints, expiry: int) -> tuple[Floats, Floats]:
        """Return years to expiry and volatility of an option on session days (day numbers), constant within each."""
        key = (path, days.tobytes())
        known = self._spots.get(key)
        if known is None:
            all_ = self._prices.sessions.segments(path.kind)
            regular = all_.kind == REGULAR
            row = np.flatnonzero(regular)[np.searchsorted(all_.day[regular], days)]
            known = (
                (all_.start[row] + all_.end[row]) // 2,
                self._prices.level(path, all_.start[row]),
                self._prices.level(volatility_path(path, implied=True), all_.start[row]),
            )
            if len(days) <= _FEW:
                if len(self._spots) >= _KEPT:
                    self._spots.clear()
                self._spots[key] = known
        middle, spot, base = known
        spot = spot + self._distance(option) * path.tick[0] / path.tick[1]
        years = np.maximum(expiry - middle, 1800) / _YEAR
        # A smile that is the same for calls and puts: dearer far from the money, and more so below; the steeper the
        # sooner they expire. At the money a little dearer the later they do.
        away = np.clip(np.log(option.strike / spot), -0.8, 0.8)
        steep = np.clip(np.sqrt(_MONTH / years), 0.5, 2.0)
        level = 0.94 + 0.14 * (1.0 - np.exp(-2.0 * years))
        return years, base * level * np.clip(1.0 + steep * (2.0 * away * away - 0.4 * away), 0.7, 2.0)


def volatility_path(path: Path, implied: bool) -> Path:
    """Return the path of an instrument's implied or historical volatility, a year, in steps of 0.0001."""
    name = ("IV:" if implied else "HV:") + path.name
    reference = path.sigma * 252**0.5 * (1.08 if implied else 1.0)
    return Path(
        name, path.kind, reference, (1, 10_000), 0.02, (Driver(name, path.kind, 0.02),), path.volume, path.trade_size
    )


def _same(cells: Cells) -> Cells:
    return cells


def _lift(cells: Cells, distance: int) -> Cells:
    """Return cells some ticks higher."""
    return replace(
        cells,
        open=cells.open + distance,
        high=cells.high + distance,
        low=cells.low + distance,
        close=cells.close + distance,
        turnover=cells.turnover + cells.volume * distance,
    )


def view_since(view: View, since: str) -> View:
    """Return the stretches from an instrument's first day on."""
    first = day_number(date(int(since[:4]), int(since[4:6]), int(since[6:])))
    return view[int(np.searchsorted(view.day, first)) :]
