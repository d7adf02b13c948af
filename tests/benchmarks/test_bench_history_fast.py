"""One message of 100,000 one-minute bars, from its bytes to the frame: beside the client's way, and Arrow alone."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from benchmarks.rows import tell

from ibnb.history.columns.decode import bars_of
from ibnb.tws.client.backend import Backend, load

pytestmark = pytest.mark.benchmark_peer

BARS, VERSION, ROUNDS = 100_000, 176, 15
ZONE = "America/New_York"


def rows() -> list[list[str]]:
    generator = np.random.default_rng(3)
    close = 200 + np.cumsum(generator.normal(0, 0.02, BARS))
    open_, spread = np.roll(close, 1), np.abs(generator.normal(0, 0.05, BARS))
    start = 1_700_000_040 + 60 * np.arange(BARS)
    prices = [open_, np.maximum(open_, close) + spread, np.minimum(open_, close) - spread, close]
    columns = [
        start.astype(str).tolist(),
        *([f"{value:.2f}" for value in column.tolist()] for column in prices),
        generator.integers(100, 900_000, BARS).astype(str).tolist(),
        [f"{value:.3f}" for value in close.tolist()],
        generator.integers(1, 9_000, BARS).astype(str).tolist(),
    ]
    return [list(row) for row in zip(*columns, strict=True)]


@pytest.fixture(scope="module")
def bars() -> list[list[str]]:
    return rows()


@pytest.fixture(scope="module")
def payload(bars: list[list[str]]) -> bytes:
    head = ["17", "7", "20231114-22:14:00", "20240123-08:53:00", str(BARS)]
    return "".join(f"{field}\0" for field in [*head, *(field for row in bars for field in row)]).encode()


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield load()
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture(scope="module")
def theirs(backend: Backend, payload: bytes) -> Callable[[], pd.DataFrame]:
    """Return the client's way: its decoder, its objects, and its `util.df`."""
    ib: Any = backend.new_ib()
    ib.client.decoder.serverVersion = VERSION

    def work() -> pd.DataFrame:
        answer = ib.wrapper.startReq(7)
        ib.client.decoder.interpret(payload.decode(errors="backslashreplace").split("\0")[:-1])
        frame: pd.DataFrame = backend.module.util.df(answer.result())
        return frame

    return work


@pytest.fixture(scope="module")
def arrow_alone(bars: list[list[str]]) -> Callable[[], Any]:
    """Return Arrow's reader on a CSV that was made beforehand."""
    import pyarrow as pa
    from pyarrow import csv

    names = list("abcdefgh")
    kinds = dict.fromkeys(names, pa.float64()) | {"a": pa.int64(), "h": pa.int64()}
    text = pa.py_buffer("".join(",".join(row) + "\n" for row in bars).encode())
    options = csv.ReadOptions(column_names=names), csv.ConvertOptions(column_types=kinds)
    return lambda: csv.read_csv(text, read_options=options[0], convert_options=options[1])


def shortest(*works: Callable[[], Any]) -> list[float]:
    """Return the shortest time of each, taken in turns: what is beyond it, the machine's other work has taken."""
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for place, work in enumerate(works):
            start = time.perf_counter()
            work()
            best[place] = min(best[place], time.perf_counter() - start)
    return best


def peak(work: Callable[[], Any]) -> int:
    """Return the most bytes that were held, Python's and NumPy's and Arrow's, as if their peaks came together."""
    import pyarrow as pa

    work()
    usual = pa.default_memory_pool()
    pool = pa.proxy_memory_pool(usual)
    pa.set_memory_pool(pool)
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] + (pool.max_memory() or 0)
    finally:
        tracemalloc.stop()
        pa.set_memory_pool(usual)


def test_bytes_to_frame(
    payload: bytes,
    theirs: Callable[[], pd.DataFrame],
    arrow_alone: Callable[[], Any],
    backend: Backend,
    benchmark: Any,
) -> None:
    def ours() -> pd.DataFrame:
        return bars_of(payload, VERSION, ZONE).frame(ZONE, daily=False)

    pd.testing.assert_series_equal(ours()["close"], theirs().set_index(ours().index)["close"])

    fast, bare = shortest(ours, arrow_alone)
    slow = min(shortest_of(theirs, 3))
    ratio, beside_arrow = slow / fast, fast / bare
    most, their_most = peak(ours), peak(theirs)
    more = {backend.name: round(slow, 4), "megabytes": round(most / 1e6), "megabytes_peer": round(their_most / 1e6)}
    tell(benchmark, f"bytes to a frame, {BARS:,} bars", fast, bare, 1.3, beside="Arrow's bare parse", **more)

    assert ratio >= 20
    assert beside_arrow <= 2.5
    assert most <= 0.25 * their_most


def shortest_of(work: Callable[[], Any], rounds: int) -> list[float]:
    """Return the times of so many runs."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return times
