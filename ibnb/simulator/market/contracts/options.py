"""Option chains by rule: expiries that follow the calendar, strikes around the reference price, reversible con_ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from ibnb.simulator.market.contracts.catalogue import Listing
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.contracts.order_types import ORDER_TYPES, valid_exchanges
from ibnb.simulator.market.hashing import Ints
from ibnb.simulator.market.hours.calendars import HOURS, day_number, day_of

_BASE = 1_000_000_000
# A con_id packs 7 bits of underlying, 12 of expiry, 10 of strike and 1 of right, scrambled so that neighbours differ.
# The expiry's day number is kept modulo eleven years, and read as the one nearest to the present.
_EXPIRY_BITS = 0xFFF
#: Added to the number of an underlying for the options of its second class.
SECOND = 64
#: Classes whose options deliver something else than a hundred shares, beside the standard ones.
_ADJUSTED = {"IBM": "IBM1"}
_PAST = 400  # days before the present at which an expiry may lie
_BITS = 1 << 30
_SCRAMBLE = 0x2545F491 | 1
_UNSCRAMBLE = pow(_SCRAMBLE, -1, _BITS)


@dataclass(frozen=True)
class Chain:
    """One trading class of an underlying's options on one exchange (message 75).

    Attributes
    ----------
    exchange, trading_class, multiplier : str
        As TWS tells them.
    under_con_id : int
        The underlying.
    expirations : tuple of str
        ``yyyymmdd``, ascending.
    strikes : tuple of float
        Ascending.
    """

    exchange: str
    under_con_id: int
    trading_class: str
    multiplier: str
    expirations: tuple[str, ...]
    strikes: tuple[float, ...]


@dataclass(frozen=True)
class Ladder:
    """The strikes around a price."""

    reference: float

    @property
    def unit(self) -> float:
        """The smallest distance of two strikes."""
        for limit, unit in ((25, 0.5), (100, 1.0), (250, 2.5), (1000, 5.0), (3000, 10.0), (12_000, 25.0)):
            if self.reference < limit:
                return unit
        return 100.0

    @property
    def strikes(self) -> tuple[float, ...]:
        """Strikes from 40 % to 200 % of the reference: close together near it, wider away from it."""
        unit, reference = self.unit, self.reference
        steps = range(1, int(reference * 2.0 / unit) + 1)
        near, far = 0.15 * reference, 0.4 * reference
        return tuple(
            step * unit
            for step in steps
            if step * unit >= 0.4 * reference
            and (
                abs(step * unit - reference) <= near
                or (abs(step * unit - reference) <= far and step % 2 == 0)
                or step % 4 == 0
            )
        )


@dataclass(frozen=True)
class Underlying:
    """A listing on which options are written: its number in con_ids, and the price its strikes lie around."""

    listing: Listing
    number: int
    reference: float

    @property
    def unit(self) -> float:
        """The smallest distance of two strikes."""
        return Ladder(self.reference).unit

    @property
    def strikes(self) -> tuple[float, ...]:
        """The strikes."""
        return Ladder(self.reference).strikes

    @property
    def kind(self) -> str:
        """The kind of market in which the options trade."""
        kind = self.listing.path.kind
        return "USRTH" if kind in ("US", "USRTH") else kind

    @property
    def index(self) -> bool:
        """Whether the underlying is an index."""
        return self.listing.instrument.sec_type == "IND"


def expiries(today: date, trading_days: Ints, daily: bool) -> tuple[list[str], list[str]]:
    """Return the monthly and the other expiries that are listed on a day.

    Parameters
    ----------
    today : date
        Options that expire on this day are still listed.
    trading_days : int64
        Day numbers; an expiry on a holiday moves to the trading day before.
    daily : bool
        Whether there are options for each trading day of the next two weeks (indexes).
    """
    monthlies, weeklies = set(), set()
    year, month = today.year, today.month
    for ahead in range(28):
        friday = third_friday(year, month)
        if ahead < 6 or (ahead < 14 and month % 3 == 0) or month in (1, 12):
            monthlies.add(_trading(friday, trading_days))
        year, month = year + month // 12, month % 12 + 1
    start = day_number(today)
    for week in range(8):
        friday_number = start + (4 - today.weekday()) % 7 + 7 * week
        weeklies.add(_trading(friday_number, trading_days))
    if daily:
        soon = trading_days[(trading_days >= start) & (trading_days < start + 14)]
        weeklies.update(int(day) for day in soon)
    text = [
        sorted(f"{day_of(day):%Y%m%d}" for day in days if day >= start) for days in (monthlies, weeklies - monthlies)
    ]
    return text[0], text[1]


def third_friday(year: int, month: int) -> int:
    """Return the day number of a month's third Friday."""
    first = date(year, month, 1)
    return day_number(first + timedelta(days=(4 - first.weekday()) % 7 + 14))


def _trading(day: int, trading_days: Ints) -> int:
    return int(trading_days[np.searchsorted(trading_days, day, side="right") - 1])


def chains(under: Underlying, today: date, trading_days: Ints) -> list[Chain]:
    """Return the option chains of an underlying, one for each trading class and exchange."""
    contract = under.listing.instrument
    monthlies, weeklies = expiries(today, trading_days, under.index)
    classes: dict[str, list[str]] = {contract.symbol: sorted(monthlies + weeklies)}
    if contract.symbol in _ADJUSTED:
        classes[_ADJUSTED[contract.symbol]] = monthlies[:3]
    if under.index and contract.currency == "USD":
        # On a third Friday both expire: those of the month in the morning, those of the week in the evening.
        classes = {contract.symbol: monthlies, weekly_class(contract.symbol): sorted(monthlies + weeklies)}
    elif under.index:
        classes = {f"O{contract.symbol[:3]}": monthlies}
    exchanges = valid_exchanges("OPT", contract.currency, contract.exchange).split(",")
    if under.index:
        exchanges = ["SMART", "CBOE"] if contract.currency == "USD" else [contract.exchange]
    multiplier = "100" if contract.currency == "USD" else "10"
    return [
        Chain(exchange, contract.con_id, name, multiplier, tuple(dates), under.strikes)
        for exchange in exchanges
        for name, dates in classes.items()
    ]


def is_second(symbol: str, trading_class: str) -> bool:
    """Return whether a class is the second of an underlying, which may expire on the same days as the first."""
    return trading_class in (_ADJUSTED.get(symbol), weekly_class(symbol))


def weekly_class(symbol: str) -> str:
    """Return the trading class of an index's weekly options."""
    return {"NDX": "NDXP"}.get(symbol, symbol + "W")


def root_symbol(local_symbol: str) -> str:
    """Return the underlying's symbol of an option's local symbol or trading class."""
    name = local_symbol[:6].strip()
    adjusted = {second: symbol for symbol, second in _ADJUSTED.items()}
    return {"SPXW": "SPX", "NDXP": "NDX", "OEST": "ESTX50", **adjusted}.get(name, name)


def contract(
    under: Underlying, expiry: str, strike: float, right: str, trading_class: str, multiplier: str
) -> Instrument:
    """Return one option of a chain."""
    below = under.listing.instrument
    day = day_number(date(int(expiry[:4]), int(expiry[4:6]), int(expiry[6:])))
    number = under.number + (SECOND if is_second(below.symbol, trading_class) else 0)
    packed = (number << 23) | ((day & _EXPIRY_BITS) << 11) | (round(strike / under.unit) << 1) | (right == "P")
    local = f"{trading_class:<6}{expiry[2:]}{right}{round(strike * 1000):08d}"
    tick = (1, 100) if not under.index else (1, 20) if below.currency == "USD" else (1, 10)
    rules = {(1, 100): "32,109", (1, 20): "110,110", (1, 10): "32"}[tick]
    return Instrument(
        con_id=_BASE + packed * _SCRAMBLE % _BITS,
        symbol=below.symbol,
        sec_type="OPT",
        currency=below.currency,
        exchange="SMART" if below.currency == "USD" else below.exchange,
        local_symbol=local,
        trading_class=trading_class,
        market_name=trading_class,
        long_name=below.long_name,
        kind=under.kind,
        tick=tick,
        expiry=expiry,
        strike=strike,
        right=right,
        multiplier=multiplier,
        order_types=ORDER_TYPES["OPT"],
        valid_exchanges=valid_exchanges("OPT", below.currency, below.exchange),
        under_con_id=below.con_id,
        contract_month=expiry[:6],
        industry=below.industry,
        category=below.category,
        subcategory=below.subcategory,
        time_zone_id=HOURS[under.kind].tws_zone,
        agg_group=2,
        under_symbol=below.symbol,
        under_sec_type=below.sec_type,
        market_rule_ids=rules,
        real_expiration_date=expiry,
        last_trade_time="16:00:00",
    )


def unpack(con_id: int, today: date) -> tuple[int, date, int, str] | None:
    """Return the underlying's number, the expiry, the strike in units and the right of an option's con_id."""
    if not _BASE <= con_id < _BASE + _BITS:
        return None
    packed = (con_id - _BASE) * _UNSCRAMBLE % _BITS
    first = day_number(today) - _PAST
    expiry = day_of(first + (((packed >> 11) - first) & _EXPIRY_BITS))
    return packed >> 23, expiry, (packed >> 1) & 0x3FF, "P" if packed & 1 else "C"
