"""What the guards look at: the account, the market and the clock, found as fast as TWS answers.

A fact that does not come is not known, which is a guard's to judge; it is never a reason to wait longer or to fail.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from ibnb.errors import IBNBError, NotConnected
from ibnb.live.streams.hours import is_closed
from ibnb.trading.check.quotes import Prices, prices_of
from ibnb.tws import ask
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.units.price_units import whole_magnifier

T = TypeVar("T")

#: By how much TWS's clock is ahead of this machine's; asked for once a connection.
_AHEAD: Slot[dict[str, timedelta]] = Slot("how far TWS's clock is ahead", "connection", lambda _: {})


@dataclass(frozen=True)
class Facts:
    """What was found; None, or NaN in prices, for what is not known.

    Attributes
    ----------
    net_liquidation : float or None
        Of the account, in `base_currency`.
    base_currency : str
        The account's; "" where it is not known.
    rate : float or None
        What one unit of the contract's currency is worth in the base currency.
    prices : Prices
        The market.
    position : float or None
        What the account holds of the contract.
    now : datetime
        TWS's time, in UTC.
    is_open, in_regular_hours : bool or None
        Whether the contract trades now, and within its regular hours.
    ordered_quantity, ordered_value : float
        What was sent for the account today, filled or working.
    seconds_since : float
        Since the last order; infinite before the first.
    """

    net_liquidation: float | None
    base_currency: str
    rate: float | None
    prices: Prices
    position: float | None
    now: datetime
    is_open: bool | None
    in_regular_hours: bool | None
    ordered_quantity: float = 0.0
    ordered_value: float = 0.0
    seconds_since: float = float("inf")


async def facts_for(ib: Any, details: Any, account: str, *, timeout: float = 4) -> Facts:
    """Return what the guards want to know of an order (account values, reqMktData, reqCurrentTime).

    Parameters
    ----------
    ib : IB
        A connected client.
    details : ContractDetails
        Of the contract.
    account : str
        Whose.
    timeout : float
        Seconds for all of it.

    Raises
    ------
    NotConnected
        If the connection is lost.
    """
    contract = details.contract
    values, prices, ahead, position = await asyncio.gather(
        _known(ask.account_values(ib, account, timeout=timeout), timeout),
        _known(prices_of(ib, contract, timeout=timeout), timeout),
        _known(_ahead(ib, timeout), timeout),
        _known(_position(ib, account, contract, timeout), timeout),
    )
    base, worth, rates = _money(values or ())
    rate = rates.get(contract.currency, 1.0 if contract.currency == base else None)
    if rate is None and base:
        rate = await _known(_pair_rate(ib, contract.currency, base, timeout), timeout)
    now = datetime.now(UTC) + (ahead or timedelta())
    return Facts(
        worth,
        base,
        rate,
        prices or Prices(),
        position,
        now,
        _open(details, details.tradingHours, now),
        _open(details, details.liquidHours, now),
    )


def worth_of(facts: Facts, details: Any, quantity: float, price: float) -> float | None:
    """Return what a quantity is worth at a price, in the base currency, unsigned; None where that is not known."""
    if price != price or facts.rate is None:
        return None
    contract = details.contract
    if contract.secType == "BOND":  # prices are per cent of the face value, of which one unit is 1,000
        return abs(quantity * price * 10.0 * facts.rate)
    multiplier = _number(contract.multiplier) or 1.0
    return abs(quantity * price * multiplier / (whole_magnifier(details.priceMagnifier) or 1) * facts.rate)


async def _known(question: Awaitable[T], timeout: float) -> T | None:
    try:
        async with asyncio.timeout(timeout):
            return await question
    except NotConnected:
        raise
    except (IBNBError, TimeoutError):
        return None


async def _ahead(ib: Any, timeout: float) -> timedelta:
    known = state_of(ib)[_AHEAD]
    if "" not in known:
        known[""] = await ask.current_time(ib, timeout=timeout) - datetime.now(UTC)
    return known[""]


async def _position(ib: Any, account: str, contract: Any, timeout: float) -> float:
    rows = ib.positions(account) or await ask.positions(ib, timeout=timeout)
    return float(sum(row.position for row in rows if row.account == account and row.contract.conId == contract.conId))


def _money(values: Any) -> tuple[str, float | None, dict[str, float]]:
    """Return the base currency, net liquidation and the exchange rates that account values tell."""
    base, worth, rates = "", None, {}
    for each in values:
        if each.modelCode:
            continue
        if each.tag == "NetLiquidation" and each.currency not in ("", "BASE"):
            base, worth = each.currency, _number(each.value)
        elif each.tag == "ExchangeRate" and each.currency not in ("", "BASE") and (rate := _number(each.value)):
            rates[each.currency] = rate
    return base, worth, rates


async def _pair_rate(ib: Any, currency: str, base: str, timeout: float) -> float | None:
    """Return an exchange rate from the market: of the one pair or of the other."""
    module = module_of(ib)
    for first, second in ((currency, base), (base, currency)):
        prices = await prices_of(ib, module.Forex(first + second), timeout=timeout)
        middle = (prices.bid + prices.ask) / 2
        if middle == middle and middle > 0:
            return middle if first == currency else 1 / middle
    return None


def _open(details: Any, hours: str, now: datetime) -> bool | None:
    """Return whether a moment lies in hours as TWS writes them; None where they tell nothing of it."""
    if not hours or not details.timeZoneId:
        return None
    return not is_closed(_Hours(hours, details.timeZoneId), now)


class _Hours:
    def __init__(self, hours: str, zone: str) -> None:
        self.tradingHours, self.timeZoneId = hours, zone


def _number(text: Any) -> float | None:
    try:
        found = float(text)
    except (TypeError, ValueError):
        return None
    return found if found == found and abs(found) < 1e300 else None
