"""What is kept: the same as a table in memory would hold, whatever is added in whatever order, also by two at once."""

from __future__ import annotations

import errno
import json
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ibnb
from ibnb.history.columns.bars import Bars, empty, merged
from ibnb.history.planning.intervals import common, united, without
from ibnb.history.planning.sizes import BAR_SIZES, DAY
from ibnb.history.store import lock, parquet
from ibnb.history.store.disk import OnDisk, StoreWarning
from ibnb.history.store.kept import MemoryRows, RowStore
from ibnb.history.store.series import Series, Stored, TickSeries, month_of, series_of, span_of, tick_series_of

BEGIN = 1_769_904_000  # 1 February 2026, UTC
HOURLY = Series(265598, "AAPL", "1 hour", "TRADES", True)
DAILY = Series(265598, "AAPL", "1 day", "TRADES", True)


def on_disk(root: Path, series: Series = HOURLY, about: dict[str, str] | None = None) -> OnDisk[Bars]:
    return OnDisk(root, series, parquet.FILES, about)


def bars_at(starts: list[int], version: int = 0) -> Bars:
    """Return bars that tell by their prices when they were made."""
    start = np.array(starts, dtype=np.int64)
    price = (start % 997).astype(np.float64) + version
    unset = np.where(start % 3 == 0, np.nan, price)
    return Bars(start, price, price + 1, price - 1, price, unset, unset, np.where(start % 3 == 0, -1, start % 100))


additions = st.lists(
    st.tuples(st.integers(0, 70), st.integers(1, 30), st.sets(st.integers(0, 99), max_size=12)), max_size=8
)


@pytest.mark.parametrize("series", [HOURLY, DAILY], ids=["hourly", "daily"])
@given(additions=additions, read=st.tuples(st.integers(0, 100), st.integers(0, 100)))
@settings(max_examples=30)
def test_it_holds_what_was_added_last(
    series: Series,
    additions: list[tuple[int, int, set[int]]],
    read: tuple[int, int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Over three months by the day; each addition settles a stretch, and has some bars, of which some lie outside."""
    kept: RowStore[Bars] = on_disk(tmp_path_factory.mktemp("store"), series)
    model: dict[int, float] = {}
    settled: list[tuple[int, int]] = []
    for version, (first, days, holds) in enumerate(additions):
        low, high = BEGIN + first * DAY, BEGIN + (first + days) * DAY
        starts = sorted(BEGIN + day * DAY for day in holds)
        kept.add(bars_at(starts, version), (low, high))
        model = {start: price for start, price in model.items() if not low <= start < high}
        model |= {start: start % 997 + version for start in starts if low <= start < high}
        settled.append((low, high))

    low, high = BEGIN + read[0] * DAY, BEGIN + read[1] * DAY
    found = kept.read(low, high)

    assert kept.answered() == united(settled)
    assert dict(zip(found.start.tolist(), found.open.tolist(), strict=True)) == {
        start: price for start, price in model.items() if low <= start < high
    }
    assert (np.diff(found.start) > 0).all()


@given(additions=additions)
def test_memory_answers_as_the_disk_does(additions: list[tuple[int, int, set[int]]]) -> None:
    kept = MemoryRows(merged)
    for first, days, holds in additions:
        low, high = BEGIN + first * DAY, BEGIN + (first + days) * DAY
        kept.add(bars_at(sorted(BEGIN + day * DAY for day in holds)), (low, high))

    inside = common(kept.answered(), [(BEGIN, BEGIN + 200 * DAY)])
    assert kept.answered() == inside
    kept.forget([(BEGIN, BEGIN + 50 * DAY)])
    assert kept.answered() == without(inside, [(BEGIN, BEGIN + 50 * DAY)])


@given(starts=st.lists(st.integers(0, 4_000_000_000), unique=True, max_size=40))
@settings(max_examples=30)
def test_a_file_gives_back_what_was_written(starts: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("file") / "bars.parquet"
    bars = bars_at(sorted(starts))

    parquet.write(path, bars)

    assert parquet.read(path).equals(bars)
    assert [each.name for each in path.parent.iterdir()] == ["bars.parquet"]


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"nothing of the kind" * 50])
def test_a_file_that_is_none_is_refused(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "bars.parquet"
    path.write_bytes(damage)

    with pytest.raises(parquet.Unreadable):
        parquet.read(path)
    assert parquet.edges(path) is None


def test_of_bars_with_one_start_the_later_piece_counts() -> None:
    found = merged([bars_at([1, 2, 3]), empty(), bars_at([2, 9], version=5)])

    assert found.start.tolist() == [1, 2, 3, 9]
    assert found.open.tolist() == [1.0, 7.0, 3.0, 14.0]


def test_broken_notes_are_set_aside(tmp_path: Path) -> None:
    kept = on_disk(tmp_path)
    kept.add(bars_at([BEGIN]), (BEGIN, BEGIN + DAY))
    for text in ("{", '{"answered": 3, "rows": {}}', "[]"):
        (kept.folder / "_answered.json").write_text(text)

        with pytest.warns(StoreWarning, match=r"_answered\.json"):
            assert kept.answered() == ()

    kept.add(bars_at([BEGIN + DAY]), (BEGIN + DAY, BEGIN + 2 * DAY))
    assert len(kept.read(BEGIN, BEGIN + 2 * DAY)) == 2  # the bars themselves were never lost


def test_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    kept = on_disk(tmp_path)
    kept.add(bars_at([BEGIN]), (BEGIN, BEGIN + DAY))
    leftover = kept.path(month_of(BEGIN, daily=False)).with_name("bars.parquet.abc.tmp")
    leftover.write_bytes(b"half")

    on_disk(tmp_path).add(bars_at([BEGIN]), (BEGIN, BEGIN + DAY))

    assert not leftover.exists()


def test_many_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    def write(first: int) -> None:
        kept = on_disk(tmp_path)
        for day in range(first, 24, 4):
            kept.add(bars_at([BEGIN + day * DAY]), (BEGIN + day * DAY, BEGIN + (day + 1) * DAY))

    writers = [threading.Thread(target=write, args=(first,)) for first in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    kept = on_disk(tmp_path)
    assert kept.answered() == ((BEGIN, BEGIN + 24 * DAY),)
    assert len(kept.read(BEGIN, BEGIN + 24 * DAY)) == 24


def test_a_folder_that_another_program_holds_locked_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import portalocker

    monkeypatch.setattr(lock, "_PATIENCE", 0.05)
    kept = on_disk(tmp_path)
    kept.folder.mkdir(parents=True)
    with portalocker.Lock(kept.folder / "_lock"), pytest.raises(ibnb.StoreError, match="locked by another process"):
        kept.add(bars_at([BEGIN]), (BEGIN, BEGIN + DAY))


def test_a_disk_that_knows_no_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import portalocker

    def no_locks(*_: object) -> None:
        raise portalocker.LockException("No locks available")

    monkeypatch.setattr(portalocker.Lock, "acquire", no_locks)
    with pytest.raises(ibnb.StoreError, match="No locks available"):
        on_disk(tmp_path).add(bars_at([BEGIN]), (BEGIN, BEGIN + DAY))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full: free some space"),
        (errno.EDQUOT, "The quota is used up"),
        (errno.EROFS, "It is read-only: give store= a folder that may be written"),
        (errno.EACCES, "It may not be written: give store= another folder"),
        (errno.EIO, "Give store= another folder, or store=False"),
    ],
)
def test_what_the_disk_says_comes_with_what_to_do_and_what_was_kept_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    kept = on_disk(tmp_path)
    kept.add(bars_at([BEGIN]), (BEGIN, BEGIN + DAY))

    def refuse(path: Path, fill: object) -> None:
        raise OSError(number, "no", str(path))

    monkeypatch.setattr(parquet, "replace", refuse)
    with pytest.raises(ibnb.StoreError, match=f"The store at .* cannot be written .*{words}"):
        kept.add(bars_at([BEGIN + DAY]), (BEGIN + DAY, BEGIN + 2 * DAY))

    assert kept.answered() == ((BEGIN, BEGIN + DAY),)
    assert len(kept.read(BEGIN, BEGIN + 2 * DAY)) == 1


def test_the_notes_say_what_was_answered_and_of_what(tmp_path: Path) -> None:
    kept = on_disk(tmp_path, HOURLY, {"zone": "America/New_York"})
    kept.add(empty(), (BEGIN, BEGIN + DAY))

    notes = json.loads((kept.folder / "_answered.json").read_text())

    assert notes == {
        "version": 1, "about": {"zone": "America/New_York"}, "answered": [[BEGIN, BEGIN + DAY]], "rows": {}
    }  # fmt: skip


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


kinds = st.sampled_from(["TRADES", "BID_ASK"])


@given(st.builds(Series, st.integers(1, 2**31), names, st.sampled_from(list(BAR_SIZES)), kinds, st.booleans()))
def test_a_series_is_known_by_its_folder(series: Series) -> None:
    folder = series.folder

    assert series_of(Path("/anywhere") / folder) == series
    assert len(folder.parts) == 6


@given(st.builds(TickSeries, st.integers(1, 2**31), names, kinds, st.booleans(), st.booleans()))
def test_a_series_of_ticks_is_known_by_its_folder(series: TickSeries) -> None:
    folder = series.folder

    assert tick_series_of(Path("/anywhere") / folder) == series
    assert series_of(folder) is None


def test_other_folders_are_no_series() -> None:
    for folder in ("con_id=1/symbol=A", "a/b/c/d/e", "con_id=x/symbol=A/bar_size=1_min/what=BID/rth=true",
                   "con_id=1/symbol=A/bar_size=1_year/what=BID/rth=true",
                   "con_id=1/symbol=A/bar_size=1_min/what=BID/rth=yes"):  # fmt: skip
        assert series_of(Path(folder)) is None
        assert tick_series_of(Path(folder)) is None


@given(
    st.integers(0, 4_000_000_000),
    st.integers(0, 40_000_000),
    st.sampled_from([HOURLY, DAILY, TickSeries(1, "A", "BID", True)]),
)
def test_parts_cover_an_interval_without_overlap(start: int, length: int, series: Stored) -> None:
    parts = series.parts_between(start, start + length)

    spans = [span_of(part) for part in parts]
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    if length:
        assert spans[0][0] <= start < spans[0][1]
        assert spans[-1][0] < start + length <= spans[-1][1]
    assert parts == sorted(parts)
