"""What the checks of one run share: what was asked, and what has been found so far."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from ibnb.tws.backend import Backend
from ibnb.tws.causes import Finding
from ibnb.tws.exchange import ProbeResult
from ibnb.tws.identity import kind_of
from ibnb.tws.start import Started, disconnect
from ibnb.tws.sync import Answer, first_look, judge


@dataclass
class Context:
    """The run's arguments, and what its checks leave for each other.

    Attributes
    ----------
    host, port, client_id, timeout
        As given to `diagnose`.
    backend : Backend or None
        The client library; None where there is none.
    probe : ProbeResult or None
        The probe that was settled on, by the check of the port.
    finding : Finding or None
        What is wrong with it.
    started : Started or None
        The client that is ready, by the check of the API's start.
    """

    host: str
    port: int | None
    client_id: int | None
    timeout: float
    backend: Backend | None = None
    probe: ProbeResult | None = None
    finding: Finding | None = None
    started: Started | None = None
    _looking: asyncio.Task[Sequence[Answer]] | None = field(default=None, repr=False)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts of the log-in, once the API has started."""
        return tuple(self.started.tap.accounts or ()) if self.started else ()

    @property
    def account(self) -> str:
        """The only account of the log-in, or ""."""
        return self.accounts[0] if len(self.accounts) == 1 else ""

    @property
    def kind(self) -> str:
        """What stands behind the endpoint, as far as known."""
        if self.started and kind_of(self.accounts, (note.text for note in self.started.tap.notices)) == "simulated":
            return "simulated"
        return self.probe.endpoint.kind if self.probe else "TWS or Gateway"

    async def look(self, name: str) -> tuple[Answer, Finding | None]:
        """Return how one of the account data requests went; the first caller sends all of them side by side."""
        assert self.started is not None, "the checks of account data need the API"
        started = self.started
        if self._looking is None:
            self._looking = asyncio.ensure_future(first_look(started.ib, started.tap, self.account, self.timeout))
        answers = await self._looking
        answer = next(answer for answer in answers if answer.name == name)
        if answer.complete:
            return answer, None
        findings = judge(answers, started.tap, started.endpoint, self.account)
        fitting = [finding for finding in findings if finding.cause == answer.cause]
        return answer, (fitting or findings)[0]

    async def close(self) -> None:
        """Give the client id back."""
        if self._looking is not None:
            self._looking.cancel()
        if self.started is not None:
            self.started.tap.close()
            await disconnect(self.started.ib)
