"""A run as seen from the other side: in time, side by side, no order, and nothing left behind however it ends."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from doctor.answers_of_tws import healthy
from doctor.cases import Case
from doctor.test_doctor_matrix import ORDERS
from tws.raw_servers import Script, Server, free_port, silence, started
from waiting import until

from ibnb.doctor import diagnose
from ibnb.doctor.check import Check, passed
from ibnb.doctor.context import Context
from ibnb.doctor.runner import examine, make_context, run_once

pytestmark = pytest.mark.usefixtures("no_leaks")


def interrupted_after(seconds: float, port: int, **arguments) -> float:
    """Diagnose, press Ctrl-C after so many seconds, and return how long the end took."""
    threading.Timer(seconds, signal.raise_signal, [signal.SIGINT]).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        diagnose(port=port, **arguments)
    return time.monotonic() - began - seconds


@pytest.mark.parametrize("scenario", ["handshake-silent", "start-silent", "no-positions", "history-silent"])
@pytest.mark.parametrize("seconds", [0.3, 0.7])
def test_cut_short_it_leaves_nothing_behind(simulators, scenario, seconds):
    sim = simulators()
    sim.scenario(scenario)

    assert interrupted_after(seconds, sim.port, client_id=77, timeout=30) < 10  # not the 30 s that it would wait

    assert until(lambda: sim.clients() == [])
    assert ORDERS.isdisjoint(sim.received())
    sim.scenario()
    assert diagnose(port=sim.port, client_id=77).verdict == "pass"


@pytest.mark.parametrize("_", range(5))
def test_the_id_is_free_as_soon_as_it_returns(simulators, _):
    sim = simulators()
    diagnose(port=sim.port, client_id=5, timeout=2)

    assert sim.clients() == []


def test_a_healthy_one_passes_in_time(simulators):
    report = diagnose(port=simulators().port, timeout=30)

    assert report.verdict == "pass"
    assert report.seconds < 10  # not the 30 s that it would wait
    for name in ("positions", "account-updates", "open-orders", "executions", "completed-orders"):
        evidence = report.check(name).evidence
        assert " sent, " in evidence and "the end marker after" in evidence and " ms" in evidence


class Timed(Context):
    """A context that keeps when each wait of a run ends at the latest, in seconds from its begin."""

    def begin(self) -> None:
        self.ends: list[float] = []
        super().begin()

    def _keep(self, seconds: float) -> float:
        self.ends.append(time.monotonic() - self._began + seconds)
        return seconds

    def left(self) -> float:
        return self._keep(super().left())

    async def until(self, condition: Callable[[], object], seconds: float) -> bool:
        return await super().until(condition, self._keep(seconds))


SILENT = ["no-account-data", "start-silent", "handshake-silent", "farm-broken"]
SLOW_AND_SILENT = ["slow:seconds=2.2+no-executions", "slow:seconds=2.2+history-silent"]


@pytest.mark.second
@pytest.mark.parametrize("scenario", [*SILENT, *SLOW_AND_SILENT])
def test_any_failure_is_waited_for_less_than_six_seconds(simulators, scenario):
    sim = simulators()
    sim.scenario(*scenario.split("+"))
    context = Timed("127.0.0.1", sim.port, None, timeout=4)
    report = run_once(context)

    assert report.cause == scenario.rpartition("+")[2]
    assert report.seconds > 3 and max(context.ends) < 6  # a farm that is back after three seconds is no failure


@pytest.mark.slow
@pytest.mark.parametrize("scenario", [*SILENT, *SLOW_AND_SILENT])
def test_any_failure_is_told_within_six_seconds(simulators, scenario):
    sim = simulators()
    sim.scenario(*scenario.split("+"))

    assert diagnose(port=sim.port).seconds < 6


def test_what_needs_nothing_of_each_other_runs_side_by_side():
    script = Script({71: started()})  # the API starts, and nothing that is asked then is answered
    asked = {"1", "5", "6", "7", "9", "20", "49", "61", "99"}  # prices, orders, ..., completed orders
    with ThreadPoolExecutor() as pool, Server(script) as server:
        report = pool.submit(diagnose, port=server.port, timeout=60)
        assert until(lambda: asked <= {fields[0] for fields in script.received})

    assert report.result().cause == "start-closed"


def test_results_are_told_in_order_and_as_soon_as_they_stand():
    began, told, released = [], [], asyncio.Event()

    async def first(_context):
        await released.wait()
        return passed("first")

    async def second(_context):
        released.set()
        return passed("second")

    checks = [Check("one", "One", first), Check("two", "Two", second), Check("three", "Three", second, after=("one",))]
    context = Context("127.0.0.1", None, None, 1.0)
    asyncio.run(examine(context, checks, lambda check: began.append(check.id), lambda result: told.append(result.id)))

    assert (began, told) == (["one", "two", "three"], ["one", "two", "three"])


def test_the_time_is_shared_by_all_steps():
    context = make_context(timeout=4)

    assert context.left() == pytest.approx(4, abs=0.1)
    context._began -= 3
    assert context.left() == pytest.approx(2.2, abs=0.1)
    context._began -= 60
    assert context.left() == pytest.approx(0.5, abs=0.1)


@pytest.mark.second
def test_the_clock_is_asked_a_second_time_only_after_a_second():
    script = Script(healthy(clock=[]))
    with Server(script) as server:
        diagnose(port=server.port, timeout=2.4)

    assert 1 <= len(script.requests(49)) <= 2


def test_a_tws_that_vanishes_meanwhile_is_told(simulators):
    sim = simulators()
    sim.scenario("no-positions")
    asked = sim.received()["POSITIONS"]

    def cut() -> None:
        sim.wait_for("POSITIONS", 20, count=asked + 1)
        sim.event("cut")

    cutting = threading.Thread(target=cut)
    cutting.start()
    report = diagnose(port=sim.port, timeout=30)
    cutting.join()

    assert report.cause == "start-closed"
    assert report.seconds < 25  # not the 30 s that it would wait


@pytest.mark.second
def test_a_farm_that_flaps_for_three_seconds_is_no_failure(simulators):
    sim = simulators()
    sim.event("farm-flap", seconds=3)
    report = diagnose(port=sim.port, timeout=30)

    assert report.verdict == "pass" and "2103" in report.check("farms").evidence


def test_servers_that_come_back_meanwhile_are_no_failure(simulators):
    sim = simulators()
    sim.event("uplink-lost", seconds=0.6)

    assert diagnose(port=sim.port, timeout=30).verdict == "pass"


def test_the_help_does_without_what_it_does_not_need():
    code = "import sys; from ibnb.cli import app; app(['doctor', '--help'], standalone_mode=False)"
    heavy = "{'pandas', 'numpy', 'ib_insync', 'rich', 'psutil', 'matplotlib', 'anyio'} & set(sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; assert not {heavy}, {heavy}"], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert "--watch" in done.stdout and "--bundle" in done.stdout


def test_a_refused_port_is_told_at_once():
    assert diagnose(port=free_port(), timeout=30).seconds < 10  # not the 30 s that it would wait


def test_two_at_once_do_not_disturb_each_other(simulators):
    port, reports = simulators().port, []
    threads = [threading.Thread(target=lambda: reports.append(diagnose(port=port))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [report.verdict for report in reports] == ["pass", "pass"]


def test_the_cases_name_only_causes_of_the_book():
    from doctor.cases import FAULTS

    from ibnb.tws.codes.causes import book

    assert {case.cause for case in FAULTS if isinstance(case, Case)} <= set(book())
    with Server(silence) as server:
        assert diagnose(port=server.port, timeout=0.3).cause in book()
