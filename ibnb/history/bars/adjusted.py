"""Bars that change after the fact, and that TWS serves only up to now, at once.

They are those adjusted for splits and dividends, and those of a continuous future, which stands for another month after
each roll. What is kept is compared with the overlap of each new answer; where it has changed, all of it is asked for
anew.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ibnb.history.bars.job import Job
from ibnb.history.columns.bars import Bars
from ibnb.history.columns.sift import Answer
from ibnb.history.planning.intervals import Interval
from ibnb.history.planning.plan import Piece, local_midnight
from ibnb.history.planning.request import spanning
from ibnb.history.planning.sizes import DAY
from ibnb.history.resume import across_losses
from ibnb.history.store.kept import in_thread
from ibnb.tws import ask

#: So many days of what is kept are asked for again, for comparing.
_OVERLAP = 10 * DAY


async def collect_adjusted(job: Job) -> Bars:
    """Return adjusted bars of a range that ends now.

    Parameters
    ----------
    job : Job
        The series, and where it is kept.
    """
    return await across_losses(job.asking.ib, lambda: _collect(job), job.asking.progress, job.asking.timeout)


async def _collect(job: Job) -> Bars:
    low, high = job.wanted
    kept = next((span for span in job.kept.answered() if span[0] <= low < span[1]), None)
    if kept is not None and kept[1] - _OVERLAP > low:
        piece = _piece(job, (kept[1] - _OVERLAP, high))
        sent, came = await _ask(job, piece)
        before = await in_thread(job.kept, job.kept.read, piece.cover[0], kept[1])
        if len(before) and before.equals(came.bars.between(piece.cover[0], kept[1])):
            await job.keep(piece, sent, came)
            return await job.kept_bars()
    piece = _piece(job, (low, high))
    sent, came = await _ask(job, piece)
    if not came.said:
        await job.gathered.forget()
    await job.keep(piece, sent, came)
    return await job.kept_bars()


async def _ask(job: Job, piece: Piece) -> tuple[float, Answer]:
    progress = job.asking.progress
    progress.planned += 1
    answered = await job.asking.ask(piece)
    assert answered is not None  # it was not looked whether it is kept
    sent, came = answered
    progress.done += 1
    progress.rows += len(came.bars)
    return sent, came


def _piece(job: Job, span: Interval) -> Piece:
    """Return the one request for a range that ends now; its answer settles all of it."""
    first = local_midnight(span[0], job.asking.zone) if job.series.daily else span[0]
    now = datetime.fromtimestamp(ask.present(job.asking.ib), UTC)
    duration = spanning(datetime.fromtimestamp(first, UTC), now, job.series.bar_size)
    return Piece(None, duration, span, (span[0],))
