"""`ibnb simulator` as a person runs it: commands by hand, another address, a proxy, a recording, a replay."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from simulator.talker import Talker

from ibnb.wire.ids import Request, Response

Program = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def program() -> Iterator[Program]:
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", "ibnb", "simulator", "--port", "0", *arguments]
        running.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith("listening on "), line
    return int(line.rpartition(":")[2])


def _tell(process: subprocess.Popen[str], line: str) -> str:
    assert process.stdin
    assert process.stdout
    process.stdin.write(line + "\n")
    process.stdin.flush()
    return process.stdout.readline().rstrip("\n")


@pytest.mark.second
def test_commands_are_taken_by_hand_and_acknowledged(program: Program) -> None:
    process = program("--scenario", "no-positions", "--no-limits", "--verbose", "--clock", "2026-03-02T10:00:00-05:00")
    with Talker(_port(process)) as talker:
        assert talker.hello.time.startswith("20260302 15:00")
        assert _tell(process, "scenario noise slow:seconds=0.1") == 'ok ["noise", "slow:seconds=0.1"]'
        assert _tell(process, "event farm-idle") == 'ok {"clients": 1}'
        assert _tell(process, "clients") == "ok [1]"
        assert _tell(process, "jump").startswith("error ")
    process.terminate()
    _, said = process.communicate(timeout=10)

    assert process.returncode == 0
    assert "START_API" in said  # --verbose


@pytest.mark.second
def test_it_goes_on_without_standard_input(program: Program) -> None:
    process = program()
    port = _port(process)
    assert process.stdin
    process.stdin.close()
    process.stdin = None

    with Talker(port, patience=20) as talker:
        assert talker.begun


@pytest.mark.second
def test_another_address_is_warned_about(program: Program) -> None:
    process = program("--host", "0.0.0.0")
    _port(process)
    process.terminate()

    _, said = process.communicate(timeout=10)

    assert "other machines can connect" in said


@pytest.mark.second
def test_a_session_is_recorded_through_the_proxy_then_replayed(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    upstream = program()
    proxy = program("--proxy", f"127.0.0.1:{_port(upstream)}", "--record", str(path))
    with Talker(_port(proxy)) as talker:
        talker.send(Request.POSITIONS)
        recorded = [message.values for message in talker.until(Response.POSITION_END)]
    proxy.terminate()
    assert proxy.communicate(timeout=20)[1] == ""
    assert proxy.returncode == 0

    with Talker(_port(program("--replay", str(path), "--speed", "10"))) as talker:
        talker.send(Request.POSITIONS)
        played = [message.values for message in talker.until(Response.POSITION_END)]

    assert [row.get("position") for row in played] == [row.get("position") for row in recorded]
    assert {row.get("account") for row in played[:-1]} == {"DU9000001"}
    assert all(json.loads(line) for line in path.read_text().splitlines())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--record", "x.jsonl"), "--proxy HOST:PORT"),
        (("--proxy", "nowhere"), "HOST:PORT"),
        (("--proxy", "127.0.0.1:1", "--replay", sys.executable), "without proxy"),
        (("--replay", __file__), "line 1"),
        (("--clock", "noon"), "clock="),
        (("--speed", "-2"), "speed="),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    process = program(*arguments)

    _, said = process.communicate(timeout=20)

    assert process.returncode == 2
    assert says in said
    assert "Traceback" not in said
