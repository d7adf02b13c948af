"""When what has come is written: at once when much has, soon in any case, and before anything is read."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from waiting import until_async

from ibnb.errors import StoreError
from ibnb.history.columns.bars import Bars, merged
from ibnb.history.planning.intervals import Interval
from ibnb.history.planning.sizes import DAY
from ibnb.history.store import parquet
from ibnb.history.store.disk import OnDisk, StoreWarning
from ibnb.history.store.gathered import Gathered
from ibnb.history.store.series import Series

BEGIN = 1_769_904_000  # 1 February 2026, UTC
HOURLY = Series(265598, "AAPL", "1 hour", "TRADES", True)


class Disk(OnDisk[Bars]):
    """A series on the disk that is slow or full where a test says so, and notes how much it is given at once."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, HOURLY, parquet.FILES)
        self.given: list[int] = []
        self.free = threading.Event()
        self.free.set()
        self.full = False

    def add_all(self, answers: Sequence[tuple[Bars, Interval]], settled: Iterable[Interval] = ()) -> None:
        self.given.append(len(answers))
        assert self.free.wait(30)
        if self.full:
            raise StoreError("The disk is full.")
        super().add_all(answers, settled)


def on_a_loop(test: Callable[[Path], Coroutine[Any, Any, None]]) -> Callable[[Path], None]:
    """Run a test on a loop of its own."""

    def run(tmp_path: Path) -> None:
        asyncio.run(test(tmp_path))

    run.__doc__ = test.__doc__
    return run


def gathered(disk: OnDisk[Bars], at_a_time: int, seconds: float) -> Gathered[Bars]:
    """Return what takes everything for final."""
    return Gathered(disk, merged, lambda each: each.span[1], "bars of AAPL", at_a_time=at_a_time, seconds=seconds)


async def take(found: Gathered[Bars], day: int) -> None:
    start = np.array([BEGIN + day * DAY], dtype=np.int64)
    price = np.full(1, 100.0 + day)
    bars = Bars(start, price, price, price, price, price, price, np.ones(1, dtype=np.int64))
    found.take(bars, (BEGIN + day * DAY, BEGIN + (day + 1) * DAY), sent=0.0)
    await found.prove()


@on_a_loop
async def test_what_has_come_is_kept_soon_while_nothing_more_comes(tmp_path: Path) -> None:
    disk = Disk(tmp_path)

    await take(gathered(disk, at_a_time=20, seconds=0.01), day=1)

    assert await until_async(disk.answered)
    assert len(disk.read(BEGIN, BEGIN + 5 * DAY)) == 1


@on_a_loop
async def test_who_brings_more_waits_for_no_write_until_much_is_unwritten(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    found = gathered(disk, at_a_time=3, seconds=1000)
    disk.free.clear()
    for day in range(3):
        await take(found, day)
    assert await until_async(lambda: disk.given)

    for day in range(3, 8):
        await take(found, day)
    waits = asyncio.ensure_future(take(found, 8))
    await asyncio.sleep(0)

    assert not waits.done()
    assert disk.given == [3]
    disk.free.set()
    await waits
    assert disk.given == [3, 6]
    assert disk.answered() == ((BEGIN, BEGIN + 9 * DAY),)


@on_a_loop
async def test_what_has_come_is_written_before_it_is_read_or_forgotten(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    found = gathered(disk, at_a_time=20, seconds=1000)
    await take(found, 1)

    assert len(await found.read(BEGIN, BEGIN + 5 * DAY)) == 1
    assert disk.given == [1]

    await take(found, 2)
    await found.forget(((BEGIN, BEGIN + 5 * DAY),))
    assert disk.answered() == ()


@on_a_loop
async def test_what_is_settled_is_noted_with_the_rows_at_once(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    found = gathered(disk, at_a_time=20, seconds=1000)
    await take(found, 1)

    await found.settle(((BEGIN, BEGIN + DAY),))

    assert disk.given == [1]
    assert disk.answered() == ((BEGIN, BEGIN + 2 * DAY),)


@on_a_loop
async def test_a_disk_that_fills_while_more_comes_fails_the_download_that_must_keep(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    found = gathered(disk, at_a_time=20, seconds=0.01)
    found.keep_or_fail, disk.full = True, True
    await take(found, 1)
    assert await until_async(lambda: disk.given)

    with pytest.raises(StoreError):
        await found.write()
    with pytest.raises(StoreError):  # also whoever comes later
        await found.read(BEGIN, BEGIN + DAY)


@on_a_loop
async def test_else_what_could_not_be_kept_is_there_for_this_call_with_a_warning(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    found = gathered(disk, at_a_time=20, seconds=0.01)
    disk.full = True
    await take(found, 1)
    assert await until_async(lambda: disk.given)

    assert len(await found.read(BEGIN, BEGIN + 5 * DAY)) == 1
    assert not found.missing((BEGIN + DAY, BEGIN + 2 * DAY))
    with pytest.warns(StoreWarning, match="The disk is full"):
        found.warn()
