"""The steps of setting TWS up, as a checklist: what the evidence shows as done, as not done, or leaves open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ibnb.doctor.context import Context
from ibnb.doctor.report.report import CheckResult, SetupStep

_PAGE = "File > Global Configuration > API > Settings (Gateway: Configure > Settings > API > Settings)"
_DATA = ("account-updates", "positions", "open-orders", "executions", "completed-orders")


@dataclass(frozen=True)
class _Case:
    """The results to judge by."""

    context: Context
    results: dict[str, CheckResult]

    def passed(self, *names: str) -> bool:
        """Whether one of the checks found nothing that stands in the way."""
        return any(name in self.results and self.results[name].status in ("pass", "warn") for name in names)

    def cause(self, *names: str) -> str | None:
        """Return the first cause that one of the checks failed by."""
        found = (self.results[name] for name in names if name in self.results)
        return next((result.cause for result in found if result.status == "fail"), None)

    @property
    def port(self) -> str:
        """The port, or what TWS would have as installed."""
        probe = self.context.probe
        port = self.context.port or (probe.endpoint.port if probe is not None and probe.cause is None else None)
        return str(port) if port else "7497 (TWS paper; Gateway paper 4002, live 7496 and 4001)"

    @property
    def data(self) -> bool:
        """Whether any account data came to its end."""
        return any(name in self.results and self.results[name].status == "pass" for name in _DATA)


def checklist(context: Context, results: Sequence[CheckResult]) -> tuple[SetupStep, ...]:
    """Return the steps with their states, in the order in which they are done in TWS."""
    case = _Case(context, {result.id: result for result in results})
    return tuple(step(case) for step in _STEPS)


def _enable_clients(case: _Case) -> SetupStep:
    title = 'Tick "Enable ActiveX and Socket Clients"'
    how = f'Open {_PAGE} and look at the box "Enable ActiveX and Socket Clients".'
    local = case.context.local
    if case.data:
        return SetupStep("enable-clients", title, "done", "account data comes through the socket")
    if case.passed("handshake"):
        why = "the socket answers, but no account data has come: look whether the box is ticked"
        return SetupStep("enable-clients", title, "unknown", why, how)
    if case.cause("port") == "port-refused" and local.processes and not local.ports_of_tws():
        return SetupStep("enable-clients", title, "not done", local.describe_processes(), how)
    return SetupStep("enable-clients", title, "unknown", "TWS did not answer", how)


def _port(case: _Case) -> SetupStep:
    title = f'Set "Socket port" to {case.port}'
    how = f'Open {_PAGE} and read "Socket port".'
    if case.passed("handshake"):
        return SetupStep("port", title, "done", f"a TWS answers on port {case.port}")
    cause = case.cause("port", "handshake")
    if cause in ("wrong-port", "not-tws"):
        why = "TWS answers on another port" if cause == "wrong-port" else "another program has this port"
        return SetupStep("port", title, "not done", why, how)
    return SetupStep("port", title, "unknown", "TWS did not answer", how)


def _localhost_only(case: _Case) -> SetupStep:
    title = 'Tick "Allow connections from localhost only"'
    how = f"Open {_PAGE}: the box, and below it the list of trusted addresses."
    local, probe = case.context.local, case.context.probe
    if case.passed("handshake") and probe is not None:
        if not local.here:
            return SetupStep("localhost-only", title, "not done", f"{probe.endpoint.host} is another machine", how)
        listener = local.sockets.listener(probe.endpoint.port)
        if listener is not None and listener.address in ("127.0.0.1", "::1"):
            return SetupStep("localhost-only", title, "done", f"the port is open to this machine only: {listener}")
        return SetupStep("localhost-only", title, "unknown", "TWS refuses others only after they have connected", how)
    if case.cause("handshake") in ("handshake-closed", "handshake-reset"):
        return SetupStep("localhost-only", title, "unknown", "TWS hung up, as it does on who is not trusted", how)
    return SetupStep("localhost-only", title, "unknown", "TWS did not answer", how)


def _ok_and_restart(case: _Case) -> SetupStep:
    title = "Press OK, and restart TWS completely"
    how = "Close TWS with File > Exit, start it again and log in; a reconnect is not enough."
    if case.data:
        return SetupStep("restart", title, "done", "account data comes: the settings are in force")
    running = case.context.local.processes
    why = case.context.local.describe_processes() if running else "no account data has come"
    return SetupStep("restart", title, "unknown", why, how)


def _client_id(case: _Case) -> SetupStep:
    title = "Use a client id that is free"
    if case.passed("client-id") and case.passed("api"):
        started = case.context.started
        number = started.client_id if started is not None else case.context.client_id
        return SetupStep("client-id", title, "done", f"TWS has accepted client id {number}")
    if case.cause("client-id") == "client-id-in-use":
        how = "Leave the client id out: a free one is then chosen."
        return SetupStep("client-id", title, "not done", "error 326: the id is in use", how)
    return SetupStep("client-id", title, "unknown", "the API has not started", "Leave it out: a free one is chosen.")


def _permission(case: _Case) -> SetupStep:
    title = "Let the account use the API"
    how = "In Client Portal: Settings > Users & Access Rights; a paper account inherits from the live one."
    if case.cause("accounts") == "account-unknown":
        return SetupStep("permission", title, "not done", "the log-in does not list the account", how)
    if case.passed("account-updates"):
        return SetupStep("permission", title, "done", "the values of the account come")
    why = "the values of the account do not come" if case.passed("api") else "TWS did not get as far"
    return SetupStep("permission", title, "unknown", why, how)


_STEPS: tuple[Callable[[_Case], SetupStep], ...] = (
    _enable_clients,
    _port,
    _localhost_only,
    _ok_and_restart,
    _client_id,
    _permission,
)
