"""What goes wrong: each a clear error in time, the session or a new one usable afterwards."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from waiting import until

import ibnb
from ibnb.tws.reach import discover
from ibnb.tws.reach.endpoints import Endpoint


@contextmanager
def speaking(answer: bytes | None) -> Iterator[int]:
    """Listen on a port and answer whatever comes with `answer`; None says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        ended = threading.Event()

        def serve() -> None:
            kept = []
            while not ended.is_set():
                try:
                    client, _ = server.accept()
                except TimeoutError:
                    continue
                kept.append(client)
                if answer is not None:
                    client.settimeout(2)
                    client.recv(100)
                    client.sendall(answer)
                    client.close()
            for client in kept:
                client.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            ended.set()
            thread.join()


def test_unknown_symbol(tws: ibnb.Session) -> None:
    with pytest.raises(ibnb.RequestError, match="ZZZZQ") as caught:
        tws.history("ZZZZQ")

    assert caught.value.code == 200
    assert caught.value.cause == "contract-unknown"
    assert caught.value.next_step
    assert len(tws.positions()) > 0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"duration": "-5 D"}, "duration='-5 D'"),
        ({"duration": "400 D"}, "2 Y"),
        ({"duration": "5 fortnights"}, "S \\(seconds\\)"),
        ({"bar_size": "1 sec"}, "1 secs"),
        ({"bar_size": 60}, "as text"),
        ({"what": "TRADE"}, "TRADES"),
        ({"start": "2999-01-01"}, "past"),
        ({"start": "2026-03-02", "end": "2026-03-01"}, "before the end"),
        ({"start": "yesterday evening"}, "start"),
        ({"duration": "1 Y", "bar_size": "1 min"}, "never answers"),
        ({"duration": "1 D", "bar_size": "1 secs"}, "less than a day"),
        ({"what": "ADJUSTED_LAST", "end": "2026-01-02"}, "ADJUSTED_LAST"),
        ({"store": 7}, "store"),
    ],
)
def test_impossible_history_is_refused_before_anything_is_sent(
    simulator: ibnb.Simulator, tws: ibnb.Session, wrong: dict[str, object], named: str
) -> None:
    tws.contracts("AAPL")
    before = simulator.received()

    with pytest.raises(ibnb.BadInput, match=named):
        tws.history("AAPL", **wrong)  # type: ignore[arg-type]

    assert simulator.received() == before


def test_where_any_tws_would_have_done_the_simulator_is_named(free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discover, "presets", lambda host: [Endpoint(host, free_port)])

    with pytest.raises(ibnb.ConnectError, match=r"No TWS at hand\? ibnb.start\(\) takes a simulated one"):
        ibnb.connect()
    with pytest.raises(ibnb.ConnectError) as caught:
        ibnb.connect(port=free_port)

    assert "simulated" not in str(caught.value)


def test_wrong_port_is_said_at_once(free_port: int) -> None:
    started = time.monotonic()

    with pytest.raises(ibnb.ConnectError) as caught:
        ibnb.connect(port=free_port, timeout=30)

    assert caught.value.cause == "port-refused"
    assert caught.value.fix
    assert time.monotonic() - started < 10  # not the 30 s that it would wait


def test_a_port_that_speaks_http() -> None:
    answer = b"HTTP/1.1 400 Bad Request\r\n\r\n"
    with speaking(answer) as port, pytest.raises(ibnb.ConnectError, match="HTTP") as caught:
        ibnb.connect(port=port)

    assert caught.value.cause == "not-tws"


def test_a_silent_port_is_given_up_after_the_timeout() -> None:
    started = time.monotonic()

    with speaking(None) as port, pytest.raises(ibnb.ConnectError) as caught:
        ibnb.connect(port=port, timeout=0.5)

    assert caught.value.cause == "handshake-silent"
    assert time.monotonic() - started < 4  # not the 4 s of the default


@pytest.mark.second
def test_no_account_data_is_an_error_with_its_fix() -> None:
    with ibnb.simulate("no-account-data") as sim:
        with pytest.raises(ibnb.ConnectError) as caught:
            ibnb.connect(port=sim.port, timeout=0.5)
        assert caught.value.cause == "no-account-data"
        assert "Enable ActiveX and Socket Clients" in "\n".join(caught.value.fix)

        sim.scenario("healthy")
        with ibnb.connect(port=sim.port) as tws:
            assert len(tws.positions()) > 0


def test_a_taken_client_id_is_named_and_a_free_one_found(simulator: ibnb.Simulator) -> None:
    with ibnb.connect(port=simulator.port, client_id=321):
        with pytest.raises(ibnb.ConnectError) as caught:
            ibnb.connect(port=simulator.port, client_id=321)
        assert caught.value.cause == "client-id-in-use"
        with ibnb.connect(port=simulator.port) as other:
            assert other.client_id != 321


@pytest.mark.second
def test_tws_killed_in_the_middle_of_a_request() -> None:
    with ibnb.simulate("history-silent") as sim:
        tws = ibnb.connect(port=sim.port)

        def kill_when_asked() -> None:
            if sim.wait_for("HISTORICAL_DATA", 20):
                sim.kill()

        killer = threading.Thread(target=kill_when_asked)
        killer.start()
        with pytest.raises(ibnb.NotConnected):
            tws.history("AAPL", duration="5 D", timeout=3)  # which it waits for TWS, too
        killer.join()
        with pytest.raises(ibnb.NotConnected):
            tws.positions(timeout=0.5)
        tws.close()
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as again:
        assert len(again.positions()) > 0


@pytest.mark.second
def test_a_request_without_an_answer_ends_in_time_and_the_session_goes_on() -> None:
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        sim.scenario("no-positions")
        with pytest.raises(ibnb.RequestTimeout) as caught:
            tws.positions(timeout=0.5)
        assert caught.value.cause == "no-positions"
        assert isinstance(caught.value, TimeoutError)
        sim.scenario("healthy")
        assert len(tws.positions()) > 0


def test_a_session_is_read_only_unless_asked(tws: ibnb.Session) -> None:
    def order(ib: Any) -> object:
        module = tws.backend.module
        return ib.placeOrder(module.Stock("AAPL", "SMART", "USD"), module.MarketOrder("BUY", 1))

    with pytest.raises(ibnb.ReadOnly):
        tws.run(order)
    assert tws.is_connected()


@pytest.mark.second
def test_closing_frees_the_client_id_and_leaves_no_thread(no_leaks: None) -> None:
    with ibnb.simulate() as sim:
        with ibnb.connect(port=sim.port, client_id=9):
            assert sim.clients() == [9]
        assert until(lambda: sim.clients() == [], 2)
