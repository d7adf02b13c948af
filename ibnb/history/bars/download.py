"""Many contracts into the store: a job each, several at once, one pace for all. A refusal stops one job only."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, IBNBError, NotConnected, RequestError
from ibnb.ground.progress import Progress, span
from ibnb.history.bars.adjusted import collect_adjusted
from ibnb.history.bars.history import AT_ONCE, make_job, placed, symbol_of, zone_of
from ibnb.history.planning.range import in_frame
from ibnb.history.planning.wishes import Wishes
from ibnb.history.resume import across_losses
from ibnb.history.store.places import open_store
from ibnb.history.store.store import Store
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tws.arguments import check_flag, check_whole, several
from ibnb.tws.ask.calls.deadline import Deadline, patience, whole_call
from ibnb.tws.ask.calls.together import together
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractLike, ContractsLike
from ibnb.tws.resolve import resolve

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from ibnb.history.planning.moments import Moment

SUMMARY = Schema(
    "download",
    "one contract of a download",
    "reqHistoricalData",
    (
        Column("contract", "string", "", "As it was asked for", ""),
        Column("con_id", "Int64", "", "Contract", ""),
        Column("symbol", "string", "", "Its symbol", ""),
        Column("status", "string", "", "complete, refused, or failed", ""),
        Column("bars", "Int64", "bars", "How many the range has", ""),
        Column("first", "datetime64[us, UTC]", "UTC", "Start of the first bar", ""),
        Column("last", "datetime64[us, UTC]", "UTC", "Start of the last bar", ""),
        Column("requests", "Int64", "requests", "How many it took; 0 where all was kept already", ""),
        Column("reason", "string", "", "Why it is not complete", ""),
    ),
)


@dataclass(frozen=True)
class _How:
    """How the contracts of one download are asked for."""

    place: Store
    progress: Progress
    deadline: Deadline
    timeout: float
    oldest_first: bool


async def download(
    ib: IB,
    contracts: ContractsLike,
    duration: str = "60 D",
    bar_size: str = "1 min",
    what: str = "TRADES",
    rth: bool = True,
    *,
    start: Moment | None = None,
    end: Moment | None = None,
    store: Store | str | Path | None = None,
    timeout: float | None = None,
    oldest_first: bool = False,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Bring the bars of many contracts into the store (reqHistoricalData).

    Parameters
    ----------
    ib : IB
        A connected client.
    contracts, duration, bar_size, what, rth, start, end, store, timeout, oldest_first
        As for ``tws.download``, and so are the frame and the errors.
    progress : Progress, optional
        The numbers to keep up to date.
    """
    timeout, place = check_whole(timeout), open_store(store)
    if place is None:
        raise BadInput("store", store, "a download needs a place: None (your data folder) or a path")
    wanted: list[Any] = []
    for each in several(contracts):
        if each not in wanted:
            wanted.append(each)
    wishes = Wishes(duration, bar_size, what, rth, start, end)
    wishes.request()  # what is wrong in itself, before anything is sent
    progress = progress or Progress()
    progress.what = f"{len(wanted)} contracts" if len(wanted) > 1 else str(wanted[0])
    how = _How(place, progress, Deadline(timeout), patience(timeout), check_flag("oldest_first", oldest_first))
    began = time.monotonic()
    rows = await together(lambda spec: _one(ib, spec, wishes, how), wanted, AT_ONCE)
    return SUMMARY.frame(rows, store=str(place.path), took=span(time.monotonic() - began))


async def _one(ib: IB, spec: ContractLike, wishes: Wishes, how: _How) -> dict[str, Any]:
    """Return the row of one contract."""
    row: dict[str, Any] = {"contract": spec if isinstance(spec, str) else repr(spec), "requests": 0}
    try:
        async with whole_call(ib, f"reqHistoricalData({spec})", how.deadline.whole, partial(how.progress.so_far, True)):
            row |= await _bars_of(ib, spec, wishes, how, row)
    except NotConnected:
        raise
    except IBNBError as error:
        refused = isinstance(error, BadInput) or (isinstance(error, RequestError) and error.code is not None)
        row |= {"status": "refused" if refused else "failed", "reason": _one_line(error)}
    return row


async def _bars_of(ib: IB, spec: ContractLike, wishes: Wishes, how: _How, row: dict[str, Any]) -> dict[str, Any]:
    """Return what is to be said of a contract whose bars have all come; `row` is told what is known on the way."""
    details = await across_losses(ib, partial(resolve, ib, spec, timeout=how.timeout), how.progress, how.timeout)
    contract, zone = details.contract, zone_of(details)
    row |= {"con_id": contract.conId, "symbol": symbol_of(contract)}
    request = await placed(ib, wishes, zone, contract.secType, timeout=how.timeout)
    job, wanted = await make_job(
        ib, details, request, how.place, timeout=how.timeout, progress=how.progress, oldest_first=how.oldest_first
    )
    job.gathered.keep_or_fail = True
    try:
        bars = await (collect_adjusted(job) if request.at_once else job.run())
    finally:
        row["requests"] = job.requests
    bars = bars.between(*in_frame(wanted, request))
    found: dict[str, Any] = {"status": "complete", "bars": len(bars)}
    if len(bars):
        first, last = (datetime.fromtimestamp(int(bars.start[place]), UTC) for place in (0, -1))
        found |= {"first": first, "last": last}
    return found


def _one_line(error: IBNBError) -> str:
    """Return what an error says, its lines as sentences."""
    lines = [" ".join(line.split()) for line in str(error).splitlines()]
    return " ".join(line if line.endswith((".", "!", "?", ":")) else f"{line}." for line in lines if line)
