"""After a loss that is over: subscriptions are made again, books asked for again and compared with what they were."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ibnb.errors import IBNBError, NotConnected, RequestError
from ibnb.ground.logs import logger
from ibnb.tws import ask
from ibnb.tws.client.back_off import SERVE
from ibnb.tws.client.ib import IB
from ibnb.tws.client.tap import Tap
from ibnb.tws.client.values import Fill
from ibnb.tws.keeping.books import Books, books_of, changes, orders_of
from ibnb.tws.keeping.timeline import Timeline
from ibnb.tws.start.first_look import first_look
from ibnb.tws.subscriptions.stream import streams_of

_log = logger("ibnb.session")
#: Seconds between two looks at streams that are not live yet.
_LOOK = 0.05
#: A fill counts as new where its time is no longer than this before the loss: clocks are told in whole seconds.
_ROUNDING = timedelta(seconds=2)


class Aftermath:
    """Brings a client up to date after a loss, in a task of its own.

    Parameters
    ----------
    ib : IB
        The client.
    timeline : Timeline
        Where everything is written down.
    client_id : int
        Its id: only its own orders are looked for among those that are new.
    timeout : float
        Seconds for each request.
    """

    def __init__(self, ib: IB, timeline: Timeline, client_id: int, timeout: float) -> None:
        self._ib, self._timeline, self._client_id, self._timeout = ib, timeline, client_id, timeout
        self._before: Books | None = None
        self._since = datetime.now(UTC)
        self._task: asyncio.Task[None] | None = None

    def remember(self) -> None:
        """Take the books down as they stand before a loss, unless an earlier loss is still to be compared."""
        if self._before is None:
            self._before, self._since = books_of(self._ib), datetime.now(UTC)

    def begin(self, account: str, *, looked: bool) -> None:
        """Bring all up to date, in the background.

        Parameters
        ----------
        account : str
            Whose updates are subscribed; "" for none.
        looked : bool
            Whether positions, orders and account have been asked for again already.
        """
        self.stop()
        self._task = asyncio.ensure_future(self._follow(account, looked))

    def stop(self) -> None:
        """End what is under way; the next `begin` compares with the same books."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _follow(self, account: str, looked: bool) -> None:
        try:
            await self._streams()
            problems: list[str] = []
            for seconds in SERVE:  # it may not answer all of it yet
                await asyncio.sleep(seconds)
                problems = [] if looked else await self._look(account)
                looked = False
                if not problems:
                    await self._compare()
                    return
            self._timeline.add("not-reconciled", f"TWS does not answer: {'; '.join(problems)}.")
        except NotConnected:
            return  # lost again: the keeper begins anew when that is over
        except Exception as error:
            _log.exception("comparing the books broke")
            self._timeline.add("not-reconciled", f"Comparing broke: {type(error).__name__}.")

    async def _streams(self) -> None:
        """Wait for the streams, which see to themselves, and say how that went."""
        waiting = streams = list(streams_of(self._ib))
        for _ in range(round(self._timeout / _LOOK)):
            waiting = [stream for stream in streams if stream.state == "stale"]
            if not waiting:
                break
            await asyncio.sleep(_LOOK)
        for stream in waiting:
            self._timeline.add("not-subscribed-again", f"{stream.name}: {stream.reason}.")
        if live := sum(1 for stream in streams if stream.state == "live"):
            self._timeline.add("subscribed-again", f"{live} of {len(streams)} subscriptions are live again.")

    async def _look(self, account: str) -> list[str]:
        """Ask for positions, orders and account again; return what was not answered, in words."""
        tap = Tap(self._ib)
        try:
            answers = await first_look(self._ib, tap, account, self._timeout)
        finally:
            tap.close()
        return [answer.evidence() for answer in answers if not answer.settled]

    async def _compare(self) -> None:
        before = self._before or Books()
        refused: list[str] = []
        fills: list[Fill] = []
        everybodys = ""
        after = books_of(self._ib)
        try:
            found = await ask.open_orders(self._ib, timeout=self._timeout)
        except NotConnected:
            raise
        except IBNBError as error:
            refused.append(_reason(error))
            after = replace(after, orders=before.orders)
        else:
            ours = {trade.order.permId for trade in found if trade.order.clientId == self._client_id}
            orders = {key: each for key, each in orders_of(found).items() if key in ours or key in before.orders}
            after = replace(after, orders=orders)
            everybodys = f" (of all clients {len(found)})"
        try:
            fills = await ask.executions(self._ib, timeout=self._timeout)
        except NotConnected:
            raise
        except IBNBError as error:
            refused.append(_reason(error))
        found_changes = changes(before, after, fills, self._since + await self._ahead() - _ROUNDING)
        for change in found_changes:
            self._timeline.add(change.kind, change.text)
        own = f"{len(after.orders)} open orders of this client{everybodys}"
        counts = f"{len(after.positions)} positions, {own}, {len(after.cash)} cash balances"
        words = f"{len(found_changes)} changes" if found_changes else "nothing changed"
        if refused:
            self._timeline.add("not-reconciled", f"{counts}: {words}, but not all was answered: {'; '.join(refused)}.")
        else:
            self._timeline.add("reconciled", f"{counts}: {words}.")
        self._before = None

    async def _ahead(self) -> timedelta:
        """Return by how much TWS's clock, by which fills are dated, is ahead of ours."""
        try:
            return await ask.current_time(self._ib, timeout=self._timeout) - datetime.now(UTC)
        except NotConnected:
            raise
        except IBNBError:
            return timedelta()


def _reason(error: IBNBError) -> str:
    """Return the first line of an error: what was asked, and what came."""
    return error.request if isinstance(error, RequestError) and not str(error) else str(error).splitlines()[0]
