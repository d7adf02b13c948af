"""What a panel does in the background: one job at a time, on an event loop in a thread of the panel's own.

The kernel's loop is busy whenever a cell computes; here rows turn all the same. The thread begins with the first
job, and ends with the panel.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

from ibnb.errors import IBNBError
from ibnb.tws.client.loop import BackgroundLoop

Job = Callable[[], Awaitable[None]]


class Work:
    """Runs jobs, the newest in place of the one before.

    Parameters
    ----------
    maker : str
        What made the panel, and makes another.

    Notes
    -----
    It ends by `close`, when nobody refers to it any more, or with the interpreter.
    """

    def __init__(self, maker: str = "setup") -> None:
        self._maker = maker
        self._lock = threading.Lock()
        self._loop: BackgroundLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether a job runs."""
        return self._task is not None and not self._task.done()

    def start(self, job: Job) -> None:
        """Run a job, and return at once; a job that still runs is cancelled and ends first.

        Raises
        ------
        IBNBError
            After `close`.
        """
        with self._lock:
            if self._closed:
                raise IBNBError(f"This panel is closed. Make a new one with ibnb.{self._maker}().")
            if self._loop is None:
                self._loop = BackgroundLoop(f"ibnb-{self._maker}")
        self._loop.run(self._take_up, job)

    def stop(self) -> None:
        """Cancel the job."""
        if self._loop is not None and self.busy:
            self._loop.run(self._cancel)

    def nudge(self) -> None:
        """End the pause of the job, or the next one where it does not pause just now."""
        if self._loop is not None and self.busy:
            self._loop.run(self._news.set)

    async def pause(self, seconds: float) -> None:
        """Let the job rest until somebody nudges it, at most so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        self._news.clear()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until no job runs.

        Raises
        ------
        TimeoutError
            If one still runs after so many seconds.
        """
        if self._loop is not None and self.busy:
            self._loop.run(self._idle, timeout=timeout)

    def close(self) -> None:
        """Cancel the job and end the thread. May be repeated."""
        with self._lock:
            self._closed = True
            loop = self._loop
        if loop is not None:
            loop.close()

    def _take_up(self, job: Job) -> None:
        before = self._task
        self._cancel()
        self._news.clear()
        self._task = asyncio.get_running_loop().create_task(_after(before, job))

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _idle(self) -> None:
        while (task := self._task) is not None and not task.done():
            await asyncio.wait([task])


async def _after(before: asyncio.Task[None] | None, job: Job) -> None:
    if before is not None:
        await asyncio.wait([before])
    del before
    await job()
