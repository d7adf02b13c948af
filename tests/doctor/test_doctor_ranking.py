"""Differential diagnosis: what was seen decides which of several readings comes first, and the steps follow."""

from __future__ import annotations

import pytest
from doctor.answers_of_tws import healthy
from tws.raw_servers import ACCOUNT, Script, Server, payload, started

from ibnb.doctor import diagnose
from ibnb.doctor.check import found
from ibnb.doctor.context import Context
from ibnb.doctor.ranking import rank
from ibnb.doctor.report.report import UNDECIDED
from ibnb.tws.codes.causes import book, describe
from ibnb.tws.reach.endpoints import Endpoint
from ibnb.tws.reach.greeting import ProbeResult
from ibnb.tws.reach.local import Local
from ibnb.tws.reach.local.sockets import Socket, Sockets

BROKEN = payload(4, 2, -1, 2105, "HMDS data farm connection is broken:ushmds", "")


def check_of(name: str, timeout: float = 0.4, **changed):
    with Server(Script(healthy(**changed))) as server:
        return diagnose(port=server.port, timeout=timeout).check(name)


@pytest.mark.parametrize("cause", [name for name, entry in book().items() if entry.readings])
def test_without_clues_the_order_of_the_book_stands_and_no_step_is_lost(cause):
    finding = describe(cause, host="h", port=1, client_id=7, free_id=8, other_id=1, account="DU***001", seconds=1.0)
    fix, others = rank(Context("203.0.113.1", 1, None, 1.0), found(finding))

    assert sorted(fix) == sorted(finding.fix)
    assert len(others) == len(finding.readings) > 1
    assert all(other.why for other in others)
    assert {other.cause for other in others} - {None} <= set(book())


def test_both_lists_of_orders_missing_points_to_a_read_only_api():
    check = check_of("open-orders", orders=[], completed=[])

    assert (check.others[0].cause, check.cause) == ("read-only-api", "no-open-orders")
    assert "completed orders do not come either" in check.others[0].why
    assert "Read-Only API" in check.fix[0]


def test_one_list_alone_speaks_against_it():
    check = check_of("open-orders", orders=[])

    assert check.others[-1].cause == "read-only-api"
    assert "came" in check.others[-1].why and check.fix[0] == "Restart TWS completely."


def context_at(port: int, listener: Socket | None = None) -> Context:
    """Return the context of a run whose port was silent."""
    context = Context("127.0.0.1", port, None, 1.0)
    context.probe = ProbeResult(Endpoint("127.0.0.1", port), "handshake-silent", 1.0)
    context.local = Local(here=True, sockets=Sockets((listener,) if listener else ()))
    return context


@pytest.mark.parametrize("cause", ["handshake-silent", "handshake-closed", "handshake-reset"])
@pytest.mark.parametrize("port", [4003, 4004])
def test_a_port_of_containers_points_to_their_forwarder(cause, port):
    steps, others = rank(context_at(port), found(describe(cause, host="h", port=port, seconds=1.0)))

    assert "4003" in others[0].why or "4004" in others[0].why
    assert "behind it" in steps[0]


def test_a_forwarder_that_listens_explains_silence():
    listener = Socket("0.0.0.0", 4002, 7, "docker-proxy")
    _, others = rank(context_at(4002, listener), found(describe("handshake-silent", host="h", port=4002, seconds=1.0)))

    assert others[0].reason.startswith("A port forwarder") and "docker-proxy" in others[0].why
    _, others = rank(context_at(4002), found(describe("handshake-silent", host="h", port=4002, seconds=1.0)))
    assert others[0].reason.startswith("A dialog")


def test_no_broken_farm_speaks_against_the_farm():
    check = check_of("history", history=[])

    assert check.cause == "history-silent" and check.others[0].why == UNDECIDED
    assert "no broken farm" in check.others[-1].why


def test_a_broken_farm_explains_silence():
    check = check_of("history", history=[], start=started(ACCOUNT, BROKEN))

    assert (check.cause, check.status) == ("farm-broken", "warn")
    assert check.fix == ("As for Data farms: the same cause.",)


def test_several_accounts_explain_missing_values():
    check = check_of("account-updates", values=[], start=started("DU9000001,DU9000002"))

    assert check.cause == "no-account-updates"
    assert check.others[0].cause == "several-accounts"


def test_an_unknown_contract_that_exists_is_maintenance():
    def unknown(fields):
        return [payload(4, 2, fields[2], 200, "No security definition has been found", "")]

    check = check_of("contract", timeout=4, contracts=unknown)

    assert check.others[0].reason.startswith("TWS does not find known contracts")
    assert "EUR.USD is not found either" in check.evidence and "later" in check.fix[0]


def test_who_holds_the_id_is_named():
    import socket

    in_use = [payload(4, 2, -1, 326, "Unable to connect as the client id is already in use.", "")]
    with Server(Script(healthy(start=in_use))) as server, socket.create_connection(("127.0.0.1", server.port)):
        check = diagnose(port=server.port, client_id=7, timeout=1).check("client-id")

    assert check.others[0].reason == "Another program uses this id"
    assert "connected to the port" in check.others[0].why
