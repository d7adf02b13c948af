"""Finding a TWS on the usual ports, here given by the test: paper first, and the nearest failure where none answers."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import pytest
from tws.raw_servers import HELLO, Server, free_port, hang_up, says, silence

from ibnb.tws.reach import discover
from ibnb.tws.reach.endpoints import Endpoint


@pytest.fixture
def usual_ports(monkeypatch):
    """Return a function that puts servers on ports which then count as the usual ones, in order."""
    with ExitStack() as stack:

        def arrange(*talks):
            ports = [free_port() if talk is None else stack.enter_context(Server(talk)).port for talk in talks]
            monkeypatch.setattr(discover, "presets", lambda host: [Endpoint(host, port) for port in ports])
            return ports

        yield arrange


def find(port=None, timeout=0.5):
    return asyncio.run(discover.find("127.0.0.1", port, timeout))


def test_the_first_in_order_is_taken_even_if_it_answers_last(usual_ports):
    async def slow(reader, writer):
        await asyncio.sleep(0.2)
        writer.write(HELLO)
        await asyncio.sleep(1)

    ports = usual_ports(None, slow, says(HELLO))

    result, finding = find(timeout=30)

    assert finding is None and result.endpoint.port == ports[1]


@pytest.mark.parametrize(
    ("talks", "cause", "place"),
    [
        ((None, None), "port-refused", 0),
        ((None, says(b"SSH-2.0-x\r\n", wait=False), hang_up), "handshake-closed", 2),
        ((says(b"HTTP/1.1 400\r\n"), silence), "handshake-silent", 1),
    ],
)
def test_where_none_answers_the_nearest_is_told_with_all_ports(usual_ports, talks, cause, place):
    ports = usual_ports(*talks)

    result, finding = find()

    assert (result.endpoint.port, finding.cause) == (ports[place], cause)
    assert all(str(port) in finding.evidence for port in ports)


def test_all_refused_is_told_at_once(usual_ports):
    usual_ports(None, None, None, None)

    result, finding = find(timeout=30)

    assert finding.cause == "port-refused"
    assert result.seconds < 10  # not the 30 s that it would wait
    assert "7497, 4002, 7496 or 4001" in finding.summary


def test_a_wrong_port_names_the_one_that_answers(usual_ports):
    ports = usual_ports(None, says(HELLO))

    _, finding = find(port=free_port())

    assert finding.cause == "wrong-port"
    assert str(ports[1]) in finding.summary and f"port={ports[1]}" in finding.fix[0]


def test_another_program_on_the_port_keeps_its_cause_and_names_the_tws(usual_ports):
    ports = usual_ports(says(HELLO))
    with Server(says(b"HTTP/1.1 400\r\n")) as web:
        _, finding = find(port=web.port)

    assert finding.cause == "not-tws"
    assert any(f"port={ports[0]}" in step for step in finding.fix)
