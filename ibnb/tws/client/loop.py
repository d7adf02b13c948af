"""The background loop of a session: an event loop in a thread of its own, and calls into it.

A notebook's kernel has a loop already, and a cell that computes starves it. Here the socket is read in
another thread whatever the cell does, without patching asyncio. The thread is anyio's blocking portal.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import os
import threading
import time
import weakref
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager, suppress
from typing import Any, TypeVar, overload

from anyio import CancelScope
from anyio.from_thread import BlockingPortal, start_blocking_portal

from ibnb.errors import IBNBError, NotConnected
from ibnb.ground.waits import Words, waiting

T = TypeVar("T")

#: So many threads at most wait beside a loop for disks, and draw; asyncio's own are more the more processors there are.
_HELPERS = 3
#: So long, in seconds, a Ctrl-C may go unnoticed.
_SLICE = 0.1
_CLOSED = "The session is closed. Make a new one with ibnb.connect()."
_ELSEWHERE = (
    "This belongs to process {}, from which this one ({}) was forked: its socket and its thread stayed there. Make a "
    "session of its own here with ibnb.connect(), or read from the store what the other has kept."
)


class BackgroundLoop:
    """An event loop in a daemon thread.

    Parameters
    ----------
    name : str
        The name of the thread.

    Notes
    -----
    It ends by `close`, when nobody refers to it any more, or with the interpreter, whichever comes first. In a process
    that was forked from the one that made it, there is no such thread: whatever is called says so, and its end there
    leaves the maker's alone.
    """

    def __init__(self, name: str = "ibnb-session") -> None:
        manager = start_blocking_portal(name=name)
        self._portal = manager.__enter__()
        self._loop, self._thread_id = self._portal.call(_here)
        self._process = os.getpid()
        self._finalizer = weakref.finalize(self, _stop, manager, self._portal, self._thread_id, self._process)

    @property
    def elsewhere(self) -> bool:
        """Whether this is a fork of the process that the loop runs in."""
        return os.getpid() != self._process

    def require_here(self) -> None:
        """Raise NotConnected where this is a fork of the process that the loop runs in."""
        if self.elsewhere:
            raise NotConnected(_ELSEWHERE.format(self._process, os.getpid()))

    @property
    def on_own_thread(self) -> bool:
        """Whether the caller is on the loop's own thread."""
        return threading.get_ident() == self._thread_id and not self.elsewhere

    @property
    def closed(self) -> bool:
        """Whether the loop has ended."""
        return not self._finalizer.alive

    @overload
    def run(
        self, function: Callable[..., Awaitable[T]], *args: Any, timeout: float | None = None, words: Words = ""
    ) -> T: ...

    @overload
    def run(self, function: Callable[..., T], *args: Any, timeout: float | None = None, words: Words = "") -> T: ...

    def run(self, function: Callable[..., Any], *args: Any, timeout: float | None = None, words: Words = "") -> Any:
        """Call `function` on the loop, wait for its result and return it.

        Parameters
        ----------
        function : callable
            A plain or an async function.
        *args
            Its arguments.
        timeout : float, optional
            Seconds to wait; after that the call is cancelled.
        words : str or callable
            What is waited for (`ibnb.ground.waits.waiting`), said where a person watches and it takes a while.

        Raises
        ------
        TimeoutError
            If it takes longer than `timeout`.
        NotConnected
            If the loop is closed, or is closed meanwhile, or runs in the process that this one was forked from.
        IBNBError
            If called from the loop's own thread, which would wait for itself for ever.

        Notes
        -----
        A KeyboardInterrupt (Ctrl-C, or the kernel's stop button) ends the wait at once and cancels the call.
        """
        self.require_here()
        if self.closed:  # first: a thread that begins later may have got the number of the one that ended
            raise NotConnected(_CLOSED)
        if self.on_own_thread:
            raise IBNBError(
                "This was called from the session's own loop, where waiting would block it for ever. "
                "Inside a callback or a function given to run(), await the async function instead."
            )
        call = _Call(function, args)
        try:
            with waiting(words):
                result = wait_for(self._submit(call), timeout)
        except concurrent.futures.CancelledError:
            raise NotConnected(_CLOSED) from None
        except BaseException:
            # a timeout or a Ctrl-C of the waiting thread; after an error of the call itself it does nothing
            call.abandon(self._loop)
            raise
        return result

    def submit(self, function: Callable[..., Coroutine[Any, Any, T]], *args: Any) -> concurrent.futures.Future[T]:
        """Call an async function on the loop, also from its own thread, and return what will be its result.

        Cancelling that cancels the call.

        Raises
        ------
        NotConnected
            If the loop is closed, or runs in the process that this one was forked from.
        """
        self.require_here()
        if self.closed:
            raise NotConnected(_CLOSED)
        call = function(*args)
        try:
            return asyncio.run_coroutine_threadsafe(call, self._loop)
        except RuntimeError as error:  # the loop ended between the check and now
            call.close()
            raise NotConnected(_CLOSED) from error

    def post(self, function: Callable[[], object]) -> bool:
        """Have a function called on the loop soon, without waiting; return False where the loop is closed."""
        if not self.closed and not self.elsewhere and not self._loop.is_closed():
            with suppress(RuntimeError):  # it closed between the check and now
                self._loop.call_soon_threadsafe(function)
                return True
        return False

    def _submit(self, call: _Call) -> concurrent.futures.Future[Any]:
        try:
            return self._portal.start_task_soon(call)
        except RuntimeError as error:  # the portal stopped between the check and now
            raise NotConnected(_CLOSED) from error

    def close(self) -> None:
        """End the loop, what runs on it, and its thread. Calling it again does nothing."""
        self._finalizer()


class _Call:
    """One call into the loop, which its caller may abandon before, while or after it runs."""

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._function, self._args = function, args
        self._abandoned = False
        self._scope: CancelScope | None = None

    async def __call__(self) -> Any:
        with CancelScope() as self._scope:
            if self._abandoned:
                self._scope.cancel()
            result = self._function(*self._args)
            if inspect.isawaitable(result):
                result = await result
            return result
        return None

    def abandon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cancel the call, from any thread."""
        self._abandoned = True
        if self._scope is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._scope.cancel)


def wait_for(future: concurrent.futures.Future[T], timeout: float | None) -> T:
    """Wait for a result in slices: a lock is not interrupted by a Ctrl-C on Windows, or by another thread's signal.

    Raises
    ------
    TimeoutError
        If it takes longer than so many seconds.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        left = _SLICE if deadline is None else min(_SLICE, deadline - time.monotonic())
        try:
            future.exception(max(left, 0))  # unlike result(), its TimeoutError is never the call's own
        except TimeoutError:
            if deadline is not None and time.monotonic() >= deadline:
                raise
        else:
            return future.result()


async def _here() -> tuple[asyncio.AbstractEventLoop, int]:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(_HELPERS, "ibnb-helper"))
    return loop, threading.get_ident()


def _stop(
    manager: AbstractContextManager[BlockingPortal], portal: BlockingPortal, thread_id: int, process: int
) -> None:
    """End a portal: cancel what still runs on it, and wait for its thread."""
    if os.getpid() != process:  # nobody runs it here: mark it as stopped, so that nothing waits for it
        with suppress(StopIteration):
            portal.stop().send(None)
        manager.__exit__(None, None, None)
        return
    if threading.get_ident() == thread_id:
        # the garbage collector ran on the loop's own thread, which cannot wait for its own end: another does
        threading.Thread(target=_stop, args=(manager, portal, thread_id, process), name="ibnb-end", daemon=True).start()
        return
    try:
        portal.call(portal.stop, True)
    finally:
        manager.__exit__(None, None, None)
