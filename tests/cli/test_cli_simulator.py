"""`ibnb simulator` as a real process: it says where it listens, speaks the protocol, and ends cleanly when told."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from ibnb.wire.framing import Deframer
from ibnb.wire.handshake import ClientHandshake

Start = Callable[..., subprocess.Popen[str]]


def _listening_port(process: subprocess.Popen[str]) -> int:
    assert process.stdout
    found = re.fullmatch(r"listening on 127\.0\.0\.1:(\d+)\n", process.stdout.readline())
    assert found
    return int(found[1])


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "ibnb", "simulator", *arguments]
        pipe = subprocess.PIPE
        running.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.second
@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent the POSIX way")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_the_handshake_and_ends_when_told(start: Start, number: signal.Signals) -> None:
    process = start("--port", "0", "--server-version", "176")
    port = _listening_port(process)
    handshake, frames = ClientHandshake(), Deframer()

    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(handshake.hello())
        payloads: list[bytes] = []
        while not payloads:
            payloads = frames.feed(client.recv(4096))
        process.send_signal(number)
        out, error = process.communicate(timeout=20)

    assert handshake.receive(payloads[0]).version == 176
    assert (process.returncode, out, error) == (0, "", "")


def test_the_scenarios_are_listed(start: Start) -> None:
    out, _ = start("--list-scenarios").communicate(timeout=20)

    names = [line.split()[0].partition(":")[0] for line in out.splitlines()]
    assert names[0] == "healthy"
    assert "no-account-data" in names


def test_an_unknown_scenario_is_wrong_usage(start: Start) -> None:
    process = start("--port", "0", "--scenario", "no-such-thing")

    _, error = process.communicate(timeout=20)

    assert process.returncode == 2
    assert "no-such-thing" in error
    assert "healthy" in error
    assert "Traceback" not in error


def test_a_port_in_use_is_named(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start("--port", str(port))
        _, error = process.communicate(timeout=20)

    assert process.returncode in (1, 2)
    assert str(port) in error
    assert "Traceback" not in error
