"""What the guards look at: the account, the market and the clock, found as fast as TWS answers.

A fact that does not come is not known, which is a guard's to judge; it is never a reason to wait longer or to fail.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar

from ibnb.errors import IBNBError, NotConnected
from ibnb.trading.check.hours import is_open, told_of
from ibnb.trading.check.quotes import Prices, prices_of
from ibnb.trading.check.worth import OPTIONS, gross_of, number_of, unit_of
from ibnb.tws import ask
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractDetails
from ibnb.tws.resolve import resolve

P = ParamSpec("P")
T = TypeVar("T")


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
    unit : float or None
        What one of the contract is worth at a price of 1, in its currency (`unit_of`).
    prices : Prices
        The market.
    position : float or None
        What the account holds of the contract; of a combination, how many its legs make.
    now : datetime
        TWS's time, in UTC.
    is_open, in_regular_hours : bool or None
        Whether the contract trades now, and within its regular hours.
    at : float
        This machine's clock when it was looked at the facts last, in epoch seconds, as in `Prices`.
    gross, gross_sold : float
        What the legs of one combination are worth together, whichever way they go, in its currency, where it is bought
        and where it is sold; 0 for others, NaN where a leg has no price.
    at_stake : float
        What has to be paid at worst, at a price of this, for one option that is sold: its strike.
    leg_symbols : tuple of str
        Of a combination.
    closing : float
        What orders that work already are to buy or sell of the contract, on the side of the one that is judged.
    ordered_quantity, ordered_value : float
        What was sent for the account today, filled or working.
    seconds_since : float
        Since the last order; infinite before the first.
    """

    net_liquidation: float | None
    base_currency: str
    rate: float | None
    unit: float | None
    prices: Prices
    position: float | None
    now: datetime
    is_open: bool | None
    in_regular_hours: bool | None
    at: float
    gross: float = 0.0
    gross_sold: float = 0.0
    at_stake: float = 0.0
    leg_symbols: tuple[str, ...] = ()
    closing: float = 0.0
    ordered_quantity: float = 0.0
    ordered_value: float = 0.0
    seconds_since: float = float("inf")


async def facts_for(ib: IB, details: ContractDetails, account: str, *, timeout: float = 4) -> Facts:
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
    contract, deadline = details.contract, Deadline(timeout)
    money, prices, now, position, legs = await asyncio.gather(
        _money(ib, account, contract.currency, deadline),
        _known(deadline, prices_of, ib, contract, timeout=timeout),
        _now(ib, details, deadline),
        position_of(ib, account, contract, timeout=timeout),
        _known(deadline, _legs, ib, contract, timeout),
    )
    worth, base, rate = money
    quotes = await asyncio.gather(
        *(_known(deadline, prices_of, ib, leg.contract, timeout=timeout) for leg in legs or ())
    )
    known = [each or Prices() for each in quotes]
    return Facts(
        worth,
        base,
        rate,
        unit_of(details, legs or ()),
        prices or Prices(),
        position,
        now,
        is_open(details, details.tradingHours, now),
        is_open(details, details.liquidHours, now),
        time.time(),
        gross_of(details, legs or (), known, 1),
        gross_of(details, legs or (), known, -1),
        (number_of(contract.strike) or 0.0) if contract.secType in OPTIONS else 0.0,
        tuple(leg.contract.symbol for leg in legs or ()),
    )


async def position_of(ib: IB, account: str, contract: Contract, *, timeout: float) -> float | None:
    """Return what an account holds of a contract, as of now; None where that is not known.

    Raises
    ------
    NotConnected
        If the connection is lost.
    """
    return await _known(Deadline(timeout), _position, ib, account, contract, timeout)


def worth_of(facts: Facts, quantity: float, price: float) -> float | None:
    """Return what a quantity is worth at a price, in the base currency, unsigned; None where that is not known."""
    if price != price or facts.rate is None or facts.unit is None:
        return None
    return abs(quantity * price * facts.unit * facts.rate)


async def _known(
    deadline: Deadline, question: Callable[P, Awaitable[T]], *arguments: P.args, **named: P.kwargs
) -> T | None:
    """Return the answer to a question, which is asked only now: whoever is cancelled before leaves none unasked."""
    try:
        async with asyncio.timeout(deadline.left):
            return await question(*arguments, **named)
    except NotConnected:
        raise
    except (IBNBError, TimeoutError):
        return None


# The account ---------------------------------------------------------------------------------------------------------


async def _money(ib: IB, account: str, currency: str, deadline: Deadline) -> tuple[float | None, str, float | None]:
    """Return an account's net liquidation, its base currency, and what a currency is worth in that."""
    values = await _known(deadline, ask.account_values, ib, account, timeout=deadline.left)
    base, worth, rates = "", None, {}
    for each in values or ():
        if each.modelCode or each.currency in ("", "BASE") or (number := number_of(each.value)) is None:
            continue
        if each.tag == "NetLiquidation":
            base, worth = each.currency, number
        elif each.tag == "ExchangeRate" and number > 0:
            rates[each.currency] = number
    rate = 1.0 if currency == base else rates.get(currency)
    if rate is None and base:
        rate = await _known(deadline, _pair_rate, ib, currency, base, deadline)
    return worth, base, rate


async def _pair_rate(ib: IB, currency: str, base: str, deadline: Deadline) -> float | None:
    """Return an exchange rate from the market: of the one pair or of the other."""
    module = module_of(ib)
    for first, second in ((currency, base), (base, currency)):
        prices = await prices_of(ib, module.Forex(first + second), timeout=deadline.left)
        middle = (prices.bid + prices.ask) / 2
        if middle > 0:
            return middle if first == currency else 1 / middle
    return None


async def _position(ib: IB, account: str, contract: Contract, timeout: float) -> float:
    """Return what an account holds; of a combination how many of it its positions in the legs make."""
    rows = ib.positions(account) or await ask.positions(ib, timeout=timeout)

    def held(con_id: int) -> float:
        return float(sum(row.position for row in rows if row.account == account and row.contract.conId == con_id))

    if contract.secType != "BAG":
        return held(contract.conId)
    made = [held(leg.conId) / (leg.ratio if leg.action == "BUY" else -leg.ratio) for leg in contract.comboLegs]
    fewest = min(made, key=abs)
    return fewest if all(each * fewest > 0 for each in made) else 0.0


async def _legs(ib: IB, contract: Contract, timeout: float) -> list[ContractDetails]:
    if contract.secType != "BAG":
        return []
    return await asyncio.gather(*(resolve(ib, leg.conId, timeout=timeout) for leg in contract.comboLegs))


# The clock -----------------------------------------------------------------------------------------------------------


async def _now(ib: IB, details: ContractDetails, deadline: Deadline) -> datetime:
    """Return TWS's time, and see to it that the details tell of the hours of that day."""
    ahead = await _known(deadline, ask.clock_ahead, ib, timeout=deadline.left)
    now = datetime.now(UTC) + (ahead or timedelta())
    if details.contract.secType != "BAG" and details.tradingHours and not told_of(details, now):
        await _known(deadline, _renew_hours, ib, details, deadline.left)
    return now


async def _renew_hours(ib: IB, details: ContractDetails, timeout: float) -> None:
    """Bring the hours of details up to date that were looked up days ago: they tell of a week at most."""
    contract = module_of(ib).Contract(conId=details.contract.conId, exchange=details.contract.exchange)
    fresh = (await ask.contract_details(ib, contract, timeout=timeout))[0]
    details.timeZoneId, details.tradingHours = fresh.timeZoneId, fresh.tradingHours
    details.liquidHours = fresh.liquidHours
