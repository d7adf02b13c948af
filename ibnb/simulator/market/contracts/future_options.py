"""Options on futures by rule: on each listed future of a few roots, at third Fridays of the months up to its own.

They are found from their con_id alone, as other options are; which future one is written on follows from its expiry.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np

from ibnb.simulator.market.contracts import futures
from ibnb.simulator.market.contracts.futures import Root
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.contracts.options import Chain, Ladder, third_friday
from ibnb.simulator.market.contracts.order_types import ORDER_TYPES
from ibnb.simulator.market.hashing import Ints
from ibnb.simulator.market.hours.calendars import HOURS, day_number, day_of

#: The roots that options are written on, with the trading class of these and their price step.
CLASSES: dict[str, tuple[str, tuple[int, int]]] = {
    "ES": ("ES", (1, 20)),
    "NQ": ("NQ", (1, 20)),
    "CL": ("LO", (1, 100)),
    "GC": ("OG", (1, 10)),
}
# Above the con_ids of other options. They pack 2 bits of root, 12 of expiry, 10 of strike and 1 of right, scrambled.
_BASE = 2_080_000_000
_BITS = 1 << 25
_SCRAMBLE = 0x0545F491 | 1
_UNSCRAMBLE = pow(_SCRAMBLE, -1, _BITS)
_EXPIRY_BITS = 0xFFF
_PAST = 400
_SERIALS = 3  # months before a future's own in which options on it expire, its own among them


def by_symbol(symbol: str, trading_class: str = "") -> list[Root]:
    """Return the roots with options that a symbol or a trading class of these stands for."""
    found = [futures.roots()[name] for name, (own, _) in CLASSES.items() if trading_class in ("", own)]
    return [root for root in found if symbol in ("", root.symbol)]


def root_of(future: Instrument) -> Root | None:
    """Return the root of a future that options are written on, or None."""
    root = futures.roots().get(future.trading_class)
    return root if future.sec_type == "FUT" and root is not None and root.symbol in CLASSES else None


@lru_cache(maxsize=len(CLASSES))
def ladder(symbol: str) -> Ladder:
    """Return the strikes of a root, which all its futures share."""
    return Ladder(float(futures.roots()[symbol].row["price"]))


def expiries(future: Instrument, root: Root, today: date, trading_days: Ints) -> list[str]:
    """Return the expiries of the options on a future that are listed on a day, ascending."""
    year, month = int(future.contract_month[:4]), int(future.contract_month[4:])
    step = _months_apart(root, month)
    found = []
    for back in range(min(step, _SERIALS)):
        total = year * 12 + month - 1 - back
        friday = third_friday(total // 12, total % 12 + 1)
        day = day_of(int(trading_days[np.searchsorted(trading_days, friday, side="right") - 1]))
        last = min(f"{day:%Y%m%d}", future.expiry)
        if last >= f"{today:%Y%m%d}":
            found.append(last)
    return sorted(set(found))


def _months_apart(root: Root, month: int) -> int:
    """Return how many months lie between a contract month and the one before it."""
    for back in range(1, 13):
        if futures.MONTH_CODES[(month - 1 - back) % 12] in root.months:
            return back
    return 12


def chain(future: Instrument, root: Root, today: date, trading_days: Ints) -> Chain:
    """Return the options on a future (message 75)."""
    trading_class, _ = CLASSES[root.symbol]
    dates = tuple(expiries(future, root, today, trading_days))
    return Chain(future.exchange, future.con_id, trading_class, future.multiplier, dates, ladder(root.symbol).strikes)


def contract(future: Instrument, root: Root, expiry: str, strike: float, right: str) -> Instrument:
    """Return one option on a future."""
    trading_class, tick = CLASSES[root.symbol]
    number = list(CLASSES).index(root.symbol)
    day = day_number(date(int(expiry[:4]), int(expiry[4:6]), int(expiry[6:])))
    units = round(strike / ladder(root.symbol).unit)
    packed = (number << 23) | ((day & _EXPIRY_BITS) << 11) | (units << 1) | (right == "P")
    return Instrument(
        con_id=_BASE + packed * _SCRAMBLE % _BITS,
        symbol=future.symbol,
        sec_type="FOP",
        currency=future.currency,
        exchange=future.exchange,
        local_symbol=f"{trading_class}{expiry[2:]} {right}{strike:g}",
        trading_class=trading_class,
        market_name=trading_class,
        long_name=future.long_name,
        kind=future.kind,
        tick=tick,
        expiry=expiry,
        strike=strike,
        right=right,
        multiplier=future.multiplier,
        order_types=ORDER_TYPES["FUT"],
        valid_exchanges=future.exchange,
        under_con_id=future.con_id,
        contract_month=future.contract_month,
        time_zone_id=HOURS[future.kind].tws_zone,
        agg_group=2147483647,
        under_symbol=future.local_symbol,
        under_sec_type="FUT",
        market_rule_ids="110" if tick == (1, 20) else "32",
        real_expiration_date=expiry,
        last_trade_time="16:00:00",
    )


def unpack(con_id: int, today: date) -> tuple[Root, date, float, str] | None:
    """Return the root, expiry, strike and right of an option's con_id; None where it is none of these."""
    if not _BASE <= con_id < _BASE + _BITS:
        return None
    packed = (con_id - _BASE) * _UNSCRAMBLE % _BITS
    root = futures.roots()[list(CLASSES)[packed >> 23]]
    first = day_number(today) - _PAST
    expiry = day_of(first + (((packed >> 11) - first) & _EXPIRY_BITS))
    return root, expiry, ((packed >> 1) & 0x3FF) * ladder(root.symbol).unit, "P" if packed & 1 else "C"
