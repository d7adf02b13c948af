"""Keeping a session alive: it notices a loss, connects again under the same client id, and has all brought up to date.

What only waits (a farm that flaps, an uplink that is away) is written down and left alone: TWS mends that by itself.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from ibnb.errors import ConnectError, NotConnected, ReadOnly
from ibnb.ground.logs import logger
from ibnb.ground.progress import span
from ibnb.tws.ask.account import FOLLOWED
from ibnb.tws.ask.calls.call import forget_pending
from ibnb.tws.client.back_off import CONNECT, pause
from ibnb.tws.client.health import Health, put_health
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import state_of
from ibnb.tws.client.tap import UPLINK_BACK, UPLINK_LOST, Notice
from ibnb.tws.codes.farms import CODES, Farms
from ibnb.tws.identity import masked
from ibnb.tws.keeping.aftermath import Aftermath
from ibnb.tws.keeping.pulse import Pulse
from ibnb.tws.keeping.timeline import Timeline, put_timeline
from ibnb.tws.start.api import disconnect, start_api
from ibnb.tws.start.first_look import first_look
from ibnb.tws.start.terms import Terms
from ibnb.tws.start.uplink import new_port
from ibnb.tws.subscriptions.stream import streams_of
from ibnb.tws.texts import clean

#: So many failed attempts of one cause pass between two that are written down.
_TOLD = 20
_log = logger("ibnb.session")
_PORT_CHANGED = 1300


class Keeper:
    """Watches one client and mends its connection, on its loop, until it is stopped.

    Parameters
    ----------
    ib : IB
        The client, connected.
    terms : Terms
        How it was connected.
    timeline : Timeline
        Where everything is written down.
    notices : sequence of Notice
        What TWS has said while the session was opened.

    Attributes
    ----------
    terms : Terms
        As they are now: TWS's port may have been changed.
    health : Health
        For those who wait for the connection.
    """

    def __init__(self, ib: IB, terms: Terms, timeline: Timeline, notices: Sequence[Notice] = ()) -> None:
        self._ib, self.terms, self._timeline = ib, terms, timeline
        self.health = Health()
        put_health(ib, self.health)
        put_timeline(ib, timeline)
        self._dropped = ""  # why TWS's side ended the connection; "" where this side did
        self._mending: asyncio.Task[None] | None = None
        self._aftermath = Aftermath(ib, timeline, terms.client_id, terms.timeout)
        self._farms = Farms(notices)
        last = next((each.code for each in reversed(notices) if each.code in (*UPLINK_LOST, *UPLINK_BACK)), None)
        self.health.uplink_lost = datetime.now(UTC) if last in UPLINK_LOST else None
        conn, handler = ib.client.conn, ib.client._onSocketDisconnected
        conn.disconnected -= handler  # the books are looked at before the client throws them away
        conn.disconnected += self._before_loss
        conn.disconnected += handler
        ib.disconnectedEvent += self._on_lost
        ib.errorEvent += self._on_error
        self._pulse = Pulse(ib, timeline, self._give_up)
        timeline.add("connected", f"Connected to {terms.endpoint}, client id {terms.client_id}.")

    def stop(self) -> None:
        """Stop watching and mending, and end all streams: the session is being closed. May be repeated."""
        if self.health.mending:
            for stream in list(streams_of(self._ib)):
                stream.stop()
            self._end("The session is closed")
            self._timeline.add("closed", "The session was closed.")

    def _end(self, why: str) -> None:
        """Mend no more, and wake up who waits."""
        ib = self._ib
        self.health.end(why)
        ib.client.conn.disconnected -= self._before_loss
        ib.disconnectedEvent -= self._on_lost
        ib.errorEvent -= self._on_error
        self._pulse.stop()
        self._aftermath.stop()
        if self._mending is not None and self._mending is not asyncio.current_task():
            self._mending.cancel()

    def _give_up(self, why: str) -> None:
        """End a connection that is dead though nobody has said so."""
        self._dropped = why
        transport = self._ib.client.conn.transport
        if transport is not None:
            transport.abort()

    def _before_loss(self, text: str) -> None:
        """Look at the books, while the client still has them."""
        if self._ib.client.isReady() and self._mending is None:
            self._dropped = self._dropped or (f"TWS ended the connection ({text})" if text else "TWS hung up")
            self._aftermath.remember()

    def _on_lost(self) -> None:
        if self._mending is not None:
            return  # while it is being mended it may be lost again
        self._aftermath.stop()
        if not self._dropped:  # somebody has called ib.disconnect()
            self._end("The session was disconnected by hand")
            self._timeline.add("closed", "The session was disconnected by hand.")
            return
        why, self._dropped = self._dropped, ""
        self.health.lose(why)
        self.health.uplink_lost = None
        self._timeline.add("lost", f"{why}.")
        self._mending = asyncio.ensure_future(self._mend())

    async def _mend(self) -> None:
        """Try until the connection stands, however long it takes."""
        last, alike = "", 0
        for attempt in itertools.count():
            await asyncio.sleep(pause(CONNECT, attempt))
            try:
                if await self._connect():
                    break
            except Exception as error:  # whatever it is, the next attempt follows
                why, cause = _reason(error)
                self.health.lose(why.rstrip("."))
                alike = alike + 1 if cause == last else 0
                if alike % _TOLD == 0:
                    self._timeline.add("attempt-failed", f"Attempt {attempt + 1}: {why} [{cause}]")
                last = cause
        self._mending = None

    async def _connect(self) -> bool:
        """Connect again, under the same id; return whether there is nothing more to mend.

        Raises
        ------
        ConnectError, NotConnected
            If it did not succeed.
        """
        ib, terms = self._ib, self.terms
        forget_pending(ib)
        started = await start_api(terms.backend, terms.endpoint, terms.address, terms.client_id, terms.timeout, ib=ib)
        try:
            accounts = tuple(ib.client.getAccounts())
            if set(accounts) != set(terms.accounts):
                await self._refuse(accounts)
                return True
            if terms.client_id == 0:
                with suppress(ReadOnly):
                    ib.reqAutoOpenOrders(True)
            account = self._account()
            answers = await first_look(ib, started.tap, account, terms.timeout)
        finally:
            started.tap.close()
        if not ib.client.isReady():
            raise NotConnected("the connection was lost again at once")
        seconds = self.health.seconds()
        self.health.regain()
        self._timeline.add(
            "connected-again",
            f"Connected to {terms.endpoint} again, client id {terms.client_id}, after {span(seconds)}.",
            seconds=seconds,
        )
        ib.connectedEvent.emit()  # on which the streams subscribe again
        self._aftermath.begin(account, looked=all(answer.settled for answer in answers))
        return True

    def _account(self) -> str:
        """Return the account whose updates are to be subscribed; "" for none."""
        return state_of(self._ib)[FOLLOWED] or self.terms.account

    async def _refuse(self, accounts: tuple[str, ...]) -> None:
        """End the session: its orders and its safety are for the accounts it was opened with."""
        was, now = masked(self.terms.accounts), masked(accounts)
        why = f"TWS came back logged in with other accounts ({now} instead of {was}); this session is over"
        self._end(why)
        self._timeline.add("log-in-changed", f"{why}.")
        for stream in list(streams_of(self._ib)):
            stream.give_up(why)
        await disconnect(self._ib)

    def _on_error(self, req_id: int, code: int, text: str, _contract: object) -> None:
        if code in UPLINK_LOST:
            self._aftermath.remember()
            if self.health.uplink_lost is None:
                self.health.uplink_lost = datetime.now(UTC)
                self._timeline.add("uplink-lost", clean(text), code=code)
        elif code in UPLINK_BACK:
            lost, self.health.uplink_lost = self.health.uplink_lost, None
            seconds = (datetime.now(UTC) - lost).total_seconds() if lost else None
            self._timeline.add("uplink-restored", clean(text), code=code, seconds=seconds)
            if self._mending is None:
                self._aftermath.begin(self._account(), looked=False)
        elif code == _PORT_CHANGED and (port := new_port(text)) is not None:
            self.terms = replace(self.terms, endpoint=replace(self.terms.endpoint, port=port))
            self._dropped = clean(text).rstrip(".")
        if code in CODES or code in UPLINK_BACK:
            self._on_farms(Notice(req_id, code, text, time.monotonic()))

    def _on_farms(self, notice: Notice) -> None:
        """Write down that farms broke, and that they are back."""
        changed = self._farms.take(notice)
        for fine, kind in ((True, "farm-restored"), (False, "farm-broken")):
            farms = [state.farm for state in changed if state.fine is fine]
            if farms:
                named = "" if notice.code in CODES else f"{', '.join(farms)}: "
                self._timeline.add(kind, f"{named}{clean(notice.text)}", code=notice.code)


def _reason(error: Exception) -> tuple[str, str]:
    """Return why an attempt failed, in a sentence, and the id of the diagnosis."""
    if isinstance(error, ConnectError):
        return error.summary, error.cause
    if isinstance(error, NotConnected):
        return str(error), "start-closed"
    _log.error("an attempt to connect again broke", exc_info=error)
    return f"{type(error).__name__}: {error}", "crashed"
