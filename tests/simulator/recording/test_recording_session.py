"""A session recorded through the proxy and played back: bytes untouched, accounts replaced, the answers the same."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from simulator.talker import AAPL, Talker, ask_bars
from waiting import until

from ibnb.errors import SimulatorError
from ibnb.simulator.listener import Listener
from ibnb.simulator.market import Clock
from ibnb.simulator.recording.proxy import Proxy
from ibnb.simulator.recording.replay import Replay
from ibnb.simulator.recording.script import scripts
from ibnb.simulator.recording.tape import TapeWriter, read_tape
from ibnb.simulator.world import build_world
from ibnb.wire.ids import Request, Response

Serve = Callable[..., Any]
Host = Callable[[Any], int]


@pytest.fixture
def host() -> Iterator[Host]:
    """Return a function that listens for a proxy or a replay, and returns the port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    hosted: list[tuple[Listener, Any]] = []

    async def listen(served: Any) -> int:
        listener = Listener("127.0.0.1")
        listener.serve(served)
        hosted.append((listener, served))
        return await listener.open(0)

    async def end() -> None:
        for listener, served in hosted:
            listener.close()
            served.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    yield lambda served: asyncio.run_coroutine_threadsafe(listen(served), loop).result(5)
    asyncio.run_coroutine_threadsafe(end(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


def _session(talker: Talker, shift: int = 0) -> dict[str, Any]:
    """Ask for a few things at once, as clients do, and return what came by what was asked."""
    talker.send(Request.POSITIONS)
    talker.send(Request.ACCOUNT_SUMMARY, request_id=7 + shift, group="All", tags="NetLiquidation,AccountType")
    ask_bars(talker, 8 + shift)
    talker.send(Request.CONTRACT_DETAILS, request_id=9 + shift, **AAPL)
    talker.send(Request.CONTRACT_DETAILS, request_id=10 + shift, **{**AAPL, "symbol": "MSFT"})
    wanted = {
        Response.POSITION_END,
        Response.ACCOUNT_SUMMARY_END,
        Response.HISTORICAL_DATA_END,
        Response.CONTRACT_DATA_END,
    }
    seen: list[Any] = []
    while sum(message.id in wanted for message in seen) < 5:
        seen.append(talker.read())
    found: dict[str, Any] = {}
    for message in seen:
        key = message.values.pop("request_id", shift) - shift
        found.setdefault(f"{Response(message.id).name} {key}", []).append(message.values)
    return found


def _record(
    serve: Serve, host: Host, path: Path, *scenarios: str, **settings: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Record one session; return what came straight from the TWS and what came through the proxy."""
    running = serve(*scenarios, **settings)
    straight = _session(running.talk(1))
    tape = TapeWriter(path)
    port = host(Proxy("127.0.0.1", running.port, tape))
    with Talker(port, 2) as talker:
        through = _session(talker)
    assert until(lambda: '"closed"' in path.read_text())
    tape.close()
    return straight, through


def test_a_proxy_changes_nothing_and_a_recording_has_no_account_number(
    serve: Serve, host: Host, tmp_path: Path
) -> None:
    path = tmp_path / "session.jsonl"
    stopped = build_world(clock=Clock(start=1_795_000_000, speed=0))  # prices move, and both are to see the same

    straight, through = _record(serve, host, path, world=stopped)

    assert through == straight
    text = path.read_text()
    assert "DU1234567" not in text
    assert "DU9000001" in text
    rows = [json.loads(line) for line in text.splitlines()]
    assert rows[0]["ibnb_recording"] == 1
    assert [row["direction"] for row in rows[1:5]] == ["hello", "version", "request", "response"]
    assert {row["server_version"] for row in rows[2:]} == {200}
    assert [row["at"] for row in rows[1:]] == sorted(row["at"] for row in rows[1:])
    assert sys.platform == "win32" or path.stat().st_mode & 0o077 == 0


def test_a_recording_is_played_back_to_a_client_with_other_request_ids(
    serve: Serve, host: Host, tmp_path: Path
) -> None:
    path = tmp_path / "session.jsonl"
    _, recorded = _record(serve, host, path)
    replay = Replay(scripts(read_tape(path)), speed=50)

    with Talker(host(replay), client_id=44) as talker:
        played = _session(talker, shift=1000)

    assert talker.begun[0].values == {"accounts": "DU9000001"}
    for rows in recorded.values():
        for row in rows:
            if row.get("account") == "DU1234567":
                row["account"] = "DU9000001"
    assert played == recorded


def test_the_same_arguments_find_their_own_answers_in_any_order(serve: Serve, host: Host, tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    _record(serve, host, path)
    port = host(Replay(scripts(read_tape(path)), speed=50))

    with Talker(port) as talker:
        for request_id, symbol in ((1, "MSFT"), (2, "AAPL"), (3, "NVDA")):
            talker.send(Request.CONTRACT_DETAILS, request_id=request_id, **{**AAPL, "symbol": symbol})
        found = [talker.until(Response.CONTRACT_DATA)[-1].values for _ in range(3)]

    by_id = {each["request_id"]: each["symbol"] for each in found}
    assert by_id[1] == "MSFT"
    assert by_id[2] == "AAPL"
    assert by_id[3] in ("MSFT", "AAPL")  # never recorded: the last answer of its kind


@pytest.mark.second
def test_recorded_timing_is_kept_and_can_be_sped_up(serve: Serve, host: Host, tmp_path: Path) -> None:
    path = tmp_path / "slow.jsonl"
    _record(serve, host, path, "delayed:request=POSITIONS,seconds=1.5")
    tape = scripts(read_tape(path))
    seconds = []

    for speed in (1, 50):
        with Talker(host(Replay(tape, speed))) as talker:
            begun = time.monotonic()
            talker.send(Request.POSITIONS)
            talker.until(Response.POSITION_END)
            seconds.append(time.monotonic() - begun)

    assert seconds[0] > 1.4 > seconds[1]


def test_a_client_that_goes_as_the_recording_ends_is_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    tape = TapeWriter(path)
    proxy = Proxy("127.0.0.1", 1, tape)

    proxy.close()
    tape.close()
    proxy.note(1, "closed", 200, b"client")

    assert len(path.read_text().splitlines()) == 1, "that it is a recording"


def test_what_was_not_recorded_is_told(serve: Serve, host: Host, tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    _record(serve, host, path)

    with Talker(host(Replay(scripts(read_tape(path))))) as talker:
        talker.send(Request.EXECUTIONS, request_id=5)
        refused = talker.error(request_id=5).values

    assert refused["code"] == 321
    assert "EXECUTIONS" in refused["message"]


@pytest.mark.second
def test_a_refused_client_id_is_recorded_with_its_end(serve: Serve, host: Host, tmp_path: Path) -> None:
    path = tmp_path / "refused.jsonl"
    running = serve("client-id-in-use")
    tape = TapeWriter(path)
    port = host(Proxy("127.0.0.1", running.port, tape))
    with Talker(port, start=False) as talker:
        talker.send(Request.START_API, client_id=1)
        assert talker.is_closed()
    tape.close()

    with Talker(host(Replay(scripts(read_tape(path)))), start=False) as again:
        begun = time.monotonic()
        again.send(Request.START_API, client_id=1)
        refused = again.error().values
        assert again.is_closed()

    assert refused["code"] == 326
    assert time.monotonic() - begun > 0.5


def test_a_client_that_offers_other_versions_is_turned_away(
    serve: Serve, host: Host, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "session.jsonl"
    _record(serve, host, path)

    with pytest.raises((EOFError, ConnectionError)):
        Talker(host(Replay(scripts(read_tape(path)))), version=176)

    assert "speaks server version 200" in caplog.text


def test_no_tws_behind_the_proxy_closes_the_client(host: Host, free_port: int) -> None:
    with pytest.raises((EOFError, ConnectionError)):
        Talker(host(Proxy("127.0.0.1", free_port)))


def test_a_full_disk_ends_the_recording_and_not_the_session(
    serve: Serve, host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    class Full:
        def write(self, record: Any) -> None:
            raise OSError(28, "No space left on device")

    with Talker(host(Proxy("127.0.0.1", serve().port, Full()))) as talker:
        assert _session(talker)

    assert caplog.text.count("No space left") == 1


def test_bytes_that_are_no_frames_pass_all_the_same(serve: Serve, host: Host, tmp_path: Path) -> None:
    import socket

    running, tape = serve("not-tws:protocol=ssh"), TapeWriter(tmp_path / "ssh.jsonl")
    with socket.create_connection(("127.0.0.1", host(Proxy("127.0.0.1", running.port, tape))), timeout=5) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert client.recv(100).startswith(b"SSH-2.0")
        assert client.recv(100) == b""
    tape.close()

    assert {record.direction for record in read_tape(tmp_path / "ssh.jsonl")} >= {"unreadable"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no session"),
        ("{}\n", "line 1"),
        ('{"ibnb_recording": 9}\n', "another version"),
        ('{"ibnb_recording": 1}\n{"at": 0}\n', "line 2"),
        ('{"ibnb_recording": 1}\nnonsense\n', "line 2"),
        ('{"ibnb_recording": 1}\n', "no session"),
        (
            '{"ibnb_recording": 1}\n{"at":0,"connection":1,"direction":"version","server_version":203,'
            '"fields":["203","x"]}\n',
            "203",
        ),
    ],
)
def test_what_is_no_recording_is_refused_with_the_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text(text)

    with pytest.raises(SimulatorError, match=says):
        scripts(read_tape(path))


def test_a_recording_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    path.write_text("mine")

    with pytest.raises(SimulatorError, match="there already"):
        TapeWriter(path)
    assert path.read_text() == "mine"
