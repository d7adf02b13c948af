"""The first look at the account: positions, account updates and open orders, side by side, each with its deadline.

The client does the same in silence: where an answer never comes, it goes on without. Here what is missing is told.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any

from ibnb.errors import NotConnected, RequestError, RequestTimeout
from ibnb.tws import ask
from ibnb.tws.causes import Finding, describe
from ibnb.tws.endpoints import Endpoint
from ibnb.tws.identity import masked
from ibnb.tws.tap import Tap
from ibnb.wire.ids import Response

#: What is asked for, and where its rows and its end show on the wire.
_ROWS = {
    "positions": (Response.POSITION, Response.POSITION_END),
    "account updates": (Response.ACCOUNT_VALUE, Response.ACCOUNT_DOWNLOAD_END),
    "open orders": (Response.OPEN_ORDER, Response.OPEN_ORDER_END),
}
_CAUSES = {
    "positions": "no-positions",
    "account updates": "no-account-updates",
    "open orders": "no-open-orders",
}


@dataclass(frozen=True)
class Answer:
    """How one request of the first look went.

    Attributes
    ----------
    name : str
        "positions", "account updates" or "open orders".
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
    complete: bool
    rows: int
    first_row: float | None
    end: float | None
    seconds: float
    error: RequestError | None

    @property
    def cause(self) -> str | None:
        """The diagnosis, or None where all is well."""
        if self.complete:
            return None
        if self.error is not None and not isinstance(self.error, RequestTimeout) and self.error.cause:
            return self.error.cause
        return _CAUSES[self.name]

    def evidence(self) -> str:
        """Say what was sent, what came, and when."""
        first = "no row"
        if self.first_row is not None:
            first = f"{self.rows} rows, the first after {self.first_row:.0f} ms"
        if self.complete:
            end = "the end marker" + ("" if self.end is None else f" after {self.end:.0f} ms")
        elif self.error is not None and self.error.code is not None:
            end = f"error {self.error.code}: {self.error.text}"
        else:
            end = f"no end marker in {self.seconds:.1f} s"
        return f"request sent, {first}, {end}"


async def first_look(ib: Any, tap: Tap, account: str, timeout: float) -> list[Answer]:
    """Ask for positions, account updates and open orders.

    Parameters
    ----------
    ib : IB
        A client that is ready.
    tap : Tap
        Listening to it.
    account : str
        Whose updates to subscribe; "" where the log-in has several accounts: then the values of each are asked
        for once, and no portfolio is subscribed.
    timeout : float
        Seconds for each.

    Raises
    ------
    NotConnected
        If the connection is lost.
    """
    looks: dict[str, Awaitable[object]] = {
        "positions": ask.positions(ib, timeout=timeout),
        "account updates": (
            ask.subscribe_account(ib, account, timeout=timeout) if account else _values_of_each(ib, timeout)
        ),
        "open orders": ask.own_open_orders(ib, timeout=timeout),
    }
    return list(await asyncio.gather(*(_look(tap, name, request) for name, request in looks.items())))


async def _values_of_each(ib: Any, timeout: float) -> None:
    """Ask for the values of every account, or of as many as the client itself would: advisors may have hundreds."""
    accounts = ib.client.getAccounts()[: ib.MaxSyncedSubAccounts]
    await asyncio.gather(*(ask.account_values(ib, account, timeout=timeout) for account in accounts))


async def _look(tap: Tap, name: str, request: Awaitable[object]) -> Answer:
    sent = time.monotonic()
    error: RequestError | None = None
    try:
        await request
    except RequestError as refused:
        error = refused
    rows, end = (tap.arrivals(response) for response in _ROWS[name])

    def since(moment: float | None) -> float | None:
        return None if moment is None or moment < sent else (moment - sent) * 1000

    return Answer(
        name,
        complete=error is None,
        rows=rows.count,
        first_row=since(rows.first),
        end=since(end.last),
        seconds=time.monotonic() - sent,
        error=error,
    )


def judge(answers: Sequence[Answer], tap: Tap, endpoint: Endpoint, account: str) -> list[Finding]:
    """Say what the first look means.

    Returns
    -------
    list of Finding
        Empty where everything came. A single ``no-account-data`` or ``no-uplink`` where nothing did.
    """
    facts = {"host": endpoint.host, "port": endpoint.port, "other_id": 1, "account": masked([account])}
    missing = [answer for answer in answers if not answer.complete]
    if not missing:
        return []
    evidence = "; ".join(f"{answer.name}: {answer.evidence()}" for answer in missing)
    nothing = len(missing) == len(answers)
    if nothing and (lost := tap.uplink_lost) is not None:
        return [describe("no-uplink", f"error {lost.code}: {lost.text}; {evidence}", **facts)]
    # a read-only API refuses the orders at once; what is decisive is that the other two stay silent
    silent = [answer for answer in missing if isinstance(answer.error, RequestTimeout)]
    if nothing and len(silent) >= len(answers) - 1:
        return [describe("no-account-data", evidence, **facts)]
    return [describe(answer.cause, answer.evidence(), **facts) for answer in missing if answer.cause is not None]


def lost_during_look(error: NotConnected, tap: Tap, endpoint: Endpoint) -> Finding:
    """Say that TWS hung up while it was asked."""
    facts = {"host": endpoint.host, "port": endpoint.port}
    if (lost := tap.uplink_lost) is not None:
        return describe("no-uplink", f"error {lost.code}: {lost.text}; {error}", **facts)
    return describe("start-closed", f"the connection ended during the first requests: {tap.lost_text}", **facts)
