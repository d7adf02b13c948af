"""What clients may do to a server: send nonsense, not read, go away; and what a server keeps of them."""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest
from simulator.talker import AAPL, ask_bars
from waiting import until

from ibnb.simulator.server.connection import outbox
from ibnb.wire.framing import frame
from ibnb.wire.handshake import GREETING, ClientHandshake
from ibnb.wire.ids import Request, Response

Serve = Callable[..., Any]


@pytest.mark.parametrize(
    "payload", [b"", b"\0", b"999\0", b"x\0", b"20\0", b"20\0one\0", b"61", b"\xff\xfe\0", b"71\0" + b"2\0" * 3000]
)
def test_a_malformed_request_gets_320_and_the_connection_lives_on(serve: Serve, payload: bytes) -> None:
    talker = serve().talk()

    talker.raw(frame(payload))

    if not payload.startswith(b"71"):  # starting twice is no error
        assert talker.read().values["code"] == 320
    talker.send(Request.CURRENT_TIME)
    assert talker.read().id == Response.CURRENT_TIME


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.1\r\n\r\n", GREETING + frame(b"hello"), GREETING + b"\x7f\xff\xff\xff"]
)
def test_who_is_no_client_is_closed(serve: Serve, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", serve().port), timeout=5) as client:
        client.sendall(data)
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(100) == b""


def test_versions_that_do_not_meet_are_closed(serve: Serve) -> None:
    with socket.create_connection(("127.0.0.1", serve().port), timeout=5) as client:
        client.sendall(ClientHandshake(201, 226).hello())
        assert client.recv(100) == b""


def test_a_giant_frame_ends_its_connection_and_no_other(serve: Serve) -> None:
    running = serve()
    giant, other = running.talk(1), running.talk(2)

    giant.raw(struct.pack(">I", 2**31 - 1) + b"1\0")

    assert giant.is_closed()
    other.send(Request.CURRENT_TIME)
    assert other.read().id == Response.CURRENT_TIME


def test_a_request_before_the_start_is_told_so(serve: Serve) -> None:
    talker = serve().talk(start=False)

    talker.send(Request.POSITIONS)

    assert talker.read().values["code"] == 504


def test_a_request_in_pieces_is_one_request(serve: Serve) -> None:
    talker = serve().talk()

    for byte in frame(b"61\x001\x00"):
        talker.raw(bytes([byte]))
        time.sleep(0.001)

    assert talker.until(Response.POSITION_END)


def test_a_client_that_does_not_read_is_dropped(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MAX_WAITING", 300_000)
    running = serve(limits=False)
    talker, other = running.talk(1), running.talk(2)
    talker.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

    with contextlib.suppress(ConnectionError):  # dropped while it still asks
        for request_id in range(400):
            ask_bars(talker, request_id, duration="1 W", bar_size="1 min", end=f"20260302-15:00:{request_id % 60:02}")

    assert until(lambda: running.inspect(running.server.ids_in_use) == {2})
    other.send(Request.CURRENT_TIME)
    assert other.read().id == Response.CURRENT_TIME


def test_what_a_scenario_holds_back_is_bounded_too(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MAX_WAITING", 50_000)
    running = serve(limits=False)
    talker = running.talk(1)
    running.switch("trickled:size=1,seconds=0.01")

    ask_bars(talker, 1, duration="1 W", bar_size="1 min")

    assert until(lambda: running.inspect(running.server.ids_in_use) == set())


def test_all_that_ran_for_a_client_ends_with_it(serve: Serve) -> None:
    running = serve("slow:seconds=0.05")
    talker = running.talk()
    talker.send(Request.MKT_DATA, request_id=1, **AAPL)
    talker.send(Request.PNL, request_id=2, account="DU1234567", model_code="")
    talker.until(Response.PNL)
    client = next(iter(running.server.clients))
    talker.send(Request.POSITIONS)
    talker.close()

    assert until(lambda: not running.inspect(lambda: running.server.clients))
    assert running.inspect(lambda: (client.closed, client.streams, running.server.ids_in_use())) == (True, {}, set())


def test_received_requests_are_kept_bounded(serve: Serve) -> None:
    running = serve(limits=False)
    talker = running.talk(7)
    for number in range(150):
        talker.send(Request.MATCHING_SYMBOLS, request_id=number, pattern="X" * 5000)
    talker.until(Response.SYMBOL_SAMPLES, request_id=149)

    kept = running.inspect(lambda: running.server.arrivals.latest(Request.MATCHING_SYMBOLS))

    assert [each["request_id"] for each in kept] == list(range(50, 150))
    assert kept[0]["from_client"] == 7
    assert len(kept[0]["pattern"]) < 1100
