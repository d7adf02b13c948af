"""From what a person wishes to the range it means: a duration goes back by the instrument's own schedule."""

from __future__ import annotations

from functools import partial

from ibnb.ground.progress import Progress
from ibnb.history.bars.schedule import schedule_of
from ibnb.history.planning.intervals import Interval
from ibnb.history.planning.range import range_of, reach_back
from ibnb.history.planning.request import HistoryRequest
from ibnb.history.resume import across_losses
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractDetails


async def reached(
    ib: IB,
    details: ContractDetails,
    request: HistoryRequest,
    zone: str,
    now: float,
    *,
    timeout: float,
    progress: Progress,
) -> Interval:
    """Return which starts a request means, in seconds, or dates for bars of a day and longer.

    Parameters
    ----------
    ib : IB
        A connected client.
    details : ContractDetails
        Of the instrument.
    request : HistoryRequest
        The wishes. Without a start, TWS is asked for the sessions that the duration counts.
    zone : str
        The exchange's.
    now : float
        The present, in epoch seconds.
    timeout : float
        Seconds.
    progress : Progress
        Told where a lost connection is waited for.
    """
    if request.start is not None:
        return range_of(request, zone, now)
    low, high = reach_back(request, now)
    question = partial(schedule_of, ib, details, request.rth, low, high, timeout=timeout)
    schedule = await across_losses(ib, question, progress, timeout)
    return range_of(request, zone, now, schedule.between(low, high))
