"""What importing costs, beside what a person of ib_insync imports anyway; each in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

PEER = "import ib_insync, pandas"
OURS = "import ibnb"
#: What the first lines of a notebook load: the session with its client, and a table.
USED = "import ibnb; ibnb.connect; ibnb.start; ibnb.schema('positions'); import ib_insync"


def run(code: str) -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def seconds(code: str, rounds: int = 5) -> float:
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        run(code)
        took.append(time.perf_counter() - started)
    return min(took)


@pytest.mark.benchmark_peer
@pytest.mark.parametrize("code", [OURS, USED], ids=["import", "first use"])
def test_import(benchmark: BenchmarkFixture, code: str) -> None:
    empty = seconds("pass")
    peer = seconds(PEER) - empty

    benchmark.pedantic(run, args=(code,), rounds=5, warmup_rounds=1)

    ours = benchmark.stats["min"] - empty
    benchmark.extra_info["ratio to ib_insync and pandas"] = round(ours / peer, 2)
    print(f"\n{code!r}: {ours:.3f} s, {PEER!r}: {peer:.3f} s, ratio {ours / peer:.2f}")
