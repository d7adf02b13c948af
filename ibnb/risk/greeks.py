"""What TWS tells of the positions beside their values: their contracts, what options are written on, and greeks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, NotConnected, RequestError
from ibnb.tables.schema.timeparse import parse_time
from ibnb.tws import ask
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.calls.together import together
from ibnb.tws.ask.prices.snapshots import Look
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractDetails
from ibnb.tws.contracts import label
from ibnb.tws.resolve import resolve

if TYPE_CHECKING:
    import pandas as pd

#: Security types of options that TWS tells greeks of.
OPTIONS = frozenset({"OPT", "FOP"})
#: What is dealt in by its own symbol, but moves with something else that has bars.
_WRITTEN = OPTIONS | {"CFD", "WAR", "IOPT"}
#: So many contracts are looked up at once, and seconds for each.
_AT_ONCE, _PATIENCE = 20, 30.0
#: When options expire on their day where TWS does not say.
_CLOSE = "16:00"
#: Index options that may be exercised before they expire; those on other indexes may not.
_AMERICAN_INDEXES = frozenset({"OEX"})


@dataclass(frozen=True)
class Computation:
    """What TWS's model tells of one option (MODEL_OPTION); NaN where it does not.

    Attributes
    ----------
    volatility, price, dividend, spot : float
        Implied volatility a year, the option's price, the present value of dividends, the underlying's price.
    delta, gamma, vega, theta : float
        For one unit of the option; vega by one point of volatility, theta by one day.
    """

    volatility: float
    price: float
    dividend: float
    spot: float
    delta: float
    gamma: float
    vega: float
    theta: float


@dataclass
class Told:
    """What TWS has told of the contracts of a portfolio, by conId.

    Attributes
    ----------
    details, underlyings : dict
        Of each contract, and of what those with an underlying are written on.
    computations : dict
        Of each option.
    now : datetime
        TWS's clock, in UTC.
    unread : list of str
        What did not come.
    """

    details: dict[int, ContractDetails] = field(default_factory=dict)
    underlyings: dict[int, ContractDetails] = field(default_factory=dict)
    computations: dict[int, Computation] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    unread: list[str] = field(default_factory=list)

    def moves_with(self, con_id: int) -> ContractDetails | None:
        """Return the details of what a contract moves with: its underlying, or itself."""
        own = self.details.get(con_id)
        return self.underlyings.get(con_id) if own is None or own.contract.secType in _WRITTEN else own

    def sector(self, con_id: int) -> str:
        """Return TWS's industry of what a contract moves with, or of itself."""
        known = (self.underlyings.get(con_id), self.details.get(con_id))
        return next((each.industry for each in known if each is not None and each.industry), "")


async def contracts(ib: IB, con_ids: Iterable[int], deadline: Deadline) -> Told:
    """Ask for contracts, and for what those with an underlying are written on (reqContractDetails), without prices."""
    told = Told()
    told.details = await _details(ib, con_ids, deadline, told.unread)
    under = {
        con_id: each.underConId
        for con_id, each in told.details.items()
        if each.contract.secType in _WRITTEN and each.underConId
    }
    found = await _details(ib, under.values(), deadline, told.unread)
    told.underlyings = {con_id: found[each] for con_id, each in under.items() if each in found}
    return told


async def look(ib: IB, portfolio: pd.DataFrame, deadline: Deadline) -> Told:
    """Ask for the contracts of a portfolio and the greeks of its options (reqContractDetails, reqMktData).

    Options are asked for as snapshots, as many at once as there are market data lines free.

    Parameters
    ----------
    ib : IB
        A connected client.
    portfolio : DataFrame
        With ``con_id position``; nothing is asked of what is held no longer.
    deadline : Deadline
        By when; what has not come then is told in `unread`.
    """
    told = await contracts(ib, portfolio.loc[portfolio["position"] != 0, "con_id"].dropna(), deadline)
    options = [each.contract for each in told.details.values() if each.contract.secType in OPTIONS]
    if options:
        told.now += await _clock_ahead(ib, deadline)
        for ticker in await ask.snapshots(ib, options, timeout=deadline.whole):
            computation = computed(ticker)
            if computation is not None:
                told.computations[ticker.contract.conId] = computation
            else:
                told.unread.append(f"{label(ticker.contract)}: {_why(ticker)}")
    return told


def computed(ticker: Any) -> Computation | None:
    """Return what TWS's model tells with a ticker's prices, or None where it tells nothing."""
    model = getattr(ticker, "modelGreeks", None)
    if model is None:
        return None
    fields = (
        ("impliedVol", -1), ("optPrice", -1), ("pvDividend", -1), ("undPrice", -1),
        ("delta", -2), ("gamma", -2), ("vega", -2), ("theta", -2),
    )  # fmt: skip
    figures = [_figure(getattr(model, name, None), unset) for name, unset in fields]
    return None if all(math.isnan(each) for each in figures) else Computation(*figures)


def _figure(value: Any, unset: float) -> float:
    """Return a figure of TWS's; NaN for what stands for none: a mark of its own, or the largest number there is."""
    if value is None or value == unset or not -1e300 < value < 1e300:
        return math.nan
    return float(value)


def _why(ticker: Look) -> str:
    if ticker.refused is not None:
        return f"no greeks, as there are no prices: {ticker.refused.meaning or ticker.refused}"
    return "TWS told no greeks; they need market data for the option and for its underlying"


def years_left(details: ContractDetails, now: datetime) -> float:
    """Return the years until an option expires, by the calendar; below 0 once it has, NaN where TWS names no day.

    Parameters
    ----------
    details : ContractDetails
        Of the option.
    now : datetime
        From when, with a zone.
    """
    named = str(details.realExpirationDate or details.contract.lastTradeDateOrContractMonth or "")[:8]
    time = (str(details.lastTradeTime or "").split() or [_CLOSE])[0][:5]
    try:
        last = parse_time(f"{named} {time}:00", details.timeZoneId or "America/New_York")
    except (ValueError, BadInput):
        return math.nan
    return (last - now).total_seconds() / timedelta(days=365).total_seconds()


def is_american(details: ContractDetails) -> bool:
    """Return whether an option may be exercised before it expires, which TWS does not tell: all but on indexes."""
    return details.underSecType != "IND" or details.contract.symbol in _AMERICAN_INDEXES


async def _details(ib: IB, con_ids: Iterable[int], deadline: Deadline, unread: list[str]) -> dict[int, ContractDetails]:
    """Return the details of contracts, each looked up once a session; who is not known is named in `unread`."""

    async def one(con_id: int) -> ContractDetails | None:
        if not deadline.left:
            unread.append(f"contract {con_id}: no details: the time was over")
            return None
        try:
            return await resolve(ib, int(con_id), timeout=deadline.most(_PATIENCE))
        except NotConnected:
            raise
        except (RequestError, BadInput) as error:
            unread.append(f"contract {con_id}: no details: {str(error).splitlines()[0]}")
            return None

    wanted = list(dict.fromkeys(con_ids))
    found = await together(one, wanted, _AT_ONCE)
    return {int(con_id): each for con_id, each in zip(wanted, found, strict=True) if each is not None}


async def _clock_ahead(ib: IB, deadline: Deadline) -> timedelta:
    try:
        return await ask.clock_ahead(ib, timeout=deadline.most(_PATIENCE))
    except RequestError:
        return timedelta()  # then this machine's clock has to do
