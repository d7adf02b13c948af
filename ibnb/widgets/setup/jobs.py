"""The jobs of a panel, as they run in the background: run, watch, act out a failure, connect.

They know the parts of a panel and not the panel itself, so that what runs keeps no panel alive.
"""

from __future__ import annotations

import asyncio

from ibnb.errors import BadInput, ConnectError
from ibnb.tws.connect import choose_account
from ibnb.widgets.kit.notice import Notice, of_error
from ibnb.widgets.kit.work import Stopped, Work
from ibnb.widgets.setup.connecting import Connecting
from ibnb.widgets.setup.diagnosis import Looking
from ibnb.widgets.setup.fields import Fields, Target
from ibnb.widgets.setup.layout import Layout
from ibnb.widgets.setup.practice import Practice
from ibnb.widgets.setup.steps import StepList

#: Seconds between two looks while watching.
EVERY = 2.0
_WRONG_FIELD = Notice("fail", "Correct the marked field.", "Nothing was sent.")


class Jobs:
    """What runs in the background, one at a time; each shows how it went and how it failed."""

    def __init__(
        self,
        layout: Layout,
        fields: Fields,
        steps: StepList,
        practice: Practice,
        looking: Looking,
        connecting: Connecting,
        work: Work,
    ) -> None:
        self._layout, self._fields, self._steps, self._practice = layout, fields, steps, practice
        self._looking, self._connecting, self._work = looking, connecting, work
        self._target: Target | None = None

    def aim(self, with_account: bool = False) -> bool:
        """Read from the form where to look; return whether that is possible, and say what is not."""
        self._target = self._fields.read()
        if self._target is not None and with_account and not self._account_fits(self._target):
            self._target = None
        if self._target is None:
            self._layout.say(_WRONG_FIELD)
        return self._target is not None

    async def run(self) -> None:
        """Look once."""
        await self._look()

    async def watch(self) -> None:
        """Look until everything works."""
        again = False
        self._layout.show_watching(True)
        try:
            while not await self._look(again):
                again = True
                self._looking.rest(EVERY)
                await self._work.pause(EVERY)
        finally:
            self._layout.show_watching(False)

    async def begin_practice(self, scenario: str) -> None:
        """Start the simulator and look at it."""
        await self._start_practice(scenario)
        await self.run()

    def practise(self, scenario: str) -> None:
        """Act a scenario out and aim at it; the next look sees it."""
        simulator = self._practice.act(scenario)
        self._practice.choose(scenario)
        self._fields.point_at(simulator.host, simulator.port, "Simulated TWS")
        self._target = self._fields.read()

    async def connect(self) -> None:
        """Make the session."""
        assert self._target is not None, "the panel has aimed"
        await self._connecting.connect(self._target, self._looking.client_id_of(self._target))

    async def connect_when_ready(self) -> None:
        """Make the session, now or, after a look at every step, as soon as all of them work."""
        try:
            await self.connect()
        except ConnectError:
            await self.watch()
            await self.connect()

    async def connect_practice(self) -> None:
        """Start the simulator, and make the session on it."""
        await self._start_practice("healthy")
        await self.connect()

    def failed(self, error: Exception) -> None:
        """Show how a job failed."""
        if isinstance(error, Stopped):
            self._steps.stop()
            self._layout.say(Notice("idle", "Stopped.", "Press Run to look again."))
        elif isinstance(error, BadInput):  # only TWS knows the accounts of a log-in
            self._fields.complain("account", error)
            self._layout.say(Notice("fail", "Correct the marked field.", "The session was ended again."))
        else:
            self._layout.say(of_error(error))

    async def _start_practice(self, scenario: str) -> None:
        self._layout.say(Notice("busy", "Starting the simulator …", "A simulated TWS in a process of its own."))
        await asyncio.to_thread(self.practise, scenario)

    async def _look(self, again: bool = False) -> bool:
        """Look once; return whether there is nothing to wait for any more."""
        if self._target is None:  # a field was spoiled meanwhile
            self._layout.say(_WRONG_FIELD)
            return True
        report = await self._looking.look(self._target, watching=again)
        self._account_fits(self._target)
        return report.verdict != "fail"

    def _account_fits(self, target: Target) -> bool:
        """Whether the log-in has the account, as far as is known; if not, the field says so."""
        accounts = self._looking.accounts_of(target)
        if target.account and accounts:
            try:
                choose_account(target.account, accounts)
            except BadInput as error:
                self._fields.complain("account", error)
                return False
        return True
