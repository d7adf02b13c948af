"""Files of the store that are whole and yet not what was noted: named, set aside, and asked for again."""

from __future__ import annotations

import errno
import re
import shutil
import warnings
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import ibnb
from ibnb.history import parquet
from ibnb.history.disk import StoreWarning

RANGE = {"start": "2026-02-16", "end": "2026-04-10", "bar_size": "5 mins"}


def months(store: Path) -> list[Path]:
    return sorted(store.rglob("month=*/bars.parquet"))


def halve(store: Path) -> None:
    table = pq.read_table(months(store)[0])
    pq.write_table(table.slice(0, len(table) // 2), months(store)[0])


def swap(store: Path) -> None:
    shutil.copy(months(store)[0], months(store)[1])


def copy_all_but_one(store: Path) -> None:
    months(store)[1].unlink()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (halve, r"has \d+ bars where \d+ were written"),
        (swap, "bars of another month"),
        (copy_all_but_one, None),
    ],
)
def test_a_file_that_is_not_what_was_noted_is_asked_for_again(
    tws: ibnb.Session, store: Path, spoil: object, said: str | None
) -> None:
    whole = tws.history("AAPL", store=store, **RANGE)
    spoil(store)  # type: ignore[operator]

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        again = tws.history("AAPL", store=store, **RANGE)

    pd.testing.assert_frame_equal(again, whole)
    assert again.attrs["requests"] > 0
    told = [str(each.message) for each in heard if each.category is StoreWarning]
    assert said is None or any(re.search(said, each) for each in told)
    assert ibnb.store(store).verify()["problem"].str.startswith("set aside").all()


@pytest.mark.parametrize("spoil", [halve, swap])
def test_verify_names_it(tws: ibnb.Session, store: Path, spoil: object) -> None:
    tws.history("AAPL", store=store, **RANGE)
    spoil(store)  # type: ignore[operator]

    with pytest.warns(StoreWarning):
        problems = ibnb.store(store).verify()

    assert problems["problem"].str.contains("asked for again").any()


@pytest.mark.parametrize("spoil", [halve, swap, copy_all_but_one])
def test_of_a_store_that_may_not_be_written_the_rest_is_read(
    tws: ibnb.Session, store: Path, monkeypatch: pytest.MonkeyPatch, spoil: object
) -> None:
    whole = tws.history("AAPL", store=store, **RANGE)
    spoil(store)  # type: ignore[operator]

    def refuse(path: Path, fill: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(parquet, "replace", refuse)
    monkeypatch.setattr(Path, "replace", lambda self, target: refuse(self, target))
    before = {path: path.read_bytes() for path in months(store)}
    with pytest.warns(StoreWarning, match="does not hold what was noted of it"):
        kept = ibnb.store(store).bars(265598, "5 mins")
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        again = tws.history("AAPL", store=store, **RANGE)

    assert any("The bars are returned, but not all are kept" in str(each.message) for each in heard)
    assert 0 < len(kept) < len(whole)
    pd.testing.assert_frame_equal(again, whole)
    assert {path: path.read_bytes() for path in months(store)} == before


def test_a_file_with_more_rows_than_were_noted_is_a_process_that_was_killed(tws: ibnb.Session, store: Path) -> None:
    whole = tws.history("AAPL", store=store, **RANGE)
    [notes] = store.rglob("_answered.json")
    text = notes.read_text()
    count = len(pq.read_table(months(store)[0]))
    assert str(count) in text
    notes.write_text(text.replace(f":{count}", f":{count - 3}"))

    again = tws.history("AAPL", store=store, **RANGE)

    pd.testing.assert_frame_equal(again, whole)
