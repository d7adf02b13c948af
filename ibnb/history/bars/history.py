"""Historical bars of one contract: from what a person asks for to a frame, by one request or a planned download."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ibnb.errors import RequestDropped, RequestError
from ibnb.ground.progress import Progress
from ibnb.history.bars.adjusted import collect_adjusted
from ibnb.history.bars.answer import ask_bars, verdict
from ibnb.history.bars.ask import attributes
from ibnb.history.bars.job import Job
from ibnb.history.bars.reach import reached
from ibnb.history.bars.sender import Sender
from ibnb.history.columns.bars import merged
from ibnb.history.columns.sift import NOTHING, Answer, doubts, few
from ibnb.history.pacing.limits import SMALL, demand
from ibnb.history.pacing.pace import pace_of
from ibnb.history.planning.range import fits_one, in_frame, reach_back, whole
from ibnb.history.planning.request import HistoryRequest, trimmed
from ibnb.history.planning.sizes import BAR_SIZES, DAY
from ibnb.history.planning.wishes import Asked, Wishes
from ibnb.history.resume import across_losses
from ibnb.history.store.kept import MemoryRows, RowStore
from ibnb.history.store.naming import series_for
from ibnb.history.store.places import open_store
from ibnb.history.store.store import Store
from ibnb.tables.schema.timeparse import iana
from ibnb.tws import ask
from ibnb.tws.arguments import check_whole
from ibnb.tws.ask.calls.deadline import patience, whole_call
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractDetails, ContractLike
from ibnb.tws.contracts import label, to_contract
from ibnb.tws.resolve import resolve
from ibnb.tws.units.price_units import unit_attrs, whole_magnifier

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from ibnb.history.columns.bars import Bars
    from ibnb.history.planning.moments import Moment


#: Contracts under way at once, where bars of many are asked for; requests take turns among them.
AT_ONCE = 4


async def history_of_one(
    ib: IB,
    contract: ContractLike,
    duration: str = "60 D",
    bar_size: str = "1 hour",
    what: str = "TRADES",
    rth: bool = True,
    *,
    start: Moment | None = None,
    end: Moment | None = None,
    store: Store | str | Path | bool | None = None,
    timeout: float | None = None,
    oldest_first: bool = False,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return historical bars of a contract, in as many requests as it takes, none for what is kept (reqHistoricalData).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract, duration, bar_size, what, rth, start, end, timeout, oldest_first
        As for ``tws.history``, and so are the frame and the errors.
    store, progress
        As for `ibnb.aio.history`.
    """
    timeout, place, spec = check_whole(timeout), open_store(store), to_contract(contract, module_of(ib))
    wishes = Wishes(duration, bar_size, what, rth, start, end)
    asked = wishes.request()  # what is wrong in itself, before anything is sent
    progress = progress or Progress()
    name = f"reqHistoricalData({label(spec)}, {asked.bar_size}, {asked.what})"
    async with whole_call(ib, name, timeout, partial(progress.so_far, place is not None), "history-silent"):
        return await _history(ib, spec, wishes, place, patience(timeout), oldest_first, progress)


async def _history(
    ib: IB,
    contract: ContractLike,
    wishes: Wishes,
    place: Store | None,
    timeout: float,
    oldest_first: bool,
    progress: Progress,
) -> pd.DataFrame:
    """Return the bars; `timeout` is that of a request."""
    details = await across_losses(ib, partial(resolve, ib, contract, timeout=timeout), progress, timeout)
    if details.contract.secType == "BAG":
        place = None  # the store knows instruments by their conId, and a combination has none
    zone = zone_of(details)
    request = await placed(ib, wishes, zone, details.contract.secType, timeout=timeout)
    progress.what = progress.what or symbol_of(details.contract)
    if place is None and (fits_one(request) or request.at_once):
        came = await across_losses(ib, partial(_one_request, ib, details, request, zone, timeout), progress, timeout)
        return trimmed(
            frame_of(came.bars, details, request, zone, 1, warnings=list(came.said), complete=not came.said), request
        )
    how: Any = {"timeout": timeout, "progress": progress, "oldest_first": oldest_first}
    job, wanted = await make_job(ib, details, request, place, **how)
    bars = await (collect_adjusted(job) if request.at_once else job.run())
    about: dict[str, Any] = {"warnings": job.gathered.said, "complete": not job.gathered.said}
    if job.guessed:
        about["schedule"] = "guessed"
    return frame_of(bars.between(*in_frame(wanted, request)), details, request, zone, job.requests, **about)


async def placed(ib: IB, wishes: Asked, zone: str, sec_type: str, *, timeout: float) -> HistoryRequest:
    """Return what is to be asked of an instrument; what goes up to now is counted back from now by TWS's clock."""
    request = wishes.request(zone, sec_type)
    if request.end is not None:
        return request
    return wishes.request(zone, sec_type, await ask.find_present(ib, timeout=timeout))


async def make_job(
    ib: IB,
    details: ContractDetails,
    request: HistoryRequest,
    place: Store | None,
    *,
    timeout: float,
    progress: Progress,
    oldest_first: bool = False,
) -> tuple[Job, tuple[int, int]]:
    """Return the job that brings a request's bars together, and the range that was asked for."""
    zone, now = zone_of(details), ask.present(ib)
    wanted = await reached(ib, details, request, zone, now, timeout=timeout, progress=progress)
    series = series_for(details.contract, request)
    about: dict[str, Any] = {"zone": zone, "currency": details.contract.currency, "sec_type": details.contract.secType}
    about["price_magnifier"] = whole_magnifier(details.priceMagnifier)
    kept: RowStore[Bars] = MemoryRows(merged) if place is None else place.kept(series, about)
    asking = Sender(ib, details, series, zone, pace_of(ib), progress, timeout, oldest_first)
    return Job(asking, whole(wanted, request.bar_size) if request.daily else wanted, kept), wanted


async def _one_request(ib: IB, details: ContractDetails, request: HistoryRequest, zone: str, timeout: float) -> Answer:
    contract, end = details.contract, None if request.end is None else int(request.end.timestamp())
    text = str(request.duration)
    wanted = None
    if BAR_SIZES[request.bar_size] <= SMALL:
        rest = (end, text, request.bar_size, request.rth)
        wanted = demand(contract.conId, contract.exchange, request.what, *rest)
    async with pace_of(ib).slot(wanted):
        since = reach_back(request, ask.present(ib))[0]
        how: Any = {"timeout": timeout, "since": since - since % DAY}
        try:
            return await ask_bars(ib, contract, end, text, request.bar_size, request.what, request.rth, zone, **how)
        except RequestDropped:
            raise
        except RequestError as error:
            if verdict(error) != "nothing":
                raise
            return NOTHING


def frame_of(
    bars: Bars, details: ContractDetails, request: HistoryRequest, zone: str, requests: int, **about: Any
) -> pd.DataFrame:
    """Return the frame of bars with all that is known of them."""
    about["warnings"] = few([*about.get("warnings", ()), *doubts(bars, BAR_SIZES[request.bar_size])])
    more = {"bar_size": request.bar_size, "requests": requests, "range": request.words(zone), **about}
    more |= unit_attrs(details.contract.currency, whole_magnifier(details.priceMagnifier))
    attrs = attributes(details.contract, request.what, request.rth, zone, **more)
    return bars.frame(zone, daily=request.daily, **attrs)


def symbol_of(contract: Contract) -> str:
    """Return how a person writes a contract's symbol."""
    return f"{contract.symbol}.{contract.currency}" if contract.secType == "CASH" else str(contract.symbol)


def zone_of(details: ContractDetails) -> str:
    """Return the zone that an instrument trades in, by its IANA name."""
    return iana(details.timeZoneId) if details.timeZoneId else "UTC"
