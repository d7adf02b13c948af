"""Starting the API: from a socket that answers to a client that is ready, or the reason why not.

The client waits out its whole timeout for every kind of failure and drops the error frames that tell them apart.
Here a tap listens beside it, and the wait ends as soon as the outcome is certain.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ibnb.errors import ConnectError
from ibnb.tws.client.backend import Backend
from ibnb.tws.client.ib import IB
from ibnb.tws.client.tap import Tap
from ibnb.tws.codes.book import entry_of
from ibnb.tws.codes.causes import connect_error, describe
from ibnb.tws.reach.endpoints import Endpoint
from ibnb.tws.start.uplink import quote, uplink_finding

#: Where TWS says that something is not there yet, it gets so large a part of the time to say otherwise.
_GRACE = 0.25
#: Error frames that end the start of the API by themselves.
_CLIENT_ID_IN_USE = 326
_TOO_OLD = (503, 505, 506)
#: The client gets so many seconds more than we take, so that it is always us who end the wait.
_CLIENT_EXTRA = 60
#: How long a connection that is being refused may take to be closed by us.
_CLOSING = 1.0


@dataclass
class Started:
    """A client that is ready, and the tap that has listened since before its first byte.

    Attributes
    ----------
    accounts : tuple of str
        Those of the log-in as the client knows them, which every request is checked by. Where TWS lists others later,
        the tap alone hears of it.
    """

    ib: IB
    tap: Tap
    endpoint: Endpoint
    client_id: int
    accounts: tuple[str, ...]


async def start_api(
    backend: Backend, endpoint: Endpoint, address: str, client_id: int, timeout: float, *, ib: IB | None = None
) -> Started:
    """Connect a client and start the API.

    Parameters
    ----------
    backend : Backend
        The client library.
    endpoint : Endpoint
        Where a probe has found a TWS.
    address : str
        The numeric address that answered the probe: a name may have several.
    client_id : int
        The id to take.
    timeout : float
        Seconds until TWS must have named accounts and an order id.
    ib : IB, optional
        A client that was connected before, to be connected again; a new one by default.

    Raises
    ------
    ConnectError
        With one of the causes ``client-id-in-use``, ``start-closed``, ``start-silent``, ``no-accounts``,
        ``no-uplink``, ``handshake-error``, or those of the handshake where TWS changed its mind since the probe.
    """
    ib = ib if ib is not None else backend.new_ib()
    ib.wrapper.clientId = client_id
    start = _Start(ib, endpoint, client_id, timeout)
    connecting = ib.client.connectAsync(address, endpoint.port, client_id, timeout + _CLIENT_EXTRA)
    try:
        await start.wait(connecting)
    except BaseException:
        await disconnect(ib)
        start.tap.close()
        raise
    accounts = ib.client.getAccounts() if ib.client.isReady() else start.tap.accounts or ()  # it may be lost again
    return Started(ib, start.tap, endpoint, client_id, tuple(accounts))


async def disconnect(ib: IB) -> None:
    """Close a client's connection and wait until the socket is gone, so that the client id is free at once."""
    connection, gone = ib.client.conn, asyncio.Event()
    transport = connection.transport

    def on_gone(_text: str) -> None:
        gone.set()

    connection.disconnected += on_gone
    try:
        if ib.client.isReady():
            ib.disconnect()
        else:
            ib.client.disconnect()
        if transport is not None:
            async with asyncio.timeout(_CLOSING):
                await gone.wait()
    except TimeoutError:
        transport.abort()
    finally:
        connection.disconnected -= on_gone


class _Start:
    """One attempt: the client connecting, and the tap watching it."""

    def __init__(self, ib: IB, endpoint: Endpoint, client_id: int, timeout: float) -> None:
        self._ib, self._endpoint, self._client_id, self._timeout = ib, endpoint, client_id, timeout
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._grace_ends: float | None = None
        self.tap = Tap(ib, self._news.set)

    async def wait(self, attempt: Coroutine[Any, Any, None]) -> None:
        connecting = asyncio.ensure_future(attempt)
        connecting.add_done_callback(lambda _: self._news.set())
        try:
            while not (connecting.done() and not connecting.cancelled() and connecting.exception() is None):
                self._news.clear()
                failure = self._failure(connecting)
                if failure is not None:
                    raise failure
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._until_next()):
                        await self._news.wait()
        finally:
            if not connecting.done():
                connecting.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await connecting

    def _elapsed(self) -> float:
        return self._loop.time() - self._began

    def _until_next(self) -> float:
        left = self._timeout - self._elapsed()
        if self._grace_ends is not None:
            left = min(left, self._grace_ends - self._loop.time())
        return max(left, 0.001)

    def _failure(self, connecting: asyncio.Future[None]) -> ConnectError | None:
        """Return the failure that has become certain, or None."""
        for notice in self.tap.notices:
            if notice.code == _CLIENT_ID_IN_USE:
                return self._error("client-id-in-use", quote(notice))
            if notice.code in _TOO_OLD:
                return self._error("handshake-error", quote(notice), code=notice.code, text=notice.text)
        if self.tap.lost:
            return self._closed()
        if connecting.done() and not connecting.cancelled() and (error := connecting.exception()):
            return self._not_connected(error)
        if not self._doubtful():
            self._grace_ends = None
        elif self._grace_ends is None:
            self._grace_ends = self._loop.time() + _GRACE * self._timeout
        over = self._elapsed() >= self._timeout
        if over or (self._grace_ends is not None and self._loop.time() >= self._grace_ends):
            return self._unready()
        return None

    def _doubtful(self) -> bool:
        """Whether TWS itself has said that it is not ready: no servers, or an empty list of accounts."""
        no_accounts = self.tap.has_order_id and self.tap.accounts == []
        return self.tap.uplink_lost is not None or no_accounts

    def _unready(self) -> ConnectError:
        came = [quote(notice) for notice in self.tap.notices]
        seen = f"{self._elapsed():.1f} s after the API start; " + ("; ".join(came) or "no error frames")
        if (lost := uplink_finding(self.tap, self._endpoint, seen)) is not None:
            return lost.error()
        if self.tap.has_order_id:
            listed = "an empty list of accounts" if self.tap.accounts == [] else "no list of accounts"
            return self._error("no-accounts", f"the next order id (message 9) came, {listed} (15) {seen}")
        if not self._ib.client.isConnected():
            return self._error("handshake-silent", f"no version came in {self._elapsed():.1f} s")
        what = "accounts (15), but no order id (9)" if self.tap.accounts else "no accounts (15), no order id (9)"
        return self._error("start-silent", f"{what} {seen}")

    def _closed(self) -> ConnectError:
        milliseconds = self._elapsed() * 1000
        how = f"the connection ended {milliseconds:.0f} ms after it began"
        if self.tap.lost_text:
            how += f" ({self.tap.lost_text})"
        if (lost := uplink_finding(self.tap, self._endpoint, how)) is not None:
            return lost.error()
        for notice in reversed(self.tap.notices):
            if entry_of(notice.code, notice.text).severity == "error":
                how = f"{quote(notice)}; {how}"
                break
        return self._error("start-closed" if self.tap.greeted else "handshake-closed", how)

    def _not_connected(self, error: BaseException) -> ConnectError:
        cause = "port-refused" if isinstance(error, ConnectionRefusedError) else "start-closed"
        if isinstance(error, ConnectionResetError | ConnectionAbortedError) and not self.tap.greeted:
            cause = "handshake-reset"
        return self._error(cause, f"the client gave up: {error!r}")

    def _error(self, cause: str, evidence: str, **facts: object) -> ConnectError:
        return connect_error(cause, evidence, **(self._facts() | facts))

    def _facts(self) -> dict[str, object]:
        return {
            "host": self._endpoint.host,
            "port": self._endpoint.port,
            "client_id": self._client_id,
            "seconds": self._elapsed(),
        }


def in_use_error(endpoint: Endpoint, client_id: int, evidence: str, free_id: int | None) -> ConnectError:
    """Return the error that a client id is taken, naming one that is free where one was found."""
    return describe(
        "client-id-in-use",
        evidence,
        host=endpoint.host,
        port=endpoint.port,
        client_id=client_id,
        free_id=free_id,
    ).error()
