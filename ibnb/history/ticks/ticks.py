"""All historical ticks of a range: asked for page by page, kept in the store, given as one frame."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from ibnb.ground.progress import Progress
from ibnb.ground.spellings import once_placed
from ibnb.history.bars.ask import attributes
from ibnb.history.bars.history import placed
from ibnb.history.bars.reach import reached
from ibnb.history.columns.sift import few
from ibnb.history.columns.ticks import Ticks, joined
from ibnb.history.resume import across_losses
from ibnb.history.store.kept import MemoryRows, RowStore
from ibnb.history.store.naming import tick_series_for
from ibnb.history.store.places import open_store
from ibnb.history.store.store import Store
from ibnb.history.ticks.job import TickJob
from ibnb.history.ticks.pages import PAGE
from ibnb.history.ticks.sift import doubts
from ibnb.history.ticks.source import Source
from ibnb.history.ticks.wishes import TickWishes
from ibnb.tables.schema.timeparse import iana
from ibnb.tws import ask
from ibnb.tws.arguments import check_flag, check_whole
from ibnb.tws.ask.calls.deadline import Deadline, whole_call
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractDetails, ContractLike
from ibnb.tws.contracts import label, to_contract
from ibnb.tws.resolve import resolve
from ibnb.tws.units.price_units import unit_of, whole_magnifier

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from ibnb.history.planning.moments import Moment


#: Seconds for a page of ticks, asking for a smaller one included, where a call may take as long as it needs.
_PAGE_TIMEOUT = 30.0
#: So many seconds more are given to what waits for something else than TWS's answer.
_MOMENT = 0.3


@once_placed("start", "end", "what", "rth", "limit")
async def ticks(
    ib: IB,
    contract: ContractLike,
    duration: str | None = None,
    what: str = "TRADES",
    rth: bool = True,
    limit: int | None = None,
    *,
    start: Moment | None = None,
    end: Moment | None = None,
    ignore_size: bool = False,
    store: Store | str | Path | bool | None = None,
    progress: Progress | None = None,
    timeout: float | None = None,
) -> pd.DataFrame:
    """Return historical ticks, in as many requests as it takes, and none for what is kept (reqHistoricalTicks).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract, duration, what, rth, limit, start, end, ignore_size, timeout
        As for ``tws.ticks``, and so are the frame and the errors.
    store : path or False, optional
        Likewise, but that ticks of a simulated TWS are kept among your own where no other folder is named.
    progress : Progress, optional
        The numbers to keep up to date.

    Raises
    ------
    NotConnected
        If the connection is lost for good. What came is kept: the same call goes on there.
    """
    timeout, place = check_whole(timeout), open_store(store)
    wishes = TickWishes(duration, what, rth, limit, start, end)
    wishes.check()
    sizeless = check_flag("ignore_size", ignore_size)
    progress, spec = progress or Progress(), to_contract(contract, module_of(ib))
    name = f"reqHistoricalTicks({label(spec)}, {what})"
    deadline, how_far = Deadline(timeout), partial(progress.so_far, place is not None)
    async with whole_call(ib, name, timeout, how_far, "history-silent", grace=_MOMENT):
        return await _ticks(ib, spec, wishes, place, progress, sizeless, deadline)


async def _ticks(
    ib: IB,
    contract: ContractLike,
    wishes: TickWishes,
    place: Store | None,
    progress: Progress,
    ignore_size: bool,
    deadline: Deadline,
) -> pd.DataFrame:
    """Return the ticks that came before the time was over."""
    timeout = deadline.most(_PAGE_TIMEOUT)
    details = await across_losses(ib, partial(resolve, ib, contract, timeout=timeout), progress, timeout)
    found = details.contract
    zone = iana(details.timeZoneId) if details.timeZoneId else "UTC"
    source = Source(ib, found, wishes.kind(found.secType), wishes.rth, ignore_size, _PAGE_TIMEOUT, deadline)
    progress.what, progress.unit = f"{label(found)} {source.what}", "ticks"
    job = TickJob(source, kept_for(place, details, source), zone, progress)
    request = await placed(ib, wishes, zone, found.secType, timeout=deadline.most(_PAGE_TIMEOUT))
    now = ask.present(ib)
    # The second under way is left out: its ticks have not all come.
    last = int(now if request.end is None else request.end.timestamp())
    if wishes.latest:
        assert wishes.limit is not None
        got = await job.backward(last, wishes.limit)
    else:
        first, _ = await reached(ib, details, request, zone, now, timeout=timeout, progress=progress)
        got = await job.forward(first, last, wishes.limit)
    warnings = [
        f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S} UTC: TWS gives {PAGE} ticks of this second "
        "and may have more"
        for second in job.cut
    ]
    words = wishes.words(zone, found.secType, now)
    warnings += few(job.gathered.said)
    complete = not warnings
    told = attributes(found, source.what, wishes.rth, zone, requests=job.requests, range=words, **unit_of(ib, found))
    return got.frame(zone, complete=complete, warnings=[*warnings, *doubts(got)], **told)


def kept_for(place: Store | None, details: ContractDetails, source: Source) -> RowStore[Ticks]:
    """Return where the ticks of a contract are kept; for this call only where there is no store."""
    contract = details.contract
    if place is None:
        return MemoryRows(partial(joined, source.what))
    about = {"zone": iana(details.timeZoneId) if details.timeZoneId else "UTC", "currency": contract.currency}
    series = tick_series_for(contract, source.what, source.rth, source.ignore_size)
    more = {"sec_type": contract.secType, "price_magnifier": whole_magnifier(details.priceMagnifier)}
    return place.kept(series, {**about, **more})
