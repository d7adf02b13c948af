"""The way every request takes: start it, wait for the first of answer, error, lost connection and deadline, tidy up.

The client keeps what is pending in a table by request id, or by a plain name where TWS's request has no id; two
requests of one name would end each other. All that touches that table is in this module.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from math import inf
from typing import Any

from ibnb.errors import IBNBError, RequestDropped, RequestError
from ibnb.tws.client.health import gone
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.tap import TOO_FAST
from ibnb.tws.client.values import Contract
from ibnb.tws.codes.book import is_fatal, request_dropped, request_error, request_timeout

#: A complaint of too many messages may mean a request that was sent so many seconds ago, which the client may have held
#: back; where nothing has come of it so many seconds later, it was dropped.
_ON_ITS_WAY, _GRACE = 10.0, 5.0


@dataclass(frozen=True)
class Ask:
    """One request.

    Attributes
    ----------
    name : str
        TWS's name of it and its main arguments, for messages.
    send : callable
        Sends it, called without arguments.
    timeout : float
        Seconds until it is given up.
    req_id : int or None
        Its id, or None where TWS has none for it.
    key : str
        The client's name for it where it has no id.
    cancel : callable, optional
        Tells TWS that the answer is not wanted any more, called without arguments where the request did not finish.
    cause : str, optional
        The diagnosis of a request that is never finished.
    container : object, optional
        Where the client collects the rows; a list by default.
    contract : Contract, optional
        What it is about; the client keeps it for its own messages.
    unaddressed : frozenset of int
        Codes that, with the id -1, refuse this request.
    """

    name: str
    send: Callable[[], None]
    timeout: float
    req_id: int | None = None
    key: str = ""
    cancel: Callable[[], None] | None = None
    cause: str | None = None
    container: Any = None
    contract: Contract | None = None
    unaddressed: frozenset[int] = frozenset()


def forget_pending(ib: IB) -> None:
    """Drop what was asked of a client while it had no connection, which nothing will ever answer."""
    for pending in list(ib.wrapper._futures.values()):
        pending.cancel()
    ib.wrapper.reset()


def check_connected(ib: IB) -> None:
    """Raise `NotConnected` where a client has no connection that serves requests."""
    if not ib.client.isReady():
        raise gone(ib)


def request_id(ib: IB) -> int:
    """Return an id for a request.

    Raises
    ------
    NotConnected
        If there is no connection: the client gives ids only while there is one.
    """
    check_connected(ib)
    return int(ib.client.getReqId())


def managed_accounts(ib: IB) -> list[str]:
    """Return the accounts of the log-in.

    Raises
    ------
    NotConnected
        If there is no connection.
    """
    check_connected(ib)
    return list(ib.client.getAccounts())


async def send_and_wait(ib: IB, ask: Ask) -> Any:
    """Send a request and return its whole answer.

    Raises
    ------
    NotConnected
        If there is no connection, or it ends before the answer does.
    RequestError
        If TWS refuses.
    RequestDropped
        If TWS complains of too many messages, and of this request nothing comes. An order is never to be repeated
        for that.
    RequestTimeout
        If the answer is not complete in time.
    """
    check_connected(ib)
    try:
        async with asyncio.timeout(ask.timeout):
            if ask.req_id is not None:
                return await _serve(ib, ask, ask.req_id)
            async with _turn(ib, ask.key):
                return await _serve(ib, ask, ask.key)
    except TimeoutError:
        raise request_timeout(ask.name, ask.timeout, ask.cause) from None


#: Who is being served, for each request that has no id. Those who wait for their turn outlive a connection.
_TURNS: Slot[dict[str, asyncio.Lock]] = Slot("turns", "session", lambda _: {})
#: TWS counts by time, whatever connection a request came by.
_LAST_SENT: Slot[dict[str, float]] = Slot("when a request was last sent", "session", lambda _: {})


def turn_of(ib: IB, name: str) -> asyncio.Lock:
    """Return the lock of those who take turns in a request of this name."""
    return state_of(ib)[_TURNS].setdefault(name, asyncio.Lock())


def last_sent(ib: IB) -> dict[str, float]:
    """Return when requests were last sent that TWS takes only so often, by name, on the loop's clock."""
    return state_of(ib)[_LAST_SENT]


@asynccontextmanager
async def _turn(ib: IB, key: str) -> AsyncIterator[None]:
    """Wait until no request of this name is under way, ours or one made on the ``IB`` itself."""
    async with turn_of(ib, key):
        while (other := ib.wrapper._futures.get(key)) is not None and not other.done():
            await asyncio.wait({other})
        yield


@asynccontextmanager
async def spaced(ib: IB, name: str, seconds: float) -> AsyncIterator[None]:
    """Take turns in a request that TWS takes only once in so many seconds, and wait out what is left of them."""
    loop, sent = asyncio.get_running_loop(), last_sent(ib)
    async with turn_of(ib, f"spaced {name}"):
        await asyncio.sleep(max(0.0, sent.get(name, -inf) + seconds - loop.time()))
        sent[name] = loop.time()
        yield


async def _serve(ib: IB, ask: Ask, key: int | str) -> Any:
    watch = _Watch(ib, ask, key)
    finished = False
    try:
        watch.start()
        result = await watch.outcome
        finished = True
    except RequestDropped:
        raise  # most likely TWS has not taken it; if it has, it is to know
    except RequestError:
        finished = True  # TWS has ended it: there is nothing to cancel
        raise
    except IBNBError:
        raise
    except ConnectionError as error:
        raise gone(ib) from error
    finally:
        watch.stop()
        if not finished and ask.cancel is not None and ib.client.isReady():
            with suppress(ConnectionError):
                ask.cancel()
    return result


class _Watch:
    """Waits for the first of a request's possible ends."""

    def __init__(self, ib: IB, ask: Ask, key: int | str) -> None:
        self._ib, self._ask, self._key = ib, ask, key
        self._pending: asyncio.Future[Any] | None = None
        self._loop = asyncio.get_running_loop()
        self.outcome: asyncio.Future[Any] = self._loop.create_future()
        self._doubt: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._ib.errorEvent += self._on_error
        self._ib.disconnectedEvent += self._on_lost
        self._register(self._ask.container)
        self._sent = self._loop.time()
        self._ask.send()

    def stop(self) -> None:
        """Stop listening, and take the request out of the client's table."""
        self._ib.errorEvent -= self._on_error
        self._ib.disconnectedEvent -= self._on_lost
        if self._doubt is not None:
            self._doubt.cancel()
        wrapper = self._ib.wrapper
        if wrapper._futures.get(self._key) in (None, self._pending):
            wrapper._futures.pop(self._key, None)
            wrapper._results.pop(self._key, None)
            wrapper._reqId2Contract.pop(self._key, None)
        self.outcome.cancel()

    def _register(self, container: object) -> None:
        self._pending = self._ib.wrapper.startReq(self._key, self._ask.contract, container)
        self._pending.add_done_callback(self._on_done)

    def _on_done(self, pending: asyncio.Future[Any]) -> None:
        if pending.cancelled():
            return
        error = pending.exception()  # asked for in any case, so that asyncio does not report it as unheard
        if pending is not self._pending or self.outcome.done():
            return
        if error is None:
            self.outcome.set_result(pending.result())
        elif hasattr(error, "code") and hasattr(error, "message"):  # the client's own RequestError
            self.outcome.set_exception(self._refused(error.code, error.message))
        else:
            self.outcome.set_exception(error)

    def _on_error(self, req_id: int, code: int, text: str, _contract: object) -> None:
        if self.outcome.done():
            return
        nobodys = req_id < 1  # -1 as a rule, but 0 was seen; a request's own is never below 1
        if nobodys and code in self._ask.unaddressed:
            self.outcome.set_exception(self._refused(code, text))
        elif nobodys and code == TOO_FAST:
            self._may_be_dropped(text)
        elif self._ask.req_id is None or req_id != self._ask.req_id:
            return
        elif is_fatal(code, text):
            self.outcome.set_exception(self._refused(code, text))
        elif self._pending is not None and self._pending.done():
            # the client took a remark for the end of the request: wait on, with the rows so far
            failed = self._pending.cancelled() or self._pending.exception() is not None
            self._register(None if failed else self._pending.result())

    def _may_be_dropped(self, text: str) -> None:
        if self._doubt is None and self._loop.time() - self._sent < _ON_ITS_WAY:
            self._doubt = self._loop.call_later(_GRACE, self._give_up, text)

    def _give_up(self, text: str) -> None:
        if not self.outcome.done() and not self._ib.wrapper._results.get(self._key):
            self.outcome.set_exception(request_dropped(text, self._ask.name))

    def _on_lost(self) -> None:
        if not self.outcome.done():
            self.outcome.set_exception(gone(self._ib))

    def _refused(self, code: int, text: str) -> RequestError:
        return request_error(code, text, self._ask.name)
