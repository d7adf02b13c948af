"""Scenarios of reaching a TWS: the handshake, the start of the API, the log-in behind it."""

from __future__ import annotations

from ibnb.errors import BadInput
from ibnb.simulator.scenarios.connection_faults import (
    AnswersHandshake,
    Closes,
    Holds,
    HoldsIds,
    KeepsSilent,
    Outage,
    RefusesStart,
    Resets,
    ShowsAccounts,
    SkewsClock,
    Speaks,
)
from ibnb.simulator.scenarios.message_faults import Ignores, Replaces, Withholds
from ibnb.simulator.scenarios.registry import Faults, plain, scenario
from ibnb.simulator.scenarios.settings import at_least, one_of
from ibnb.simulator.scenarios.texts import OUTAGES
from ibnb.wire.ids import Request, Response

#: What other programs say to a stranger.
_PROTOCOLS = {
    "http": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "tls": bytes.fromhex("15030100020246"),  # an alert: protocol version
    "ssh": b"SSH-2.0-OpenSSH_9.6\r\n",
    "redis": b"-ERR unknown command 'API\\x00'\r\n",
    "smtp": b"220 mail.example.com ESMTP\r\n",
    "binary": bytes(range(200, 232)),
}
#: Ports that TWS and Gateway use for real money.
_LIVE_PORTS = (7496, 4001)
_LIVE_ACCOUNT, _PAPER_ACCOUNT, _FURTHER_ACCOUNT = "U1234567", "DU1234567", 7654321

_MOST_HOLDINGS = 2000

plain("healthy", "All works.")
plain("handshake-silent", "The port accepts, and the handshake is never answered.", KeepsSilent())
plain("handshake-closed", "The port accepts, then closes without a word: this address is not trusted.", Closes())
plain("handshake-reset", "The port accepts, then resets the connection.", Resets())


@scenario("not-tws", "Something else stands behind the port: http, tls, ssh, redis, smtp or binary.")
def _not_tws(protocol: str = "http") -> Faults:
    return (Speaks(one_of("protocol", protocol, _PROTOCOLS)),)


@scenario("server-too-old", "TWS is older than the clients need.")
def _server_too_old(version: int = 148) -> Faults:
    return (AnswersHandshake(str(version), "20190324 21:18:59 GMT"),)


@scenario("handshake-error", "The handshake is answered with an error.")
def _handshake_error(code: int = 503, text: str = "The TWS is out of date and must be upgraded.") -> Faults:
    return (AnswersHandshake("4", "2", "-1", str(code), text),)


@scenario("client-id-in-use", "Client ids are taken: all, or those up to a number.")
def _client_id_in_use(upto: int = 2**31 - 1) -> Faults:
    text = "Unable to connect as the client id is already in use. Retry with a unique client id."
    return (RefusesStart(326, text, seconds=0.7, refused=lambda client_id: client_id <= upto),)


@scenario("start-closed", "Starting the API ends the connection, without a word.")
def _start_closed(seconds: float = 0.0) -> Faults:
    return (RefusesStart(seconds=seconds),)


plain("start-silent", "Starting the API is never answered: TWS is still logging in.", Ignores(Request.START_API))


@scenario("no-accounts", "The log-in has no accounts: their list is empty, or does not come.")
def _no_accounts(missing: bool = False) -> Faults:
    return (Withholds(Response.MANAGED_ACCTS) if missing else Replaces(Response.MANAGED_ACCTS, accounts=""),)


@scenario("no-uplink", "TWS has lost Interactive Brokers' servers (code 1100, or 2110).")
def _no_uplink(code: int = 1100) -> Faults:
    return (Outage(code, one_of("code", str(code), OUTAGES)),)


@scenario("half-open", "The id of a client that goes away stays taken for a while.")
def _half_open(seconds: float = 60.0) -> Faults:
    at_least("seconds", seconds, 0)
    return (HoldsIds(seconds),)


@scenario("several-accounts", "The log-in has several accounts; all but the first are empty.")
def _several_accounts(count: int = 2) -> Faults:
    one_of("count", str(count), {str(number): number for number in range(1, 51)})
    further = tuple(f"DU{_FURTHER_ACCOUNT + number}" for number in range(count - 1))
    return (ShowsAccounts(lambda _: (_PAPER_ACCOUNT, *further)),)


@scenario("holdings", "The first account, or each, holds so many positions: none, one, or many hundreds.")
def _holdings(count: int = 500, each: bool = False) -> Faults:
    if not 0 <= count <= _MOST_HOLDINGS:
        raise BadInput("count", count, f"0 to {_MOST_HOLDINGS}")
    return (Holds(count, each),)


@scenario("live-account", "The account is one of real money, by its number.")
def _live_account(account: str = _LIVE_ACCOUNT) -> Faults:
    return (ShowsAccounts(lambda _: (account,)),)


@scenario(
    "port-account-mismatch", "A live account, or on 7496 and 4001 a paper one: best seen on one of the usual ports."
)
def _port_account_mismatch() -> Faults:
    return (ShowsAccounts(lambda port: (_PAPER_ACCOUNT if port in _LIVE_PORTS else _LIVE_ACCOUNT,)),)


@scenario("clock-skew", "TWS's clock is ahead by so many seconds, or behind where they are negative.")
def _clock_skew(seconds: float = 30.0) -> Faults:
    return (SkewsClock(seconds),)
