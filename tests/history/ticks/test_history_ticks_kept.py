"""Ticks that are kept: asked for once, whatever is asked for next, and treated by the store as its bars are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ibnb
from ibnb.ground.progress import Progress
from ibnb.history.columns.ticks import MESSAGES, Ticks, joined, names_of
from ibnb.history.store import parquet, ticks_parquet
from ibnb.history.store.disk import OnDisk, StoreWarning
from ibnb.history.store.kept import MemoryRows, RowStore
from ibnb.history.store.series import TickSeries
from ibnb.history.ticks.job import TickJob
from ibnb.history.ticks.pages import Pages

Interrupt = Callable[[Callable[[Any, Progress], Awaitable[Any]]], None]

BEGIN, DAY = 1_775_136_600, 86_400  # 2 April 2026, 9:30 in New York
RANGE: dict[str, Any] = {"start": "2026-04-02 09:30", "end": "2026-04-02 09:36"}


@pytest.fixture
def pages(simulator: ibnb.Simulator) -> Callable[[], int]:
    """Return how many pages of ticks have been asked for since the test began."""
    before = simulator.received().get("HISTORICAL_TICKS", 0)
    return lambda: simulator.received().get("HISTORICAL_TICKS", 0) - before


def trades(seconds: list[int], what: str = "TRADES") -> Ticks:
    """Return ticks that tell by their values which they are."""
    number = np.arange(len(seconds))
    made: dict[str, Any] = {
        "float64": np.where(number % 5 == 4, np.nan, 100.0 + number),
        "string": np.array([("NYSE", "", "I")[each % 3] for each in number], dtype=object),
        "bool": number % 2 == 0,
    }
    columns = {name: made[kind] for name, kind in names_of(what).items() if name != "time"}
    return Ticks(what, {"time": np.array(seconds, dtype=np.int64), **columns})


@pytest.mark.parametrize("what", list(MESSAGES))
@given(seconds=st.lists(st.integers(0, 4_000_000_000), max_size=30))
@settings(max_examples=20)
def test_a_file_gives_back_what_was_written(
    what: str, seconds: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("file") / "ticks.parquet"
    ticks = trades(sorted(seconds), what)

    ticks_parquet.write(path, ticks)

    assert ticks_parquet.read(path, what).equals(ticks)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    ticks_parquet.write(tmp_path / "ticks.parquet", trades([BEGIN], "MIDPOINT"))

    with pytest.raises(parquet.Unreadable):
        ticks_parquet.read(tmp_path / "ticks.parquet", "TRADES")


class Asked(TickJob):
    """A job whose pages come from a list of ticks, as a TWS gives them; none is asked for that is kept."""

    market: Ticks

    async def _page(self, pages: Pages) -> Ticks:
        self.requests += 1
        at, times = pages.at, self.market.time
        assert not any(low <= (at if pages.forward else at - 1) < high for low, high in self.kept.answered())
        places = np.flatnonzero(times >= at)[: pages.number] if pages.forward else np.flatnonzero(times < at)
        places = places if pages.forward else places[-pages.number :]
        if len(places):  # TWS gives whole seconds
            low, high = times[places[0]], times[places[-1]]
            places = np.flatnonzero((times >= low) & (times <= high))
        return self.market[places]


def asked(market: Ticks, kept: RowStore[Ticks]) -> Asked:
    source: Any = SimpleNamespace(ib=None, what="TRADES", timeout=1.0, now=time.time())  # it is not asked
    job = Asked(source, kept, "America/New_York", number=7)
    job.market = market
    return job


wishes = st.lists(
    st.tuples(st.booleans(), st.integers(-40, 300), st.integers(1, 200), st.one_of(st.none(), st.integers(1, 60))),
    min_size=1,
    max_size=6,
)


@pytest.mark.second
@given(wishes=wishes, seconds=st.lists(st.integers(0, 260), max_size=120), on_disk=st.booleans())
@settings(max_examples=60)
def test_whatever_is_asked_for_after_whatever_all_of_it_comes_and_nothing_twice(
    wishes: list[tuple[bool, int, int, int | None]],
    seconds: list[int],
    on_disk: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    market = trades(sorted(BEGIN + 1_800 * second for second in seconds))  # over five days
    kept: RowStore[Ticks] = MemoryRows(lambda parts: joined("TRADES", parts))
    if on_disk:
        series = TickSeries(1, "A", "TRADES", True)
        kept = OnDisk(tmp_path_factory.mktemp("store"), series, ticks_parquet.files_of("TRADES"))

    for forward, first, length, limit in wishes:
        start, end = BEGIN + 1_800 * first, BEGIN + 1_800 * (first + length)
        inside = market.between(start, end) if forward else market.between(0, end)
        if forward:
            found = asyncio.run(asked(market, kept).forward(start, end, limit))
            assert found.equals(inside if limit is None else inside[:limit])
        else:
            found = asyncio.run(asked(market, kept).backward(end, limit or 20))
            if len(found) < (limit or 20):  # it gives up where for two weeks there is nothing
                assert len(inside) == len(found)
            assert found.equals(inside[len(inside) - len(found) :])
    again = asked(market, kept)
    forward, first, length, limit = wishes[-1]
    if forward and limit is None:
        asyncio.run(again.forward(BEGIN + 1_800 * first, BEGIN + 1_800 * (first + length), limit))
        assert again.requests == 0


def test_a_second_call_asks_for_nothing(tws: ibnb.Session, store: Path, pages: Callable[[], int]) -> None:
    first = tws.ticks("AAPL", **RANGE, store=store)
    before = pages()

    second = tws.ticks("AAPL", **RANGE, store=store)
    part = tws.ticks("AAPL", start="2026-04-02 09:32", end="2026-04-02 09:34", store=store)
    last = tws.ticks("AAPL", end=RANGE["end"], limit=50, store=store)

    assert before == first.attrs["requests"] > 0
    assert pages() == before
    assert second.attrs["requests"] == part.attrs["requests"] == last.attrs["requests"] == 0
    pd.testing.assert_frame_equal(second, first)
    pd.testing.assert_frame_equal(part, first["2026-04-02 09:32":"2026-04-02 09:33:59"])
    pd.testing.assert_frame_equal(last, first[-50:])
    assert second.attrs["complete"] is True


def test_each_kind_has_a_series_of_its_own(tws: ibnb.Session, store: Path) -> None:
    day: dict[str, Any] = {"start": "2026-04-02 10:00", "end": "2026-04-02 10:01"}
    for what, sizes in (("TRADES", False), ("BID_ASK", False), ("BID_ASK", True), ("MIDPOINT", False)):
        found = tws.ticks("AAPL", **day, what=what, ignore_size=sizes, store=store)
        pd.testing.assert_frame_equal(ibnb.store(store).ticks(265598, what, ignore_size=sizes), found)

    assert len(ibnb.store(store).tick_series()) == 4
    with pytest.raises(ibnb.BadInput, match="AAPL, ticks, TRADES, regular hours"):
        ibnb.store(store).ticks(1)


def test_ticks_of_a_simulated_tws_are_not_kept_among_ones_own(tws: ibnb.Session) -> None:
    tws.ticks("AAPL", **RANGE)

    assert tws.ticks("AAPL", **RANGE).attrs["requests"] == 0
    assert tws.store().tick_series() != []
    assert ibnb.store().tick_series() == []


def test_a_broken_file_is_named_set_aside_and_asked_for_again(
    tws: ibnb.Session, store: Path, pages: Callable[[], int]
) -> None:
    whole = tws.ticks("AAPL", **RANGE, store=store)
    before = pages()
    next(store.rglob("ticks.parquet")).write_bytes(b"broken")

    with pytest.warns(StoreWarning, match=r"ticks\.parquet cannot be read"):
        again = tws.ticks("AAPL", **RANGE, store=store)

    assert pages() > before
    pd.testing.assert_frame_equal(again, whole, check_flags=False)
    assert len(list(store.rglob("ticks.parquet.corrupt"))) == 1


def test_a_full_disk_loses_nothing_that_came(tws: ibnb.Session, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, fill: object) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(parquet, "replace", full)
    with pytest.warns(StoreWarning, match=r"disk is full.*ticks are returned"):
        found = tws.ticks("AAPL", **RANGE, store=store)
    monkeypatch.undo()

    pd.testing.assert_frame_equal(found, tws.ticks("AAPL", **RANGE, store=store), check_flags=False)


@pytest.mark.second
@pytest.mark.usefixtures("healthy_again")
def test_what_came_before_an_interrupt_is_kept(
    simulator: ibnb.Simulator, tws: ibnb.Session, store: Path, interrupt: Interrupt
) -> None:
    wishes: dict[str, Any] = {"start": "2026-04-02 09:30", "end": "2026-04-02 10:00"}
    whole = tws.ticks("MSFT", **wishes, store=False)
    simulator.scenario("slow:seconds=0.2")

    interrupt(lambda ib, progress: ibnb.aio.ticks(ib, "MSFT", **wishes, store=store, progress=progress))
    simulator.scenario("healthy")

    found = tws.ticks("MSFT", **wishes, store=store)

    assert 0 < found.attrs["requests"] <= whole.attrs["requests"] - 3
    pd.testing.assert_frame_equal(found, whole)


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[ibnb.Store]:
    """Return a store of three days of ticks."""
    store = ibnb.store(tmp_path / "ticks of mine")
    kept = store.kept(TickSeries(1, "AAPL", "TRADES", True), {"zone": "America/New_York", "currency": "USD"})
    kept.add(
        trades([BEGIN + day * DAY + second for day in range(3) for second in range(100)]), (BEGIN, BEGIN + 3 * DAY)
    )
    yield store


def test_the_store_lists_verifies_prunes_and_exports_ticks(filled: ibnb.Store, tmp_path: Path) -> None:
    row = filled.frame().iloc[0]
    assert (row["symbol"], row["bar_size"], row["bars"]) == ("AAPL", "ticks", 300)
    assert row["first"] == pd.Timestamp(BEGIN, unit="s", tz="UTC")
    assert "1 series of 1 contracts" in repr(filled)
    assert filled.verify().empty
    written = filled.export(tmp_path / "out", bar_size="ticks")
    assert [path.name for path in written] == ["AAPL_ticks_TRADES_rth.csv"]
    assert len(pd.read_csv(written[0])) == 300

    kept = filled.kept(filled.tick_series()[0])
    ticks_parquet.write(kept.path("2026-04-03"), trades([BEGIN + DAY + 5, BEGIN + DAY + 2]))
    kept.path("2026-04-04").unlink()
    with pytest.warns(StoreWarning):
        problems = filled.verify()["problem"].tolist()
    assert "has 2 ticks where 100 were written; its ticks are not in order" in problems[0]
    assert "is gone, with 100 ticks" in problems[1]
    assert filled.prune(bar_size="ticks", before="2026-04-03") == 1
    assert filled.frame()["bars"].tolist() == [0]


def test_duckdb_and_polars_read_the_folder_as_it_is(filled: ibnb.Store) -> None:
    import duckdb
    import polars

    pattern = f"{filled.path}/ticks/**/*.parquet"
    rows = duckdb.sql(
        f"select symbol, day::text, count(*), any_value(typeof(time)) from "
        f"read_parquet('{pattern}', hive_partitioning = true) group by all order by all"
    ).fetchall()
    counts = polars.scan_parquet(pattern, hive_partitioning=True).group_by("symbol", "ignore_size").len().collect()

    days = ("2026-04-02", "2026-04-03", "2026-04-04")
    assert rows == [("AAPL", day, 100, "TIMESTAMP WITH TIME ZONE") for day in days]
    assert counts.rows() == [("AAPL", False, 300)] or counts.rows() == [("AAPL", "false", 300)]
