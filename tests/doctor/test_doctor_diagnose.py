"""Diagnosing: each fault gives exactly its cause, and a TWS that works gives none."""

from __future__ import annotations

import pytest
from doctor.answers_of_tws import healthy
from tws.raw_servers import ACCOUNT, HELLO, Script, Server, free_port, hang_up, payload, reset, says, silence, started

from ibnb.doctor import diagnose
from ibnb.opening import connect
from ibnb.simulator.process import simulate
from ibnb.wire.framing import frame

pytestmark = pytest.mark.usefixtures("no_leaks")

IN_USE = payload(4, 2, -1, 326, "Unable to connect as the client id is already in use.", "")
LOST = payload(4, 2, -1, 1100, "Connectivity between IB and TWS has been lost.", "")
READ_ONLY = payload(4, 2, -1, 321, "Error validating request.-'bR' : cause - Read-Only mode.", "")
NOISE = [payload(4, 2, -1, code, f"Market data farm connection is OK: {code}", "") for code in (2107, 2108, 2119, 2158)]


@pytest.mark.parametrize(
    ("talk", "cause", "check"),
    [
        (silence, "handshake-silent", "handshake"),
        (hang_up, "handshake-closed", "handshake"),
        (reset, "handshake-reset", "handshake"),
        (says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "not-tws", "handshake"),
        (says(frame(payload(148, "20190324 21:18:59 GMT"))), "server-too-old", "handshake"),
        (says(frame(payload(4, 2, -1, 503, "The TWS is out of date."))), "handshake-error", "handshake"),
        (Script(healthy(start=[IN_USE])), "client-id-in-use", "client-id"),
        (Script(healthy(start=None)), "start-closed", "api"),
        (Script(healthy(start=[])), "start-silent", "api"),
        (says(HELLO), "start-silent", "api"),
        (Script(healthy(start=started(""))), "no-accounts", "api"),
        (Script(healthy(start=[LOST])), "no-uplink", "api"),
        (Script(healthy(start=started(ACCOUNT, LOST))), "no-uplink", "uplink"),
        (Script(healthy(positions=[], updates=[], orders=[])), "no-account-data", "positions"),
        (Script(healthy(updates=[])), "no-account-updates", "account-updates"),
        (Script(healthy(positions=[])), "no-positions", "positions"),
        (Script(healthy(orders=[])), "no-open-orders", "open-orders"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_fault_gets_exactly_its_cause(talk, cause, check):
    with Server(talk) as server:
        report = diagnose(port=server.port, timeout=0.5)

    assert (report.verdict, report.cause, report.causes) == ("fail", cause, (cause,))
    assert report.check(check).status == "fail"
    assert report.check(check).evidence and report.check(check).fix


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"orders": [READ_ONLY]}, "read-only-api"),
        ({"start": started("DU9000001,DU9000002")}, "several-accounts"),
        ({"start": started("U9000001")}, "live-account"),
    ],
)
def test_what_still_works_is_a_warning(changed, cause):
    with Server(Script(healthy(**changed))) as server:
        report = diagnose(port=server.port, timeout=30)

    assert (report.verdict, report.cause, report.exit_code) == ("warn", cause, 0)
    assert "9000001" not in report.json() and "9000001" not in report.text()


def test_a_refused_port_leaves_nothing_else_to_check():
    report = diagnose(port=free_port())

    assert report.cause == "port-refused"
    assert [check.status for check in report.checks[2:]] == ["skip"] * (len(report.checks) - 2)


@pytest.mark.second
def test_a_healthy_tws_passes_in_time_with_every_answer_timed():
    with simulate() as sim:
        diagnose(port=sim.port)  # the simulated TWS builds its market while its first client waits
        report = diagnose(port=sim.port, timeout=30)

    assert (report.verdict, report.cause, report.kind) == ("pass", None, "simulated")
    assert report.seconds < 10  # not the 30 s that it would wait
    for name in ("positions", "account-updates", "open-orders"):
        assert "end marker after" in report.check(name).evidence


@pytest.mark.second
def test_open_orders_are_said_to_be_this_clients_alone():
    with simulate() as sim, connect(port=sim.port) as tws:
        assert len(tws.orders()) == 5
        check = next(each for each in diagnose("127.0.0.1", sim.port).checks if each.id == "open-orders")

    assert check.summary == "0 open orders of this client id (tws.orders() has everybody's) came."


def test_noise_and_slowness_are_no_failure():
    slow = healthy(start=[0.4, *started(ACCOUNT, *NOISE)], positions=[0.4, payload(62, 1)])
    with Server(Script(slow)) as server:
        assert diagnose(port=server.port, timeout=30).verdict == "pass"


def test_an_id_that_is_taken_is_told_with_a_free_one():
    with Server(Script(healthy(start=lambda fields: [IN_USE] if fields[2] == "7" else started()))) as server:
        report = diagnose(port=server.port, client_id=7)

    assert report.cause == "client-id-in-use"
    assert any("client_id=3" in step for step in report.check("client-id").fix)


def test_the_cause_nearest_the_wire_is_named_first():
    with Server(Script(healthy(positions=[], start=started("U9000001")))) as server:
        report = diagnose(port=server.port, timeout=0.5)

    assert report.causes == ("no-positions", "live-account")
