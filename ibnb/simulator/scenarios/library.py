"""The scenarios by name: each acts out one cause of the diagnosis, or one way in which a healthy TWS is awkward.

A name may carry parameters, as in ``slow:seconds=1.5``; several are put in force together.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ibnb.errors import BadInput
from ibnb.simulator.scenarios.fault import Fault
from ibnb.simulator.scenarios.faults import (
    Answers,
    AnswersHandshake,
    Closes,
    Delays,
    Ignores,
    KeepsSilent,
    Notices,
    RefusesStart,
    Replaces,
    Resets,
    Speaks,
    Trickles,
    Withholds,
)
from ibnb.wire.ids import Request, Response

Maker = Callable[..., tuple[Fault, ...]]
_SCENARIOS: dict[str, Maker] = {}

_READ_ONLY = "Error validating request.-'bR' : cause - The API interface is currently in Read-Only mode."
_ORDER_REQUESTS = (Request.PLACE_ORDER, Request.CANCEL_ORDER, Request.GLOBAL_CANCEL, Request.EXERCISE_OPTIONS)


def scenario(name: str) -> Callable[[Maker], Maker]:
    """Enter a function that makes a scenario's faults; its parameters are the scenario's, its docstring the text."""

    def enter(maker: Maker) -> Maker:
        _SCENARIOS[name] = maker
        return maker

    return enter


@scenario("healthy")
def _healthy() -> tuple[Fault, ...]:
    """All works."""
    return ()


@scenario("handshake-silent")
def _handshake_silent() -> tuple[Fault, ...]:
    """The port accepts, and the handshake is never answered."""
    return (KeepsSilent(),)


@scenario("handshake-closed")
def _handshake_closed() -> tuple[Fault, ...]:
    """The port accepts, then closes without a word: this address is not trusted."""
    return (Closes(),)


@scenario("handshake-reset")
def _handshake_reset() -> tuple[Fault, ...]:
    """The port accepts, then resets the connection."""
    return (Resets(),)


@scenario("not-tws")
def _not_tws() -> tuple[Fault, ...]:
    """A web server stands behind the port."""
    return (Speaks(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),)


@scenario("server-too-old")
def _server_too_old(version: int = 148) -> tuple[Fault, ...]:
    """TWS is older than the clients need."""
    return (AnswersHandshake(str(version), "20190324 21:18:59 GMT"),)


@scenario("handshake-error")
def _handshake_error(code: int = 503) -> tuple[Fault, ...]:
    """The handshake is answered with an error."""
    return (AnswersHandshake("4", "2", "-1", str(code), "The TWS is out of date and must be upgraded."),)


@scenario("client-id-in-use")
def _client_id_in_use() -> tuple[Fault, ...]:
    """Every client id is taken."""
    text = "Unable to connect as the client id is already in use. Retry with a unique client id."
    return (RefusesStart(326, text, seconds=0.7),)


@scenario("start-closed")
def _start_closed() -> tuple[Fault, ...]:
    """Starting the API ends the connection, without a word."""
    return (RefusesStart(),)


@scenario("start-silent")
def _start_silent() -> tuple[Fault, ...]:
    """Starting the API is never answered: TWS is still logging in."""
    return (Ignores(Request.START_API),)


@scenario("no-accounts")
def _no_accounts() -> tuple[Fault, ...]:
    """The log-in has no accounts."""
    return (Replaces(Response.MANAGED_ACCTS, accounts=""),)


@scenario("no-uplink")
def _no_uplink() -> tuple[Fault, ...]:
    """TWS has lost Interactive Brokers' servers."""
    lost = "Connectivity between IBKR and Trader Workstation has been lost."
    silent = (request for request in Request if request not in (Request.START_API, Request.CURRENT_TIME))
    return (Notices((1100, lost)), Ignores(*silent))


@scenario("no-account-data")
def _no_account_data() -> tuple[Fault, ...]:
    """Connected, and nothing about the account ever comes."""
    return (
        Ignores(
            Request.ACCOUNT_UPDATES,
            Request.ACCOUNT_UPDATES_MULTI,
            Request.ACCOUNT_SUMMARY,
            Request.POSITIONS,
            Request.POSITIONS_MULTI,
            Request.OPEN_ORDERS,
            Request.ALL_OPEN_ORDERS,
            Request.COMPLETED_ORDERS,
            Request.EXECUTIONS,
            Request.PNL,
            Request.PNL_SINGLE,
        ),
    )


@scenario("no-account-updates")
def _no_account_updates() -> tuple[Fault, ...]:
    """Account values and the portfolio never end."""
    return (Withholds(Response.ACCOUNT_DOWNLOAD_END),)


@scenario("no-positions")
def _no_positions() -> tuple[Fault, ...]:
    """Positions never come."""
    return (Ignores(Request.POSITIONS, Request.POSITIONS_MULTI),)


@scenario("no-open-orders")
def _no_open_orders() -> tuple[Fault, ...]:
    """Open orders never come."""
    return (Ignores(Request.OPEN_ORDERS, Request.ALL_OPEN_ORDERS),)


@scenario("no-executions")
def _no_executions() -> tuple[Fault, ...]:
    """Executions never come."""
    return (Ignores(Request.EXECUTIONS),)


@scenario("no-completed-orders")
def _no_completed_orders() -> tuple[Fault, ...]:
    """Completed orders never come."""
    return (Ignores(Request.COMPLETED_ORDERS),)


@scenario("read-only-api")
def _read_only_api() -> tuple[Fault, ...]:
    """The API is set to read-only: orders are refused, and the lists of orders never end."""
    return (
        Answers(321, _READ_ONLY, *_ORDER_REQUESTS, own_id=False),
        Withholds(Response.OPEN_ORDER_END, Response.COMPLETED_ORDERS_END),
    )


@scenario("contract-unknown")
def _contract_unknown() -> tuple[Fault, ...]:
    """No contract is known, as in nightly maintenance."""
    text = "No security definition has been found for the request"
    return (Answers(200, text, Request.CONTRACT_DETAILS, Request.MKT_DATA, Request.HISTORICAL_DATA),)


@scenario("history-refused")
def _history_refused(text: str = "No market data permissions for NASDAQ STK") -> tuple[Fault, ...]:
    """Historical data is refused."""
    message = f"Historical Market Data Service error message:{text}"
    return (Answers(162, message, Request.HISTORICAL_DATA),)


@scenario("history-silent")
def _history_silent() -> tuple[Fault, ...]:
    """Historical data never comes."""
    return (Ignores(Request.HISTORICAL_DATA),)


@scenario("farm-broken")
def _farm_broken() -> tuple[Fault, ...]:
    """A market data farm is down."""
    return (Notices((2103, "Market data farm connection is broken:usfarm.ibnb-sim")),)


@scenario("slow")
def _slow(seconds: float = 1.5) -> tuple[Fault, ...]:
    """Every answer takes its time."""
    return (Delays(seconds),)


@scenario("trickled")
def _trickled(size: int = 1, seconds: float = 0.0) -> tuple[Fault, ...]:
    """Answers come a few bytes at a time."""
    return (Trickles(size, seconds),)


def list_scenarios() -> list[tuple[str, str]]:
    """Return all scenarios: name with its parameters, and what it acts out."""
    rows = []
    for name, maker in _SCENARIOS.items():
        parameters = inspect.signature(maker).parameters.values()
        settings = ",".join(f"{parameter.name}={parameter.default}" for parameter in parameters)
        rows.append((f"{name}:{settings}" if settings else name, inspect.getdoc(maker) or ""))
    return rows


def build(text: str) -> tuple[Fault, ...]:
    """Return the faults of a scenario, such as ``no-positions`` or ``slow:seconds=1.5``.

    Raises
    ------
    BadInput
        For a name or a parameter that there is none of, or a value that is not of its kind.
    """
    name, _, rest = text.partition(":")
    maker = _SCENARIOS.get(name)
    if maker is None:
        raise BadInput("scenario", text, f"one of {', '.join(_SCENARIOS)}")
    parameters = inspect.signature(maker).parameters
    given: dict[str, Any] = {}
    for setting in filter(None, rest.split(",")):
        key, _, value = setting.partition("=")
        if key not in parameters:
            known = ", ".join(parameters) or "none"
            raise BadInput("scenario", text, f"the parameters of {name}: {known}")
        kind = type(parameters[key].default)
        try:
            given[key] = kind(value)
        except ValueError:
            raise BadInput("scenario", text, f"{key} as {kind.__name__}") from None
    return maker(**given)
