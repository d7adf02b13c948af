"""Asking a session from a panel's own loop, so that the kernel stays free and the wait can be given up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from ibnb.errors import IBNBError

if TYPE_CHECKING:
    from ibnb.tws.connection import Connection

T = TypeVar("T")


async def on_session(session: Connection, question: Callable[[Any], Awaitable[T]]) -> T:
    """Await `question(ib)` on the session's loop, from another loop.

    Parameters
    ----------
    session : Connection
        Whom to ask.
    question : callable
        ``async fn(ib)``. It is cancelled there where the wait here is.

    Raises
    ------
    IBNBError
        As the question, or where the session ends meanwhile.
    """
    held = _Held(question)
    waiting = asyncio.ensure_future(asyncio.to_thread(session.run, held.ask))
    try:
        found = await waiting
    except asyncio.CancelledError:
        held.cancel()
        raise
    if held.cancelled:  # by nobody here: the session is closing
        raise IBNBError("The session ended meanwhile. Connect again with ibnb.connect().")
    return found  # type: ignore[no-any-return]


class _Held:
    """One question on the session's loop, in a task of its own: cancelling that does not end the loop."""

    def __init__(self, question: Callable[[Any], Awaitable[Any]]) -> None:
        self._question = question
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Future[Any] | None = None
        self.cancelled = False

    async def ask(self, ib: Any) -> Any:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.ensure_future(self._question(ib))
        if self.cancelled:
            self._task.cancel()
        try:
            return await self._task
        except asyncio.CancelledError:
            self._task.cancel()
            self.cancelled = True
            return None

    def cancel(self) -> None:
        self.cancelled = True
        if self._loop is not None and self._task is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)
