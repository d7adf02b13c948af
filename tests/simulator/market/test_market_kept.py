"""The days of exchanges are computed once, and the same when they come from their file; a broken file does no harm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ibnb.simulator.market.hours import calendars, kept

LAST = calendars.day_number(date(2027, 12, 31))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the folder in which days are kept, not there yet; tables that were computed are counted in `made`."""
    monkeypatch.setattr(kept, "_folders", [])
    kept.keep_in(tmp_path / "kept")
    calendars.segments.cache_clear()
    yield tmp_path / "kept"
    calendars.segments.cache_clear()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    computed: list[str] = []
    table = calendars._table

    def counted(name: str, first: str, last: str) -> NDArray[np.int64]:
        computed.append(name)
        return table(name, first, last)

    monkeypatch.setattr(calendars, "_table", counted)
    return computed


def anew(kind: str) -> calendars.Segments:
    calendars.segments.cache_clear()
    return calendars.segments(kind, LAST)


def test_days_are_computed_once_for_all_that_share_them(folder: Path, made: list[str]) -> None:
    first, second = anew("DE"), anew("DE")

    assert made == ["XETR"]
    for column in ("start", "end", "day", "kind", "business"):
        np.testing.assert_array_equal(getattr(first, column), getattr(second, column))
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("broken", [b"", b"no numbers", None])
def test_a_broken_file_is_made_anew(folder: Path, made: list[str], broken: bytes | None) -> None:
    whole = anew("DE")
    (file,) = folder.iterdir()
    good = file.read_bytes()
    file.write_bytes(good[: len(good) // 2] if broken is None else broken)

    assert len(anew("DE").day) == len(whole.day)
    assert made == ["XETR", "XETR"]
    assert file.read_bytes() == good


def test_a_folder_that_cannot_be_written_does_no_harm(folder: Path, made: list[str]) -> None:
    folder.write_text("a file where the folder should be")

    assert len(anew("DE").day) == len(anew("DE").day) > 0
    assert made == ["XETR", "XETR"]
