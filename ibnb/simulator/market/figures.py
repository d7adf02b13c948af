"""Figures about an instrument beside its price: ranges of weeks, volatilities, activity, dividends, what can be lent.

What follows from prices is worked out from the same bars that are served; the rest is drawn from the instrument and
the day. Kept for a minute, since very many tickers ask very often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ibnb.simulator.market.bar_sizes import MarketError
from ibnb.simulator.market.contracts.instruments import OPTIONS
from ibnb.simulator.market.hashing import draw, key_of

if TYPE_CHECKING:
    from ibnb.simulator.market.bars.table import Bars
    from ibnb.simulator.market.contracts.instruments import Instrument
    from ibnb.simulator.market.market import Market

_WEEKS = (13, 26, 52)
_AVERAGED = 63  # sessions of the average volume: a quarter


@dataclass(frozen=True)
class Dividends:
    """What a share pays: over the year that was, over the year to come, and next."""

    past: float
    ahead: float
    next_day: str
    next_amount: float


class Figures:
    """The figures of one instrument at one moment, each worked out when it is first asked for.

    Parameters
    ----------
    market : Market
        Whose prices they follow.
    instrument : Instrument
        What they are about.
    moment : float
        When, in epoch seconds.
    """

    def __init__(self, market: Market, instrument: Instrument, moment: float) -> None:
        self._market, self._instrument, self._moment = market, instrument, moment

    def _chance(self, what: str, by_day: bool = True) -> float:
        """Return a number in [0, 1) that hangs on the instrument and, if wanted, the day."""
        day = int(self._moment // 86_400) if by_day else 0
        key = key_of(self._market.seed, "figures", what, self._instrument.con_id)
        return float(draw(key, 0, np.array([day], dtype=np.int64))[0] >> np.uint64(11)) / (1 << 53)

    def _bars(self, duration: str, bar_size: str, what: str, rth: bool = True) -> Bars | None:
        try:
            return self._market.bars(self._instrument, self._moment, duration, bar_size, what, rth)
        except MarketError:
            return None

    # From prices ------------------------------------------------------------------------------------------------

    @cached_property
    def _year(self) -> Bars | None:
        return self._bars("1 Y", "1 day", "MIDPOINT" if self._instrument.sec_type == "CASH" else "TRADES")

    @property
    def ranges(self) -> list[tuple[float, float]]:
        """The lowest and highest price of 13, 26 and 52 weeks; [] without a history."""
        year = self._year
        if year is None:
            return []
        found = []
        for weeks in _WEEKS:
            recent = year[year.day > int(year.day[-1]) - 7 * weeks]
            found.append((float(recent.low.min()), float(recent.high.max())))
        return found

    @property
    def average_volume(self) -> float:
        """The mean volume of a session over a quarter."""
        year = self._year
        return 0.0 if year is None else float(np.round(np.maximum(year.volume[-_AVERAGED - 1 : -1], 0.0).mean()))

    @cached_property
    def historical_volatility(self) -> float | None:
        """The latest value of the bars HISTORICAL_VOLATILITY."""
        bars = self._bars("5 D", "1 day", "HISTORICAL_VOLATILITY")
        return None if bars is None else float(bars.close[-1])

    @cached_property
    def implied_volatility(self) -> float | None:
        """The latest value of the bars OPTION_IMPLIED_VOLATILITY."""
        bars = self._bars("5 D", "1 day", "OPTION_IMPLIED_VOLATILITY")
        return None if bars is None else float(bars.close[-1])

    @cached_property
    def last_regular(self) -> float | None:
        """The last price within regular hours."""
        bars = self._bars("1 D", "1 day", "TRADES")
        return None if bars is None else float(bars.close[-1])

    @cached_property
    def _session(self) -> Bars | None:
        return self._bars("1 D", "1 day", "TRADES", rth=False)

    @property
    def trades_today(self) -> int:
        """How many trades there were in the session so far."""
        return 0 if self._session is None else int(self._session.count[-1])

    @property
    def average_price_today(self) -> float | None:
        """The average price of the session so far, by volume."""
        return None if self._session is None else float(self._session.wap[-1])

    @cached_property
    def last_minute(self) -> tuple[int, float]:
        """Trades and volume of the sixty seconds before."""
        bars = self._bars("60 S", "1 min", "TRADES", rth=False)
        return (0, 0.0) if bars is None else (int(bars.count[-1]), float(bars.volume[-1]))

    # Drawn ------------------------------------------------------------------------------------------------------

    @property
    def shortable_shares(self) -> int:
        """Shares that can be borrowed."""
        return int(self.average_volume * (0.05 + 0.4 * self._chance("shortable")))

    @property
    def has_options(self) -> bool:
        """Whether options are written on it."""
        return "OPT" in self._instrument.derivative_sec_types

    def option_volume(self, right: str) -> int:
        """Contracts of all its calls (``"C"``) or puts traded in the session; of an option, its own."""
        return int(self._open_interest_scale() * (0.05 + 0.1 * self._chance(f"volume {right}")))

    def open_interest(self, right: str) -> int:
        """Open contracts of all its calls or puts; of an option, its own."""
        return int(self._open_interest_scale() * (0.6 + 0.8 * self._chance(f"interest {right}")))

    def _open_interest_scale(self) -> float:
        if self._instrument.sec_type in OPTIONS:
            return 200.0 + 5000.0 * self._chance("scale", by_day=False)
        return 1000.0 + self.average_volume * 0.05

    @property
    def future_interest(self) -> int:
        """Open contracts of a future."""
        return int(1000 + self.average_volume * (0.8 + 0.6 * self._chance("future")))

    @property
    def auction_imbalance(self) -> int:
        """Shares for which there is no other side in the next auction; negative: more to sell."""
        return int(self.average_volume * 0.004 * (self._chance("imbalance") - 0.5))

    @property
    def dividends(self) -> Dividends | None:
        """What a share pays; None for one that pays nothing."""
        instrument = self._instrument
        if instrument.sec_type != "STK" or self._chance("pays", by_day=False) < 0.3:
            return None
        price = self._market.price(instrument, self._moment) / instrument.price_magnifier
        quarter = round(price * (0.001 + 0.007 * self._chance("yield", by_day=False)), 2) or 0.01
        days = int(self._chance("ex-date", by_day=False) * 91)
        today = datetime.fromtimestamp(self._moment, UTC).date()
        ahead = (days - today.toordinal()) % 91 + 1
        return Dividends(4 * quarter, 4 * quarter, f"{today + timedelta(days=ahead):%Y%m%d}", quarter)


_MOST = 2048


class FiguresBook:
    """The figures of a market's instruments, each kept for a minute.

    Parameters
    ----------
    market : Market
        Whose they are.
    """

    def __init__(self, market: Market) -> None:
        self._market = market
        self._kept: dict[tuple[int, str], tuple[int, Figures]] = {}

    def of(self, instrument: Instrument) -> Figures:
        """Return the figures of the present minute."""
        now = self._market.clock.now()
        minute, key = int(now // 60), (instrument.con_id, instrument.sec_type)
        kept = self._kept.get(key)
        if kept is None or kept[0] != minute:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            kept = self._kept[key] = minute, Figures(self._market, instrument, now)
        return kept[1]
