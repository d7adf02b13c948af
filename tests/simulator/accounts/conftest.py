"""A small deterministic market for the account book's tests, and the real one for the demo account."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ibnb.simulator.market import Clock, Instrument, Market

EASTERN = ZoneInfo("US/Eastern")
# A Wednesday, 13:00 in New York.
NOW = datetime(2026, 3, 18, 13, tzinfo=EASTERN).timestamp()


@dataclass(frozen=True)
class SmallInstrument:
    con_id: int
    symbol: str
    sec_type: str
    currency: str = "USD"
    exchange: str = "SMART"
    primary_exchange: str = ""
    expiry: str = ""
    strike: float = 0.0
    right: str = ""
    multiplier: str = ""
    local_symbol: str = ""
    trading_class: str = ""
    min_tick: float = 0.01
    price_magnifier: int = 1
    under_con_id: int = 0
    time_zone_id: str = "US/Eastern"


def small_instruments() -> list[SmallInstrument]:
    shares = ["SPY", "AAPL", "MSFT", "JPM", "JNJ", "XOM", "NVDA", "AMZN", "GOOG"]
    found = [
        SmallInstrument(number, symbol, "STK", primary_exchange="NASDAQ", local_symbol=symbol)
        for number, symbol in enumerate(shares, 1)
    ]
    found += [
        SmallInstrument(20, "SAP", "STK", "EUR", "IBIS", "IBIS", time_zone_id="MET"),
        SmallInstrument(30, "EUR", "CASH", "USD", "IDEALPRO", min_tick=0.00005),
        SmallInstrument(31, "BTC", "CRYPTO", "USD", "PAXOS"),
        SmallInstrument(32, "T", "BOND", "USD", "SMART", multiplier="1000"),
        SmallInstrument(33, "VOD", "STK", "GBP", "LSE", "LSE", price_magnifier=100),
    ]
    for number, expiry in enumerate(("20260320", "20260619", "20260918"), 40):
        future = SmallInstrument(number, "MES", "FUT", exchange="CME", expiry=expiry, multiplier="5")
        found.append(replace(future, min_tick=0.25))
    option = SmallInstrument(100, "AAPL", "OPT", multiplier="100", under_con_id=2)
    chain = product(("20260417", "20260821", "20261218"), range(80, 160, 10), "CP")
    for number, (expiry, strike, right) in enumerate(chain, 100):
        found.append(replace(option, con_id=number, expiry=expiry, strike=float(strike), right=right))
    return found


@dataclass
class SmallInstruments:
    all: list[SmallInstrument] = field(default_factory=small_instruments)

    def by_con_id(self, con_id: int) -> SmallInstrument | None:
        return next((each for each in self.all if each.con_id == con_id), None)

    def match(self, query: dict[str, object]) -> list[SmallInstrument]:
        return [
            each
            for each in self.all
            if all(
                getattr(each, name) == word or (name == "exchange" and each.primary_exchange == word)
                for name, word in query.items()
            )
        ]


@dataclass
class StoppedClock:
    moment: float = NOW

    def now(self) -> float:
        return self.moment


class SmallMarket:
    """Every price is a slow wave about 100 (or what suits the contract), to the cent."""

    def __init__(self) -> None:
        self.clock = StoppedClock()
        self.instruments = SmallInstruments()

    def price(self, instrument: SmallInstrument, t: float | None = None) -> float:
        moment = self.clock.now() if t is None else t
        level, digits = {"CASH": (1.1, 5), "OPT": (7.0, 2), "FUT": (5000.0, 2)}.get(instrument.sec_type, (100.0, 2))
        return round(level * (1 + 0.05 * math.sin(moment / 4e5 + instrument.con_id)), digits)

    def fx(self, from_currency: str, to_currency: str, t: float | None = None) -> float:
        worth = {"USD": 1.0, "EUR": 1.10123, "GBP": 1.3071, "JPY": 0.0067}
        return worth[from_currency] / worth[to_currency]

    def hours(self, instrument: SmallInstrument, t: float) -> tuple[str, str]:
        day = datetime.fromtimestamp(t, ZoneInfo(instrument.time_zone_id))
        parts = []
        for ahead in range(6):
            date = day + timedelta(days=ahead)
            text = f"{date:%Y%m%d}"
            parts.append(f"{text}:CLOSED" if date.weekday() > 4 else f"{text}:0930-{text}:1600")
        return ";".join(parts), ";".join(parts)


@pytest.fixture(scope="session")
def new_market() -> Callable[[], SmallMarket]:
    """Make a market whose clock stands at 13:00 New York time on a Wednesday; `clock.moment` moves it."""
    return SmallMarket


@pytest.fixture
def market(new_market: Callable[[], SmallMarket]) -> SmallMarket:
    return new_market()


@pytest.fixture(scope="session")
def named() -> dict[str, SmallInstrument]:
    """One instrument of each kind, by a short name."""
    by_id = {each.con_id: each for each in small_instruments()}
    numbers = {
        "share": 2, "other share": 3, "european": 20, "pair": 30, "crypto": 31, "bond": 32, "pence": 33,
        "future": 41, "call": 108, "put": 109,
    }  # fmt: skip
    return {name: by_id[number] for name, number in numbers.items()}


def real_market(moment: datetime, seed: int = 7) -> Market:
    return Market(seed=seed, clock=Clock(start=moment, speed=0))


def real_instruments(market: Market) -> dict[str, Instrument]:
    def first(symbol: str, sec_type: str, currency: str = "USD", **fields: object) -> Instrument:
        query = {"symbol": symbol, "sec_type": sec_type, "currency": currency, **fields}
        return market.instruments.match(query)[0]

    chain = market.instruments.match({"symbol": "AAPL", "sec_type": "OPT", "currency": "USD", "exchange": "SMART"})
    middle = [option for option in chain if 200 <= option.strike <= 300 and option.expiry > "20260601"]
    return {
        "share": first("AAPL", "STK", exchange="SMART"),
        "other share": first("MSFT", "STK", exchange="SMART"),
        "european": first("SAP", "STK", "EUR", exchange="IBIS"),
        "pence": first("VOD", "STK", "GBP"),
        "pair": first("EUR", "CASH", exchange="IDEALPRO"),
        "crypto": first("BTC", "CRYPTO"),
        "bond": first("US-T", "BOND"),
        "future": first("ES", "FUT", exchange="CME"),
        "call": next(option for option in middle if option.right == "C"),
        "put": next(option for option in middle if option.right == "P"),
    }


@pytest.fixture(scope="session")
def make_real_market() -> Callable[..., Market]:
    """Make the simulator's own market, its clock standing at a moment."""
    return real_market


@pytest.fixture(scope="session", params=["small", "real"])
def world(request: pytest.FixtureRequest, named: dict[str, SmallInstrument]) -> tuple[Any, dict[str, Any]]:
    """Give a market that nobody changes, and one instrument of each kind in it."""
    if request.param == "small":
        return SmallMarket(), named
    market = real_market(datetime.fromtimestamp(NOW, EASTERN))
    return market, real_instruments(market)
