"""Option chains: which options are listed, and what they cost, with few requests and within the market data lines.

One request tells the expiries and strikes of all trading classes, one for each expiry the options that really exist,
and one snapshot each what they cost. Nothing is asked about options that do not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, RequestError
from ibnb.ground.progress import Progress
from ibnb.ground.spellings import once_called
from ibnb.research.underlying import price_of, underlying_of
from ibnb.research.wishes import Expiries, Strikes, rights_of
from ibnb.tables.research import option_chain as table
from ibnb.tables.schema.timeparse import iana, zone
from ibnb.tws import ask
from ibnb.tws.arguments import check_flag, check_whole
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.calls.heard import Rows
from ibnb.tws.ask.calls.together import together
from ibnb.tws.ask.prices.snapshots import Look
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractLike
from ibnb.tws.contracts import label

if TYPE_CHECKING:
    import pandas as pd

#: Requests for the options of an expiry at the same time: TWS works on them one after another.
_AT_ONCE = 3
#: More quotes than this take many minutes, and are most likely not what is wanted.
_MOST_QUOTES = 5_000
_OPEN_INTEREST = "101"
_NONE_SUCH = 200
#: Seconds for each single request for contracts.
_PATIENCE = 30.0
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


@once_called(underlying="contract")
async def option_chain(
    ib: IB,
    contract: ContractLike,
    expiries: object = 3,
    strikes: object = 20,
    rights: object = "CP",
    *,
    trading_class: str | Sequence[str] | None = None,
    exchange: str | None = None,
    quotes: bool = True,
    open_interest: bool = False,
    timeout: float | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return an option chain with its quotes (reqSecDefOptParams, reqContractDetails, reqMktData)."""
    dates, levels, sides = Expiries.of(expiries), Strikes.of(strikes), rights_of(rights)
    numbers = progress or Progress()
    check_flag("quotes", quotes)
    check_flag("open_interest", open_interest)
    deadline = Deadline(check_whole(timeout))
    details = await underlying_of(ib, contract, timeout=deadline.most(_PATIENCE))
    under = details.contract
    numbers.what, numbers.unit = f"Options on {under.symbol}", "options"
    chains = await ask.option_parameters(ib, under, timeout=deadline.most(_PATIENCE))
    if not chains:
        raise RequestError(
            None,
            chains.remarks[0] if chains.remarks else "no options are listed",
            f"reqSecDefOptParams({label(under)})",
            f"TWS lists no options on {label(under)}.",
            "Ask for another underlying: a stock, an index or a future.",
        )
    listings = choose_listings(chains, under, dates, trading_class, exchange)
    price = await price_of(ib, under, timeout=deadline.whole) if levels.needs_price else float("nan")
    numbers.planned, numbers.done = len(listings), 0

    async def listed(one: Listing) -> list[Contract] | RequestError:
        found = await _options_of(ib, one, under, sides, deadline.most(_PATIENCE))
        numbers.done += 1
        return found

    answers = await together(listed, listings, _AT_ONCE)
    options: list[Contract] = []
    missing, failed, remarks = 0, [], list(chains.remarks)
    for one, answer in zip(listings, answers, strict=True):
        if isinstance(answer, RequestError):
            failed.append((one, answer))
            continue
        remarks += [f"{one.trading_class} {one.expiry}: {remark}" for remark in getattr(answer, "remarks", ())]
        kept = _kept(answer, levels, price)
        wanted = levels.wanted(one.strikes, price) * len(sides)
        missing += max(wanted - len(kept), 0)
        options += kept
    if failed and len(failed) == len(listings):
        raise failed[0][1]
    today = await _today(ib, details.timeZoneId, deadline.most(_PATIENCE))
    tickers: dict[int, Look] = {}
    if not quotes:
        numbers.rows = len(options)
    else:
        tickers = await _quoted(ib, options, open_interest, deadline.whole, numbers)
    unknown = {con_id for con_id, ticker in tickers.items() if ticker.refused and ticker.refused.code == _NONE_SUCH}
    shown = [option for option in options if option.conId not in unknown]
    refused = [each for each in tickers.values() if each.refused is not None and each.contract.conId not in unknown]
    frame = table.frame(
        shown,
        tickers,
        today,
        symbol=under.symbol,
        con_id=under.conId,
        trading_classes=sorted({chain.tradingClass for chain in chains}),
        expiries=sorted({_iso(expiry) for chain in chains for expiry in chain.expirations}),
        not_listed=missing + len(unknown),
        refused=len(refused),
        warnings=[
            *remarks,
            *(f"{one.trading_class} {one.expiry}: {error}" for one, error in failed),
            *_left_out(chains, under, trading_class),
        ],
        complete=not (failed or refused or remarks),
    )
    types = sorted(set(frame["data_type"]) - {""})
    frame.attrs["data_type"] = types[0] if len(types) == 1 else "mixed" if types else ""
    frame.attrs["underlying_price"] = _money(price, frame)
    return frame


def _iso(expiry: str) -> str:
    """Return an expiry as tables write dates: ``2026-12-18``; what TWS writes otherwise as it is."""
    whole = len(expiry) == len("yyyymmdd") and expiry.isdigit()
    return f"{expiry[:4]}-{expiry[4:6]}-{expiry[6:]}" if whole else expiry


def _left_out(chains: Sequence[Any], under: Contract, trading_class: object) -> list[str]:
    """Say which classes deliver something else and are shown on demand only."""
    others = sorted({each.tradingClass for each in chains if is_adjusted(each.tradingClass, under)})
    if trading_class is not None or not others:
        return []
    named = ", ".join(others)
    return [f"{named}: options that deliver something else are left out; trading_class={others[0]!r} shows them"]


async def _today(ib: IB, time_zone: str, timeout: float) -> date:
    """Return the date by TWS's clock where the underlying is traded; the clock is asked for once a session."""
    try:
        offset = await ask.clock_ahead(ib, timeout=timeout)
    except RequestError:
        offset = timedelta()  # then this machine's clock has to do
    return (datetime.now(UTC) + offset).astimezone(zone(iana(time_zone) if time_zone else "UTC")).date()


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


async def _options_of(
    ib: IB, one: Listing, under: Contract, sides: str, timeout: float
) -> list[Contract] | RequestError:
    """Return the contracts of a listing; [] where TWS knows none, and the error where it refuses otherwise."""
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
        return [] if error.code == _NONE_SUCH else error
    options, odd = [], 0
    for each in found:
        if not isinstance(each.contract.strike, (int, float)) or not 0 < each.contract.strike < _BEYOND:
            odd += 1
        elif each.underConId in (0, under.conId) and each.contract.right[:1] in sides:
            each.contract.exchange = one.exchange
            options.append(each.contract)
    remarks = [
        *found.remarks,
        *([f"{odd} of {len(found)} options have no strike that can be: left out"] if odd else []),
    ]
    return Rows(options, remarks)


def _kept(options: Sequence[Contract], levels: Strikes, price: float) -> list[Contract]:
    chosen = set(levels.choose([option.strike for option in options], price))
    return [option for option in options if option.strike in chosen]


async def _quoted(
    ib: IB, options: list[Contract], open_interest: bool, timeout: float | None, numbers: Progress
) -> dict[int, Look]:
    """Return the quotes of options by con_id."""
    if len(options) > _MOST_QUOTES:
        raise BadInput(
            "strikes",
            f"{len(options):,} options",
            f"quotes of at most {_MOST_QUOTES:,} options at a time",
            "choose fewer expiries or strikes; quotes=False lists them all",
        )
    numbers.planned += len(options)

    def told(_ticker: Look) -> None:
        numbers.done += 1
        numbers.rows += 1

    generic_ticks = _OPEN_INTEREST if open_interest else ""
    found = await ask.snapshots(ib, options, timeout=timeout, generic_ticks=generic_ticks, told=told)
    return {ticker.contract.conId: ticker for ticker in found}


def _money(price: float, frame: pd.DataFrame) -> float | None:
    """Return the underlying's price: as it was asked for, else by the greeks; None where nobody told it."""
    if price == price:
        return price
    told = frame["underlying_price"].dropna()
    return float(told.median()) if len(told) else None
