"""`ibnb.simulate()`: a process of its own that is started, told, asked, and ended."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from simulator.talker import AAPL, Talker
from waiting import until

import ibnb
from ibnb.errors import BadInput, SimulatorError
from ibnb.simulator import child
from ibnb.simulator.child import Child
from ibnb.wire.ids import Request, Response


@pytest.fixture(scope="module")
def shared() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate() as running:
        yield running


@pytest.fixture
def sim(shared: ibnb.Simulator) -> Iterator[ibnb.Simulator]:
    """Return a running simulator, healthy before and after."""
    yield shared
    shared.scenario()


def test_scenarios_are_switched_and_felt_at_once(sim: ibnb.Simulator) -> None:
    with Talker(sim.port, patience=20) as talker:
        sim.scenario("no-positions", "notice:code=2100,text=one, two")
        talker.send(Request.POSITIONS)
        assert talker.is_silent()

        sim.scenario()
        talker.send(Request.POSITIONS)
        assert talker.until(Response.POSITION_END)


def test_events_are_acknowledged_with_what_they_reached(sim: ibnb.Simulator) -> None:
    with Talker(sim.port, patience=20) as talker:
        assert sim.event("uplink-lost", seconds=0.1, lost=True) == {"clients": 1}
        assert talker.error().values["code"] == 1100
        assert talker.error().values["code"] == 1101


def test_the_port_is_followed(sim: ibnb.Simulator) -> None:
    before = sim.port

    outcome = sim.event("port-changed")

    assert sim.port == outcome["port"] != before
    with Talker(sim.port, patience=20) as talker:
        assert talker.begun


def test_what_was_received_can_be_looked_at(sim: ibnb.Simulator) -> None:
    before = sim.received().get("CONTRACT_DETAILS", 0)
    with Talker(sim.port, client_id=77) as talker:
        talker.send(Request.CONTRACT_DETAILS, request_id=5, **AAPL)

        assert sim.wait_for("contract_details", count=before + 1)

        latest = sim.received_requests("CONTRACT_DETAILS")[-1]
        assert (latest["symbol"], latest["request_id"], latest["from_client"]) == ("AAPL", 5, 77)
        assert sim.clients() == [77]


def test_what_runs_for_each_client_can_be_looked_at(sim: ibnb.Simulator) -> None:
    with ibnb.connect(port=sim.port, client_id=31) as tws, ibnb.connect(port=sim.port, client_id=32):
        with tws.live_bars("EUR.USD", duration="3600 S", what="MIDPOINT"):
            assert sim.running() == {31: {"HISTORICAL_DATA": 1}, 32: {}}
        assert sim.wait_for("CANCEL_HISTORICAL_DATA")
        assert sim.running() == {31: {}, 32: {}}


def test_waiting_for_a_request_does_not_keep_others_from_asking(sim: ibnb.Simulator) -> None:
    count = sim.received().get("FAMILY_CODES", 0) + 1
    came: list[bool] = []
    waiting = threading.Thread(target=lambda: came.append(sim.wait_for("FAMILY_CODES", timeout=10, count=count)))
    waiting.start()

    sim.scenario("slow:seconds=0.01")
    with Talker(sim.port, patience=20) as talker:
        talker.send(Request.FAMILY_CODES)
        waiting.join(5)

    assert came == [True]
    assert sim.wait_for("FAMILY_CODES", timeout=0.05, count=count + 1) is False


@pytest.mark.parametrize(
    "ask",
    [
        lambda sim: sim.scenario("nothing"),
        lambda sim: sim.event("nothing"),
        lambda sim: sim.event("uplink-lost", minutes=3),
    ],
)
def test_what_there_is_not_is_refused_before_it_is_sent(sim: ibnb.Simulator, ask) -> None:
    with pytest.raises(BadInput):
        ask(sim)


def test_a_request_that_there_is_not_is_refused_by_name(sim: ibnb.Simulator) -> None:
    with pytest.raises(SimulatorError, match="FROG"):
        sim.received_requests("FROG")


@pytest.mark.second
def test_it_is_up_soon_and_small(shared: ibnb.Simulator) -> None:
    with ibnb.simulate() as sim, Talker(sim.port, patience=20) as talker:
        talker.send(Request.POSITIONS)
        talker.until(Response.POSITION_END)
        process = psutil.Process(sim.pid)
        spent = process.cpu_times()

        assert spent.user + spent.system < 5  # of work, whatever else the machine does; about 2 s
        assert process.memory_info().rss < 300e6


@pytest.mark.second
def test_another_time_and_a_faster_one() -> None:
    moment = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    with ibnb.simulate(clock=moment, speed=100, limits=False) as sim, Talker(sim.port, patience=20) as talker:
        assert talker.hello.time.startswith("20260302 15:")
        began = time.monotonic()
        talker.send(Request.CURRENT_TIME_IN_MILLIS)
        first = talker.read().values["time"]
        time.sleep(0.3)
        talker.send(Request.CURRENT_TIME_IN_MILLIS)
        passed = talker.read().values["time"] - first
        assert 25_000 < passed < 100_000 * (time.monotonic() - began) + 100


@pytest.mark.second
def test_accounts_are_kept_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    figures = []
    for _ in range(2):
        with ibnb.simulate(state=path, clock=1_772_460_000, speed=0) as sim, Talker(sim.port, patience=20) as talker:
            talker.send(Request.EXECUTIONS, request_id=1)
            figures.append([message.values for message in talker.until(Response.EXECUTION_DATA_END)])

    assert figures[0] == figures[1]
    assert path.stat().st_size > 0


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"clock": "2026-03-02T10:00:00"}, "offset"),
        ({"clock": "yesterday"}, "such as 2026"),
        ({"clock": 5.0}, "2013"),
        ({"speed": -1}, "speed"),
        ({"server_version": 158}, "158"),
    ],
)
def test_what_the_process_refuses_is_told(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(SimulatorError, match=says):
        ibnb.simulate(**settings)


def test_a_clock_without_a_zone_is_refused_at_once() -> None:
    with pytest.raises(BadInput, match="aware"):
        ibnb.simulate(clock=datetime(2026, 3, 2))  # noqa: DTZ001 - that is the point


@pytest.mark.second
def test_another_address_is_warned_about() -> None:
    with pytest.warns(UserWarning, match="Other machines"):
        sim = ibnb.simulate(host="0.0.0.0")
    with sim, Talker(sim.port, patience=20) as talker:
        assert talker.begun


@pytest.mark.second
def test_a_killed_one_says_so(no_leaks: None) -> None:
    sim = ibnb.simulate()
    sim.kill()

    assert not sim.is_running()
    with pytest.raises(SimulatorError, match="has ended"):
        sim.clients()
    sim.close()


@pytest.mark.second
def test_it_ends_with_the_process_that_started_it() -> None:
    code = "import ibnb, os; sim = ibnb.simulate(); print(sim.pid, flush=True); os._exit(1)"
    pid = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30).stdout)

    assert until(lambda: not psutil.pid_exists(pid))


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import time; time.sleep(60)", r"has not come up in 0 s\. It said nothing\."),
        ("raise SystemExit(3)", r"ended at once \(exit code 3\)\. It said nothing\."),
        ("print('hello'); import sys; sys.exit('no memory')", r"ended at once \(exit code 1\)\. no memory"),
    ],
)
def test_one_that_does_not_come_up_says_how(monkeypatch: pytest.MonkeyPatch, program: str, said: str) -> None:
    monkeypatch.setattr(child, "_PROGRAM", ["-c", program])
    if "sleep" in program:
        monkeypatch.setattr(child, "_START_SECONDS", 0.2)
        monkeypatch.setattr(child, "_END_SECONDS", 0.1)
    with pytest.raises(SimulatorError, match=said):
        Child({}).address()
