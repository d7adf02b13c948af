"""An alert on the loop of its client: it watches, tells once, to everybody who is to know, and ends."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from ibnb.alerts.fills import FillWatch
from ibnb.alerts.losses import LossWatch
from ibnb.alerts.money import MarginWatch, ProfitWatch
from ibnb.alerts.prices import PriceWatch
from ibnb.alerts.subject import Subject, Teller, Watch, names_of
from ibnb.alerts.told import Told
from ibnb.alerts.wish import Family, Wish
from ibnb.errors import IBNBError
from ibnb.ground import tellings
from ibnb.ground.logs import logger
from ibnb.ground.masking import mask_text
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.health import health_of
from ibnb.tws.client.ib import IB
from ibnb.tws.keeping.timeline import timeline_of
from ibnb.tws.subscriptions.listener import Listener, Source

State = Literal["armed", "waiting", "told", "ended"]
Callback = Callable[[Told], object]
#: So many of its tellings are kept, the latest.
KEPT = 100
_WATCHES: dict[Family, Callable[[IB, Teller], Watch]] = {
    "price": PriceWatch,
    "profit": ProfitWatch,
    "margin": MarginWatch,
    "fill": FillWatch,
    "connection": LossWatch,
}
_log = logger("ibnb.alerts")


class AlertStream(Source):
    """One alert. Made by `ibnb.aio.alert`; awaited on its client's loop.

    Parameters
    ----------
    ib : IB
        A connected client.
    wish : Wish
        What it watches.
    where : str
        What it is connected to: ``"simulated"``, ``"paper"``, ``"LIVE"``; empty where that is not known.

    Attributes
    ----------
    number : int
        Its own among those of its client; 0 before it has begun.
    told : deque of Told
        What it has told, the latest `KEPT`.
    """

    def __init__(self, ib: IB, wish: Wish, where: str = "") -> None:
        super().__init__()
        self._ib, self.wish, self._where = ib, wish, where
        self.number = 0
        self.told: deque[Told] = deque(maxlen=KEPT)
        self._watch: Watch = _WATCHES[wish.family](ib, self)
        self._callback: Callback | None = None
        self._why_ended = ""
        self._closed = False
        self._count = self._waited = 0  # so many were told, and so many of them waited for
        self._news = asyncio.Event()

    # What it is -----------------------------------------------------------------------------------------------------

    @property
    def subjects(self) -> list[Subject]:
        """What it watches, one by one."""
        return list(self._watch.subjects)

    @property
    def state(self) -> State:
        """``"armed"``; ``"waiting"``: armed, and TWS sends nothing at present; ``"told"``; or ``"ended"``."""
        if self._why_ended:
            return "ended"
        if all(subject.is_over for subject in self.subjects):
            return "told"
        if self._lost or all(subject.reason for subject in self.subjects if not subject.is_over):
            return "waiting"
        levels = [level for subject in self.subjects for level in subject.levels]
        return "armed" if not levels or any(level.standing == "armed" for level in levels) else "told"

    @property
    def reason(self) -> str:
        """Why it has ended, or why nothing comes; empty where all is well."""
        if self._closed:
            return self._why_ended
        return self._lost or next((each.reason for each in self.subjects if each.reason and not each.is_over), "")

    @property
    def _lost(self) -> str:
        if self.wish.family == "connection" or self._ib.client.isReady():
            return ""
        health = health_of(self._ib)
        return "the connection to TWS is lost" if health is None else health.words()

    @property
    def is_done(self) -> bool:
        """Whether it tells nothing any more."""
        return self._closed

    def is_like(self, other: AlertStream) -> bool:
        """Return whether another watches the same for the same."""
        same = [(each.name, each.con_id, each.account) for each in self.subjects]
        return replace(self.wish, contracts=()) == replace(other.wish, contracts=()) and same == [
            (each.name, each.con_id, each.account) for each in other.subjects
        ]

    def title(self) -> str:
        """Return what it watches, in words: ``"AAPL at or above 200"``."""
        return " ".join(filter(None, (names_of(self.subjects), self.wish.words())))

    # What it does ---------------------------------------------------------------------------------------------------

    async def open(self, timeout: float) -> None:
        """Have TWS tell of what is watched.

        Raises
        ------
        BadInput, RequestError, NotConnected
            As the requests behind it; nothing is watched then.
        """
        try:
            await self._watch.open(Deadline(timeout))
        except BaseException:
            self._close()
            raise

    def begin(self, number: int, callback: Callback | None) -> None:
        """Tell from now on, first of what is so already."""
        self.number, self._callback = number, callback
        self._watch.begin()

    def cancel(self) -> None:
        """Watch no more. What it has told stays. May be repeated."""
        self.end("cancelled")

    def end(self, why: str) -> None:
        """Watch no more, for a reason; one that has told all stays as it is."""
        if not self._closed:
            self._why_ended = why
            self._close()
            self._news.set()
            self.wake(soon=True)

    def _close(self) -> None:
        self._closed = True
        self._watch.close()

    def figure(self, subject: Subject, value: float, change: float = float("nan")) -> None:
        """Take in the newest figure of a subject, and tell the levels that it has reached."""
        if self._closed:
            return
        for text, reached in subject.news(value, change):
            self._tell(subject, text, subject.con_id, reached)
        if all(each.is_over for each in self.subjects):
            self._close()
        self.wake()

    def news(self, subject: Subject, text: str, con_id: int = 0) -> None:
        """Tell something that is no figure."""
        if not self._closed:
            self._tell(subject, text, con_id or subject.con_id)

    def stirred(self) -> None:
        """Take in that a state has changed."""
        self.wake()

    def _tell(self, subject: Subject, text: str, con_id: int, value: float = float("nan")) -> None:
        told = Told(datetime.now(UTC), self.number, mask_text(text), subject.name, con_id, value)
        self.told.append(told)
        self._count += 1
        subject.told += 1
        timeline = timeline_of(self._ib)
        if timeline is not None:
            timeline.add("alert", told.text)
        tellings.tell(told.time, told.text, self._where)
        try:
            if self._callback is not None:
                self._callback(told)
        except Exception:
            _log.exception("the callback of an alert failed")
        self._news.set()
        self.wake()

    def listen(self, callback: Callable[[], object], every: float) -> Listener:
        """Have a function called when something of it has changed, at most every so many seconds."""
        listener = Listener(lambda _alerts: callback(), every)
        listener.listen(self)
        return listener

    async def wait(self) -> Told:
        """Return the first of its tellings that no wait has returned yet, as soon as there is one.

        Raises
        ------
        IBNBError
            If none will come: it has told all, has ended, or ends meanwhile.
        """
        while self._count == self._waited:
            if self._closed:
                why = self._why_ended or f"it has told all, last: {self.told[-1]}"
                raise IBNBError(f"This alert tells nothing more: {why.rstrip('.')}. Set a new one.")
            self._news.clear()
            await self._news.wait()
        behind = min(self._count - self._waited, len(self.told))
        self._waited = self._count - behind + 1
        return self.told[-behind]
