"""Bars that are kept: one symbol's month of a large store, and the whole of it by Dask, beside Parquet by pandas."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from benchmarks.rows import tell

import ibnb
from ibnb.history.columns.bars import Bars
from ibnb.history.store.series import Series, span_of
from ibnb.history.store.store import Store

pytestmark = [pytest.mark.benchmark_peer, pytest.mark.timeout(600)]
SYMBOLS, YEARS = 100, 5
BEGIN, END = 1_609_459_200, 1_767_225_600  # 2021 to 2025, UTC


def best(work: Callable[[], Any], rounds: int = 5) -> float:
    """Return the shortest of some runs, in seconds: the others measure the machine's other work."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store of 100 symbols times 5 years of minutes, some 49 million bars."""
    store = ibnb.store(tmp_path_factory.mktemp("large"))
    chance = np.random.default_rng(1)
    for number in range(SYMBOLS):
        series = Series(1 + number, f"S{number:03}", "1 min", "TRADES", True)
        kept = store.kept(series, {"zone": "America/New_York"})
        for month in series.parts_between(BEGIN, END):
            low, high = span_of(month)
            starts = low + 60 * np.arange(21 * 390, dtype=np.int64)
            close = np.round(100 * np.exp(np.cumsum(chance.normal(0, 0.0005, len(starts)))), 2)
            volume = chance.integers(100, 9_000, len(starts)).astype(np.float64)
            kept.add(Bars(starts, close, close, close, close, volume, close, np.full(len(starts), 9)), (low, high))
    return store


def test_one_symbols_month_of_a_large_store(large: Store, benchmark: Any) -> None:
    low, high = span_of("2024-05")
    kept = large.kept(Series(50, "S049", "1 min", "TRADES", True))

    ours = best(lambda: kept.read(low, high).frame("America/New_York", daily=False))
    filters = [("symbol", "==", "S049"), ("month", "==", "2024-05")]
    peer = best(lambda: pd.read_parquet(large.path / "bars", filters=filters), 2)

    what = f"one symbol's month of {SYMBOLS} times {YEARS} years"
    tell(benchmark, what, ours, peer, 0.1, beside="pd.read_parquet with filters")
    assert len(kept.read(low, high)) == 21 * 390
    assert ours < 0.05


@pytest.mark.filterwarnings("default")
def test_the_whole_store_by_dask_with_one_worker_and_with_two(large: Store, benchmark: Any) -> None:
    import distributed

    def seconds(workers: int) -> float:
        with (
            distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
            ) as cluster,
            distributed.Client(cluster),
        ):
            bars = large.dask(columns=["close", "volume", "symbol"])
            bars.get_partition(0).compute()  # workers import what they need
            start = time.perf_counter()
            grouped = bars.groupby("symbol", observed=True)
            found = grouped.agg({"close": "mean", "volume": "sum"}, split_out=1).compute()
            assert len(found) == SYMBOLS
            return time.perf_counter() - start

    times = [(seconds(1), seconds(2)) for _ in range(2)]  # in turns: the machine has other work, too
    one, two = (min(column) for column in zip(*times, strict=True))

    assert tell(benchmark, "the whole store by Dask, two workers", two, one, 0.51, beside="one worker") < 1 / 1.2
