"""Seventy days and a year of minutes from the request to the frame: ours in many planned requests, kept in the store.

The client asks for seventy days in one request, for a year month by month, as scripts do. A request of ours brings a
session or two, as TWS's table of step sizes has it: from some 45 requests in a second on, both clients wait for TWS's
limit of 50 messages, and a year takes 68.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from benchmarks.quick_tws import quick_tws
from benchmarks.rows import best_in_turns, tell

import ibnb

pytestmark = [pytest.mark.benchmark_peer, pytest.mark.timeout(600)]
DAYS: dict[str, Any] = {"start": "2025-12-16", "end": "2026-03-27", "bar_size": "1 min"}
YEAR: dict[str, Any] = {"start": "2025-01-02", "end": "2025-12-31", "bar_size": "1 min"}
#: Seconds between two looks, so that the limit of messages a second is met by neither of its own making.
PAUSE = 1.2
ROUNDS = 7


@pytest.fixture(scope="module")
def tws() -> Iterator[ibnb.Session]:
    with quick_tws() as session:
        yield session


@dataclass
class Found:
    """Seconds: without a store, with a new one, with one that has all; the client's own, and the files' bare read."""

    bare: float
    first: float
    again: float
    theirs: float
    read: float
    frame: pd.DataFrame


def measured(tws: ibnb.Session, folder: Path, wanted: dict[str, Any], asked: list[tuple[str, str]]) -> Found:
    """Measure one range; `asked` are the ends and durations of the client's own requests."""
    from ib_insync import Stock, util

    apple = Stock("AAPL", "SMART", "USD")
    tws.contracts(apple)
    stores = count()

    def ours(store: Path | bool) -> pd.DataFrame:
        return tws.history(apple, **wanted, store=store, progress=False)

    async def theirs(ib: Any) -> pd.DataFrame:
        answers = [await ib.reqHistoricalDataAsync(apple, *each, "1 min", "TRADES", True) for each in asked]
        return pd.concat([util.df(bars) for bars in answers])

    frame, full = ours(False), folder / "full"
    peers = tws.run(theirs)  # and the program between has it all
    assert ours(full)["close"].tolist() == frame["close"].tolist()
    peers = peers[peers["date"] >= frame.index[0]].drop_duplicates("date")  # months overlap
    assert peers["close"].tolist() == frame["close"].tolist()
    files: Any = sorted(map(str, full.rglob("*.parquet")))  # pandas takes a list, its types do not
    assert len(pd.read_parquet(files, partitioning=None)) == len(frame)

    bare, first, slow = best_in_turns(
        lambda: ours(False),
        lambda: ours(folder / str(next(stores))),
        lambda: tws.run(theirs),
        rounds=ROUNDS,
        pause=PAUSE,
    )
    again, read = best_in_turns(
        lambda: ours(full), lambda: pd.read_parquet(files, partitioning=None), rounds=3 * ROUNDS
    )
    return Found(bare, first, again, slow, read, frame)


@pytest.fixture(scope="module")
def days(tws: ibnb.Session, tmp_path_factory: pytest.TempPathFactory) -> Found:
    return measured(tws, tmp_path_factory.mktemp("days"), DAYS, [("20260327 23:59:59 US/Eastern", "70 D")])


@pytest.fixture(scope="module")
def year(tws: ibnb.Session, tmp_path_factory: pytest.TempPathFactory) -> Found:
    ends = pd.date_range("2025-01-31", "2025-12-31", freq="ME")
    asked = [(f"{end:%Y%m%d} 23:59:59 US/Eastern", "1 M") for end in ends]
    return measured(tws, tmp_path_factory.mktemp("year"), YEAR, asked)


def test_seventy_days_without_the_store(benchmark: Any, days: Found) -> None:
    what = "seventy days of minutes without the store"
    assert tell(benchmark, what, days.bare, days.theirs, 1 / 15, beside="ib_insync") < 1 / 12


def test_seventy_days_with_the_store(benchmark: Any, days: Found) -> None:
    what = "seventy days of minutes with the store"
    tell(benchmark, what, days.first, days.theirs, 1 / 15, beside="ib_insync", bars=len(days.frame))


def test_seventy_days_with_the_store_beside_without(benchmark: Any, days: Found) -> None:
    what = "seventy days of minutes with the store"
    assert tell(benchmark, what, days.first, days.bare, 1.5, beside="without it") < 3


def test_a_year_with_the_store(benchmark: Any, year: Found) -> None:
    requests = year.frame.attrs["requests"]
    what = "a year of minutes with the store, first time"
    tell(benchmark, what, year.first, year.theirs, 1 / 15, beside="ib_insync", requests=requests)


def test_a_year_with_the_store_beside_without(benchmark: Any, year: Found) -> None:
    what = "a year of minutes with the store, first time"
    assert tell(benchmark, what, year.first, year.bare, 1.5, beside="without it") < 2


def test_a_year_the_second_time(benchmark: Any, year: Found) -> None:
    what = "a year of minutes, second time"
    beside = "pd.read_parquet of the same files"
    assert tell(benchmark, what, year.again, year.read, 1.3, beside=beside, bars=len(year.frame)) < 3
