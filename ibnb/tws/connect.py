"""Making a session: check the arguments, find a TWS, start the API, look at the account; each failure by its cause."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from ibnb.errors import BadInput, ConnectError, NotConnected, ReadOnly
from ibnb.ground.waits import Stage
from ibnb.tws.arguments import Arguments, check_arguments
from ibnb.tws.client.backend import Backend, load
from ibnb.tws.client.loop import BackgroundLoop
from ibnb.tws.codes.causes import Finding, describe
from ibnb.tws.connection import Connection, Opened
from ibnb.tws.guard import Gate, put_gate
from ibnb.tws.identity import masked, mismatch, only_of
from ibnb.tws.reach.discover import find
from ibnb.tws.reach.endpoints import Endpoint
from ibnb.tws.start import clientids
from ibnb.tws.start.api import Started, disconnect, in_use_error, start_api
from ibnb.tws.start.first_look import first_look, judge, lost_during_look
from ibnb.tws.start.terms import Terms
from ibnb.tws.start.uplink import uplink_finding

C = TypeVar("C", bound=Connection)

#: Findings of the first look that leave nothing to work with.
_FATAL = frozenset({"no-account-data", "no-uplink"})
#: So many other ids are tried to name a free one where the one asked for is taken, each for a part of the time.
_FREE_ID_ATTEMPTS = 2
_FREE_ID_SHARE = 0.4


def open_connection(
    cls: type[C],
    host: str = "127.0.0.1",
    port: int | None = None,
    client_id: int | None = None,
    account: str | None = None,
    readonly: bool = True,
    allow_live: str | None = None,
    timeout: float = 4,
    backend: str | None = None,
) -> C:
    """Connect to a TWS and return the session.

    Parameters
    ----------
    cls : type
        `Connection`, or a class derived from it.
    host : str
        Name or address of the machine that TWS runs on.
    port : int, optional
        Its socket port. Without it the usual ones are looked at side by side: 7497, 4002, 7496, 4001.
    client_id : int, optional
        Without it a free one is chosen.
    account : str, optional
        Whose portfolio to subscribe; needed only where the log-in has several.
    readonly : bool
        Whether to refuse orders.
    allow_live : str, optional
        The one account of real money for which orders are allowed.
    timeout : float
        Seconds for each of: finding TWS, starting the API, each of the first requests.
    backend : {"ib_insync", "ib_async"}, optional
        The client library.

    Raises
    ------
    BadInput
        If an argument is impossible, before anything is sent; or if the log-in has no such account.
    ConnectError
        With ``.cause``, ``.evidence`` and ``.fix``, as soon as the cause is certain.

    Warns
    -----
    SetupWarning
        If the session stands, but something is missing or odd.
    """
    arguments = check_arguments(host, port, client_id, account, readonly, allow_live, timeout)
    library = load(backend)
    loop = BackgroundLoop()
    try:
        stage = Stage("a TWS or IB Gateway")
        opened = loop.run(_open, library, arguments, stage, words=stage)
        connection = cls(loop, opened)
    except BaseException:
        loop.close()
        raise
    try:
        for finding in opened.findings:
            finding.warn(stacklevel=3)
    except Warning:  # warnings are errors here: nobody will get the session
        connection.close()
        raise
    return connection


async def _open(backend: Backend, arguments: Arguments, stage: Stage) -> Opened:
    found, finding = await find(arguments.host, arguments.port, arguments.timeout)
    if finding is not None:
        raise _with_a_way_out(finding, arguments).error()
    stage.words = f"the API of {found.endpoint}"
    started = await start_with_id(backend, found.endpoint, found.address, arguments.client_id, arguments.timeout)
    stage.words = f"the first answers of {found.endpoint}: positions, account, orders"
    try:
        return await _settle(backend, started, arguments, found.address)
    except BaseException:
        await disconnect(started.ib)
        raise
    finally:
        started.tap.close()


def _with_a_way_out(finding: Finding, arguments: Arguments) -> Finding:
    """Name the simulator, too, where any TWS would have done and none listens."""
    if finding.cause != "port-refused" or arguments.port is not None:
        return finding
    return replace(finding, fix=(*finding.fix, "No TWS at hand? ibnb.start() takes a simulated one then."))


async def start_with_id(
    backend: Backend,
    endpoint: Endpoint,
    address: str,
    client_id: int | None,
    timeout: float,
) -> Started:
    """Start the API under the id asked for, or under one of our own that is free.

    Raises
    ------
    ConnectError
        With the cause ``client-id-in-use`` where the id asked for is taken (a free one is named where one is
        found), or where all that were tried are; else as `start_api`.
    """
    if client_id is not None:
        try:
            return await start_api(backend, endpoint, address, client_id, timeout)
        except ConnectError as error:
            if error.cause != "client-id-in-use":
                raise
            free_id = await _free_id(backend, endpoint, address, _FREE_ID_SHARE * timeout)
            raise in_use_error(endpoint, client_id, error.evidence, free_id) from None
    taken: ConnectError | None = None
    for candidate in clientids.generate():
        try:
            return await start_api(backend, endpoint, address, candidate, timeout)
        except ConnectError as error:
            if error.cause != "client-id-in-use":
                raise
            taken = error
    assert taken is not None, "at least one id is tried"
    raise taken


async def _free_id(backend: Backend, endpoint: Endpoint, address: str, timeout: float) -> int | None:
    for candidate in clientids.generate(_FREE_ID_ATTEMPTS):
        with suppress(ConnectError):
            started = await start_api(backend, endpoint, address, candidate, timeout)
            started.tap.close()
            await disconnect(started.ib)
            return candidate
    return None


def choose_account(named: str, accounts: tuple[str, ...]) -> str:
    """Return the account to subscribe: the one named, the only one, or "".

    Raises
    ------
    BadInput
        If the log-in has no such account.
    """
    if named and named not in accounts:
        raise BadInput("account", named, f"this log-in has {masked(accounts)}")
    return named or only_of(accounts)


async def _settle(backend: Backend, started: Started, arguments: Arguments, address: str) -> Opened:
    """Look at the account, and bring the client into the state that its own connect leaves it in."""
    ib, tap, endpoint = started.ib, started.tap, started.endpoint
    accounts = tuple(ib.client.getAccounts())
    account = choose_account(arguments.account, accounts)
    if arguments.allow_live is not None and arguments.allow_live not in accounts:
        raise BadInput("allow_live", arguments.allow_live, f"this log-in has {masked(accounts)}")
    gate = Gate(arguments.readonly, arguments.allow_live, accounts)
    put_gate(ib, gate)
    if started.client_id == 0:
        with suppress(ReadOnly):  # client 0 adopts the orders placed by hand, where orders are allowed
            ib.reqAutoOpenOrders(True)
    try:
        answers = await first_look(ib, tap, account, arguments.timeout)
    except NotConnected as error:
        raise lost_during_look(error, tap, endpoint).error() from None
    findings = judge(answers, tap, endpoint, account)
    for finding in findings:
        if finding.cause in _FATAL:
            raise finding.error()
    ib.connectedEvent.emit()
    return Opened(
        ib,
        Terms(backend, endpoint, address, started.client_id, account, accounts, arguments.timeout),
        ib.client.serverVersion(),
        gate,
        tuple(tap.notices),
        tuple(answer.name for answer in answers if not answer.complete),
        (*findings, *_remarks(started, account, accounts)),
    )


def _remarks(started: Started, account: str, accounts: tuple[str, ...]) -> list[Finding]:
    """Say what is odd though everything answered."""
    remarks = []
    if (lost := uplink_finding(started.tap, started.endpoint)) is not None:
        remarks.append(lost)
    if not account:
        remarks.append(describe("several-accounts", masked(accounts), accounts=masked(accounts)))
    odd = mismatch(started.endpoint, accounts)
    return [*remarks, *([odd] if odd is not None else [])]
