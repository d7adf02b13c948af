"""The market as the account book and the server see it: one object that answers for instruments, hours and prices."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path as FilePath

import numpy as np

from ibnb.simulator.market.bar_sizes import (
    DAILY,
    MarketError,
    Span,
    bar_seconds,
    check_step,
    check_what,
    parse_duration,
)
from ibnb.simulator.market.bars.history import covered, daily, intraday
from ibnb.simulator.market.bars.table import Bars
from ibnb.simulator.market.bars.what import check_crypto, check_kind, no_data, shown
from ibnb.simulator.market.contracts.book import Instruments
from ibnb.simulator.market.contracts.catalogue import market_rule
from ibnb.simulator.market.contracts.instruments import OPTIONS, Instrument
from ibnb.simulator.market.contracts.options import Chain
from ibnb.simulator.market.figures import FiguresBook
from ibnb.simulator.market.hours.calendars import day_of
from ibnb.simulator.market.hours.clock import Clock
from ibnb.simulator.market.hours.closures import Closures
from ibnb.simulator.market.hours.sessions import Sessions, View
from ibnb.simulator.market.hours.text import hours_text
from ibnb.simulator.market.own.bars import OwnBars
from ibnb.simulator.market.paths.paths import Prices
from ibnb.simulator.market.prices import greeks
from ibnb.simulator.market.prices.currencies import Rates
from ibnb.simulator.market.prices.series import Series, SeriesBook, view_since, volatility_path
from ibnb.simulator.market.ticks.quotes import Quote, Quotes
from ibnb.simulator.market.ticks.tape import Tape, Tapes
from ibnb.simulator.market.ticks.ticks import KINDS, Ticks, ticks_of


class Market:
    """A market in which every price follows from (seed, symbol, time).

    Parameters
    ----------
    seed : int
        Another seed is another world.
    clock : Clock, optional
        The time of the simulated world; wall time where left out.
    bars_dir : Path, optional
        A folder of a person's own bars (CSV or Parquet), which replace the simulated ones of their symbols.

    Raises
    ------
    SimulatorError
        A file of `bars_dir` that cannot be read, with its row and column.

    Examples
    --------
    >>> market = Market(seed=7)
    >>> aapl = market.instruments.match({"symbol": "AAPL", "sec_type": "STK", "currency": "USD"})[0]
    >>> aapl.con_id
    265598
    >>> len(market.bars(aapl, None, "60 D", "1 day", "TRADES", True))
    60
    """

    def __init__(self, seed: int = 7, clock: Clock | None = None, bars_dir: FilePath | None = None) -> None:
        self.clock = clock or Clock()
        self.seed = seed
        self.sessions, self.closures = Sessions(self.clock), Closures(self.clock)
        self._own = OwnBars.read(bars_dir, self.sessions)
        self.instruments = Instruments(self.clock, self.sessions, self._own.listings)
        self._prices = Prices(seed, self.sessions)
        self._series = SeriesBook(self._prices, self.instruments)
        self._quotes = Quotes(self._prices)
        self._tapes = Tapes(self._prices, self._quotes)
        self._rates = Rates(self)
        self.figures = FiguresBook(self)

    def hours(self, instrument: Instrument, t: float) -> tuple[str, str]:
        """Return trading and liquid hours as message 10 writes them, six days from `t` on."""
        return hours_text(self.sessions, instrument.kind, t, instrument.sec_type != "OPT")

    def is_open(self, instrument: Instrument, t: float | None = None, rth: bool = False) -> bool:
        """Tell whether an instrument trades at a moment (default: now); `rth`: within regular hours."""
        series = self._series.of(instrument)
        moment = self.clock.now() if t is None else t
        view = self.sessions.view(series.path.kind, rth, series.extended)
        row = int(np.searchsorted(view.start, moment, side="right")) - 1
        ends = min(series.last, self.closures.since(instrument.symbol))
        return row >= 0 and bool(moment < min(float(view.end[row]), ends))

    def moment(self, instrument: Instrument, t: float | None = None) -> float:
        """Return the latest moment at or before one (default: now) up to which an instrument has prices."""
        return min(self.clock.now() if t is None else t, self.closures.since(instrument.symbol))

    def market_rule(self, rule_id: int) -> tuple[tuple[float, float], ...]:
        """Return a market rule (message 93) as (from price, step) pairs; empty where there is none."""
        return market_rule(rule_id)

    def option_parameters(self, under_con_id: int, fut_fop_exchange: str = "") -> list[Chain]:
        """Return the records of message 75 for an underlying, of a future at its exchange; [] where it has none."""
        found = self.instruments.chains(under_con_id)
        return [chain for chain in found if fut_fop_exchange in ("", chain.exchange)]

    def bars(
        self,
        instrument: Instrument,
        end: float | None,
        duration: str,
        bar_size: str,
        what: str,
        rth: bool,
        *,
        kept_up: bool = False,
    ) -> Bars:
        """Return historical bars as a server would send them.

        Parameters
        ----------
        instrument : Instrument
            The contract.
        end : float or None
            Bars start before this epoch second; None is now.
        duration, bar_size, what : str
            As in reqHistoricalData: ``"60 D"``, ``"1 hour"``, ``"TRADES"``.
        rth : bool
            Regular hours only.
        kept_up : bool
            Whether they are to be kept up to date: then a minute of days is served, too.

        Raises
        ------
        MarketError
            Where TWS answers an error: 321 for what is not legal, 162 for what is refused or without data.
        TooLarge
            Where a real server never answers.
        """
        span, size, what = parse_duration(duration), bar_seconds(bar_size), check_what(what)
        check_crypto(instrument, what)
        check_kind(instrument, what, end)
        if kept_up and span.unit == "S":
            span = Span(max(span.number, min(size, DAILY)), "S")  # the bar under way, at least
        else:
            check_step(span, size, duration, bar_size)
        known = float(np.floor(self.moment(instrument))) + 1.0
        until = known if end is None else min(float(end), known)
        own = self._own.of(instrument)
        if own is not None:
            bars = own.bars(instrument, until, known, span, size, what)
        else:
            bars = self._simulated(instrument, until, known, span, size, what, rth)
        if not len(bars):
            raise no_data(instrument, what, last=False)
        return bars

    def _simulated(
        self, instrument: Instrument, until: float, known: float, span: Span, size: int, what: str, rth: bool
    ) -> Bars:
        series = self._source(instrument, what)
        view = self._view(instrument, series, rth)
        made = daily if size >= DAILY else intraday
        cells = made(
            self._prices,
            series.path,
            view,
            span,
            size,
            min(until, series.last),
            min(known, series.last),
            series.convert,
        )
        kind = "TRADES" if what.endswith("VOLATILITY") else what
        return shown(cells, instrument, series.tick, kind, series.traded)

    def _source(self, instrument: Instrument, what: str) -> Series:
        """Return the series behind a kind of bars: the price's, or that of a volatility."""
        series = self._series.of(instrument)
        if not what.endswith("VOLATILITY"):
            return series
        path = volatility_path(series.path, implied=what == "OPTION_IMPLIED_VOLATILITY")
        return Series(path, lambda cells: cells, path.tick, traded=False, last=series.last)

    def _view(self, instrument: Instrument, series: Series, rth: bool) -> View:
        return view_since(self.sessions.view(series.path.kind, rth, series.extended), instrument.since)

    def schedule(
        self, instrument: Instrument, end: float | None, duration: str, rth: bool = True
    ) -> list[tuple[int, int, str]]:
        """Return the sessions of a duration (message 106) as (start, end, ``yyyymmdd``): whenever there are bars."""
        span = parse_duration(duration)
        until = self.clock.now() if end is None else float(end)
        extended = self._series.of(instrument).extended
        view = view_since(self.sessions.view(instrument.kind, rth, extended), instrument.since)
        covering, _ = covered(view, span, until)
        stretches = view.of_days(int(covering.day[0]), int(covering.day[-1])) if len(covering) else covering
        days, first = np.unique(stretches.day, return_index=True)
        last = np.append(first[1:], len(stretches)) - 1
        return [
            (int(stretches.start[begin]), int(stretches.end[finish]), f"{day_of(int(day)):%Y%m%d}")
            for day, begin, finish in zip(days, first, last, strict=True)
        ]

    def head_timestamp(self, instrument: Instrument, what: str, rth: bool) -> float:
        """Return the start of an instrument's first bar in epoch seconds.

        Raises
        ------
        MarketError
            162 for a kind of data that the instrument does not have.
        """
        what = check_what(what)
        check_kind(instrument, what, None)
        own = self._own.of(instrument)
        if own is not None:
            return float(own.start[0])
        view = self._view(instrument, self._series.of(instrument), rth)
        return float(view.start[0])

    def ticks(
        self,
        instrument: Instrument,
        start: float,
        end: float,
        what: str,
        rth: bool = False,
        ignore_size: bool = False,
    ) -> Ticks:
        """Return the ticks of the seconds from `start` until before `end`, the future included.

        Parameters
        ----------
        start, end : float
            Epoch seconds.
        what : str
            TRADES, BID_ASK or MIDPOINT.
        rth : bool
            Regular hours only.
        ignore_size : bool
            Leave out quotes in which only a size changed.

        Raises
        ------
        MarketError
            321 for another kind; 162 for one that the instrument does not have.
        """
        if what not in KINDS:
            raise MarketError(
                321, f"Error validating request.-'cx' : cause - What to show field is missing or incorrect: {what!r}"
            )
        check_kind(instrument, what, None)
        if self._own.of(instrument) is not None:
            raise no_data(instrument, what, last=False)
        series = self._series.of(instrument)
        view = self._view(instrument, series, rth)
        end = min(end, self.closures.since(instrument.symbol) + 1.0)
        # With the second before, against which it shows whether the first quote has moved.
        low, cut = np.ceil(start) - 1, max(min(end, series.last), start)
        seconds = series.convert(self._prices.cells(series.path, view, 3, low, cut))
        made = ticks_of(seconds, instrument, series.tick, series.traded, what, self.seed, ignore_size)
        return made[made.time >= start]

    def tape(self, instrument: Instrument, t: float | None = None) -> Tape:
        """Return the tape of the minute that a moment (default: now) is in: quotes within the second."""
        moment = self.moment(instrument, t)
        own = self._own.of(instrument)
        if own is not None:
            return Tape([own.quote(instrument, moment)], None)
        return self._tapes.at(instrument, self._series.of(instrument), moment)

    def quote(self, instrument: Instrument, t: float | None = None) -> Quote:
        """Return the quote at a moment (default: now); while the market is closed, the last one before."""
        moment = self.moment(instrument, t)
        own = self._own.of(instrument)
        if own is not None:
            return own.quote(instrument, moment)
        return self._quotes.at(instrument, self._series.of(instrument), moment)

    def price(self, instrument: Instrument, t: float | None = None) -> float:
        """Return the last price at a moment (default: now); of an expired option, what exercise was worth."""
        moment = self.clock.now() if t is None else t
        if instrument.sec_type in OPTIONS:
            return self._option_price(instrument, moment)
        return self.quote(instrument, moment).last

    def _option_price(self, option: Instrument, moment: float) -> float:
        last = self._series.of(option).last
        if moment < last:
            return self.quote(option, moment).last
        under = self.instruments.underlying(option).instrument
        sign = 1.0 if option.right == "C" else -1.0
        return max(sign * (self.price(under, last) - option.strike), 0.0)

    def greeks(self, option: Instrument, t: float | None = None) -> greeks.Greeks:
        """Return an option's model price and greeks (message 21, tick type 13) at a moment (default: now)."""
        moment = self.moment(option, t)
        spot = self.price(self.instruments.underlying(option).instrument, moment)
        years, volatility = self._terms(option, moment)
        return greeks.greeks(spot, option.strike, years, volatility, option.right)

    def years_left(self, option: Instrument, t: float | None = None) -> float:
        """Return the years to expiry with which an option is valued at a moment (default: now); 0 after it."""
        return self._terms(option, self.clock.now() if t is None else t)[0]

    def _terms(self, option: Instrument, moment: float) -> tuple[float, float]:
        """Return years to expiry and volatility, which are constant within a session."""
        series = self._series.of(option)
        day = self.sessions.session_day(series.path.kind, min(moment, series.last - 1))
        years, volatility = self._series.terms(option, series.path, np.array([day]), int(series.last))
        return (0.0 if moment >= series.last else float(years[0])), float(volatility[0])

    def fx(self, from_currency: str, to_currency: str, t: float | None = None) -> float:
        """Return how many units of one currency a unit of another is worth at a moment (default: now).

        Raises
        ------
        MarketError
            200 for a currency without a pair.
        """
        return self._rates.between(from_currency, to_currency, self.clock.now() if t is None else t)

    def __repr__(self) -> str:
        moment = datetime.fromtimestamp(self.clock.now(), UTC).isoformat(timespec="seconds")
        return f"<simulated Market, seed {self.seed}, {len(self.instruments)} listings, {moment}>"
