"""Alerts on fills: of all clients, as TWS lists them, each told once whatever was lost meanwhile.

TWS tells a client of its own fills alone; but it tells every client that a position has changed. So the list of fills
is asked for when one has, after a loss, and when an own fill comes, and what is new in it is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from ibnb.alerts.levels import number
from ibnb.alerts.subject import Ends, Subject, Teller, Watch
from ibnb.errors import IBNBError
from ibnb.ground.logs import logger
from ibnb.ground.masking import mask_account
from ibnb.live.board.rows import name_of
from ibnb.tws import ask
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.fills import fill_key
from ibnb.tws.client.back_off import SERVE, pause
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.tap import UPLINK_BACK
from ibnb.tws.client.values import Fill
from ibnb.tws.resolve import resolve_each
from ibnb.tws.whose import accounts_wanted

_log = logger("ibnb.alerts")
#: Seconds that fills are gathered for, before the list is asked for; and after which it is asked for once more where
#: nothing new stood in it, since a position may be told before the fill that has changed it.
_GATHERED, _LATER = 0.3, 2.0
#: So many fills are remembered, the latest: many days of them.
_REMEMBERED = 100_000
#: So many fills are named in one sentence.
_NAMED = 3
_SIDES = {"BOT": "bought", "SLD": "sold"}
Hear = Callable[[list[Fill]], object]


class FillFeed:
    """The new fills of one client, for all alerts on them."""

    def __init__(self, ib: IB) -> None:
        self._ib, self._ends = ib, Ends()
        self._seen: dict[str, None] = {}
        self._hearers: list[Hear] = []
        self._turn = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._failures = 0
        self._looks = 0  # so often without anything new, since something stirred

    async def join(self, hear: Hear, timeout: float) -> None:
        """Have the fills told from now on; those of before are taken down first."""
        await self._look(timeout)
        if not self._hearers:
            self._follow()
        self._hearers.append(hear)

    def leave(self, hear: Hear) -> None:
        """Tell no more. May be repeated."""
        with suppress(ValueError):
            self._hearers.remove(hear)
        if not self._hearers:
            self._ends.close()

    def _follow(self) -> None:
        ib = self._ib
        for name in ("positionEvent", "execDetailsEvent", "connectedEvent"):
            event = getattr(ib, name)
            event.connect(self._stir)
            self._ends.add(partial(event.disconnect, self._stir))
        ib.errorEvent.connect(self._on_error)
        self._ends.add(partial(ib.errorEvent.disconnect, self._on_error), self._rest)

    def _rest(self) -> None:
        for waiting in (self._timer, self._task):
            if waiting is not None:
                waiting.cancel()
        self._timer = self._task = None

    def _on_error(self, _req_id: int, code: int, _text: str, _contract: object) -> None:
        if code in UPLINK_BACK:
            self._stir()

    def _stir(self, *_about: object) -> None:
        self._looks = 0
        self._soon(_GATHERED)

    def _soon(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None and self._timer.when() > loop.time() + seconds:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = loop.call_later(seconds, self._begin)

    def _begin(self) -> None:
        self._timer = None
        if self._task is not None and not self._task.done():
            self._soon(_GATHERED)  # one more look, behind the one that may be too early
        else:
            self._task = asyncio.ensure_future(self._again())

    async def _again(self) -> None:
        try:
            new = await self._look(10)
        except (IBNBError, ConnectionError) as error:
            if not self._ib.client.isReady():
                return  # the next connection stirs it
            _log.info("the list of fills did not come: %s", error)
            self._soon(pause(SERVE[1:], self._failures))
            self._failures += 1
        else:
            self._failures = 0
            self._looks += 1
            if not new and self._looks == 1:
                self._soon(_LATER)

    async def _look(self, timeout: float) -> int:
        """Ask for the list, tell what is new in it, and return how many; what corrects a fill is no new one."""
        async with self._turn:
            fills = await ask.executions(self._ib, timeout=timeout)
            new = [fill for fill in fills if fill_key(fill.execution.execId) not in self._seen]
            self._seen.update(dict.fromkeys(fill_key(fill.execution.execId) for fill in new))
            for key in list(self._seen)[: max(len(self._seen) - _REMEMBERED, 0)]:
                del self._seen[key]
            for hear in list(self._hearers) if new else []:
                hear(new)
            return len(new)


_FILLS: Slot[FillFeed] = Slot("fills to be told of", "session", FillFeed)


class FillWatch(Watch):
    """Hears of the fills of some contracts, or of all."""

    def __init__(self, ib: IB, teller: Teller) -> None:
        super().__init__(teller)
        self._ib, self._feed = ib, state_of(ib)[_FILLS]
        self._accounts: set[str] = set()
        self._early: list[Fill] | None = []  # those that come before `begin`

    async def open(self, deadline: Deadline) -> None:
        """Look the contracts up, and take down the fills of before."""
        wish = self._teller.wish
        self._accounts = set(accounts_wanted(self._ib, wish.account))
        found = await resolve_each(self._ib, wish.contracts, timeout=deadline.left)
        for spec, (contract, refused) in zip(wish.contracts, found, strict=True):
            if refused is not None:
                raise refused
            self.subjects.append(Subject(name_of(spec, contract), con_id=contract.conId))
        if not wish.contracts:
            self.subjects.append(Subject("all fills"))
        await self._feed.join(self._heard, deadline.left)

    def begin(self) -> None:
        """Tell what has come meanwhile, and from now on at once."""
        early, self._early = self._early or [], None
        if early:
            self._heard(early)

    def _heard(self, fills: list[Fill]) -> None:
        if self._early is not None:
            self._early += fills
            return
        for subject in self.subjects:
            mine = [fill for fill in fills if self._is_of(fill, subject)]
            if mine:
                words = "; ".join(map(_words, mine[:_NAMED]))
                more = f"; and {len(mine) - _NAMED} more fills" if len(mine) > _NAMED else ""
                ids = {fill.contract.conId for fill in mine}
                self._teller.news(subject, f"Filled: {words}{more}.", ids.pop() if len(ids) == 1 else 0)

    def _is_of(self, fill: Fill, subject: Subject) -> bool:
        return subject.con_id in (0, fill.contract.conId) and fill.execution.acctNumber in self._accounts

    def close(self) -> None:
        """Hear no more. May be repeated."""
        self._feed.leave(self._heard)


def _words(fill: Fill) -> str:
    execution = fill.execution
    done, name = _SIDES.get(execution.side, execution.side), name_of(fill.contract.conId, fill.contract)
    figures = f"{number(float(execution.shares))} {name} at {number(float(execution.price))}"
    return f"{mask_account(execution.acctNumber)} {done} {figures}"
