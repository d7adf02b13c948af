"""Profit and loss as people hold it: a table read at once, or an object whose table stays current."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ibnb.errors import IBNBError, NotConnected
from ibnb.live.profit.sight import Sight, sight_of
from ibnb.live.streams.handle import Handle
from ibnb.tables.account.profit import Key
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.ib import IB
from ibnb.tws.identity import masked
from ibnb.tws.subscriptions.listener import Listener
from ibnb.tws.subscriptions.stream import State
from ibnb.tws.subscriptions.updates import Updates

if TYPE_CHECKING:
    import pandas as pd


async def pnl(ib: IB, account: str | None = None, positions: bool = False, *, timeout: float = 10) -> pd.DataFrame:
    """Return profit and loss of an account or of all (reqPnL, reqPnLSingle).

    The first call subscribes; later ones read what TWS has said last.
    """
    deadline = Deadline(timeout)
    sight = await sight_of(ib, account, positions, timeout=timeout)
    names, feed = sight.accounts, sight.feed
    # what was sold meanwhile is not looked at any more
    gone = {key for name in names for key in feed.kept(name)} if positions else set()
    await feed.keep(sight.keys(), instead_of=gone, seconds=deadline.left)
    return sight.frame()


async def watch_pnl(ib: IB, account: str | None = None, positions: bool = False, *, timeout: float = 10) -> PnLStream:
    """Return profit and loss that stays current (reqPnL, reqPnLSingle).

    Parameters
    ----------
    ib : IB
        A connected client.
    account : str
        One of the log-in's accounts; without it all of them, and a row of them together where there are several.
    positions : bool
        Also each position, those opened later too.
    timeout : float
        Seconds.

    Returns
    -------
    PnLStream
        With ``frame``, ``await wait(n)``, ``on_update`` and ``stop()``.
    """
    deadline = Deadline(timeout)
    stream = PnLStream(ib, await sight_of(ib, account, positions, timeout=timeout), positions)
    await stream.open(deadline.left)
    return stream


class PnLStream(Updates):
    """Profit and loss on the loop of its client. Made by `ibnb.aio.watch_pnl`."""

    def __init__(self, ib: IB, sight: Sight, positions: bool) -> None:
        self._ib, self._sight, self._positions = ib, sight, positions
        self._held: set[Key] = set()
        self._listeners: list[Listener] = []
        self._more: dict[asyncio.Task[None], set[Key]] = {}  # what is being asked for, and lets go of it by itself
        self._stopped = False

    @property
    def frame(self) -> pd.DataFrame:
        """The table as it stands (``ibnb.schema("pnl")``). From any thread."""
        return self._sight.frame()

    @property
    def state(self) -> State:
        """``"live"``; ``"stale"`` where TWS sends nothing at present; ``"lost"``; or ``"stopped"``."""
        return "stopped" if self._stopped else self._sight.feed.state

    @property
    def reason(self) -> str:
        """Why it is not live."""
        return "stopped" if self._stopped else self._sight.feed.reason

    @property
    def market_closed(self) -> bool:
        """Whether none is due: that is not known of accounts, whose positions trade anywhere."""
        return False

    def words(self) -> list[str]:
        """Return what it is, in words."""
        count = len(self._sight.keys()) - len(self._sight.accounts)
        held = f", {count} position{'' if count == 1 else 's'}" if self._positions else ""
        return ["profit and loss", f"{masked(self._sight.accounts)}{held}"]

    async def open(self, seconds: float) -> None:
        """Subscribe, and return when TWS has told everything, or has had its time.

        What cannot be asked for in so many seconds is asked for afterwards.
        """
        task = self._hold(self._sight.keys())
        try:
            await asyncio.wait({task}, timeout=seconds)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if task.done():
            task.result()
        if self._positions:
            self._ib.positionEvent += self._on_position

    async def wait(self, n: int = 1) -> None:
        """Return when TWS has told `n` more figures' news.

        Raises
        ------
        NotConnected
            If the connection is lost for good before.
        IBNBError
            If it is stopped.
        """
        feed, told, since = self._sight.feed, 0, datetime.now(UTC)
        while told < n:
            if self.state == "lost":
                raise NotConnected(f"No more will come: {self.reason}. Connect again with ibnb.connect().")
            if self.state == "stopped":
                raise IBNBError("No more will come: it was stopped. Call watch_pnl again.")
            await feed.news()
            told, since = told + len(self._since(since)), datetime.now(UTC)

    def listen(self, callback: Callable[[list[Any]], object], every: float) -> Listener:
        """Call back with the keys of what TWS has told anew, at most every so many seconds; also when it ends."""
        since, stands = datetime.now(UTC), (self.state, self.reason)

        def call(_changed: list[Any]) -> None:
            nonlocal since, stands
            changed, before = self._since(since), stands
            since, stands = datetime.now(UTC), (self.state, self.reason)
            if self._stopped:
                listener.stop()
            if changed or stands != before:  # the feed has others' figures too
                callback(changed)

        listener = Listener(call, every)
        listener.listen(self._sight.feed)
        self._listeners.append(listener)
        return listener

    def stop(self) -> None:
        """End it; what nobody else looks at is unsubscribed. The table stays. May be repeated."""
        if self._stopped:
            return
        last = self._sight.frame()
        self._stopped = True
        self._sight.freeze(last)
        self._ib.positionEvent -= self._on_position
        for task, keys in self._more.items():
            task.cancel()
            self._held -= keys
        for listener in self._listeners:
            listener.heard(self._sight.feed, soon=True)
        self._sight.feed.release(self._held)
        self._held = set()

    def _since(self, moment: datetime) -> list[Key]:
        latest = self._sight.feed.latest
        return [key for key in self._held if key in latest and (latest[key].time or moment) > moment]

    def _on_position(self, position: object) -> None:
        new = self._sight.hold([position]) - self._held
        if new:
            self._hold(new)

    def _hold(self, keys: Collection[Key]) -> asyncio.Task[None]:
        self._held |= set(keys)
        task = asyncio.ensure_future(self._sight.feed.hold(keys))
        self._more[task] = set(keys)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        keys = self._more.pop(task, set())
        if task.cancelled() or task.exception() is not None:
            self._held -= keys  # the connection was lost before they were asked for: it has let go of them


class LivePnL(Handle):
    """Profit and loss that stays current. Made by ``tws.watch_pnl``; a context manager.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     with tws.watch_pnl(positions=True) as profit:
    ...         frame = profit.wait(timeout=10)
    >>> bool(frame["daily_pnl"].notna().any())
    True
    """

    def shown(self) -> pd.DataFrame:
        """Return what is shown in a cell: the figures alone, accounts masked."""
        from ibnb.ground.masking import mask_account
        from ibnb.tables.account.pnl import ALL

        frame = self.frame
        names = [name if name == ALL else mask_account(name) for name in frame["account"]]
        columns = ["symbol", "currency", "position", "daily_pnl", "unrealized_pnl", "realized_pnl"]
        return frame[columns].set_axis(names, axis="index").rename_axis("account").round(2)
