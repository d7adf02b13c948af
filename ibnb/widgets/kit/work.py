"""What a panel does in the background: jobs in slots, on the loop of its session.

A job is a coroutine; a new one of a slot takes the place of the one before, as soon as that has ended. The kernel's
loop is busy whenever a cell computes: on the session's, rows turn all the same. A panel that has no session, or whose
session is closed, has a loop of its own, which begins with the first job and ends with the panel.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent import futures
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from ibnb.errors import IBNBError
from ibnb.tws.client.loop import BackgroundLoop, wait_for

T = TypeVar("T")
Job = Callable[[], Awaitable[None]]
Failed = Callable[[Exception], object]

#: Seconds that `Work.close` waits for jobs to end.
_CLOSING = 2.0
_ENDED = "The session ended meanwhile. Connect again with ibnb.connect()."


class OnLoop(Protocol):
    """A session, or what belongs to one."""

    @property
    def loop(self) -> BackgroundLoop:
        """The session's."""


class Stopped(Exception):
    """A job was stopped, or gave way to a newer one of its slot."""


class Work:
    """Runs the jobs of one panel.

    Parameters
    ----------
    maker : str
        What made the panel, and makes another.
    session : OnLoop, optional
        On whose loop.

    Notes
    -----
    It ends by `close`, when nobody refers to it any more, or with the interpreter.
    """

    def __init__(self, maker: str = "setup", session: OnLoop | None = None) -> None:
        self._maker, self._session = maker, session
        self._lock = threading.Lock()
        self._own: BackgroundLoop | None = None
        self._running: dict[str, _Running] = {}
        self._news = asyncio.Event()
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether a job runs."""
        return any(not each.ended.done() for each in list(self._running.values()))

    def start(self, job: Job, slot: str = "", failed: Failed | None = None) -> None:
        """Run a job, and return at once; from any thread.

        Parameters
        ----------
        job : callable
            ``async fn()``.
        slot : str
            A job of the same slot that still runs is stopped, and ends first.
        failed : callable, optional
            Called with the error of the job: `Stopped` where it was stopped.

        Raises
        ------
        IBNBError
            After `close`.
        """
        with self._lock:
            if self._closed:
                raise IBNBError(f"This panel is closed. Make a new one with ibnb.{self._maker}().")
            before = self._running.get(slot)
            running = self._running[slot] = _Running(self._loop(), job, failed)
        if before is None:
            running.begin()
        else:
            before.stop()
            before.ended.add_done_callback(lambda _ended: running.begin())

    def stop(self, slot: str = "") -> None:
        """Stop the job of a slot."""
        if (running := self._running.get(slot)) is not None:
            running.stop()

    def wait(self, timeout: float | None = None, slot: str | None = None) -> None:
        """Wait until no job runs.

        Parameters
        ----------
        timeout : float, optional
            Seconds.
        slot : str, optional
            Which job alone to wait for; without it, all.

        Raises
        ------
        TimeoutError
            If one still runs after so many seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        for name in list(self._running) if slot is None else [slot]:
            running = None
            while running is not self._running.get(name):  # another may have come in its place meanwhile
                running = self._running[name]
                wait_for(running.ended, None if deadline is None else max(deadline - time.monotonic(), 0))

    def nudge(self) -> None:
        """End the pause of a job, or the next one where none pauses just now."""
        for each in list(self._running.values()):
            if not each.ended.done():
                each.loop.post(self._news.set)

    async def pause(self, seconds: float) -> None:
        """Let a job rest until somebody nudges it, at most so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        self._news.clear()

    def close(self) -> None:
        """Stop all jobs, and end the loop where it is one of its own. May be repeated."""
        with self._lock:
            self._closed = True
            own, self._own = self._own, None
        running = [each for each in self._running.values() if not each.ended.done()]
        for each in running:
            each.stop()
        if own is not None:
            own.close()
        elif not any(each.loop.on_own_thread for each in running):
            futures.wait([each.ended for each in running], _CLOSING)

    def _loop(self) -> BackgroundLoop:
        if self._session is not None:
            loop = self._session.loop
            if not (loop.closed or loop.elsewhere):
                return loop
        if self._own is None:
            self._own = BackgroundLoop(f"ibnb-{self._maker}")
        return self._own


class _Running:
    """A job of a slot, from when it was wished for until it has ended, which any thread may wait for."""

    def __init__(self, loop: BackgroundLoop, job: Job, failed: Failed | None) -> None:
        self.loop = loop
        self.ended: futures.Future[None] = futures.Future()
        self._job, self._failed = job, failed
        self._task: asyncio.Future[None] | None = None
        self._stopped = False

    def begin(self) -> None:
        if not self.loop.post(self._begin):  # it closed meanwhile
            self._end(IBNBError(_ENDED))

    def stop(self) -> None:
        self._stopped = True
        self.loop.post(self._cancel)

    def _begin(self) -> None:
        if self._stopped:
            self._end(Stopped())
        else:
            self._task = asyncio.ensure_future(self._job())
            self._task.add_done_callback(self._done)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _done(self, task: asyncio.Future[None]) -> None:
        if task.cancelled():  # where nobody stopped it, its loop is closing
            self._end(Stopped() if self._stopped else IBNBError(_ENDED))
        else:
            self._end(task.exception())

    def _end(self, error: BaseException | None) -> None:
        try:
            if isinstance(error, Exception) and self._failed is not None:
                self._failed(error)
        finally:
            self.ended.set_result(None)


async def beside(function: Callable[..., T], *arguments: Any) -> T:
    """Return what a function returns that would hold up the loop: it runs in a thread beside it.

    A job that is stopped meanwhile ends when the function has returned, so that nothing goes on behind its back.
    """
    running = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise
