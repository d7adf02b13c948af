"""Differential diagnosis: where several things look alike, which is the likeliest, and why.

The book of causes lists the readings in their usual order; the clues here, from the wire and from this machine,
move them up or down. The steps of the fix follow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ibnb.doctor.check import Outcome
from ibnb.doctor.context import Context
from ibnb.doctor.report.report import UNDECIDED, Likely
from ibnb.ground.zones import clock
from ibnb.tws.codes.farms import broken
from ibnb.tws.reach.local import Local
from ibnb.tws.start.uplink import quote

_FORWARDERS = (
    "docker",
    "socat",
    "ssh",
    "rinetd",
    "haproxy",
    "nginx",
    "kubectl",
    "com.docker",
    "rootlessport",
    "wslrelay",
)
#: Where images with an IB Gateway have a forwarder listen for its own 4001 and 4002.
_FORWARDED = frozenset({4003, 4004})


@dataclass(frozen=True)
class _Clue:
    """Something seen that speaks for a reading (weight above 0) or against it."""

    reading: str
    weight: int
    why: str


def rank(context: Context, outcome: Outcome) -> tuple[tuple[str, ...], tuple[Likely, ...]]:
    """Return the steps to take in their order, and the readings with what speaks for each, the likeliest first."""
    if not outcome.readings:
        return outcome.fix, ()
    clues = list(_CLUES.get(outcome.cause or "", _nothing)(context, outcome))

    def weight(reading: str) -> int:
        return sum(clue.weight for clue in clues if clue.reading == reading)

    order = sorted(outcome.readings, key=lambda reading: -weight(reading.id))
    likely = tuple(
        Likely(reading.text, "; ".join(c.why for c in clues if c.reading == reading.id) or UNDECIDED, reading.cause)
        for reading in order
    )
    steps = [step for reading in order for step in reading.steps]
    return tuple(dict.fromkeys([*(step for step in steps if step in outcome.fix), *outcome.fix])), likely


def _nothing(context: Context, outcome: Outcome) -> list[_Clue]:
    return []


def _port_refused(context: Context, outcome: Outcome) -> list[_Clue]:
    local = context.local
    if not local.here or local.processes is None:
        return []
    seen = local.describe_processes()
    if not local.processes:
        where = "; this is WSL2, where 127.0.0.1 does not lead to a TWS on Windows" if local.wsl else ""
        return [_Clue("not-running", 3, seen + where), *_phase(local, "logged off", "not-running")]
    if local.ports_of_tws():
        return [_Clue("other-port", 3, seen), _Clue("not-running", -3, seen)]
    return [_Clue("api-off", 3, seen), _Clue("not-running", -3, seen)]


def _phase(local: Local, name: str, reading: str) -> list[_Clue]:
    return [_Clue(reading, 1, str(local.phase))] if local.phase is not None and local.phase.name == name else []


def _logging_in(reading: str) -> Callable[[Context, Outcome], list[_Clue]]:
    def clues(context: Context, outcome: Outcome) -> list[_Clue]:
        phase = context.local.phase
        if phase is None:
            return []
        return [_Clue(reading, 3 if phase.under_way else -1, str(phase))]

    return clues


def _unreachable(context: Context, outcome: Outcome) -> list[_Clue]:
    return [_Clue("wsl", 3, "this machine is WSL2")] if context.local.wsl else [_Clue("wsl", -1, "this is not WSL2")]


def _not_trusted(between: str) -> Callable[[Context, Outcome], list[_Clue]]:
    def clues(context: Context, outcome: Outcome) -> list[_Clue]:
        local, found = context.local, []
        trusted = local.settings.trusts("127.0.0.1") if local.settings else None
        if trusted is not None:
            found.append(_Clue("not-trusted", -1 if trusted else 2, str(local.settings)))
        return [*found, *_forwarder(context, between)]

    return clues


def _forwarder(context: Context, reading: str) -> list[_Clue]:
    """Say what speaks for a forwarder: the program that listens, or a port that is usual for one."""
    port = context.probe.endpoint.port if context.probe else 0
    listener = context.local.sockets.listener(port)
    if listener is not None and listener.program.lower().startswith(_FORWARDERS):
        return [_Clue(reading, 3, f"{listener} accepts the connections")]
    if port in _FORWARDED:
        return [_Clue(reading, 2, f"port {port} is usual for a container that forwards to its Gateway")]
    return []


def _silent(context: Context, outcome: Outcome) -> list[_Clue]:
    return [*_logging_in("logging-in")(context, outcome), *_forwarder(context, "forwarder")]


def _id_in_use(context: Context, outcome: Outcome) -> list[_Clue]:
    programs, who = _on_the_port(context)
    return [_Clue("other-program", 2, who)] if programs else []


def _on_the_port(context: Context) -> tuple[list[str], str]:
    """Return the programs that are connected to the port, and what is said of them; known on this machine only."""
    port = context.probe.endpoint.port if context.probe else 0
    others = context.local.sockets.clients(port) if context.local.here else ()
    named = [each.program or "a program" for each in others]
    who = dict.fromkeys(f"{name} (process {each.pid})" for name, each in zip(named, others, strict=True))
    return named, f"connected to the port: {', '.join(who)}"


def _account_data(context: Context, outcome: Outcome) -> list[_Clue]:
    local, clues = context.local, []
    if local.settings is not None and local.processes:
        since = min(process.since for process in local.processes)
        if local.settings.changed > since + 60:
            text = f"{local.settings.file} was written at {clock(local.settings.changed)}; {local.processes[0]}"
            clues.append(_Clue("not-restarted", 2, text))
    if context.started is not None and context.client_id is None:
        clues.append(_Clue("client-id", -1, f"id {context.started.client_id} was free and accepted"))
    return clues


def _account_updates(context: Context, outcome: Outcome) -> list[_Clue]:
    if not context.account:
        return [_Clue("several", 3, f"the log-in has {len(context.accounts)} accounts")]
    return [_Clue("several", -1, "one account was asked for by its number")]


def _account_taken(context: Context, outcome: Outcome) -> list[_Clue]:
    """Another Python on the port speaks for a session of one's own."""
    programs, who = _on_the_port(context)
    python = any("python" in name.lower() for name in programs)
    return [_Clue("own-session" if python else "other-program", 2, who)] if programs else []


def _order_lists(other: str) -> Callable[[Context, Outcome], list[_Clue]]:
    def clues(context: Context, outcome: Outcome) -> list[_Clue]:
        answer = context.answers.get(other)
        if answer is None:
            return []
        if answer.complete:
            return [_Clue("read-only", -3, f"the {other} came, which a read-only API does not send")]
        return [_Clue("read-only", 3, f"the {other} do not come either: a read-only API sends neither")]

    return clues


def _farm(served: str) -> Callable[[Context, Outcome], list[_Clue]]:
    def clues(context: Context, outcome: Outcome) -> list[_Clue]:
        standing = broken(context.started.tap.notices, served) if context.started else []
        if standing:
            return [_Clue("farm", 3, quote(standing[0]))]
        return [_Clue("farm", -1, f"TWS reports no broken farm for {served}")]

    return clues


def _contract(context: Context, outcome: Outcome) -> list[_Clue]:
    known = _Clue("spelling", -2, "Apple's stock was asked for, which exists")
    return [*_farm("contracts")(context, outcome), known]


def _accounts(context: Context, outcome: Outcome) -> list[_Clue]:
    return (
        [_Clue("uplink", 3, "error 1100")]
        if "1100" in outcome.evidence
        else _logging_in("logging-in")(context, outcome)
    )


_CLUES: dict[str, Callable[[Context, Outcome], list[_Clue]]] = {
    "port-refused": _port_refused,
    "host-unreachable": _unreachable,
    "handshake-silent": _silent,
    "handshake-closed": _not_trusted("forwarder"),
    "handshake-reset": _not_trusted("proxy"),
    "client-id-in-use": _id_in_use,
    "start-silent": _logging_in("starting"),
    "no-accounts": _accounts,
    "no-account-data": _account_data,
    "no-account-updates": _account_updates,
    "account-taken": _account_taken,
    "no-open-orders": _order_lists("completed orders"),
    "no-completed-orders": _order_lists("open orders"),
    "market-data-silent": _farm("market data"),
    "history-silent": _farm("history"),
    "contract-silent": _farm("contracts"),
    "contract-unknown": _contract,
}
