"""What runs for one client beside the reading of its requests: subscriptions, late answers, other work.

All of it ends with the connection, and what breaks off is told: in the log, and to the client where it waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

from ibnb.wire.codec import Message
from ibnb.wire.ids import Request

_log = logging.getLogger(__name__)


class Stoppable(Protocol):
    """A subscription, as far as its end goes."""

    def cancel(self) -> object:
        """End it."""


class UnderWay:
    """The tasks of one client.

    Attributes
    ----------
    streams : dict
        The running subscriptions, by request id: tasks, or what the server's scheduler drives.
    deferred : set
        Other tasks, such as answers that a scenario delays.
    open_history : set of int
        The ids of requests for bars that have not been answered in full.
    """

    def __init__(self) -> None:
        self.streams: dict[int, Stoppable] = {}
        self.deferred: set[asyncio.Task[None]] = set()
        self.open_history: set[int] = set()
        self.client_id: int | None = None
        self.closed = False
        self._kinds: dict[int, int] = {}
        self._late: dict[tuple[int, int], asyncio.Task[None]] = {}

    async def answer(self, request: Message) -> None:
        """Answer one request."""
        raise NotImplementedError

    def error(self, code: int, message: str, request_id: int = -1) -> None:
        """Send an error or a notice."""
        raise NotImplementedError

    # Answers ----------------------------------------------------------------------------------------------

    async def handle(self, request: Message) -> None:
        """Answer a request now, and keep the account of what is open."""
        request_id = request.values.get("request_id", -1)
        self._kinds.setdefault(request_id, request.id)
        await self.answer(request)
        if request_id not in self.streams:
            self._kinds.pop(request_id, None)
            self.open_history.discard(request_id)

    def handle_later(self, request: Message, seconds: float) -> None:
        """Answer a request after so many seconds, unless it is cancelled before."""

        async def wait() -> None:
            await asyncio.sleep(seconds)
            self._late.pop(key, None)
            if not self.closed:
                await self.handle(request)

        key = (request.id, request.values.get("request_id", -1))
        self._late[key] = self.defer(wait())

    def cancel_late(self, request: Request, request_id: int) -> bool:
        """Cancel an answer that is not out yet; returns whether there was one."""
        task = self._late.pop((request, request_id), None)
        self.open_history.discard(request_id)
        return task is not None and task.cancel()

    def defer(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Run `work` beside the reading of further requests; it ends with the connection."""
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self.deferred.add(task)
        task.add_done_callback(self._deferred_ended)
        return task

    def _deferred_ended(self, task: asyncio.Task[None]) -> None:
        self.deferred.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("client %s: an answer broke off", self.client_id, exc_info=error)

    # Subscriptions ----------------------------------------------------------------------------------------

    def stream(self, request_id: int, work: Callable[[], Awaitable[None]]) -> None:
        """Run a subscription under its request id until `stop` or the end of the connection."""
        task: asyncio.Task[None] = asyncio.ensure_future(work())
        self.keep(request_id, task)
        task.add_done_callback(lambda ended: self._stream_ended(request_id, ended))

    def keep(self, request_id: int, subscription: Stoppable) -> None:
        """Keep a subscription that something else drives, under its request id until `stop` or the end."""
        kind = self._kinds.get(request_id)
        self.stop(request_id)
        if kind is not None:
            self._kinds[request_id] = kind
        self.streams[request_id] = subscription

    def stop(self, request_id: int) -> bool:
        """End a subscription; returns whether there was one."""
        task = self.streams.pop(request_id, None)
        self._kinds.pop(request_id, None)
        self.open_history.discard(request_id)
        if task is not None:
            task.cancel()
        return task is not None

    def stop_kinds(self, kinds: Collection[int]) -> None:
        """End all subscriptions that some kinds of request began."""
        for request_id in [each for each, kind in self._kinds.items() if kind in kinds and each in self.streams]:
            self.stop(request_id)

    def silence_kinds(self, kinds: Collection[int]) -> None:
        """Have all subscriptions of some kinds send nothing any more, though they stand until they are cancelled."""
        for request_id, subscription in self.streams.items():
            if self._kinds.get(request_id) in kinds:
                subscription.cancel()

    def subscribed(self, kind: int) -> int:
        """Return how many subscriptions of one kind of request are running."""
        return sum(self._kinds.get(request_id) == kind for request_id in self.streams)

    def running(self) -> dict[str, int]:
        """Return how many subscriptions are running, by the name of the request that began them."""
        return dict(Counter(Request(self._kinds[each]).name for each in self.streams if each in self._kinds))

    def _stream_ended(self, request_id: int, task: asyncio.Task[None]) -> None:
        if self.streams.get(request_id) is task:
            self.stop(request_id)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("client %s: subscription %s broke off", self.client_id, request_id, exc_info=error)
            self.error(322, f"Error processing request.-'sim' : cause - {type(error).__name__}: {error}", request_id)

    def end_all(self) -> None:
        """End everything but the task that calls this."""
        for task in (*self.streams.values(), *self.deferred):
            if task is not asyncio.current_task():
                task.cancel()
        self.streams.clear()
