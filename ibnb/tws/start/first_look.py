"""The first look at the account: positions, account updates, orders, executions, each on its own with its deadline.

The client does the same in silence: where an answer never comes, it goes on without. Here what is missing is told.
A session asks for the core of it, the doctor for all; both are judged here, so that both name the same cause.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from ibnb.errors import NotConnected, RequestError, RequestTimeout
from ibnb.tws import ask
from ibnb.tws.ask.calls.call import managed_accounts
from ibnb.tws.client.ib import IB
from ibnb.tws.client.tap import Tap
from ibnb.tws.codes.causes import Finding, describe
from ibnb.tws.identity import masked
from ibnb.tws.reach.endpoints import Endpoint
from ibnb.tws.start.uplink import uplink_finding
from ibnb.wire.ids import Response


@dataclass(frozen=True)
class _Kind:
    """One thing to ask for: TWS's request, where its rows and its end show on the wire, and what their lack means."""

    request: str
    rows: Response
    end: Response
    cause: str


_KINDS = {
    "positions": _Kind("reqPositions (61)", Response.POSITION, Response.POSITION_END, "no-positions"),
    "account updates": _Kind(
        "reqAccountUpdates (6)", Response.ACCOUNT_VALUE, Response.ACCOUNT_DOWNLOAD_END, "no-account-updates"
    ),
    "open orders": _Kind("reqOpenOrders (5)", Response.OPEN_ORDER, Response.OPEN_ORDER_END, "no-open-orders"),
    "executions": _Kind("reqExecutions (7)", Response.EXECUTION_DATA, Response.EXECUTION_DATA_END, "no-executions"),
    "completed orders": _Kind(
        "reqCompletedOrders (99)", Response.COMPLETED_ORDER, Response.COMPLETED_ORDERS_END, "no-completed-orders"
    ),
}
#: Where the log-in has several accounts and none is named, their values are asked for one by one.
_OF_EACH = _Kind(
    "reqAccountUpdatesMulti (76)",
    Response.ACCOUNT_UPDATE_MULTI,
    Response.ACCOUNT_UPDATE_MULTI_END,
    "no-account-updates",
)
#: What a session cannot do without; where all of it is missing, there is no account data.
CORE = ("positions", "account updates", "open orders")
#: Everything that can be looked at.
ALL = tuple(_KINDS)
#: The lists that a read-only API refuses (321, under the id -1); its text may be in any language.
_OF_ORDERS = ("open orders", "completed orders")
_INVALID = 321
#: TWS serves another account to another client.
_TAKEN = "account-taken"


@dataclass(frozen=True)
class Answer:
    """How one request of the first look went.

    Attributes
    ----------
    name : str
        One of `ALL`.
    request : str
        TWS's name of it, with its number.
    complete : bool
        Whether its end marker came.
    rows : int
        How many rows came.
    first_row, end : float or None
        Milliseconds from the request to the first row and to the end marker.
    seconds : float
        How long it was waited for.
    error : RequestError or None
        What TWS answered instead, or that it did not answer in time.
    """

    name: str
    request: str
    complete: bool
    rows: int
    first_row: float | None
    end: float | None
    seconds: float
    error: RequestError | None

    @property
    def silent(self) -> bool:
        """Whether the time ran out."""
        return isinstance(self.error, RequestTimeout)

    @property
    def read_only(self) -> bool:
        """Whether TWS refused because its API is read-only: known by code and request, whatever the language."""
        refused = self.error is not None and not self.silent and self.error.code == _INVALID
        return refused and self.name in _OF_ORDERS

    @property
    def settled(self) -> bool:
        """Whether asking again would bring nothing else: it came, or TWS has said why it does not."""
        return self.complete or self.read_only or self.cause == _TAKEN

    @property
    def cause(self) -> str | None:
        """The diagnosis, or None where all is well."""
        if self.complete:
            return None
        if self.read_only:
            return "read-only-api"
        if self.error is not None and not self.silent and self.error.cause:
            return self.error.cause
        return _KINDS[self.name].cause

    def evidence(self) -> str:
        """Say what was sent, what came, and when."""
        first = "no row"
        if self.first_row is not None:
            first = f"{self.rows} rows, the first after {self.first_row:.0f} ms"
        if self.complete:
            end = "the end marker" + ("" if self.end is None else f" after {self.end:.0f} ms")
        elif self.error is not None and self.error.code is not None:
            end = f"error {self.error.code} after {self.seconds * 1000:.0f} ms: {self.error.text}"
        else:
            end = f"no end marker in {self.seconds:.1f} s"
        return f"{self.request} sent, {first}, {end}"


async def first_look(ib: IB, tap: Tap, account: str, timeout: float) -> list[Answer]:
    """Ask for the `CORE` side by side; see `look` for the parameters."""
    return list(await asyncio.gather(*(look(ib, tap, name, account, timeout) for name in CORE)))


async def look(ib: IB, tap: Tap, name: str, account: str, timeout: float) -> Answer:
    """Ask for one thing and say how it went.

    Parameters
    ----------
    ib : IB
        A client that is ready.
    tap : Tap
        Listening to it.
    name : str
        One of `ALL`.
    account : str
        Whose updates to subscribe; "" where the log-in has several accounts: then the values of each are asked
        for once, and no portfolio is subscribed.
    timeout : float
        Seconds.

    Raises
    ------
    NotConnected
        If the connection is lost.
    """
    kind = _OF_EACH if name == "account updates" and not account else _KINDS[name]
    sent = time.monotonic()
    error: RequestError | None = None
    try:
        await _request(ib, name, account, timeout)
    except RequestError as refused:
        error = refused
    rows, end = tap.arrivals(kind.rows), tap.arrivals(kind.end)

    def since(moment: float | None) -> float | None:
        return None if moment is None or moment < sent else (moment - sent) * 1000

    return Answer(
        name,
        kind.request,
        complete=error is None,
        rows=rows.count,
        first_row=since(rows.first),
        end=since(end.last),
        seconds=time.monotonic() - sent,
        error=error,
    )


def _request(ib: IB, name: str, account: str, timeout: float) -> Awaitable[object]:
    if name == "account updates":
        return _updates(ib, account, timeout) if account else _values_of_each(ib, timeout)
    asked = {
        "positions": ask.positions,
        "open orders": ask.own_open_orders,
        "executions": ask.executions,
        "completed orders": ask.completed_orders,
    }[name]
    return asked(ib, timeout=timeout)


async def _updates(ib: IB, account: str, timeout: float) -> None:
    """Subscribe to the updates of an account; where TWS serves another one, have at least the values of this."""
    try:
        await ask.subscribe_account(ib, account, timeout=timeout)
    except RequestError as refused:
        if refused.cause == _TAKEN:
            with suppress(RequestError):
                await ask.account_values(ib, account, timeout=timeout)
        raise


async def _values_of_each(ib: IB, timeout: float) -> None:
    """Ask for the values of every account, or of as many as the client itself would: advisors may have hundreds."""
    accounts = managed_accounts(ib)[: ib.MaxSyncedSubAccounts]
    await asyncio.gather(*(ask.account_values(ib, account, timeout=timeout) for account in accounts))


def judge(answers: Sequence[Answer], tap: Tap, endpoint: Endpoint, account: str) -> list[Finding]:
    """Say what the first look means.

    Returns
    -------
    list of Finding
        Empty where everything came. A single ``no-account-data`` where nothing of the core did, a single
        ``no-uplink`` where TWS has lost its servers and something is missing; else one for each that is missing.
    """
    facts = {"host": endpoint.host, "port": endpoint.port, "other_id": 1, "account": masked([account])}
    missing = [answer for answer in answers if not answer.complete]
    if not missing:
        return []
    evidence = "; ".join(answer.evidence() for answer in missing)
    if any(answer.silent for answer in missing) and (lost := uplink_finding(tap, endpoint, evidence)) is not None:
        return [lost]
    core = [answer for answer in missing if answer.name in CORE]
    # a read-only API refuses the orders at once; what is decisive is that the other two stay silent
    silent = [answer for answer in core if answer.silent]
    if len(core) == len(CORE) and len(silent) >= len(CORE) - 1:
        return [describe("no-account-data", evidence, **facts)]
    return [describe(answer.cause, answer.evidence(), **facts) for answer in missing if answer.cause is not None]


def lost_during_look(error: NotConnected, tap: Tap, endpoint: Endpoint) -> Finding:
    """Say that TWS hung up while it was asked."""
    lost = uplink_finding(tap, endpoint, str(error))
    if lost is not None:
        return lost
    facts = {"host": endpoint.host, "port": endpoint.port}
    how = f"the connection ended during the first requests {tap.lost_text}".rstrip()
    return describe("start-closed", how, **facts)
