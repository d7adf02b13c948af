"""What a new kernel waits for, beside what a person of ib_insync imports anyway; each in a fresh interpreter.

As it is where the package was installed: Python has written the bytecode of all modules before. Both sides are taken in
turns, and the best of as many rounds counts: in seconds, and in those of the processor, which other work on the
machine moves less.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from benchmarks.rows import tell

import ibnb

pytestmark = [pytest.mark.benchmark_peer, pytest.mark.timeout(300)]
ROUNDS = 5
#: Seconds that a first table on the simulator may take in a new kernel.
WANTED = 1.2

NOTHING = "pass"
PEER = "import ib_insync, pandas"
IMPORT = "import ibnb"
#: What the first lines of a notebook load: the session with its client, and a table.
USED = "import ibnb; import ibnb.session, ibnb.tws.connect; ibnb.schema('positions'); import ib_insync"
CONNECTED = "import ibnb; ibnb.connect(port={port}).positions()"
STARTED = "import ibnb; ibnb.start().positions()"


@dataclass
class Cost:
    """The least of some rounds, the interpreter's own start taken off."""

    seconds: float = float("inf")
    cpu: float = float("inf")

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.seconds - other.seconds, self.cpu - other.cpu)


def costs(*codes: str, home: Path, **more: str) -> list[Cost]:
    """Return what each takes; the processor's seconds are those of the process itself and of what it has ended."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": str(home / "bytecode"), "XDG_CACHE_HOME": str(home / "cache"), **more}
    best = [Cost() for _ in codes]
    for number in range(ROUNDS + 1):
        for cost, code in zip(best, codes, strict=True):
            before, began = os.times(), time.perf_counter()
            # Written before the interpreter ends, which closes what was opened: nobody waits for that.
            with subprocess.Popen(
                [sys.executable, "-W", "ignore", "-c", f"{code}\nprint(' done', flush=True)"],
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
            ) as process:
                assert process.stdout is not None
                assert any(line.endswith(" done\n") for line in process.stdout)
                took = time.perf_counter() - began
            after = os.times()
            if number:  # the first has written the bytecode
                cpu = after.children_user + after.children_system - before.children_user - before.children_system
                cost.seconds, cost.cpu = min(cost.seconds, took), min(cost.cpu, cpu)
    return best


def report(benchmark: Any, what: str, ours: Cost, peer: Cost, target: float) -> None:
    cpu = {"processor": round(ours.cpu, 3), "processor_peer": round(peer.cpu, 3)}
    tell(benchmark, what, ours.seconds, peer.seconds, target, beside=PEER, **cpu)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with ibnb.simulate() as sim:
        yield sim.port


def test_import(tmp_path: Path, benchmark: Any) -> None:
    nothing, peer, bare = costs(NOTHING, PEER, IMPORT, home=tmp_path)
    report(benchmark, "import", bare - nothing, peer - nothing, 0.1)
    assert (bare - nothing).cpu < 0.2 * peer.cpu


def test_import_of_what_a_first_table_needs(tmp_path: Path, benchmark: Any) -> None:
    nothing, peer, used = costs(NOTHING, PEER, USED, home=tmp_path)
    report(benchmark, "import of what a first table needs", used - nothing, peer - nothing, 1.15)


def test_connect_to_the_first_table(port: int, tmp_path: Path, benchmark: Any) -> None:
    nothing, peer, ours = costs(NOTHING, PEER, CONNECTED.format(port=port), home=tmp_path)
    report(benchmark, "connect() to the first table", ours - nothing, peer - nothing, 1.15)
    assert ours.cpu < 2 * peer.cpu


@pytest.mark.parametrize("simulator", ["1", ""], ids=["the simulator asked for", "no TWS found"])
def test_start_to_the_first_table(simulator: str, tmp_path: Path, benchmark: Any) -> None:
    """The processor's seconds are of the kernel and of the simulator, which come up side by side."""
    nothing, peer, ours = costs(NOTHING, PEER, STARTED, home=tmp_path, IBNB_SIMULATOR=simulator)
    named = "the simulator asked for" if simulator else "no TWS found"
    took, cpu = ours - nothing, round((ours - nothing).cpu, 3)
    what = f"start() to the first table, {named}"
    tell(benchmark, what, took.seconds, WANTED, 1.0, beside="the seconds wanted", processor=cpu)
    assert ours.cpu < 5 * peer.cpu
