"""Every way a set-up fails, as the simulator acts it out: what is to be found, and by which check."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """Scenarios, separated by ``+``; the cause, the verdict, and the check that finds it first."""

    scenario: str
    cause: str | None
    verdict: str
    check: str = ""


def _fails(check: str, cause: str, *more: str) -> list[Case]:
    return [Case(scenario, cause, "fail", check) for scenario in (more or (cause,))]


def _warns(check: str, cause: str, *more: str) -> list[Case]:
    return [Case(scenario, cause, "warn", check) for scenario in (more or (cause,))]


FAULTS: list[Case] = [
    *_fails("handshake", "handshake-silent"),
    *_fails("handshake", "handshake-closed"),
    *_fails("handshake", "handshake-reset"),
    *_fails("handshake", "not-tws", *(f"not-tws:protocol={name}" for name in ("http", "tls", "ssh", "redis", "smtp"))),
    *_fails("handshake", "server-too-old"),
    *_fails("handshake", "handshake-error"),
    *_fails("client-id", "client-id-in-use"),
    *_fails("api", "start-closed"),
    *_fails("api", "start-silent"),
    *_fails("api", "no-accounts", "no-accounts", "no-accounts:missing=true"),
    *_fails("uplink", "no-uplink", "no-uplink", "no-uplink:code=2110"),
    *_warns("accounts", "several-accounts"),
    *_warns("safety", "live-account"),
    *_fails("account-updates", "no-account-data"),
    *_fails("account-updates", "no-account-updates"),
    *_fails("account-updates", "account-taken"),
    *_fails("positions", "no-positions"),
    *_fails("open-orders", "no-open-orders"),
    *_fails("executions", "no-executions"),
    *_fails("completed-orders", "no-completed-orders"),
    *_warns("open-orders", "read-only-api"),
    *_warns("clock", "clock-skew", "clock-skew:seconds=30", "clock-skew:seconds=-4"),
    *_warns("farms", "farm-broken", "farm-broken", "farm-broken:farm=history", "farm-broken:silent=true"),
    *_fails("market-data", "competing-session", "competing-session", "competing-session:what=quotes"),
    *_fails("history", "competing-session", "competing-session:what=history", "history-refused:why=address"),
    *_fails("market-data", "no-subscription", *(f"no-subscription:code={code}" for code in (354, 10089, 10090))),
    *_warns("market-data", "delayed-data"),
    *_fails("market-data", "delayed-off"),
    *_fails("market-data", "contract-unknown"),
    *_fails(
        "history",
        "history-refused",
        *(f"history-refused:why={why}" for why in ("permissions", "no-data", "pacing", "cancelled", "step", "spanish")),
    ),
    *_fails("history", "history-silent"),
]

#: What works all the same: nothing is to be found.
HARMLESS: list[Case] = [
    Case(scenario, None, "pass")
    for scenario in ("healthy", "trickled:size=1", "coalesced", "farm-idle", "noise", "duplicated", "hostile-text")
]

#: Two faults at once: the one nearest to the wire is named first.
TOGETHER: list[Case] = [
    Case("client-id-in-use+no-positions", "client-id-in-use", "fail", "client-id"),
    Case("no-uplink+no-positions", "no-uplink", "fail", "uplink"),
    Case("start-silent+history-silent", "start-silent", "fail", "api"),
    Case("no-positions+no-executions+clock-skew", "no-positions", "fail", "positions"),
    Case("no-executions+history-refused", "no-executions", "fail", "executions"),
    Case("live-account+delayed-off", "delayed-off", "fail", "market-data"),
    Case("several-accounts+no-account-data", "no-account-data", "fail", "account-updates"),
    Case("handshake-closed+client-id-in-use", "handshake-closed", "fail", "handshake"),
]

#: One of each kind: what runs at every version and through both clients by default.
FEW = [
    case
    for case in (*FAULTS, *HARMLESS)
    if case.scenario
    in (
        "healthy", "client-id-in-use", "no-uplink", "no-account-data", "no-account-updates", "no-open-orders",
        "no-completed-orders", "read-only-api", "several-accounts", "clock-skew:seconds=30", "delayed-data",
        "no-subscription:code=354", "contract-unknown", "history-refused:why=permissions", "history-silent",
        "noise", "trickled:size=1",
    )
]  # fmt: skip
