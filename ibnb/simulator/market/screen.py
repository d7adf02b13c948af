"""Market scans: which instruments a scan covers, the figure it ranks them by, and the filters that they must pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ibnb.simulator.market.figures import Figures
from ibnb.simulator.market.hashing import key_of

if TYPE_CHECKING:
    from ibnb.simulator.market.contracts.instruments import Instrument
    from ibnb.simulator.market.market import Market
    from ibnb.simulator.market.ticks.quotes import Quote


class Subject(NamedTuple):
    """An instrument at the moment of a scan."""

    market: Market
    instrument: Instrument
    quote: Quote
    figures: Figures

    @property
    def change(self) -> float:
        """Percent since the previous close."""
        return (self.quote.last / self.quote.close - 1.0) * 100.0 if self.quote.close else 0.0

    @property
    def market_cap(self) -> float:
        """Millions of the currency, from a number of shares that hangs on the instrument."""
        shares = 50.0 + key_of(7, "shares", self.instrument.con_id) % 15_000
        return shares * self.quote.last


Rank = Callable[[Subject], float | None]


def _change(one: Subject) -> float:
    return one.change


def _since_open(one: Subject) -> float:
    return one.quote.last / one.quote.open - 1.0 if one.quote.open else 0.0


def _implied(one: Subject) -> float | None:
    return one.figures.implied_volatility if one.figures.has_options else None


def _implied_over_historical(one: Subject) -> float | None:
    implied, historical = one.figures.implied_volatility, one.figures.historical_volatility
    if not one.figures.has_options or implied is None or not historical:
        return None
    return implied / historical


def _options(make: Callable[[Figures], float]) -> Rank:
    return lambda one: make(one.figures) if one.figures.has_options else None


def _in_range(weeks: int, top: bool) -> Rank:
    def rank(one: Subject) -> float | None:
        if not one.figures.ranges:
            return None
        low, high = one.figures.ranges[weeks]
        return one.quote.last / high if top else -one.quote.last / low

    return rank


def _yield(one: Subject) -> float | None:
    pays = one.figures.dividends
    return pays.past / one.quote.last if pays else None


def _hot_volume(one: Subject) -> float:
    return one.quote.volume / max(one.figures.average_volume, 1.0)


def _range(one: Subject) -> float:
    return (one.quote.high - one.quote.low) / one.quote.last


def _down(rank: Rank) -> Rank:
    def reversed_(one: Subject) -> float | None:
        value = rank(one)
        return None if value is None else -value

    return reversed_


def _put_call(found: Figures) -> float:
    return found.option_volume("P") / max(found.option_volume("C"), 1)


def _option_volume(found: Figures) -> float:
    return found.option_volume("C") + found.option_volume("P")


def _open_interest(found: Figures) -> float:
    return found.open_interest("C") + found.open_interest("P")


#: The scans: code, name, and what they rank by, highest first.
SCANS: dict[str, tuple[str, Rank]] = {
    "TOP_PERC_GAIN": ("Top % Gainers", _change),
    "TOP_PERC_LOSE": ("Top % Losers", _down(_change)),
    "MOST_ACTIVE": ("Most Active", lambda one: one.quote.volume),
    "MOST_ACTIVE_USD": ("Most Active ($)", lambda one: one.quote.volume * one.quote.last),
    "HOT_BY_VOLUME": ("Hot Contracts by Volume", _hot_volume),
    "HOT_BY_PRICE": ("Hot Contracts by Price", lambda one: abs(one.change)),
    "TOP_TRADE_COUNT": ("Top Trade Count", lambda one: float(one.figures.trades_today)),
    "TOP_TRADE_RATE": ("Top Trade Rate", lambda one: float(one.figures.last_minute[0])),
    "TOP_VOLUME_RATE": ("Top Volume Rate", lambda one: one.figures.last_minute[1]),
    "TOP_PRICE_RANGE": ("Top Price Range", _range),
    "HOT_BY_PRICE_RANGE": ("Hot by Price Range", _range),
    "TOP_OPEN_PERC_GAIN": ("Top % Gainers Since Open", _since_open),
    "TOP_OPEN_PERC_LOSE": ("Top % Losers Since Open", _down(_since_open)),
    "HIGH_OPT_IMP_VOLAT": ("Highest Option Imp Vol", _implied),
    "LOW_OPT_IMP_VOLAT": ("Lowest Option Imp Vol", _down(_implied)),
    "HIGH_OPT_IMP_VOLAT_OVER_HIST": ("High Option Imp Vol Over Historical", _implied_over_historical),
    "LOW_OPT_IMP_VOLAT_OVER_HIST": ("Low Option Imp Vol Over Historical", _down(_implied_over_historical)),
    "OPT_VOLUME_MOST_ACTIVE": ("Most Active by Opt Volume", _options(_option_volume)),
    "OPT_OPEN_INTEREST_MOST_ACTIVE": ("Most Active by Opt Open Interest", _options(_open_interest)),
    "HIGH_OPT_VOLUME_PUT_CALL_RATIO": ("High Put/Call Ratio", _options(_put_call)),
    "LOW_OPT_VOLUME_PUT_CALL_RATIO": ("Low Put/Call Ratio", _down(_options(_put_call))),
    "HIGH_VS_13W_HL": ("13-Week High", _in_range(0, top=True)),
    "LOW_VS_13W_HL": ("13-Week Low", _in_range(0, top=False)),
    "HIGH_VS_26W_HL": ("26-Week High", _in_range(1, top=True)),
    "LOW_VS_26W_HL": ("26-Week Low", _in_range(1, top=False)),
    "HIGH_VS_52W_HL": ("52-Week High", _in_range(2, top=True)),
    "LOW_VS_52W_HL": ("52-Week Low", _in_range(2, top=False)),
    "HIGH_DIVIDEND_YIELD_IB": ("High Dividend Yield", _yield),
    "HALTED": ("Halted", lambda one: None),
}

#: The instrument types of scans, their names, and the security type that each stands for.
INSTRUMENTS = {
    "STK": ("US Stocks", "STK"),
    "ETF.EQ.US": ("US Equity ETFs", "STK"),
    "STOCK.NA": ("America Non-US Stocks", "STK"),
    "STOCK.EU": ("European Stocks", "STK"),
    "FUT.US": ("US Futures", "FUT"),
    "FUT.EU": ("European Futures", "FUT"),
    "IND.US": ("US Indexes", "IND"),
    "IND.EU": ("European Indexes", "IND"),
}
_EUROPE = ("EUR", "GBP", "CHF")
#: The places of scans: code, name, instrument type, and the currencies or primary exchanges that belong to it.
LOCATIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "STK.US": ("US Stocks", "STK", ("USD",)),
    "STK.US.MAJOR": ("Listed/NASDAQ", "STK", ("NASDAQ", "NYSE", "AMEX", "ARCA", "BATS")),
    "STK.NASDAQ": ("NASDAQ", "STK", ("NASDAQ",)),
    "STK.NYSE": ("NYSE", "STK", ("NYSE",)),
    "STK.AMEX": ("AMEX", "STK", ("AMEX",)),
    "STK.ARCA": ("ARCA", "STK", ("ARCA",)),
    "ETF.EQ.US": ("US Equity ETFs", "ETF.EQ.US", ("USD",)),
    "STK.NA": ("America Non-US Stocks", "STOCK.NA", ("CAD",)),
    "STK.NA.CANADA": ("Canada", "STOCK.NA", ("CAD",)),
    "STK.EU": ("European Stocks", "STOCK.EU", _EUROPE),
    "STK.EU.IBIS": ("Germany", "STOCK.EU", ("IBIS",)),
    "STK.EU.LSE": ("UK", "STOCK.EU", ("LSE",)),
    "STK.EU.SBF": ("France", "STOCK.EU", ("SBF",)),
    "STK.EU.AEB": ("Netherlands", "STOCK.EU", ("AEB",)),
    "STK.EU.EBS": ("Switzerland", "STOCK.EU", ("EBS",)),
    "FUT.US": ("US Futures", "FUT.US", ("USD",)),
    "FUT.EU": ("European Futures", "FUT.EU", ("EUR",)),
    "IND.US": ("US Indexes", "IND.US", ("USD",)),
    "IND.EU": ("European Indexes", "IND.EU", _EUROPE),
}

#: What a scan may be narrowed by: tag, name, and what of a subject is compared; "Below" and "Above" say how.
FILTERS: dict[str, tuple[str, Callable[[Subject], float]]] = {
    "price": ("Price", lambda one: one.quote.last),
    "usdPrice": ("Price (USD)", lambda one: one.quote.last),
    "volume": ("Volume", lambda one: one.quote.volume),
    "usdVolume": ("Volume (USD)", lambda one: one.quote.volume * one.quote.last),
    "avgVolume": ("Average Volume", lambda one: one.figures.average_volume),
    "changePerc": ("Change (%)", lambda one: one.change),
    "changeOpenPerc": ("Change Since Open (%)", lambda one: _since_open(one) * 100.0),
    "marketCap": ("Market Cap (mill)", lambda one: one.market_cap),
    "optVolume": ("Option Volume", lambda one: _option_volume(one.figures) if one.figures.has_options else 0.0),
    "avgOptVolume": ("Average Option Volume", lambda one: one.figures.open_interest("C") / 10.0),
    "dividendYieldFrd": ("Dividend Yield (%)", lambda one: (_yield(one) or 0.0) * 100.0),
    "impVolat": ("Option Implied Volatility", lambda one: one.figures.implied_volatility or 0.0),
    "tradeCount": ("Trade Count", lambda one: float(one.figures.trades_today)),
}
_ETF = ("ETF", "ETN", "ETC", "FUND")


@dataclass(frozen=True)
class Screen:
    """A scan.

    Attributes
    ----------
    code, instrument, location : str
        Keys of ``SCANS``, ``INSTRUMENTS`` and ``LOCATIONS``.
    bounds : tuple of (tag, above, value)
        A tag of ``FILTERS``, whether values must be above or below, and the bound.
    stock_types : str
        ``ALL``, ``STOCK``, ``CORP``, ``ADR``, ``ETF`` or ``REIT``.
    """

    code: str
    instrument: str
    location: str
    bounds: tuple[tuple[str, bool, float], ...] = field(default=())
    stock_types: str = "ALL"

    def candidates(self, market: Market) -> list[Instrument]:
        """Return the instruments of the scan's place."""
        _, kind, places = LOCATIONS[self.location]
        sec_type = INSTRUMENTS[kind][1]
        if sec_type == "FUT":
            listed = market.instruments.match({"sec_type": "FUT"})
        else:
            listed = [listing.instrument for listing in market.instruments.listings.values()]
        seen, found = set(), []
        for one in listed:
            if one.sec_type != sec_type or one.con_id in seen:
                continue
            if not {one.currency, one.primary_exchange or one.exchange} & set(places):
                continue
            if self._fits_type(one, kind):
                seen.add(one.con_id)
                found.append(one)
        return found

    def _fits_type(self, one: Instrument, kind: str) -> bool:
        fund = one.stock_type in _ETF
        if kind == "ETF.EQ.US" or self.stock_types == "ETF":
            return fund
        if self.stock_types in ("STOCK", "CORP"):
            return not fund
        return self.stock_types not in ("ADR", "REIT") or one.stock_type == self.stock_types

    def rank(self, market: Market, instrument: Instrument) -> float | None:
        """Return the figure an instrument is ranked by; None where it is not in the scan."""
        one = Subject(market, instrument, market.quote(instrument), market.figures.of(instrument))
        for tag, above, bound in self.bounds:
            value = FILTERS[tag][1](one)
            if value < bound if above else value > bound:
                return None
        return SCANS[self.code][1](one)
