"""The raw probe: every way in which a port can fail to be a TWS, told apart, on real sockets."""

from __future__ import annotations

import asyncio
import http.server
import socket
import ssl
import struct
import threading
from contextlib import suppress

import pytest
from tws.raw_servers import (
    HELLO,
    Server,
    free_port,
    hang_up,
    hang_up_at_once,
    payload,
    reset,
    says,
    silence,
)

from ibnb.tws.reach.endpoints import Endpoint
from ibnb.tws.reach.greeting import ProbeResult
from ibnb.tws.reach.probe import probe
from ibnb.wire.framing import frame


def look(port: int, timeout: float = 1.0, host: str = "127.0.0.1") -> ProbeResult:
    return asyncio.run(probe(Endpoint(host, port), timeout))


def test_a_tws_is_recognised_with_version_and_clock():
    with Server(says(HELLO)) as server:
        result = look(server.port)

    assert result.ok
    assert (result.version, result.server_time) == (176, "20240324 21:18:59 Greenwich Mean Time")


def test_the_simulator_is_recognised_and_no_client_id_is_taken(simulator):
    result = look(simulator.port)

    assert result.ok and result.version == 200


def test_the_answer_may_come_byte_by_byte():
    async def trickle(reader, writer):
        await reader.read(1)
        for place in range(len(HELLO)):
            writer.write(HELLO[place : place + 1])
            await writer.drain()
            await asyncio.sleep(0.002)

    with Server(trickle) as server:
        assert look(server.port).version == 176


@pytest.mark.second
def test_a_slow_tws_is_still_one():
    async def slow(reader, writer):
        await reader.readexactly(17)
        await asyncio.sleep(0.7)
        writer.write(HELLO)
        await asyncio.sleep(5)

    for timeout in (0.9, 2.0):  # with and without the nudge before the answer
        with Server(slow) as server:
            assert look(server.port, timeout=timeout).ok


def test_a_reset_that_is_faster_than_the_news_of_the_connection_is_a_reset():
    """As where a proxy with nothing behind it accepts and resets: connecting itself fails then."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse() -> None:
            with suppress(OSError):
                while True:
                    client, _ = server.accept()
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    client.close()

        threading.Thread(target=refuse, daemon=True).start()
        results = [look(server.getsockname()[1], timeout=4) for _ in range(5)]
        server.shutdown(socket.SHUT_RDWR)

    assert [result.cause for result in results] == ["handshake-reset"] * 5
    assert all("ECONNRESET" in result.evidence for result in results)


@pytest.mark.parametrize(
    ("talk", "cause", "evidence"),
    [
        (hang_up, "handshake-closed", "after our greeting"),
        (hang_up_at_once, "handshake-closed", "before we had sent"),
        (reset, "handshake-reset", "ECONNRESET"),
        (says(HELLO[:9], then_close=True), "handshake-closed", "in the middle of an answer"),
        (says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "not-tws", "HTTP/1.1"),
        (says(b"SSH-2.0-OpenSSH_9.6\r\n", wait=False), "not-tws", "SSH-2.0"),
        (says(b"\x15\x03\x01\x00\x02\x02\x16", then_close=True), "not-tws", "x15"),
        (says(b"-ERR unknown command 'API'\r\n"), "not-tws", "-ERR"),
        (says(b"OK\n", then_close=True), "not-tws", "OK"),
        (says(b"\xff\xff\xff\xff" + b"x" * 5000), "not-tws", "xff"),
        (says(frame(payload("hello", "world", "again"))), "not-tws", "hello"),
        (says(frame(payload(226, "20240324 21:18:59 GMT"))), "not-tws", "226"),
        (says(frame(payload(76, "20140324 21:18:59 GMT"))), "server-too-old", "76"),
        (says(frame(payload(148, "20190324 21:18:59 GMT"))), "server-too-old", "148"),
        (says(frame(payload(4, 2, -1, 503, "The TWS is out of date and must be upgraded."))), "handshake-error", "503"),
        (says(frame(payload(4, -1, 507, "Bad Message Length", "", 1700000000000))), "handshake-error", "507"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_certain_is_told_at_once(talk, cause, evidence):
    with Server(talk) as server:
        result = look(server.port, timeout=30)

    assert result.cause == cause
    assert evidence in result.evidence
    assert result.seconds < 10  # not the 30 s that it would wait


def test_silence_is_told_after_the_deadline():
    with Server(silence) as server:
        result = look(server.port, timeout=1.5)

    assert result.cause == "handshake-silent"
    assert 1 < result.seconds < 10  # not the minute for which the server is silent


def test_who_hangs_up_on_the_nudge_was_silent_before():
    async def particular(reader, writer):
        await reader.readexactly(17)
        await reader.read(1)

    with Server(particular) as server:
        result = look(server.port, timeout=1.5)

    assert result.cause == "handshake-silent"


def test_a_trickle_without_end_meets_the_deadline():
    async def forever(reader, writer):
        writer.write(b"\0\0\xff\xff")
        while True:
            writer.write(b"x")
            await asyncio.sleep(0.01)

    with Server(forever) as server:
        result = look(server.port, timeout=1.5)

    assert result.cause == "handshake-silent"


def test_a_closed_port_is_refused():
    result = look(free_port(), timeout=30)

    assert result.cause == "port-refused" and "ECONNREFUSED" in result.evidence
    assert result.seconds < 10  # not the 30 s that it would wait


def test_a_host_that_swallows_connections_is_unreachable():
    with socket.socket() as full:  # a listener whose queue is full drops further attempts, as a firewall does
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        try:
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(address)
            result = look(address[1], timeout=0.3)
        finally:
            for filler in fillers:
                filler.close()

    assert result.cause == "host-unreachable"


def test_an_unknown_host_is_unresolved():
    result = look(7497, host="no-such-host.invalid", timeout=3)

    assert result.cause == "host-unresolved"
    assert "no-such-host.invalid" in result.evidence


def test_a_name_is_looked_up():
    with Server(says(HELLO)) as server:
        result = look(server.port, host="localhost")

    assert result.ok and result.address == "127.0.0.1"


@pytest.mark.second
def test_a_web_server_that_waits_for_the_end_of_the_line_is_named():
    class Quiet(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            result = look(server.server_port, timeout=1)
        finally:
            server.shutdown()
            thread.join()

    assert (result.cause, result.protocol) == ("not-tws", "HTTP")


def test_a_tls_server_that_hangs_up_on_plain_text_is_named():
    async def tls_only(reader, writer):
        first = await reader.read(1)
        if first == b"\x16":  # a TLS client
            writer.write(b"\x15\x03\x03\x00\x02\x02\x28")
            await writer.drain()
            await asyncio.sleep(0.05)

    with Server(tls_only) as server:
        result = look(server.port)

    assert ssl.HAS_TLSv1_2
    assert (result.cause, result.protocol) == ("not-tws", "TLS")


def test_the_finding_names_host_port_and_protocol():
    with Server(says(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        finding = look(server.port).finding()

    assert f"127.0.0.1:{server.port}" in finding.summary and "HTTP" in finding.summary
