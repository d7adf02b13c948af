"""Profit and loss as TWS tells it, of accounts (reqPnL) and single positions (reqPnLSingle): each asked for once.

TWS has no request for many positions at a time and takes 50 messages a second, so a client has one feed for all who
want to know: what was asked for stays subscribed as long as somebody holds it, and is read at once from then on.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import suppress
from functools import partial
from math import ceil, inf

from ibnb.errors import NotConnected
from ibnb.ground.masking import mask_text
from ibnb.live.profit.values import read
from ibnb.tables.account.profit import Key, Profit
from ibnb.tws.ask.calls.call import request_id
from ibnb.tws.client.filter import filter_of, needed_filter
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.codes.book import is_fatal
from ibnb.tws.subscriptions.listener import Source
from ibnb.tws.subscriptions.stream import State, Stream
from ibnb.wire.ids import Response

#: So many requests are sent at once, and the next so many seconds after TWS has answered them: 40 a second at most,
#: which leaves room for others' requests. Answers are waited for because a TWS that was busy for a moment counts all
#: that came meanwhile, and all that comes in the second after, as one flood.
_AT_ONCE, _PAUSE = 20, 0.5
#: About so many seconds a TWS takes to begin to answer, and to answer as many as are sent at once.
_ROUND_TRIP, _ANSWERS = 0.5, 0.05
#: TWS dropped messages because there were too many in a second; it does not say which.
_TOO_MANY = 100
#: So often dropped messages are sent again.
_TIMES = 3
#: Seconds that TWS has for a first answer, after the last request was sent. Some positions never get one.
PATIENCE = 3.0
_KINDS = {int(Response.PNL), int(Response.PNL_SINGLE)}


def seconds_for(count: int) -> float:
    """Return how long it takes to ask for so many figures and to be told them.

    Examples
    --------
    >>> round(seconds_for(500)), round(seconds_for(10_000))
    (14, 276)
    """
    return _ROUND_TRIP + ceil(count / _AT_ONCE) * (_PAUSE + _ANSWERS)


def possible_in(seconds: float) -> int:
    """Return for how many figures so many seconds are enough."""
    return max(0, int((seconds - _ROUND_TRIP) / (_PAUSE + _ANSWERS))) * _AT_ONCE


class ProfitFeed(Stream, Source):
    """All profit and loss of one client; see `profit_of`.

    Attributes
    ----------
    latest : dict of Key to Profit
        What TWS said last.
    refused : dict of Key to str
        What it refused, and why.
    """

    def __init__(self, ib: IB) -> None:
        Stream.__init__(self, ib, "reqPnL")
        Source.__init__(self)
        self.latest: dict[Key, Profit] = {}
        self.refused: dict[Key, str] = {}
        self._holders: Counter[Key] = Counter()
        self._kept: set[Key] = set()
        self._keys: dict[int, Key] = {}  # by request id
        self._asked: dict[Key, float] = {}  # when, on the loop's clock
        self._waiting: set[Key] = set()  # those that were not answered yet
        self._turn = asyncio.Lock()
        self._cancels: list[tuple[Key, int]] = []  # what TWS has still to be told of
        self._cancelling: asyncio.Task[None] | None = None

    async def hold(self, keys: Collection[Key]) -> None:
        """Have these subscribed from now on, and return when TWS has answered for all, or has had its time.

        Each `hold` wants a `release`.

        Raises
        ------
        NotConnected
            If the connection is lost.
        """
        self._holders.update(keys)
        try:
            await self._told(keys)
        except BaseException:
            self.release(keys)
            raise

    async def keep(self, keys: Collection[Key], instead_of: Iterable[Key] = (), seconds: float = inf) -> None:
        """Have these subscribed until the session ends, in place of others that were kept.

        Parameters
        ----------
        keys : collection of Key
            What to keep, the most wanted first.
        instead_of : iterable of Key
            What is let go of where it is not among them.
        seconds : float
            It returns after so many at the latest. What could not be sent until then is let go of; what was sent stays,
            and is read at once by the next.
        """
        gone = self._kept & set(instead_of) - set(keys)
        self._kept -= gone
        self.release(gone)
        new = set(keys) - self._kept
        self._kept |= new
        self._holders.update(new)
        try:
            async with asyncio.timeout(None if seconds == inf else seconds):
                await self._told(keys)
        except TimeoutError:
            unsent = {key for key in new if key not in self._asked}
            self._kept -= unsent
            self.release(unsent)
        except BaseException:
            self._kept -= new
            self.release(new)
            raise

    def lacking(self, keys: Iterable[Key]) -> list[Key]:
        """Return those of which TWS has neither told nor refused anything yet."""
        return [key for key in keys if key not in self.latest and key not in self.refused]

    def kept(self, account: str) -> set[Key]:
        """Return the positions of an account that are kept."""
        return {key for key in self._kept if key.account == account and key.con_id}

    def release(self, keys: Iterable[Key]) -> None:
        """Let go of what was held; what nobody holds any more ends."""
        for key in keys:
            self._holders[key] -= 1
            if self._holders[key] <= 0:
                del self._holders[key]
        self._drop([req_id for req_id, key in self._keys.items() if key not in self._holders])

    async def news(self) -> None:
        """Wait until something has come, or the state has changed."""
        self._news.clear()
        await self._news.wait()

    async def _told(self, keys: Collection[Key]) -> None:
        """Ask for what was not asked for, and wait for the answers; what TWS dropped is asked for again."""
        for _ in range(_TIMES):
            await self._ask(keys)
            await self._answered(keys)
            if all(key in self._asked for key in keys):
                return

    async def _ask(self, keys: Iterable[Key]) -> None:
        """Send the requests that were not sent yet, so many a second."""
        async with self._turn:
            lacking = [key for key in dict.fromkeys(keys) if key not in self._asked and key in self._holders]
            answering = True  # where TWS has let requests pass without an answer, the others do not wait for theirs
            for place in range(0, len(lacking), _AT_ONCE):
                some = lacking[place : place + _AT_ONCE]
                if place:
                    if answering:
                        answering = await self._answered(lacking[place - _AT_ONCE : place])
                    await asyncio.sleep(_PAUSE)
                if not self._ib.client.isReady():
                    raise NotConnected("The connection to TWS was lost. Connect again with ibnb.connect().")
                for key in some:
                    if key in self._holders:  # else let go of meanwhile
                        self._send(key)

    async def _answered(self, keys: Collection[Key]) -> bool:
        """Wait until TWS has answered for all, or the last of them has had its time; return whether it has answered."""
        loop = asyncio.get_running_loop()
        while waiting := self._waiting.intersection(keys):
            left = max(self._asked[key] for key in waiting) + PATIENCE - loop.time()
            if left <= 0 or self.state in ("lost", "stopped"):
                return False
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self.news()
        return True

    def _send(self, key: Key) -> None:
        client, req_id = self._ib.client, request_id(self._ib)
        self._keys[req_id] = key
        self._asked[key] = asyncio.get_running_loop().time()
        self._waiting.add(key)
        needed_filter(self._ib).claim(req_id, _KINDS, self._take)
        if key.con_id:
            client.reqPnLSingle(req_id, key.account, "", key.con_id)
        else:
            client.reqPnL(req_id, key.account, "")

    def _take(self, _kind: int, payload: bytes) -> None:
        told = read(self._ib.client.serverVersion(), payload)
        key = None if told is None else self._keys.get(told[0])
        if told is None or key is None:
            return
        self.latest[key] = told[1]
        self._waiting.discard(key)
        self._news.set()
        self.wake()

    async def _subscribe(self) -> None:
        needed_filter(self._ib)
        self._set("live")
        await self._ask(list(self._holders))

    def _unsubscribe(self) -> None:
        self._drop(list(self._keys))

    def _drop(self, req_ids: list[int]) -> None:
        """Take no more of what these bring, forget what they brought, and tell TWS, so many a second."""
        filter = filter_of(self._ib)
        for req_id in req_ids:
            if filter is not None:
                filter.release(req_id)
            key = self._keys.pop(req_id)
            self._asked.pop(key, None)
            self._waiting.discard(key)
            self.refused.pop(key, None)
            if key not in self._holders:
                self.latest.pop(key, None)
            self._cancels.append((key, req_id))
        if not self._ib.client.isReady():
            self._cancels.clear()  # with the connection all of them have ended
        elif self._cancels and self._cancelling is None:
            self._cancelling = asyncio.ensure_future(self._cancel())

    async def _cancel(self) -> None:
        client = self._ib.client
        while self._cancels and client.isReady():
            some, self._cancels = self._cancels[:_AT_ONCE], self._cancels[_AT_ONCE:]
            for key, req_id in some:
                self._tell_tws(partial(client.cancelPnLSingle if key.con_id else client.cancelPnL, req_id))
            if self._cancels:
                await asyncio.sleep(_PAUSE)
        self._cancelling = None

    def _set(self, state: State, reason: str = "") -> None:
        super()._set(state, reason)
        self.wake()

    def _owns(self, _req_id: int) -> bool:
        return False  # a refusal is one key's; the others go on

    def _on_error(self, req_id: int, code: int, text: str, contract: object) -> None:
        key = self._keys.get(req_id)
        if code == _TOO_MANY:
            self._ask_again()
        elif key is None:
            super()._on_error(req_id, code, text, contract)
        elif is_fatal(code, text):
            self.refused[key] = mask_text(f"TWS answered {code}: {text}")
            self._waiting.discard(key)
            self.latest.pop(key, None)
            self._news.set()
            self.wake()

    def _ask_again(self) -> None:
        """Forget the requests that were not answered yet: they may be among those that TWS dropped."""
        filter = needed_filter(self._ib)
        for req_id, key in list(self._keys.items()):
            if key in self._waiting:
                filter.release(req_id)
                self._cancels.append((key, req_id))  # told before the next end, in case TWS took it after all
                del self._keys[req_id], self._asked[key]
        self._waiting.clear()
        self._news.set()


#: The feed in use; after a loss it subscribes again by itself.
_FEED: Slot[ProfitFeed | None] = Slot("profit and loss", "session", lambda _: None)


async def profit_of(ib: IB) -> ProfitFeed:
    """Return the feed of an ``IB``, opened by the first call.

    Raises
    ------
    IBNBError
        If the client is none whose wire we can read.
    """
    state = state_of(ib)
    feed = state[_FEED]
    if feed is None or feed.state in ("lost", "stopped"):
        feed = state[_FEED] = ProfitFeed(ib)
        await feed.open()
    return feed
