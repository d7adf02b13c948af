"""A board of a hundred contracts at twenty updates a second, in a kernel that answers cells, beside ib_insync's way.

The simulator counts what it sent; both sides are measured in processes of their own, by the CPU time they took.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from ibnb.simulator.market import Clock, Market

HERE = Path(__file__).resolve().parent
CONTRACTS, UPDATES = 100, 20
SECONDS, RUN_UP, PEER_SECONDS = 60.0, 10.0, 20.0
#: How old a frame may be, how long a cell may take, and how much memory may come and go, beside what pandas caches.
OLDEST, LONGEST, SWING = 0.25, 0.05, 8e6

SETUP = """
import time, ibnb
tws = ibnb.connect(port={port}, client_id=11, timeout=20)
board = tws.watch({con_ids}, timeout=30)
board
"""


class Server:
    """The simulator, which counts."""

    def __init__(self) -> None:
        command = [sys.executable, str(HERE / "live_server.py")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def tell(self, command: str) -> Any:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def sent(self, client_id: int) -> list[tuple[float, int]]:
        """Return how many ticks had been sent to a client by each moment."""
        return [(moment, count) for moment, count in self.tell("sent")[str(client_id)]]


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server()
    yield served
    served.process.communicate(timeout=20)  # which closes its input, and so ends it


class Kernel:
    """A Jupyter kernel of the test's own, asked as a front end asks it."""

    def __init__(self, environment: dict[str, str]) -> None:
        from jupyter_client.manager import KernelManager

        self._manager = KernelManager(kernel_name="python3")
        self._manager.start_kernel(env=environment)
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)
        self.process = psutil.Process(self._manager.provisioner.pid)

    def run(self, code: str, timeout: float = 60) -> tuple[str, float]:
        """Run a cell; return the text of its result, and the seconds until the kernel answered."""
        began = time.monotonic()
        asked = self._client.execute(code)
        while True:
            reply = self._client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == asked:
                break
        seconds = time.monotonic() - began
        assert reply["content"]["status"] == "ok", reply["content"]
        return self._result_of(asked), seconds

    def _result_of(self, asked: str) -> str:
        result = ""
        while True:
            message = self._client.get_iopub_msg(timeout=30)
            self.painted += message["msg_type"] == "comm_msg"
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "execute_result":
                result = str(message["content"]["data"].get("text/plain", ""))
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return result

    painted = 0

    def close(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(tmp_path: Path, isolated_jupyter: Callable[[Path], dict[str, str]]) -> Iterator[Kernel]:
    started = Kernel(isolated_jupyter(tmp_path / "home"))
    yield started
    started.close()


def core(process: psutil.Process) -> float:
    """Return the CPU seconds that a process has taken."""
    times = process.cpu_times()
    return float(times.user + times.system)


def con_ids() -> list[int]:
    listings = Market(clock=Clock()).instruments.listings.values()
    return [each.instrument.con_id for each in listings if each.instrument.sec_type == "STK"][:CONTRACTS]


@pytest.mark.timeout(300)
@pytest.mark.benchmark_peer
def test_a_board_of_a_hundred_contracts(benchmark: Any, server: Server, kernel: Kernel) -> None:
    """Nothing lost, never old, in a kernel that answers; then beside the peer, fed by the same server at once."""
    watched = con_ids()
    kernel.run(SETUP.format(port=server.port, con_ids=watched))
    looks: list[tuple[float, int]] = []
    waits: list[float] = []

    def look() -> None:
        text, _ = kernel.run("frame = board.frame; time.time(), int(frame['ticks'].sum()), len(frame)")
        moment, ticks, rows = eval(text)
        assert rows == CONTRACTS
        looks.append((moment, ticks))

    def watch(seconds: float) -> float:
        before, began = core(kernel.process), time.monotonic()
        while time.monotonic() < began + seconds:
            look()
            for _ in range(4):
                time.sleep(0.2)
                waits.append(kernel.run("1 + 1")[1])
        return (core(kernel.process) - before) / (time.monotonic() - began)

    watch(RUN_UP)
    looks.clear()
    waits.clear()
    kernel.painted = 0
    memory = 0

    def watch_all() -> float:
        nonlocal memory
        first = watch(SECONDS / 2)
        memory = kernel.process.memory_info().rss  # by now as many ticks are kept as will be
        return (first + watch(SECONDS / 2)) / 2

    alone = benchmark.pedantic(watch_all, rounds=1)
    swing = kernel.process.memory_info().rss - memory
    painted = kernel.painted
    rate = (looks[-1][1] - looks[0][1]) / (looks[-1][0] - looks[0][0]) / CONTRACTS
    ours, peer = _side_by_side(server, watched)

    server.tell("freeze")
    time.sleep(0.5)
    look()
    line = server.sent(11)
    assert looks[-1][1] == line[-1][1], "ticks were lost"
    moments = [moment for moment, _ in line]
    ages = [moment - moments[bisect_left([count for _, count in line], ticks + 1)] for moment, ticks in looks[:-1]]
    waits.sort()
    benchmark.extra_info.update(
        alone_core=round(alone, 3),
        ours_core=round(ours, 3),
        peer_core=round(peer, 3),
        ratio=round(peer / ours, 1),
        ticks=looks[-1][1],
        ticks_a_second_and_contract=round(rate, 1),
        oldest_frame_ms=round(max(ages) * 1000),
        cell_ms_median=round(waits[len(waits) // 2] * 1000, 1),
        cell_ms_95=round(waits[int(len(waits) * 0.95)] * 1000, 1),
        memory_swing_mb=round(swing / 1e6, 1),
        repaint_messages_a_second=round(painted / SECONDS, 1),
    )
    what = f"a board of {CONTRACTS} contracts, each {UPDATES} updates a second"
    kept = {"what": what, "beside": "ib_insync's way", "ours": ours, "peer": peer, "ratio": ours / peer, "target": 0.1}
    benchmark.extra_info.update(kept, unit="of a core")
    print("\n", json.dumps(benchmark.extra_info))
    assert rate >= UPDATES
    assert max(ages) < OLDEST
    assert alone < 0.6
    assert peer >= 3 * ours
    assert waits[int(len(waits) * 0.95)] < LONGEST
    assert swing < SWING


def _side_by_side(server: Server, watched: list[int]) -> tuple[float, float]:
    """Return the shares of a core that ours and the peer take at the same time, fed by the same server."""
    arguments = [str(server.port), str(PEER_SECONDS), *map(str, watched)]
    shares = []
    processes = [
        subprocess.Popen([sys.executable, str(HERE / f"{name}.py"), *arguments], stdout=subprocess.PIPE, text=True)
        for name in ("live_ours", "live_peer")
    ]
    for process in processes:
        told = json.loads(process.communicate(timeout=120)[0])
        assert told["rows"] == CONTRACTS
        shares.append(told["core"])
    return shares[0], shares[1]
