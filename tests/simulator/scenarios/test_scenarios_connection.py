"""Scenarios of reaching a TWS, each seen from the client's side of a real socket."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from simulator.talker import Talker

from ibnb.errors import HandshakeError
from ibnb.wire.handshake import ClientHandshake
from ibnb.wire.ids import Request, Response

Serve = Callable[..., Any]


def _first_bytes(port: int, patience: float = 2.0) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as client:
        client.sendall(ClientHandshake().hello())
        return client.recv(4096)


def test_healthy_starts_with_accounts_id_and_farms_that_are_fine(serve: Serve) -> None:
    begun = serve().talk().begun

    assert [message.id for message in begun] == [15, 9, 4, 4, 4]
    assert [message.values["code"] for message in begun[2:]] == [2104, 2106, 2158]


def test_a_silent_handshake_stays_silent(serve: Serve) -> None:
    with pytest.raises(TimeoutError):
        _first_bytes(serve("handshake-silent").port, 0.3)


def test_a_closed_handshake_ends_without_a_byte(serve: Serve) -> None:
    assert _first_bytes(serve("handshake-closed").port) == b""


def test_a_reset_handshake_is_a_reset(serve: Serve) -> None:
    with pytest.raises(ConnectionResetError):
        _first_bytes(serve("handshake-reset").port)


@pytest.mark.parametrize(
    ("protocol", "begins"),
    [("http", b"HTTP/1.1 400"), ("tls", b"\x15\x03"), ("ssh", b"SSH-2.0"), ("redis", b"-ERR"), ("smtp", b"220 ")],
)
def test_other_programs_speak_their_own(serve: Serve, protocol: str, begins: bytes) -> None:
    assert _first_bytes(serve(f"not-tws:protocol={protocol}").port).startswith(begins)


@pytest.mark.parametrize("scenario", ["server-too-old:version=76", "handshake-error"])
def test_an_answer_that_no_client_can_use(serve: Serve, scenario: str) -> None:
    with pytest.raises(HandshakeError):
        serve(scenario).talk()


@pytest.mark.second
def test_an_id_in_use_is_told_then_closed_after_a_while(serve: Serve) -> None:
    running = serve("client-id-in-use:upto=3")
    talker = running.talk(start=False)
    begun = time.monotonic()

    talker.send(Request.START_API, client_id=3)
    refused = talker.read()

    assert (refused.values["code"], refused.values["request_id"]) == (326, -1)
    assert talker.is_closed()
    assert time.monotonic() - begun > 0.5
    assert running.talk(4).begun[0].id == Response.MANAGED_ACCTS


@pytest.mark.second
def test_an_id_is_really_taken_and_free_again_at_once(serve: Serve) -> None:
    running = serve()
    first = running.talk(5)
    second = running.talk(start=False)

    second.send(Request.START_API, client_id=5)

    assert second.error().values["code"] == 326
    first.close()
    second.is_closed()
    assert running.talk(5).begun


@pytest.mark.second
def test_a_half_open_client_keeps_its_id_for_a_while(serve: Serve) -> None:
    running = serve("half-open:seconds=0.5")
    running.talk(5).close()
    again = running.talk(start=False)

    again.send(Request.START_API, client_id=5)

    assert again.error().values["code"] == 326
    assert again.is_closed()
    assert running.talk(5).begun  # half a second is over: the refusal itself took 0.7


def test_a_start_that_closes_and_one_that_stays_silent(serve: Serve) -> None:
    running = serve("start-closed")
    closed = running.talk(start=False)
    closed.send(Request.START_API, client_id=1)
    assert closed.is_closed()

    running.switch("start-silent")
    silent = running.talk(start=False)
    silent.send(Request.START_API, client_id=1)
    assert silent.is_silent()


@pytest.mark.parametrize(("scenario", "first"), [("no-accounts", ""), ("no-accounts:missing=true", None)])
def test_no_accounts_is_an_empty_list_or_none(serve: Serve, scenario: str, first: str | None) -> None:
    begun = serve(scenario).talk().begun

    assert next((each.values["accounts"] for each in begun if each.id == 15), None) == first
    assert any(message.id == Response.NEXT_VALID_ID for message in begun)


@pytest.mark.parametrize("code", [1100, 2110])
def test_without_uplink_there_is_a_notice_and_nothing_else(serve: Serve, code: int) -> None:
    talker = serve(f"no-uplink:code={code}").talk()

    assert talker.error().values["code"] == code
    talker.send(Request.POSITIONS)
    talker.send(Request.CURRENT_TIME)
    assert talker.read().id == Response.CURRENT_TIME
    assert talker.is_silent()


def test_several_accounts_are_listed_and_the_further_ones_are_empty(serve: Serve) -> None:
    talker = serve("several-accounts:count=3").talk()

    accounts = talker.begun[0].values["accounts"].split(",")
    talker.send(Request.POSITIONS)
    positions = talker.until(Response.POSITION_END)[:-1]
    assert accounts == ["DU1234567", "DU7654321", "DU7654322"]
    assert {row.values["account"] for row in positions} == {"DU1234567"}


def test_other_accounts_are_for_those_who_start_from_then_on(serve: Serve) -> None:
    running = serve()
    before = running.talk(1)
    running.switch("live-account:account=U7777777")
    after = running.talk(2)

    before.send(Request.MANAGED_ACCTS)

    assert before.read().values["accounts"] == "DU1234567"
    assert after.begun[0].values["accounts"] == "U7777777"
    running.switch("healthy")
    assert running.talk(3).begun[0].values["accounts"] == "DU1234567"


def test_an_account_of_the_other_kind_than_the_port(serve: Serve) -> None:
    assert serve("port-account-mismatch").talk().begun[0].values["accounts"] == "U1234567"


def test_a_clock_that_is_wrong_is_wrong_in_the_handshake_too(serve: Serve) -> None:
    talker = serve("clock-skew:seconds=3600").talk()

    talker.send(Request.CURRENT_TIME)
    told = talker.until(Response.CURRENT_TIME)[-1].values["time"]
    hello = datetime.strptime(talker.hello.time[:17], "%Y%m%d %H:%M:%S").replace(tzinfo=UTC)
    assert abs(told - time.time() - 3600) < 30
    assert abs(hello.timestamp() - time.time() - 3600) < 30


def test_a_skewed_clock_in_the_other_direction(serve: Serve) -> None:
    talker = serve("clock-skew:seconds=-90").talk()

    talker.send(Request.CURRENT_TIME_IN_MILLIS)

    assert abs(talker.until(Response.CURRENT_TIME_IN_MILLIS)[-1].values["time"] / 1000 - time.time() + 90) < 30


def test_a_client_that_comes_before_the_world_is_built_waits(sim_world: Any) -> None:
    import asyncio

    from ibnb.simulator.listener import Listener
    from ibnb.simulator.scenarios import Scenarios
    from ibnb.simulator.server.server import Server

    async def late() -> str:
        listener = Listener("127.0.0.1")
        port = await listener.open(0)
        early = asyncio.create_task(asyncio.to_thread(Talker, port))
        await asyncio.sleep(0.1)
        assert not early.done()
        market, books = sim_world
        server = Server(market, books, Scenarios())
        await server.start(listener)
        talker = await early
        talker.close()
        await server.close()
        return talker.begun[0].values["accounts"]

    assert asyncio.run(late()) == "DU1234567"
