"""Bars adjusted for splits and dividends: they change after the fact, and TWS serves them only up to now, at once.

What is kept is compared with the overlap of each new answer; where a split or a dividend has changed it, all of it is
asked for anew.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from ibnb.history.arrays import Bars
from ibnb.history.collect import Job
from ibnb.history.intervals import Interval
from ibnb.history.plan import Piece, local_midnight
from ibnb.history.request import spanning
from ibnb.history.schedule import schedule_of
from ibnb.history.sizes import DAY

#: So many days of what is kept are asked for again, for comparing.
_OVERLAP = 10 * DAY


async def collect_adjusted(job: Job) -> Bars:
    """Return adjusted bars of a range that ends now.

    Parameters
    ----------
    job : Job
        The series, and where it is kept.
    """
    low, high = job.wanted
    schedule = None
    if not job.series.daily:
        schedule = await schedule_of(job.ib, job.details, job.series.rth, low, int(time.time()), timeout=job.timeout)
    kept = next((span for span in job.kept.answered() if span[0] <= low < span[1]), None)
    if kept is not None and kept[1] - _OVERLAP > low:
        piece = _piece(job, (kept[1] - _OVERLAP, high))
        sent, bars = await job.ask(piece)
        before = await asyncio.to_thread(job.kept.read, piece.cover[0], kept[1])
        if len(before) and before.equals(bars.between(piece.cover[0], kept[1])):
            await job.keep(piece, bars, sent, schedule)
            return await job.kept_bars()
    piece = _piece(job, (low, high))
    sent, bars = await job.ask(piece)
    await job.forget_all()
    await job.keep(piece, bars, sent, schedule)
    return await job.kept_bars()


def _piece(job: Job, span: Interval) -> Piece:
    """Return the one request for a range that ends now; its answer settles all of it."""
    first = local_midnight(span[0], job.zone) if job.series.daily else span[0]
    duration = spanning(datetime.fromtimestamp(first, UTC), datetime.now(UTC), job.series.bar_size)
    job.progress.planned += 1
    return Piece(None, duration, span, (span[0],))
