"""Files that are valid and wrong, and stores that may not be written: found when opened, and asked for again."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ibnb
from ibnb.errors import StoreError
from ibnb.history.columns.bars import Bars
from ibnb.history.columns.ticks import Ticks
from ibnb.history.planning.sizes import DAY
from ibnb.history.store import parquet, ticks_parquet
from ibnb.history.store.disk import NOTES, OnDisk, StoreWarning
from ibnb.history.store.lock import Locked
from ibnb.history.store.series import Series, span_of

BEGIN = 1_767_225_600  # 1 January 2026, UTC
SERIES = Series(1, "AAPL", "1 hour", "TRADES", True)
MONTHS = ("2026-01", "2026-02", "2026-03")
ASKED: dict[str, Any] = {"start": "2026-01-20", "end": "2026-03-20", "bar_size": "1 hour"}
TICKS: dict[str, Any] = {"contract": "AAPL", "start": "2026-04-02 09:30:00", "end": "2026-04-02 09:31:00"}


def hours(low: int, high: int) -> Bars:
    start = np.arange(low, high, 3_600, dtype=np.int64)
    price = start % 977 / 10
    return Bars(start, price, price, price, price, price, price, np.full(len(start), 3))


@pytest.fixture
def filled(tmp_path: Path) -> OnDisk[Bars]:
    kept = ibnb.store(tmp_path / "store").kept(SERIES, {"zone": "UTC"})
    for month in MONTHS:
        kept.add(hours(*span_of(month)), span_of(month))
    return kept


def half(kept: OnDisk[Any], part: str) -> None:
    rows = kept.files.read(kept.path(part))
    kept.files.write(kept.path(part), rows[: len(rows) // 2])


def another(kept: OnDisk[Any], part: str) -> None:
    shutil.copy(kept.path(next(each for each in kept.parts() if each != part)), kept.path(part))


def gone(kept: OnDisk[Any], part: str) -> None:
    kept.path(part).unlink()


def garbage(kept: OnDisk[Any], part: str) -> None:
    kept.path(part).write_bytes(b"PAR1 and no more")


HARMS = [half, another, gone, garbage]
Harm = Callable[[OnDisk[Any], str], None]


@pytest.fixture
def readonly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no store be written, as on a disk that is mounted so; the tests may run as a user who may do everything."""

    def refuse(_lock: object) -> None:
        raise StoreError("The store at X cannot be written (Read-only file system). It is read-only.")

    monkeypatch.setattr(Locked, "__enter__", refuse)


def quietly(read: Callable[[], Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StoreWarning)
        return read()


@pytest.mark.parametrize("harm", HARMS)
def test_a_file_that_is_not_what_was_written_is_set_aside_and_missing(filled: OnDisk[Bars], harm: Harm) -> None:
    harm(filled, "2026-02")

    rows = quietly(lambda: filled.read(BEGIN, BEGIN + 90 * DAY))

    assert np.array_equal(rows.start, np.concatenate([hours(*span_of(month)).start for month in MONTHS[::2]]))
    assert filled.answered() == (span_of("2026-01"), span_of("2026-03"))
    assert not filled.path("2026-02").exists()


@pytest.mark.parametrize("harm", HARMS)
def test_bars_beside_a_file_that_is_not_what_was_written_are_not_added_to_it(filled: OnDisk[Bars], harm: Harm) -> None:
    harm(filled, "2026-02")
    low, high = span_of("2026-02")[0], span_of("2026-02")[0] + DAY

    quietly(lambda: filled.add(hours(low, high), (low, high)))

    assert filled.answered() == ((BEGIN, high), span_of("2026-03"))
    assert len(filled.read(low, high + 9 * DAY)) == 24


@pytest.mark.parametrize("harm", HARMS)
def test_a_store_that_may_not_be_written_gives_the_bars_that_are_there(
    filled: OnDisk[Bars], tmp_path: Path, harm: Harm, request: pytest.FixtureRequest
) -> None:
    harm(filled, "2026-02")
    request.getfixturevalue("readonly")
    store = ibnb.store(tmp_path / "store")

    with pytest.warns(StoreWarning, match=r"month=2026-02.*does not hold what was noted.*read-only"):
        frame = store.bars(1, "1 hour")
    found = quietly(store.verify)

    assert len(frame) == 24 * 62
    assert "month=2026-02" in found["path"][0]
    assert len(store.frame()) == 1


def test_a_store_without_numbers_of_rows_goes_on_working(filled: OnDisk[Bars]) -> None:
    notes = json.loads((filled.folder / NOTES).read_text())
    notes["rows"] = dict.fromkeys(notes["rows"], True)
    (filled.folder / NOTES).write_text(json.dumps(notes))

    assert len(filled.read(BEGIN, BEGIN + 90 * DAY)) == 24 * 90


@pytest.mark.parametrize("harm", HARMS)
def test_history_is_whole_after_a_file_was_harmed(tws: ibnb.Session, store: Path, harm: Harm) -> None:
    whole = tws.history("AAPL", store=store, **ASKED)
    (series,) = ibnb.store(store).series()
    harm(ibnb.store(store).kept(series), "2026-02")

    found = quietly(lambda: tws.history("AAPL", store=store, **ASKED))
    again = tws.history("AAPL", store=store, **ASKED)

    pd.testing.assert_frame_equal(found, whole)
    pd.testing.assert_frame_equal(again, whole)
    assert (found.attrs["requests"] > 0, again.attrs["requests"]) == (True, 0)


@pytest.mark.parametrize("harm", HARMS)
def test_ticks_are_whole_after_a_file_was_harmed(tws: ibnb.Session, store: Path, harm: Harm) -> None:
    whole = tws.ticks(**TICKS, store=store)
    tws.ticks("AAPL", start="2026-04-01 09:30:00", end="2026-04-01 09:30:30", store=store)
    (series,) = ibnb.store(store).tick_series()
    harm(ibnb.store(store).kept(series), "2026-04-02")

    found = quietly(lambda: tws.ticks(**TICKS, store=store))

    pd.testing.assert_frame_equal(found, whole)
    assert found.attrs["requests"] > 0
    assert tws.ticks(**TICKS, store=store).attrs["requests"] == 0


@pytest.mark.parametrize("harm", HARMS)
def test_a_store_that_may_not_be_written_is_completed_for_the_call(
    tws: ibnb.Session, store: Path, harm: Harm, request: pytest.FixtureRequest
) -> None:
    bars, ticks = tws.history("AAPL", store=store, **ASKED), tws.ticks(**TICKS, store=store)
    tws.ticks("AAPL", start="2026-04-01 09:30:00", end="2026-04-01 09:30:30", store=store)
    harm(ibnb.store(store).kept(ibnb.store(store).series()[0]), "2026-02")
    harm(ibnb.store(store).kept(ibnb.store(store).tick_series()[0]), "2026-04-02")
    request.getfixturevalue("readonly")

    with pytest.warns(StoreWarning) as told:
        found = tws.history("AAPL", store=store, **ASKED)
    with pytest.warns(StoreWarning) as told_of_ticks:
        found_ticks = tws.ticks(**TICKS, store=store)

    pd.testing.assert_frame_equal(found, bars)
    pd.testing.assert_frame_equal(found_ticks, ticks)
    for warned in (told, told_of_ticks):
        assert [str(each.message)[-21:] for each in warned].count("but not all are kept.") == 1


@given(harms=st.lists(st.tuples(st.sampled_from(HARMS), st.sampled_from(MONTHS)), max_size=4))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_read_is_what_was_written_or_is_missing(
    harms: list[tuple[Harm, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    kept = ibnb.store(tmp_path_factory.mktemp("store")).kept(SERIES)
    for month in MONTHS:
        kept.add(hours(*span_of(month)), span_of(month))
    for harm, month in harms:
        if kept.path(month).exists() and len(kept.parts()) > 1 and kept.path(month).stat().st_size > 100:
            with suppress(parquet.Unreadable):
                harm(kept, month)

    rows = quietly(lambda: kept.read(BEGIN, BEGIN + 90 * DAY))

    answered = [hours(low, high).start for low, high in kept.answered()]
    assert np.array_equal(rows.start, np.concatenate([*answered, np.empty(0, np.int64)]))


def test_a_file_of_ticks_of_another_day_is_found(tmp_path: Path) -> None:
    from ibnb.history.store.series import TickSeries

    kept = OnDisk(tmp_path, TickSeries(1, "A", "MIDPOINT", True), ticks_parquet.files_of("MIDPOINT"))
    for day in range(2):
        low = BEGIN + day * DAY
        rows = Ticks("MIDPOINT", {"time": np.arange(low, low + 50), "price": np.full(50, 7.0)})
        kept.add(rows, (low, low + DAY))
    another(kept, kept.parts()[0])

    with pytest.warns(StoreWarning, match="of another day"):
        assert len(kept.read(BEGIN, BEGIN + 2 * DAY)) == 50


def test_a_file_with_more_rows_than_were_noted_is_of_a_process_that_was_killed(filled: OnDisk[Bars]) -> None:
    notes = json.loads((filled.folder / NOTES).read_text())
    whole = filled.read(BEGIN, BEGIN + 90 * DAY)
    notes["rows"][MONTHS[1]] -= 3
    (filled.folder / NOTES).write_text(json.dumps(notes))

    assert filled.read(BEGIN, BEGIN + 90 * DAY).equals(whole)
