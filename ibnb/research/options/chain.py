"""Option chains: which options are listed, and what they cost, with few requests and within the market data lines.

One request tells the expiries and strikes of all trading classes, one for each expiry the options that really exist,
and one snapshot each what they cost. Nothing is asked about options that do not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, RequestError
from ibnb.ground.progress import Progress
from ibnb.ground.spellings import once_called
from ibnb.research.options.listings import NONE_SUCH, Listing, choose_listings, is_adjusted, options_of, today_at
from ibnb.research.options.underlying import price_of, underlying_of
from ibnb.research.options.wishes import Expiries, Strikes, rights_of
from ibnb.tables.research import option_chain as table
from ibnb.tws import ask
from ibnb.tws.arguments import check_flag, check_whole
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.calls.heard import Rows
from ibnb.tws.ask.calls.together import together
from ibnb.tws.ask.prices.snapshots import Look
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractDetails, ContractLike
from ibnb.tws.contracts import label

if TYPE_CHECKING:
    import pandas as pd

#: Requests for the options of an expiry at the same time: TWS works on them one after another.
_AT_ONCE = 3
#: More quotes than this take many minutes, and are most likely not what is wanted.
_MOST_QUOTES = 5_000
_OPEN_INTEREST = "101"
#: Seconds for each single request for contracts.
_PATIENCE = 30.0


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

    async def listed(one: Listing) -> Rows[ContractDetails] | RequestError:
        try:
            return await options_of(ib, one, under, sides, timeout=deadline.most(_PATIENCE))
        except RequestError as error:
            return error
        finally:
            numbers.done += 1

    answers = await together(listed, listings, _AT_ONCE)
    options: list[Contract] = []
    missing, failed, remarks = 0, [], list(chains.remarks)
    for one, answer in zip(listings, answers, strict=True):
        if isinstance(answer, RequestError):
            failed.append((one, answer))
            continue
        remarks += [f"{one.trading_class} {one.expiry}: {remark}" for remark in answer.remarks]
        kept = _kept([each.contract for each in answer], levels, price)
        wanted = levels.wanted(one.strikes, price) * len(sides)
        missing += max(wanted - len(kept), 0)
        options += kept
    if failed and len(failed) == len(listings):
        raise failed[0][1]
    today = await today_at(ib, details.timeZoneId, deadline.most(_PATIENCE))
    tickers: dict[int, Look] = {}
    if not quotes:
        numbers.rows = len(options)
    else:
        tickers = await _quoted(ib, options, open_interest, deadline.whole, numbers)
    unknown = {con_id for con_id, ticker in tickers.items() if ticker.refused and ticker.refused.code == NONE_SUCH}
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
