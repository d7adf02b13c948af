"""Going on over what interrupts a download: a lost connection to TWS, and a TWS that has lost its own servers.

What was open is asked for again once TWS is there; what had been answered is kept by then. For an ``IB`` that nobody
connects again, a lost connection is final.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from anyio import CancelScope

from ibnb.errors import NotConnected, RequestDropped
from ibnb.ground.progress import Progress
from ibnb.tws.client.health import health_of, restored
from ibnb.tws.client.ib import IB
from ibnb.tws.start.uplink import uplink_of

T = TypeVar("T")

#: Seconds that TWS may be away during a download; and how often it may go without a single answer in between.
PATIENCE, _MOST_LOSSES = 1_800.0, 10
#: So many seconds longer is waited after each loss without an answer.
_PAUSE = 0.5


async def across_losses(ib: IB, work: Callable[[], Awaitable[T]], progress: Progress, timeout: float) -> T:
    """Await some work, and again after each loss of the connection, once TWS is back.

    Parameters
    ----------
    ib : IB
        The client that is asked.
    work : callable
        Makes the awaitable. What was answered is not to be asked again by it.
    progress : Progress
        Is told that it waits for TWS; how many requests are done tells whether it gets on.
    timeout : float
        Seconds that TWS may be away where not even a second request is planned; a download waits much longer.

    Raises
    ------
    NotConnected
        If TWS does not come back in time, or nobody connects this client again.
    """
    losses, done = 0, progress.done
    while True:
        try:
            return await work()
        except ConnectionError as error:
            losses = 1 if progress.done > done else losses + 1
            done = progress.done
            patience = PATIENCE if progress.planned > 1 else timeout
            if losses > _MOST_LOSSES or not await _back(ib, progress, patience):
                raise _final(ib, error, progress) from error
            await asyncio.sleep((losses - 1) * _PAUSE)


async def _back(ib: IB, progress: Progress, patience: float) -> bool:
    """Wait for TWS; return whether it is there, and has its servers."""
    progress.wait_for("waiting for TWS")
    try:
        async with asyncio.timeout(patience):
            while await restored(ib, patience):
                if (uplink := uplink_of(ib)).up.is_set():
                    progress.wait_for("")
                    return True
                await uplink.up.wait()
    except TimeoutError:
        pass
    return False


def _final(ib: IB, error: ConnectionError, progress: Progress) -> NotConnected | RequestDropped:
    """Return what a lost connection is told by, also where the client itself noticed while it was sending."""
    health = health_of(ib)
    if health is not None and not health.up:
        final: NotConnected | RequestDropped = health.error()
    elif isinstance(error, (NotConnected, RequestDropped)):
        final = error
    else:
        final = NotConnected("The connection to TWS was lost. Connect again with ibnb.connect().")
    if progress.planned and not hasattr(final, "__notes__"):
        final.add_note(f"{progress.done} of {progress.planned} requests are done; a new call goes on there.")
    return final


async def to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Await some work that is done also where who awaits it is cancelled: an answer that came is kept."""
    task, cancelled = asyncio.ensure_future(work), None
    with CancelScope(shield=True):  # by which a session cancels, again at every await
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError as error:  # it may come more than once
                cancelled = error
    if cancelled is not None:
        task.exception()  # heard of: what is cancelled has nobody to tell it to
        raise cancelled
    task.result()
