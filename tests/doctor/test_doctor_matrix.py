"""The matrix: every cause, acted out by the simulator at several versions and through both clients, is told exactly."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from doctor.cases import FAULTS, FEW, HARMLESS, TOGETHER, Case

from ibnb.doctor import diagnose
from ibnb.errors import ConnectError
from ibnb.tws.codes.causes import book
from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection

T = TypeVar("T")

#: Seconds for each step: the simulated TWS answers in milliseconds, so that silence shows soon. A machine that is busy
#: may take as long; what is told otherwise then is looked at once more, with patience.
TIMEOUTS = (0.6, 6.0)
#: What a session does not look at while it is opened.
LATER = ("clock", "farms", "market-data", "history", "executions", "completed-orders", "safety")
#: What must never leave a doctor.
ORDERS = {"PLACE_ORDER", "CANCEL_ORDER", "GLOBAL_CANCEL", "EXERCISE_OPTIONS", "AUTO_OPEN_ORDERS", "REPLACE_FA"}


def named(cases: list[Case]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=[case.scenario for case in cases])


def patiently(look: Callable[[float], T]) -> T:
    """Return what a look with little time brings, or where that fails, one with more."""
    soon, late = TIMEOUTS
    try:
        return look(soon)
    except AssertionError:
        return look(late)


def examine(sim, case: Case, report=None, *, timeout: float) -> dict[str, Any]:
    sim.scenario(*case.scenario.split("+"))
    if report is not None:
        return report(port=sim.port, timeout=timeout)
    return diagnose(port=sim.port, timeout=timeout).to_dict()


def check_result(data: dict[str, Any], case: Case, sim) -> None:
    assert (data["verdict"], data["cause"]) == (case.verdict, case.cause)
    if "+" not in case.scenario:
        assert data["causes"] == ([case.cause] if case.cause else [])
    if case.check:
        found = next(check for check in data["checks"] if check["cause"] == case.cause)
        assert (found["id"], found["status"]) == (case.check, case.verdict)
        assert found["evidence"] and found["fix"] and found["summary"]
    assert not [check["id"] for check in data["checks"] if check["status"] == "crash"]
    assert sim.clients() == []
    assert ORDERS.isdisjoint(sim.received())


def examined(sim, case: Case, report=None) -> dict[str, Any]:
    """Return what a doctor tells of a case, which is exactly its cause."""

    def look(timeout: float) -> dict[str, Any]:
        data = examine(sim, case, report, timeout=timeout)
        check_result(data, case, sim)
        return data

    return patiently(look)


@named([*FAULTS, *HARMLESS, *TOGETHER])
def test_every_fault_gets_exactly_its_cause(sim, case):
    examined(sim, case)


@pytest.mark.second
@pytest.mark.parametrize("version", [157, 176])
@named(FEW)
def test_older_versions_are_told_the_same(simulators, case, version):
    data = examined(simulators(version), case)

    assert data["server_version"] in (None, version)


@pytest.mark.second
@named(FEW)
def test_the_other_client_is_told_the_same(sim, ib_async_report, case):
    data = examined(sim, case, ib_async_report)

    assert data["server_version"] in (None, 178, 200)


@pytest.mark.slow
@pytest.mark.parametrize("version", [157, 176, 200])
@named([*FAULTS, *HARMLESS, *TOGETHER])
def test_all_through_the_other_client(simulators, ib_async_report, case, version):
    examined(simulators(version), case, ib_async_report)


@pytest.mark.slow
@pytest.mark.parametrize("version", [157, 176])
@named([*FAULTS, *HARMLESS, *TOGETHER])
def test_all_at_older_versions(simulators, case, version):
    examined(simulators(version), case)


@pytest.mark.slow
def test_every_answer_may_take_a_second_and_a_half(sim):
    data = examine(sim, Case("slow:seconds=1.5", None, "pass"), timeout=4)

    assert data["verdict"] == "pass" and data["seconds"] < 6


@named([case for case in FAULTS if case.check not in LATER])
def test_connect_names_the_same_cause(sim, case):
    """All that a session looks at while it is opened; the rest it asks for when it is wanted."""

    def look(timeout: float) -> None:
        sim.scenario(case.scenario)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                with open_connection(Connection, port=sim.port, timeout=timeout) as session:
                    causes = [finding.cause for finding in session.findings]
            except ConnectError as error:
                causes = [error.cause]
        assert causes == [case.cause]

    patiently(look)


def test_every_cause_is_met_by_a_test_of_the_doctor() -> None:
    room = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))

    assert [cause for cause in book() if f'"{cause}"' not in room] == []
