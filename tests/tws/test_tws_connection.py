"""A session: what it says of itself, its end, and what stays reachable through it."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
import time

import pytest
from tws.raw_servers import Script, Server, healthy, payload, started

from ibnb.errors import NotConnected
from ibnb.settings import options
from ibnb.simulator.process import simulate
from ibnb.tws import ask
from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection
from ibnb.tws.keeping import keeper


def connect(port, **arguments) -> Connection:
    return open_connection(Connection, port=port, **arguments)


def test_the_repr_says_simulated_and_masks_the_account(session):
    shown = repr(session)

    assert "simulated" in shown and f"client id {session.client_id}" in shown and "read-only" in shown
    assert str(session.server_version) in shown and session.account not in shown and "DU***" in shown


@pytest.mark.parametrize(("account", "word"), [("DU9000001", "paper"), ("U9000001", "LIVE")])
def test_paper_and_live_are_told_by_the_account(account, word):
    with Server(Script(healthy(start=started(account)))) as server, connect(server.port) as tws:
        assert tws.kind == word
        assert word in repr(tws) and word in tws._repr_html_()


def test_masking_can_be_switched_off(session, monkeypatch):
    monkeypatch.setattr(options, "mask", False)

    assert session.account in repr(session)


def test_the_html_has_a_caption_and_row_headings_and_escapes_what_the_server_sent():
    with Server(Script(healthy(start=started("<b>DU1</b>")))) as server, connect(server.port) as tws:
        shown = tws._repr_html_()

    assert "<caption" in shown and 'scope="row"' in shown and "var(--jp-" in shown
    assert "<b>" not in shown


def test_all_of_the_client_is_reachable(session, client):
    async def details(ib):
        return await ib.reqContractDetailsAsync(client.Stock("AAPL", "SMART", "USD"))

    assert session.run(lambda ib: ib.isConnected())
    assert session.run(details)[0].contract.conId == 265598


def test_the_client_is_in_the_state_that_its_own_connect_leaves(session):
    ib = session.ib

    assert ib.isConnected() and ib.client.isReady()
    assert ib.wrapper.clientId == ib.client.clientId == session.client_id
    assert ib.managedAccounts() == list(session.managed_accounts)
    assert ib.positions() and ib.portfolio() and ib.accountValues()
    assert not ib.wrapper._futures and not ib.wrapper._results


def test_a_blocking_call_inside_run_is_explained(session):
    with pytest.raises(RuntimeError) as caught:
        session.run(lambda ib: ib.reqCurrentTime())

    assert "Async" in " ".join(caught.value.__notes__)


@pytest.mark.usefixtures("no_leaks")
def test_after_close_every_call_says_so(simulator):
    tws = connect(simulator.port)
    tws.close()
    tws.close()

    assert not tws.is_connected() and "closed" in repr(tws)
    with pytest.raises(NotConnected):
        tws.run(ask.positions)


@pytest.mark.usefixtures("no_leaks")
def test_a_forgotten_session_frees_its_client_id(simulator):
    tws = connect(simulator.port, client_id=77)
    del tws
    gc.collect()

    connect(simulator.port, client_id=77).close()


@pytest.mark.usefixtures("no_leaks")
def test_ctrl_c_in_a_request_returns_at_once_and_the_session_works():
    answers = iter([[payload(62, 1)], [], [payload(62, 1)]])
    script = Script(healthy(positions=lambda _: next(answers)))
    with Server(script) as server, connect(server.port) as tws:
        threading.Timer(0.1, signal.raise_signal, [signal.SIGINT]).start()
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            tws.run(lambda ib: ask.positions(ib, timeout=30))

        assert time.monotonic() - began < 10  # not the 30 s that it would wait
        assert tws.run(ask.positions) == []
        assert script.requests(64), "the request that nobody waits for was cancelled at TWS"


@pytest.mark.usefixtures("no_leaks")
def test_a_simulator_killed_in_the_middle_of_a_request_is_told_at_once(monkeypatch):
    monkeypatch.setattr(keeper, "CONNECT", (30.0,))  # nobody connects again before the end
    script = Script(healthy())
    script.answers[49] = [0.1]

    def vanish(fields):
        return None

    with Server(script) as server, connect(server.port) as tws:
        script.answers[62] = vanish
        began = time.monotonic()
        with pytest.raises(NotConnected, match="lost"):
            tws.run(lambda ib: ask.account_summary(ib, timeout=30))

        assert time.monotonic() - began < 10  # not the 30 s that it would wait
        assert not tws.is_connected() and "connection lost" in repr(tws)
        with pytest.raises(NotConnected):
            tws.run(ask.positions)


@pytest.mark.second
@pytest.mark.usefixtures("no_leaks")
def test_a_new_session_works_after_the_simulator_was_replaced():
    with simulate() as sim:
        tws = connect(sim.port)
    try:
        with pytest.raises(NotConnected):
            tws.run(lambda ib: ask.positions(ib, timeout=5))
    finally:
        tws.close()

    with simulate() as again, connect(again.port) as fresh:
        assert fresh.run(ask.positions)


def test_the_socket_is_read_while_the_notebook_computes(simulator):
    with connect(simulator.port) as tws:
        before = tws.ib.client._numMsgRecv
        tws._loop.run(lambda: tws.ib.client.reqPositions())
        spin = time.monotonic() + 0.5
        while time.monotonic() < spin:
            sum(range(1000))

        assert tws.ib.client._numMsgRecv > before


def test_several_sessions_live_side_by_side(simulator):
    with connect(simulator.port) as one, connect(simulator.port) as two:
        assert one.client_id != two.client_id
        assert len(one.run(ask.positions)) == len(two.run(ask.positions))


def test_sessions_can_be_made_inside_a_running_loop(simulator):
    async def cell():  # a kernel runs a loop in the main thread, and cells run inside it
        with connect(simulator.port) as tws:
            return tws.run(ask.positions)

    assert asyncio.run(cell())
