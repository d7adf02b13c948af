"""A session with one TWS: its client, its loop, what it is connected to, and its end.

The functions that make tables of it lie in the rooms above; here is what all of them stand on.
"""

from __future__ import annotations

import time
import weakref
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self, TypeVar, overload

from ibnb.errors import IBNBError
from ibnb.ground.masking import mask_text
from ibnb.ground.waits import waiting
from ibnb.tws import shown
from ibnb.tws.arguments import check_callback, check_whole
from ibnb.tws.ask.calls.deadline import patience
from ibnb.tws.client.health import with_reconnect
from ibnb.tws.client.ib import IB
from ibnb.tws.client.loop import BackgroundLoop
from ibnb.tws.client.tap import Notice
from ibnb.tws.codes import farms
from ibnb.tws.codes.causes import Finding
from ibnb.tws.guard import Gate
from ibnb.tws.identity import Kind, kind_of
from ibnb.tws.keeping.keeper import Keeper
from ibnb.tws.keeping.timeline import Event, Timeline
from ibnb.tws.reach.endpoints import Endpoint
from ibnb.tws.start.api import disconnect
from ibnb.tws.start.terms import Terms

T = TypeVar("T")

#: Notices about data farms, whose texts name the farm; 2119: it is being connected.
_FARM_CODES = farms.CODES | {2119}
#: So many notices are kept, the latest.
_NOTICES = 500
#: Seconds that closing may take before the socket is dropped.
_CLOSING = 3.0


@dataclass(frozen=True)
class Opened:
    """Everything a connection is made of once it stands."""

    ib: IB
    terms: Terms
    server_version: int
    gate: Gate
    notices: tuple[Notice, ...]
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]


class Connection:
    """A session with a real or simulated TWS. Made by `ibnb.connect`; a context manager.

    Attributes
    ----------
    backend : Backend
        The library that the client is of.
    client_id : int
        The id that TWS knows this session by.
    account : str
        The account whose portfolio is subscribed; "" where the log-in has several and none was named.
    managed_accounts : tuple of str
        All accounts of the log-in.
    missing : tuple of str
        What TWS did not answer while connecting: "positions", "account updates", "open orders".
    findings : tuple of Finding
        What was warned of while connecting.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     tws.kind
    'simulated'
    """

    def __init__(self, loop: BackgroundLoop, opened: Opened) -> None:
        self._loop, self._gate = loop, opened.gate
        self._ib, terms = opened.ib, opened.terms
        self.backend, self.client_id = terms.backend, terms.client_id
        self.account, self.managed_accounts = terms.account, terms.accounts
        self._version = opened.server_version
        self._timeline = Timeline()
        self.missing, self.findings = opened.missing, opened.findings
        self._notices: deque[Notice] = deque(opened.notices, maxlen=_NOTICES)
        self._listener = _Listener(self._notices)
        self._keeper = loop.run(self._begin, opened)
        self._finalizer = weakref.finalize(self, _end, loop, opened.ib, self._keeper)

    def _begin(self, opened: Opened) -> Keeper:
        opened.ib.errorEvent += self._listener.on_error
        return Keeper(opened.ib, opened.terms, self._timeline, opened.notices)

    @property
    def ib(self) -> Any:
        """The client itself, ib_insync's or ib_async's. Its requests must run on the session's loop, by `run`.

        Raises
        ------
        NotConnected
            In a process that was forked from the session's.
        """
        self._loop.require_here()
        return self._ib

    @property
    def loop(self) -> BackgroundLoop:
        """The loop that the client runs on."""
        return self._loop

    @property
    def endpoint(self) -> Endpoint:
        """Host and port of the TWS."""
        return self._keeper.terms.endpoint

    @property
    def server_version(self) -> int:
        """The version that client and TWS speak."""
        return int(self._ib.client.serverVersion()) or self._version

    @property
    def host(self) -> str:
        """The host of the TWS."""
        return self.endpoint.host

    @property
    def port(self) -> int:
        """The port of the TWS."""
        return self.endpoint.port

    @property
    def kind(self) -> Kind:
        """What it is connected to: ``"simulated"``, ``"paper"`` or ``"LIVE"``."""
        return kind_of(self.managed_accounts, (note.text for note in list(self._notices) if note.code in _FARM_CODES))

    @property
    def readonly(self) -> bool:
        """Whether orders are refused."""
        return self._gate.readonly

    @property
    def orders_allowed(self) -> str:
        """What of orders is allowed: ``"read-only"``, ``"allowed"``, or for which accounts they are refused and why."""
        return self._gate.words()

    @property
    def notices(self) -> list[Notice]:
        """The latest messages of TWS that belong to no request, and all errors, oldest first; accounts masked."""
        return [replace(notice, text=mask_text(notice.text)) for notice in list(self._notices)]

    def require_trading(self, account: str | None = None) -> None:
        """Raise unless this session may send orders for an account.

        Parameters
        ----------
        account : str, optional
            Its number; without it the session's own.

        Raises
        ------
        ReadOnly
            If the session is read-only, or the account is live and not the one of `allow_live`.
        """
        self._gate.require(self._own(account))

    def _own(self, account: str | None) -> str:
        """Return the account that is meant: the session's own, where none is named."""
        return self.account if account is None or account == "" else account

    def is_connected(self) -> bool:
        """Return whether the session is open and TWS is there."""
        if self._loop.elsewhere or not self._finalizer.alive:
            return False
        return self._keeper.health.up and bool(self._ib.client.isReady())

    @property
    def status(self) -> str:
        """How the connection stands, in words: ``"connected"``, ``"closed"``, or what is the matter and since when."""
        if self._loop.elsewhere:
            return "in the process that this one was forked from"
        return self._keeper.health.words() if self._finalizer.alive else "closed"

    def on_event(self, callback: Callable[[Self, Event], object]) -> Callable[[], None]:
        """Have ``callback(tws, event)`` called whenever something happens: lost, connected again, changed meanwhile.

        Parameters
        ----------
        callback : callable
            Called with this session, and with an `Event` that has ``time``, ``kind``, ``status``, ``text``, ``code``
            and ``seconds``. It runs on the session's thread: let it be quick, and ask nothing of the session in it.
            What it raises is logged.

        Returns
        -------
        callable
            Call it to hear no more.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     stop = tws.on_event(lambda tws, event: print(event.text))
        ...     stop()
        """
        told, itself = check_callback(callback, "callback(tws, event)"), weakref.ref(self)

        def call(event: Event) -> None:
            if (session := itself()) is not None:  # what hears of a session does not keep it
                told(session, event)

        return self.listen(call)

    def listen(self, callback: Callable[[Event], object]) -> Callable[[], None]:
        """As `on_event`, with the event alone, for those who draw the session: it hears of the end of one let go of."""
        return self._timeline.listen(callback)

    @overload
    def run(self, function: Callable[[Any], Awaitable[T]], *, timeout: float | None = None) -> T: ...

    @overload
    def run(self, function: Callable[[Any], T], *, timeout: float | None = None) -> T: ...

    def run(self, function: Callable[[Any], Any], *, timeout: float | None = None) -> Any:
        """Run a function on the session's loop and return its result.

        Parameters
        ----------
        function : callable
            ``fn(ib)`` or ``async fn(ib)``.
        timeout : float, optional
            Seconds to wait; after that it is cancelled.

        Raises
        ------
        BadInput
            If that is no number of seconds.
        NotConnected
            If the session is closed, or belongs to the process that this one was forked from.
        TimeoutError
            If it takes longer than `timeout`.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     len(tws.run(lambda ib: ib.reqPositionsAsync())) > 0
        True
        """
        seconds = check_whole(timeout)
        try:
            return self._loop.run(function, self.ib, timeout=seconds)
        except ConnectionError as error:
            if isinstance(error, IBNBError) or self._keeper.health.up:
                raise
            raise self._keeper.health.error() from error  # the client only says that it is not connected
        except RuntimeError as error:
            if "already running" in str(error):
                error.add_note(
                    "Inside run() use the client's asynchronous functions, whose names end in Async: "
                    "tws.run(lambda ib: ib.reqPositionsAsync())."
                )
            raise

    def _ask(self, function: Callable[..., Awaitable[T]], *arguments: Any, timeout: float | None, **options: Any) -> T:
        """Ask TWS something that may be asked twice: where the connection is lost, wait for it and ask again."""
        seconds = check_whole(timeout)

        def question(ib: IB) -> Awaitable[T]:
            return with_reconnect(ib, lambda: function(ib, *arguments, timeout=seconds, **options), patience(seconds))

        with waiting(lambda: shown.awaited(self._keeper.health, function.__name__, arguments)):
            return self.run(question)

    def close(self) -> None:
        """End the session: the client id is free at once, the loop and its thread are gone. May be repeated."""
        with waiting("the connection to end"):
            self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return shown.as_text(self)

    def _repr_html_(self) -> str:
        return shown.as_html(self)


class _Listener:
    """Keeps the notices of a session without keeping the session alive."""

    def __init__(self, notices: deque[Notice]) -> None:
        self._notices = notices

    def on_error(self, req_id: int, code: int, text: str, _contract: object) -> None:
        self._notices.append(Notice(req_id, code, text, time.monotonic()))


def _end(loop: BackgroundLoop, ib: IB, keeper: Keeper) -> None:
    """Disconnect a client and end its loop, from whatever thread; in a fork of its process, leave it alone."""
    if loop.elsewhere:
        pass
    elif loop.on_own_thread:
        keeper.stop()
        ib.client.disconnect()
    else:
        with suppress(TimeoutError, IBNBError, OSError):
            loop.run(_close, ib, keeper, timeout=_CLOSING)
    loop.close()


async def _close(ib: IB, keeper: Keeper) -> None:
    keeper.stop()
    await disconnect(ib)
