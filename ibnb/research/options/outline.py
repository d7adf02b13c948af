"""What options there are on a contract, before any of them is looked up: an entry for each class and expiry.

Two requests tell it, however many thousands of options are listed. Classes are never mixed: SPX and SPXW may expire on
the same day and are two entries, and so is a class that delivers something else after a split or a merger.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ibnb.research.options.listings import Listing, choose_listings, is_adjusted, today_at
from ibnb.research.options.underlying import underlying_of
from ibnb.research.options.wishes import Expiries
from ibnb.tws import ask
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractDetails, ContractLike

_FRIDAY = 4
#: Days of a month among which its third Friday lies.
_THIRD = range(15, 22)


@dataclass(frozen=True)
class Entry:
    """The options of one class that expire on one day, as a person tells them apart.

    Attributes
    ----------
    listing : Listing
        What to ask TWS for.
    day : date or None
        The expiry; None where TWS writes it otherwise.
    days : int or None
        Calendar days until then.
    kind : {"monthly", "weekly", ""}
        Which of the two; "" where the day is not known.
    adjusted : bool
        Whether they deliver something else than the standard ones.
    """

    listing: Listing
    day: date | None
    days: int | None
    kind: str
    adjusted: bool

    @property
    def date(self) -> str:
        """The expiry as tables write dates: ``2026-12-18``; what TWS writes otherwise as it is."""
        return self.listing.expiry if self.day is None else self.day.isoformat()


@dataclass(frozen=True)
class Outline:
    """What there is on a contract.

    Attributes
    ----------
    details : ContractDetails
        Of the contract that they are written on.
    entries : tuple of Entry
        By expiry, the standard classes first; none where TWS lists no options.
    remarks : tuple of str
        What of TWS's answer could not be read.
    """

    details: ContractDetails
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...] = ()

    @property
    def under(self) -> Contract:
        """The contract that they are written on."""
        return self.details.contract

    @property
    def classes(self) -> list[str]:
        """The trading classes, those that deliver something else last."""
        return list(dict.fromkeys(each.listing.trading_class for each in sorted(self.entries, key=_by_class)))

    @property
    def adjusted(self) -> list[str]:
        """The classes that deliver something else."""
        return sorted({each.listing.trading_class for each in self.entries if each.adjusted})


async def outline(ib: IB, contract: ContractLike, *, timeout: float = 30) -> Outline:
    """Return what options there are on a contract (reqContractDetails, reqSecDefOptParams).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : str, int or Contract
        As for `ibnb.research.options.underlying.underlying_of`.
    timeout : float
        Seconds.

    Raises
    ------
    BadInput, RequestError
        For what is no contract, fits several, or is not known to TWS.
    """
    deadline = Deadline(timeout)
    details = await underlying_of(ib, contract, timeout=deadline.most(timeout))
    chains = await ask.option_parameters(ib, details.contract, timeout=deadline.most(timeout))
    today = await today_at(ib, details.timeZoneId, deadline.most(timeout))
    return Outline(details, entries_of(chains, details.contract, today), tuple(chains.remarks))


def entries_of(chains: Sequence[Any], under: Contract, today: date) -> tuple[Entry, ...]:
    """Return the entries of what reqSecDefOptParams has answered, of the exchange that suits a person."""
    if not chains:
        return ()
    names = sorted({chain.tradingClass for chain in chains})
    place = choose_listings(chains, under, Expiries(), None, None)
    exchange = place[0].exchange if place else None
    there = {chain.tradingClass for chain in chains if exchange is None or chain.exchange == exchange}
    listings = choose_listings(chains, under, Expiries(), [name for name in names if name in there], exchange)
    adjusted = {name for name in there if is_adjusted(name, under)}
    kinds = kinds_of(listings, adjusted)
    found = []
    for one in listings:
        day = _day(one.expiry)
        days = None if day is None else (day - today).days
        kind = kinds.get((one.trading_class, one.expiry), "")
        found.append(Entry(one, day, days, kind, one.trading_class in adjusted))
    return tuple(sorted(found, key=lambda each: (each.listing.expiry, *_by_class(each), each.listing.multiplier)))


def kinds_of(listings: Iterable[Listing], adjusted: Iterable[str] = ()) -> dict[tuple[str, str], str]:
    """Return which expiries are monthly and which weekly, by class and expiry.

    A class with one expiry a month at most, such as SPX and VIX, has monthly ones. Beside such a class those of
    another, as SPXW, are weekly. Else the monthly one is that of the third Friday, or of the day before where that is a
    holiday.

    Examples
    --------
    >>> def listed(name: str, *days: str) -> list[Listing]:
    ...     return [Listing(name, "SMART", "100", day, ()) for day in days]
    >>> kinds_of(listed("AAPL", "20261211", "20261218", "20261224"))
    {('AAPL', '20261211'): 'weekly', ('AAPL', '20261218'): 'monthly', ('AAPL', '20261224'): 'weekly'}
    >>> kinds_of([*listed("VIX", "20261216"), *listed("VIXW", "20261216", "20261223")])[("VIXW", "20261216")]
    'weekly'
    """
    days: defaultdict[str, list[date]] = defaultdict(list)
    for one in listings:
        if (day := _day(one.expiry)) is not None:
            days[one.trading_class].append(day)
    once = {name for name, own in days.items() if max(Counter((day.year, day.month) for day in own).values()) == 1}
    standard = once - set(adjusted)
    kinds: dict[tuple[str, str], str] = {}
    for name, own in days.items():
        for day in own:
            monthly = name in once or (not standard and _is_third_friday(day, own))
            kinds[name, f"{day:%Y%m%d}"] = "monthly" if monthly else "weekly"
    return kinds


def _is_third_friday(day: date, listed: Sequence[date]) -> bool:
    friday = day if day.weekday() == _FRIDAY else day + timedelta(days=1)
    return friday.weekday() == _FRIDAY and friday.day in _THIRD and (day == friday or friday not in listed)


def _by_class(entry: Entry) -> tuple[bool, str]:
    return entry.adjusted, entry.listing.trading_class


def _day(expiry: str) -> date | None:
    text = expiry.split()[0] if expiry.strip() else ""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])) if len(text) == len("yyyymmdd") else None
    except ValueError:
        return None
