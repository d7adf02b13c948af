"""What lies below the protocol, and what the simulator cannot say, by servers of a few lines."""

from __future__ import annotations

import socket
import time
import warnings

import pytest
from doctor.answers_of_tws import healthy
from tws.raw_servers import (
    ACCOUNT,
    HELLO,
    Script,
    Server,
    free_port,
    hang_up,
    hang_up_at_once,
    payload,
    reset,
    says,
    silence,
    started,
)

from ibnb.doctor import diagnose
from ibnb.errors import ConnectError
from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection
from ibnb.wire.framing import frame

pytestmark = pytest.mark.usefixtures("no_leaks")

#: An address of loopback that nothing else uses: here the usual ports are free.
QUIET = "127.0.0.77"


def notice(code: int, text: str, req_id: object = -1) -> bytes:
    return payload(4, 2, req_id, code, text, "")


LOST = notice(1100, "Connectivity between IB and TWS has been lost.")
MOVED = notice(1300, "TWS socket port has been reset and this connection is being dropped. Reconnect on 4002")

BELOW = {
    "silence": (silence, "handshake-silent"),
    "fin": (hang_up, "handshake-closed"),
    "fin at once": (hang_up_at_once, "handshake-closed"),
    "rst": (reset, "handshake-reset"),
    "http": (says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "not-tws"),
    "tls": (says(bytes.fromhex("15030100020246")), "not-tws"),
    "ssh unasked": (says(b"SSH-2.0-OpenSSH_9.6\r\n", wait=False), "not-tws"),
    "redis": (says(b"-ERR unknown command\r\n"), "not-tws"),
    "one field": (says(frame(payload(176))), "not-tws"),
    "three fields": (says(frame(payload(176, "20240324 21:18:59 GMT", "x"))), "not-tws"),
    "version 76": (says(frame(payload(76, "20190324 21:18:59 GMT"))), "server-too-old"),
    "version 148": (says(frame(payload(148, "20190324 21:18:59 GMT"))), "server-too-old"),
    "error 503": (says(frame(payload(4, 2, -1, 503, "The TWS is out of date."))), "handshake-error"),
    "half a frame": (says(HELLO[:7], then_close=True), "handshake-closed"),
}


@pytest.mark.parametrize("name", BELOW)
def test_doctor_and_connect_name_what_is_below_the_protocol(name):
    talk, cause = BELOW[name]
    with Server(talk) as server:
        report = diagnose(port=server.port, timeout=0.6)
        with pytest.raises(ConnectError) as caught:
            open_connection(Connection, port=server.port, timeout=0.6)

    assert (report.verdict, report.causes, caught.value.cause) == ("fail", (cause,), cause)
    assert report.check("handshake").evidence and report.check("handshake").fix
    assert report.check("api").status == "skip"


@pytest.mark.parametrize("name", ["fin", "fin at once", "rst", "http", "error 503"])
def test_what_is_closed_is_told_at_once(name):
    with Server(BELOW[name][0]) as server:
        report = diagnose(port=server.port, timeout=30)

    assert report.seconds < 10  # not the 30 s that it would wait


def test_a_name_that_leads_nowhere():
    report = diagnose(host="no-such-host.invalid", port=7497, timeout=2)

    assert report.causes == ("host-unresolved",) and report.check("port").status == "fail"


def test_a_host_that_swallows_connections():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        report = diagnose(port=full.getsockname()[1], timeout=0.4)
        for filler in fillers:
            filler.close()

    assert report.causes == ("host-unreachable",)


def test_a_tws_on_another_of_the_usual_ports(host_server):
    with host_server(Script(healthy()), 4002):
        report = diagnose(host=QUIET, port=7497, timeout=30)

    assert report.causes == ("wrong-port",)
    assert report.seconds < 10  # not the 30 s that it would wait
    assert "4002 (Gateway paper)" in report.check("port").summary
    assert "port=4002" in report.check("port").fix[0]


@pytest.mark.parametrize(
    ("port", "account", "causes"),
    [
        (7497, ACCOUNT, ()),
        (7497, "U9000001", ("port-account-mismatch",)),
        (4001, ACCOUNT, ("port-account-mismatch",)),
        (7496, "U9000001", ("live-account",)),
        (4002, "DF9000001", ()),
    ],
)
def test_safety_is_told_by_account_and_port(host_server, port, account, causes):
    with host_server(Script(healthy(start=started(account))), port):
        report = diagnose(host=QUIET, port=port, timeout=30)

    assert report.causes == causes
    assert report.exit_code == 0 and account not in report.json(full=True) + report.text() + report._repr_html_()


@pytest.mark.parametrize(
    ("changed", "cause", "check"),
    [
        ({"start": [LOST]}, "no-uplink", "api"),
        ({"start": started(ACCOUNT, LOST)}, "no-uplink", "uplink"),
        ({"start": started(ACCOUNT, 0.3, LOST), "positions": []}, "no-uplink", "positions"),
        ({"start": started(ACCOUNT, 0.3, LOST), "history": [0.5]}, "no-uplink", "farms"),
        ({"start": started(ACCOUNT, MOVED)}, "no-uplink", "uplink"),
        ({"positions": None}, "start-closed", "account-updates"),
        ({"orders": [notice(321, "Fehler: Die API ist schreibgeschützt.")]}, "read-only-api", "open-orders"),
        ({"prices": lambda f: [notice(10197, "No market data", f[2])]}, "competing-session", "market-data"),
        ({"prices": lambda f: []}, "market-data-silent", "market-data"),
        ({"contracts": lambda f: []}, "contract-silent", "contract"),
        ({"contracts": lambda f: [notice(200, "No security definition", f[2])]}, "contract-unknown", "contract"),
        ({"history": lambda f: [notice(366, "No historical data query found", f[1])]}, "history-silent", "history"),
        ({"history": lambda f: [notice(162, "Sin permisos", f[1])]}, "history-refused", "history"),
    ],
)
def test_what_goes_wrong_after_the_start_early_or_late(changed, cause, check):
    with Server(Script(healthy(**changed))) as server:
        report = diagnose(port=server.port, timeout=0.8)

    assert report.cause == cause
    assert report.check(check).cause == cause


def test_a_port_that_was_changed_is_named():
    with Server(Script(healthy(start=started(ACCOUNT, MOVED)))) as server:
        report = diagnose(port=server.port, timeout=0.8)

    assert "to 4002" in report.check("uplink").summary
    assert "port=4002" in report.check("uplink").fix[0]


@pytest.mark.parametrize("back", [1101, 1102])
def test_servers_that_are_back_are_no_failure(back):
    restored = started(ACCOUNT, LOST, 0.1, notice(back, "Connectivity restored"))
    with Server(Script(healthy(start=restored))) as server:
        report = diagnose(port=server.port, timeout=30)

    assert report.verdict == "pass"


@pytest.mark.second
def test_a_farm_that_flaps_is_no_failure_and_one_that_stays_broken_is_told():
    broken = notice(2103, "Market data farm connection is broken:usfarm.nj")
    healed = notice(2104, "Market data farm connection is OK:usfarm.nj")
    other = notice(2104, "Market data farm connection is OK:eufarm")
    with Server(Script(healthy(start=started(ACCOUNT, broken, 0.4, healed)))) as server:
        flap = diagnose(port=server.port, timeout=30)
    with Server(Script(healthy(start=started(ACCOUNT, broken, 0.1, other)))) as server:
        stands = diagnose(port=server.port, timeout=1)

    assert flap.verdict == "pass"
    assert stands.causes == ("farm-broken",) and "usfarm.nj" in stands.check("farms").evidence


def test_clocks_that_agree_within_what_can_be_seen():
    def told(offset: int) -> Script:
        return Script(healthy(clock=lambda _: [payload(49, 1, int(time.time() + offset))]))

    for offset, causes in ((0, ()), (-1, ()), (1, ()), (4, ("clock-skew",)), (-5, ("clock-skew",))):
        with Server(told(offset)) as server:
            assert diagnose(port=server.port, timeout=30).causes == causes, offset


@pytest.mark.second
def test_a_clock_that_is_not_told_is_no_failure():
    with Server(Script(healthy(clock=[]))) as server:
        report = diagnose(port=server.port, timeout=0.6)

    assert report.verdict == "pass" and report.check("clock").status == "skip"


NASTY = "<script>alert(1)</script>\x1b[31m\x07\u202e" + "x" * 1_000_000


@pytest.mark.parametrize(
    "changed",
    [
        {"start": started(ACCOUNT, notice(1100, NASTY))},
        {"start": [notice(326, NASTY)]},
        {"history": lambda f: [notice(162, NASTY, f[1])]},
        {"prices": lambda f: [notice(354, NASTY, f[2])]},
        {"contracts": lambda f: [notice(200, NASTY, f[2])]},
        {"orders": [notice(321, NASTY)]},
        {"start": started(ACCOUNT, notice(2103, NASTY))},
        {"start": started("U1<b>" + NASTY[:1000])},
    ],
)
def test_text_of_the_server_is_escaped_and_cut(changed):
    with Server(Script(healthy(**changed))) as server:
        report = diagnose(port=server.port, timeout=0.6)

    assert report.verdict != "pass"
    assert "<script" not in report._repr_html_() and "<b>" not in report._repr_html_()
    for shown in (report.text(), report.json(full=True), report._repr_html_()):
        assert not {"\x1b", "\x07", "\u202e"}.intersection(shown)
        assert len(shown) < 60_000


def test_text_of_a_handshake_error_is_escaped_and_cut():
    with Server(says(frame(payload(4, 2, -1, 503, NASTY[:60_000])))) as server:
        report = diagnose(port=server.port, timeout=0.6)

    assert report.cause in ("handshake-error", "not-tws")
    assert "<script" not in report._repr_html_() and len(report.text()) < 10_000


@pytest.mark.parametrize("account", ["U9000001", "DU9000001", "F1234567", "XYZ-ACCOUNT-9", "I7654321"])
def test_no_report_holds_a_whole_account_number(account):
    echo = notice(2103, f"broken for {account}:farm")
    two = healthy(start=started(f"{account},DU7000007", echo), positions=[])
    with Server(Script(two)) as server:
        report = diagnose(port=server.port, account=account, timeout=0.5)

    for shown in (report.text(), report.json(full=True), report._repr_html_(), report.frame.to_csv()):
        assert account not in shown and "DU7000007" not in shown


def test_an_account_that_is_named_is_looked_at():
    two = Script(healthy(start=started("DU9000001,DU9000002")))
    with Server(two) as server:
        named = diagnose(port=server.port, account="DU9000002", timeout=30)
        unknown = diagnose(port=server.port, account="DU9000009", timeout=30)

    assert named.verdict == "pass"
    assert [fields[3] for fields in two.requests(6)] == ["DU9000002"]
    assert unknown.cause == "account-unknown" and "DU***009" in unknown.check("accounts").summary


@pytest.mark.parametrize("later", ["DU7654321", f"{ACCOUNT},DU7654321", ""])
def test_accounts_that_are_listed_once_more_and_otherwise_break_no_check(later):
    with Server(Script(healthy(start=started(ACCOUNT, payload(15, 1, later))))) as server:
        # it comes as soon as the API has started, which may be behind the check
        reports = [diagnose(port=server.port, timeout=3) for _ in range(3)]

    assert {report.verdict for report in reports} == {"pass"}, reports[0].text()
    assert any("another one after it lists" in report.check("accounts").evidence for report in reports)
    assert not any("DU7654321" in report.json(full=True) for report in reports)


def test_steps_that_cure_several_checks_stand_once():
    with Server(Script(healthy(positions=[], updates=[], orders=[]))) as server:
        report = diagnose(port=server.port, timeout=0.5)

    first, *rest = [check for check in report.checks if check.cause == "no-account-data"]
    assert len(first.fix) > 3 and rest
    assert all(check.fix == (f"As for {first.title}: the same cause.",) for check in rest)


def test_nothing_listens_and_nothing_is_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = diagnose(port=free_port())

    assert report.causes == ("port-refused",)
