"""What options are listed: by trading class and expiry, and those of one class that expire on one day.

Nothing is asked about prices here, and nothing about options that do not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ibnb.errors import BadInput, RequestError
from ibnb.research.options.wishes import Expiries
from ibnb.tables.schema.timeparse import iana, zone
from ibnb.tws import ask
from ibnb.tws.ask.calls.heard import Rows
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractDetails

#: TWS knows no such contract.
NONE_SUCH = 200
#: No strike is as high.
_BEYOND = 1e12


@dataclass(frozen=True)
class Listing:
    """The options of one trading class that expire on one day.

    Attributes
    ----------
    trading_class, exchange, multiplier, expiry : str
        As TWS writes them.
    strikes : tuple of float
        All strikes of the class; not each of them is listed for this expiry.
    """

    trading_class: str
    exchange: str
    multiplier: str
    expiry: str
    strikes: tuple[float, ...]


def choose_listings(
    chains: Sequence[Any],
    under: Contract,
    dates: Expiries,
    trading_class: str | Sequence[str] | None,
    exchange: str | None,
) -> list[Listing]:
    """Return the listings that are wanted: of one exchange, by expiry and trading class.

    Raises
    ------
    BadInput
        If a trading class, an exchange or an expiry is not listed; it names those that are.
    """
    exchanges = sorted({chain.exchange for chain in chains})
    place = exchange or next((name for name in ("SMART", under.exchange, *exchanges) if name in exchanges), "")
    if place not in exchanges:
        raise BadInput("exchange", exchange, f"one of {', '.join(exchanges)}")
    there = [chain for chain in chains if chain.exchange == place]
    names = sorted({chain.tradingClass for chain in there})
    if trading_class is None:
        there = [chain for chain in there if not is_adjusted(chain.tradingClass, under)] or there
    else:
        wanted = [trading_class] if isinstance(trading_class, str) else list(trading_class)
        if not wanted or not set(wanted) <= set(names):
            raise BadInput("trading_class", trading_class, f"one or several of {', '.join(names)}, or None for all")
        there = [chain for chain in there if chain.tradingClass in wanted]
    chosen = set(dates.choose([expiry for chain in there for expiry in chain.expirations]))
    found: dict[tuple[str, str, str], set[float]] = {}
    for chain in there:  # TWS may give one class at one exchange twice
        for expiry in sorted(chosen & set(chain.expirations)):
            found.setdefault((chain.tradingClass, str(chain.multiplier), expiry), set()).update(chain.strikes)
    return [
        Listing(name, place, multiplier, expiry, tuple(sorted(strikes)))
        for (name, multiplier, expiry), strikes in found.items()
    ]


def is_adjusted(trading_class: str, under: Contract) -> bool:
    """Return whether a class is of options that deliver something else, after a split or a merger: by its number.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> share = SimpleNamespace(symbol="F", secType="STK")
    >>> is_adjusted("F1", share), is_adjusted("2F", share), is_adjusted("F", share)
    (True, True, False)
    """
    bare = trading_class.strip("0123456789")
    return under.secType == "STK" and bare == under.symbol.replace(" ", "") and bare != trading_class


async def options_of(
    ib: IB, one: Listing, under: Contract, sides: str = "CP", *, timeout: float
) -> Rows[ContractDetails]:
    """Return the details of the options of a listing (reqContractDetails); none where TWS knows none.

    Parameters
    ----------
    ib : IB
        A connected client.
    one : Listing
        Of which.
    under : Contract
        What they are written on.
    sides : {"C", "P", "CP"}
        Calls, puts or both.
    timeout : float
        Seconds.

    Raises
    ------
    RequestError
        Where TWS refuses for another reason than that there are none.
    """
    pattern = module_of(ib).Contract(
        secType="FOP" if under.secType == "FUT" else "OPT",
        symbol=under.symbol,
        lastTradeDateOrContractMonth=one.expiry,
        right=sides if len(sides) == 1 else "",
        multiplier=one.multiplier,
        exchange=one.exchange,
        currency=under.currency,
        tradingClass=one.trading_class,
    )
    try:
        found = await ask.contract_details(ib, pattern, timeout=timeout)
    except RequestError as error:
        if error.code == NONE_SUCH:
            return Rows()
        raise
    options, odd = [], 0
    for each in found:
        if not isinstance(each.contract.strike, (int, float)) or not 0 < each.contract.strike < _BEYOND:
            odd += 1
        elif each.underConId in (0, under.conId) and each.contract.right[:1] in sides:
            each.contract.exchange = one.exchange
            options.append(each)
    remarks = [
        *found.remarks,
        *([f"{odd} of {len(found)} options have no strike that can be: left out"] if odd else []),
    ]
    return Rows(options, remarks)


async def today_at(ib: IB, time_zone: str, timeout: float) -> date:
    """Return the date by TWS's clock where the underlying is traded; the clock is asked for once a session."""
    try:
        offset = await ask.clock_ahead(ib, timeout=timeout)
    except RequestError:
        offset = timedelta()  # then this machine's clock has to do
    return (datetime.now(UTC) + offset).astimezone(zone(iana(time_zone) if time_zone else "UTC")).date()
