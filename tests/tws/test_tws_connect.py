"""Connecting: every cause of the handshake and the API's start, each as soon as it is certain."""

from __future__ import annotations

import time
import warnings

import pytest
from tws.raw_servers import (
    ACCOUNT,
    FARM_OK,
    Script,
    Server,
    free_port,
    hang_up,
    healthy,
    payload,
    reset,
    says,
    silence,
    started,
)

from ibnb.errors import BadInput, ConnectError
from ibnb.simulator.process import simulate
from ibnb.tws.codes.causes import SetupWarning
from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection
from ibnb.tws.start.clientids import RANGE

pytestmark = pytest.mark.usefixtures("no_leaks")

IN_USE = payload(4, 2, -1, 326, "Unable to connect as the client id is already in use.", "")
LOST = payload(4, 2, -1, 1100, "Connectivity between IB and TWS has been lost.", "")
BACK = payload(4, 2, -1, 1102, "Connectivity restored - data maintained.", "")
READ_ONLY = payload(4, 2, -1, 321, "Error validating request.-'bR' : cause - Read-Only mode.", "")


def connect(port, **arguments) -> Connection:
    return open_connection(Connection, port=port, **({"timeout": 1} | arguments))


def failure(talk, **arguments) -> tuple[ConnectError, float]:
    with Server(talk) as server:
        began = time.monotonic()
        with pytest.raises(ConnectError) as caught:
            connect(server.port, **arguments)
        return caught.value, time.monotonic() - began


@pytest.mark.parametrize(
    ("talk", "cause"),
    [
        (hang_up, "handshake-closed"),
        (reset, "handshake-reset"),
        (says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "not-tws"),
        (Script({}, version=148), "server-too-old"),
        (Script(healthy(start=[IN_USE])), "client-id-in-use"),
        (Script(healthy(start=None)), "start-closed"),
        (Script(healthy(positions=None)), "start-closed"),
        (Script(healthy(start=[payload(4, 2, -1, 503, "The TWS is out of date.", "")])), "handshake-error"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_certain_is_raised_at_once(talk, cause):
    error, seconds = failure(talk, timeout=30)

    assert error.cause == cause
    assert error.evidence and error.fix
    assert seconds < 10  # not the 30 s that it would wait


def test_a_refused_port_is_raised_at_once():
    began = time.monotonic()
    with pytest.raises(ConnectError) as caught:
        connect(free_port(), timeout=30)

    assert caught.value.cause == "port-refused"
    assert time.monotonic() - began < 10  # not the 30 s that it would wait


@pytest.mark.parametrize(
    ("talk", "cause"),
    [
        (silence, "handshake-silent"),
        (Script(healthy(start=[])), "start-silent"),
        (Script(healthy(start=[payload(15, 1, ACCOUNT)])), "start-silent"),
        (Script(healthy(start=[payload(9, 1, 1), FARM_OK])), "no-accounts"),
        (Script(healthy(start=started(""))), "no-accounts"),
        (Script(healthy(start=[LOST])), "no-uplink"),
        (Script(healthy(start=started(ACCOUNT, LOST), positions=[], updates=[], orders=[])), "no-uplink"),
        (Script(healthy(positions=[], updates=[], orders=[])), "no-account-data"),
        (Script(healthy(positions=[], updates=[], orders=[READ_ONLY])), "no-account-data"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_silence_is_raised_after_the_timeout_and_no_later(talk, cause):
    error, seconds = failure(talk)

    assert error.cause == cause
    assert seconds < 10  # not the minute more that the client would wait


@pytest.mark.second
@pytest.mark.parametrize("answer", [started(""), [LOST]])
def test_where_tws_says_that_it_is_not_ready_a_quarter_of_the_time_is_enough(answer):
    _, seconds = failure(Script(healthy(start=answer)), timeout=8)

    assert 1.9 < seconds < 7  # not the 8 s that it would wait


def test_tws_may_become_ready_meanwhile():
    late = [payload(15, 1, ""), payload(9, 1, 1), LOST, 0.3, BACK, *started()]
    with Server(Script(healthy(start=late))) as server, connect(server.port, timeout=8) as tws:
        assert tws.managed_accounts == (ACCOUNT,)


def test_a_slow_tws_is_no_failure():
    slow = healthy(start=[0.3, *started()], positions=[0.3, payload(62, 1)])
    with Server(Script(slow)) as server, connect(server.port, timeout=1.5) as tws:
        assert tws.is_connected() and not tws.missing


@pytest.mark.parametrize(
    ("changed", "cause", "missing"),
    [
        ({"positions": []}, "no-positions", ("positions",)),
        ({"updates": []}, "no-account-updates", ("account updates",)),
        ({"orders": []}, "no-open-orders", ("open orders",)),
        ({"orders": [READ_ONLY]}, "read-only-api", ("open orders",)),
        ({"start": started(ACCOUNT, LOST)}, "no-uplink", ()),
        ({"start": started("DU9000001,DU9000002")}, "several-accounts", ()),
    ],
)
def test_what_is_missing_is_warned_of_and_kept(changed, cause, missing):
    with Server(Script(healthy(**changed))) as server:
        with pytest.warns(SetupWarning, match=rf"\[{cause}\]"):
            tws = connect(server.port)
        with tws:
            assert tws.is_connected()
            assert tws.missing == missing
            assert [finding.cause for finding in tws.findings] == [cause]


def test_a_warning_holds_no_whole_account_number():
    two = Script(healthy(start=started("DU9000001,DU9000002")))
    with Server(two) as server, pytest.warns(SetupWarning) as caught:
        connect(server.port).close()

    assert "DU***001" in str(caught[0].message) and "DU9000001" not in str(caught[0].message)


def test_a_read_only_api_does_not_cost_the_timeout():
    with Server(Script(healthy(orders=[READ_ONLY]))) as server:
        began = time.monotonic()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            connect(server.port, timeout=30).close()

    assert time.monotonic() - began < 10  # not the 30 s that it would wait


def test_a_taken_id_of_our_own_is_replaced_by_the_next():
    tried = []

    def first_is_taken(fields):
        tried.append(int(fields[2]))
        return [IN_USE] if len(tried) == 1 else started()

    with Server(Script(healthy(start=first_is_taken))) as server, connect(server.port) as tws:
        assert tws.client_id == tried[1] and tried[0] != tried[1]
        assert set(tried) <= set(RANGE)


def test_an_id_that_was_asked_for_is_never_changed_and_a_free_one_is_named():
    seven_is_taken = Script(healthy(start=lambda fields: [IN_USE] if fields[2] == "7" else started()))
    with Server(seven_is_taken) as server, pytest.raises(ConnectError) as caught:
        connect(server.port, client_id=7)

    assert caught.value.cause == "client-id-in-use"
    assert "Client id 7" in str(caught.value)
    assert any("client_id=3" in step for step in caught.value.fix)


@pytest.mark.second
def test_an_id_in_use_at_a_real_server_too():
    with simulate() as sim, connect(sim.port, client_id=5, timeout=4):
        with pytest.raises(ConnectError) as caught:
            connect(sim.port, client_id=5, timeout=4)
        connect(sim.port, client_id=6, timeout=4).close()
        connect(sim.port, client_id=6, timeout=4).close()  # a clean close frees it at once

    assert caught.value.cause == "client-id-in-use"


@pytest.mark.second
@pytest.mark.parametrize("version", [157, 176, 200])
def test_a_simulated_tws_of_any_version_is_connected_to(version):
    with simulate(server_version=version) as sim, connect(sim.port, timeout=4) as tws:
        assert tws.server_version <= version
        assert tws.kind == "simulated"
        assert tws.ib.positions() and tws.ib.portfolio() and tws.ib.accountValues()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"port": 0}, "1 to 65535"),
        ({"host": "http://x"}, "host"),
        ({"client_id": -1}, "client_id"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"readonly": "no"}, "readonly"),
        ({"account": ""}, "account"),
        ({"allow_live": "U1234567"}, "readonly=False"),
        ({"backend": "ibapi"}, "backend"),
    ],
)
def test_bad_arguments_fail_before_anything_is_sent(arguments, words):
    with Server(silence) as server:
        with pytest.raises(BadInput, match=words):
            open_connection(Connection, **({"port": server.port} | arguments))
        assert server.connections == 0


@pytest.mark.parametrize("arguments", [{"account": "DU7654321"}, {"allow_live": "U7654321", "readonly": False}])
def test_an_account_that_the_log_in_lacks_is_refused(arguments):
    with Server(Script(healthy())) as server, pytest.raises(BadInput) as caught:
        connect(server.port, **arguments)

    assert "DU***001" in str(caught.value) and "7654321" not in str(caught.value)


def test_a_new_connection_works_after_every_failure():
    with Server(Script(healthy())) as server:
        for _ in range(3):
            with pytest.raises(ConnectError):
                connect(free_port())
            with connect(server.port) as tws:
                assert tws.is_connected()


def test_where_warnings_are_errors_no_session_is_left_behind():
    with Server(Script(healthy(positions=[]))) as server, warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(SetupWarning):
            connect(server.port)
