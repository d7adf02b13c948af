"""What the checks of one run share: what was asked, the time that is left, and what has been found so far."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from anyio import CancelScope

from ibnb.tws.client.backend import Backend
from ibnb.tws.codes.causes import Finding
from ibnb.tws.connect import start_with_id
from ibnb.tws.guard import Gate
from ibnb.tws.identity import kind_of, only_of
from ibnb.tws.reach.greeting import ProbeResult
from ibnb.tws.reach.local import Local, look_beside, own_ends
from ibnb.tws.start.api import Started, disconnect
from ibnb.tws.start.first_look import ALL, Answer, judge, look

#: All steps together may take so many times the time of one. A step that comes late still gets a part of its own.
_TOGETHER = 1.3
_LEAST = 0.125


@dataclass
class Context:
    """The run's arguments, and what its checks leave for each other.

    Attributes
    ----------
    host, port, client_id, timeout, named_account
        As given to `diagnose`; `named_account` is "" where none was.
    backend : Backend or None
        The client library; None where there is none.
    probe : ProbeResult or None
        The probe that was settled on, by the check of the port.
    finding : Finding or None
        What is wrong with it.
    started : Started or None
        The client that is ready, by the check of the API's start.
    answers : dict of str to Answer
        How the account data requests went, by name, as far as they are done.
    local : Local
        What is seen of TWS on this machine, once `locally` has been awaited.
    """

    host: str
    port: int | None
    client_id: int | None
    timeout: float
    named_account: str = ""
    backend: Backend | None = None
    probe: ProbeResult | None = None
    finding: Finding | None = None
    started: Started | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    local: Local = field(default_factory=Local)
    _began: float = field(default_factory=time.monotonic, repr=False)
    _starting: asyncio.Task[Started] | None = field(default=None, repr=False)
    _looks: dict[str, asyncio.Task[Answer]] = field(default_factory=dict, repr=False)
    _locally: asyncio.Task[Local] | None = field(default=None, repr=False)

    def begin(self) -> None:
        """Start the clock, and the look at this machine."""
        self._began = time.monotonic()
        self._locally = asyncio.create_task(look_beside(self.host, own_ends()))

    def left(self) -> float:
        """Return how many seconds a step that begins now may take."""
        rest = self._began + _TOGETHER * self.timeout - time.monotonic()
        return max(min(self.timeout, rest), _LEAST * self.timeout)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts of the log-in, once the API has started."""
        return self.started.accounts if self.started else ()

    @property
    def account(self) -> str:
        """The account to look at: the one named, the only one of the log-in, or ""."""
        if self.named_account in self.accounts:
            return self.named_account
        return only_of(self.accounts)

    @property
    def kind(self) -> str:
        """What stands behind the endpoint, as far as known."""
        if self.started and kind_of(self.accounts, (note.text for note in self.started.tap.notices)) == "simulated":
            return "simulated"
        return self.probe.endpoint.kind if self.probe else "TWS or Gateway"

    @property
    def ready(self) -> Started:
        """The client that is ready; only for checks that need the API."""
        assert self.started is not None, "this check needs the API"
        return self.started

    async def locally(self) -> Local:
        """Return what is seen of TWS on this machine; nothing where the look takes too long or is not allowed."""
        if self._locally is not None:
            await asyncio.wait({self._locally})
            self.local = self._locally.result()
        return self.local

    async def start(self) -> Started:
        """Start the API once, under the id asked for or a free one, and return the client.

        Raises
        ------
        ConnectError
            As `ibnb.tws.connect.start_with_id`; to every caller the same.
        """
        if self._starting is None:
            self._starting = asyncio.ensure_future(self._start())
        await asyncio.wait({self._starting})
        self.started = self._starting.result()
        return self.started

    async def _start(self) -> Started:
        probe, backend = self.probe, self.backend
        assert probe is not None and backend is not None, "the checks before have found both"
        started = await start_with_id(backend, probe.endpoint, probe.address, self.client_id, self.left())
        Gate(True, None, started.accounts).guard(started.ib.client)  # whatever happens, no order leaves
        return started

    async def look(self, name: str) -> tuple[Answer, Finding | None]:
        """Return how one of the account data requests went; the first caller sends all of them side by side.

        Raises
        ------
        NotConnected
            If the connection is lost.
        """
        started = self.ready
        if not self._looks:
            seconds = self.left()
            for each in ALL:
                task = asyncio.ensure_future(look(started.ib, started.tap, each, self.account, seconds))
                self._looks[each] = task
        await asyncio.wait({self._looks[name]})
        answer = self.answers[name] = self._looks[name].result()
        if answer.complete:
            return answer, None
        await asyncio.wait(self._looks.values())  # what is missing means something else where all is missing
        answers = [task.result() for task in self._looks.values()]
        self.answers.update({each.name: each for each in answers})
        findings = judge(answers, started.tap, started.endpoint, self.account)
        fitting = [finding for finding in findings if finding.cause == answer.cause]
        return answer, (fitting or findings)[0]

    async def until(self, condition: Callable[[], Any], seconds: float) -> bool:
        """Wait for a condition that notices of TWS may change, at most so many seconds; return whether it holds."""
        ib, news = self.ready.ib, asyncio.Event()

        def on_news(*_: object) -> None:
            news.set()

        ib.errorEvent += on_news
        ib.disconnectedEvent += on_news
        try:
            async with asyncio.timeout(max(seconds, 0)):
                while not condition():
                    await news.wait()
                    news.clear()
        except TimeoutError:
            return bool(condition())
        finally:
            ib.errorEvent -= on_news
            ib.disconnectedEvent -= on_news
        return True

    async def close(self) -> None:
        """Give the client id back, also where the run was cancelled."""
        with CancelScope(shield=True):
            tasks = [*self._looks.values(), *filter(None, (self._starting, self._locally))]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            started = self.started
            if started is None and self._starting is not None and not self._starting.cancelled():
                started = None if self._starting.exception() else self._starting.result()
            if started is not None:
                started.tap.close()
                await disconnect(started.ib)
