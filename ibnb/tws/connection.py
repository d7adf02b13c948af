"""A session with one TWS: its client, its loop, what it is connected to, and its end.

The functions that make tables of it lie in the rooms above; here is what all of them stand on.
"""

from __future__ import annotations

import html
import time
import weakref
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar, overload

from ibnb.errors import IBNBError
from ibnb.tws.backend import Backend
from ibnb.tws.causes import Finding
from ibnb.tws.endpoints import Endpoint
from ibnb.tws.guard import Gate
from ibnb.tws.identity import Kind, kind_of, masked
from ibnb.tws.loop import BackgroundLoop
from ibnb.tws.start import disconnect
from ibnb.tws.tap import Notice

T = TypeVar("T")

#: Notices about data farms, whose texts name the farm.
_FARM_CODES = frozenset({2103, 2104, 2105, 2106, 2107, 2108, 2119, 2157, 2158, 2159})
_SYMBOLS: dict[Kind, str] = {"simulated": "◇", "paper": "○", "LIVE": "●"}
_COLORS: dict[Kind, str] = {
    "simulated": "var(--jp-info-color1, #1976d2)",
    "paper": "var(--jp-success-color1, #388e3c)",
    "LIVE": "var(--jp-error-color1, #d32f2f)",
}
#: So many notices are kept, the latest.
_NOTICES = 500
#: Seconds that closing may take before the socket is dropped.
_CLOSING = 3.0


@dataclass(frozen=True)
class Opened:
    """Everything a connection is made of once it stands."""

    backend: Backend
    ib: Any
    endpoint: Endpoint
    server_version: int
    client_id: int
    account: str
    accounts: tuple[str, ...]
    gate: Gate
    notices: tuple[Notice, ...]
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]


class Connection:
    """A session with a real or simulated TWS. Made by `ibnb.connect`; a context manager.

    Attributes
    ----------
    ib : IB
        The client itself. Its requests must run on the session's loop: ``session.run(lambda ib: ...)``.
    backend : Backend
        The library that the client is of.
    endpoint : Endpoint
        Host and port.
    client_id : int
        The id that TWS knows this session by.
    account : str
        The account whose portfolio is subscribed; "" where the log-in has several and none was named.
    managed_accounts : tuple of str
        All accounts of the log-in.
    server_version : int
        The version that client and TWS speak.
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
        self.ib = opened.ib
        self.backend = opened.backend
        self.endpoint = opened.endpoint
        self.client_id = opened.client_id
        self.account, self.managed_accounts = opened.account, opened.accounts
        self.server_version = opened.server_version
        self.missing, self.findings = opened.missing, opened.findings
        self._notices: deque[Notice] = deque(opened.notices, maxlen=_NOTICES)
        self._listener = _Listener(self._notices)
        loop.run(self._listen)
        self._finalizer = weakref.finalize(self, _end, loop, opened.ib)

    def _listen(self) -> None:
        self.ib.errorEvent += self._listener.on_error

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
    def notices(self) -> list[Notice]:
        """The latest messages of TWS that belong to no request, and all errors, oldest first."""
        return list(self._notices)

    def require_trading(self, account: str = "") -> None:
        """Raise unless this session may send orders for an account.

        Parameters
        ----------
        account : str
            Its number; "" for the session's own.

        Raises
        ------
        ReadOnly
            If the session is read-only, or the account is live and not the one of `allow_live`.
        """
        self._gate.require(account or self.account)

    def is_connected(self) -> bool:
        """Return whether the session is open and TWS is there."""
        return self._finalizer.alive and bool(self.ib.client.isReady())

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
        NotConnected
            If the session is closed.
        TimeoutError
            If it takes longer than `timeout`.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     len(tws.run(lambda ib: ib.reqPositionsAsync())) > 0
        True
        """
        try:
            return self._loop.run(function, self.ib, timeout=timeout)
        except RuntimeError as error:
            if "already running" in str(error):
                error.add_note(
                    "Inside run() use the client's asynchronous functions, whose names end in Async: "
                    "tws.run(lambda ib: ib.reqPositionsAsync())."
                )
            raise

    def close(self) -> None:
        """End the session: the client id is free at once, the loop and its thread are gone. May be repeated."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _state(self) -> str:
        if not self._finalizer.alive:
            return "closed"
        return "" if self.is_connected() else "connection lost"

    def _facts(self) -> list[tuple[str, str]]:
        shown = [self.account] if self.account else list(self.managed_accounts)
        facts = [
            ("account" if len(shown) == 1 else "accounts", masked(shown)),
            ("TWS", f"{self.endpoint}, version {self.server_version}"),
            ("client id", str(self.client_id)),
            ("orders", "read-only" if self.readonly else "allowed"),
        ]
        if self.missing:
            facts.append(("missing", ", ".join(self.missing)))
        return facts

    def __repr__(self) -> str:
        words = [f"{_SYMBOLS[self.kind]} {self.kind}", *([self._state()] if self._state() else [])]
        words += [f"{name} {value}" for name, value in self._facts()]
        return f"<{type(self).__name__} {', '.join(words)}>"

    def _repr_html_(self) -> str:
        kind, state = self.kind, self._state()
        badge = f"{_SYMBOLS[kind]} {kind}" + (f" ({state})" if state else "")
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{html.escape(name)}</th>'
            f'<td style="text-align:left">{html.escape(value)}</td></tr>'
            for name, value in self._facts()
        )
        return (
            f'<table style="border-left:4px solid {_COLORS[kind]}; color:var(--jp-content-font-color1, inherit)">'
            '<caption style="text-align:left; font-weight:bold; caption-side:top">TWS session: '
            f"{html.escape(badge)}</caption><tbody>{rows}</tbody></table>"
        )


class _Listener:
    """Keeps the notices of a session without keeping the session alive."""

    def __init__(self, notices: deque[Notice]) -> None:
        self._notices = notices

    def on_error(self, req_id: int, code: int, text: str, _contract: object) -> None:
        self._notices.append(Notice(req_id, code, text, time.monotonic()))


def _end(loop: BackgroundLoop, ib: Any) -> None:
    """Disconnect a client and end its loop, from whatever thread."""
    if loop.on_own_thread:
        ib.client.disconnect()
    else:
        with suppress(TimeoutError, IBNBError, OSError):
            loop.run(disconnect, ib, timeout=_CLOSING)
    loop.close()
