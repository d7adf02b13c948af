"""Files that this process has read or written are read again where another has replaced, damaged or removed them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ibnb.errors import StoreError
from ibnb.history.columns.bars import Bars
from ibnb.history.store import parquet, recent
from ibnb.history.store.lock import told
from ibnb.history.store.recent import Recent


def bars(price: float, count: int = 3) -> Bars:
    prices = np.full(count, price)
    start = np.arange(count, dtype=np.int64)
    return Bars(start, prices, prices, prices, prices, prices, prices, np.ones(count, dtype=np.int64))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bars.parquet"


@pytest.fixture
def files(path: Path) -> Recent[Bars]:
    found = Recent(parquet.FILES)
    found.write({path: bars(1.0)}, partial(told, path.parent))
    return found


def test_what_was_written_is_not_read_again(files: Recent[Bars], path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = files.read(path)

    assert files.read(path) is written
    assert parquet.read(path).equals(written)


@pytest.mark.parametrize(
    "damage",
    [lambda path: path.write_bytes(b""), lambda path: path.write_bytes(path.read_bytes()[:-9])],
    ids=["emptied", "cut short"],
)
def test_a_file_that_is_damaged_is_found_out(files: Recent[Bars], path: Path, damage: Callable[[Path], None]) -> None:
    damage(path)

    with pytest.raises(parquet.Unreadable):
        files.read(path)


def test_a_file_of_the_same_length_that_another_wrote_is_read(files: Recent[Bars], path: Path) -> None:
    before = path.stat()
    parquet.write(path, bars(2.0))
    assert path.stat().st_size == before.st_size

    assert files.read(path).open.tolist() == [2.0] * 3


def test_a_file_that_is_gone_is_gone(files: Recent[Bars], path: Path) -> None:
    path.unlink()

    with pytest.raises(FileNotFoundError):
        files.read(path)


def test_one_file_that_cannot_be_written_keeps_none_of_the_others_back(tmp_path: Path) -> None:
    (tmp_path / "no-folder").write_text("a file")
    every = {tmp_path / name / "bars.parquet": bars(1.0) for name in ("a", "no-folder", "b", "c")}
    files = Recent(parquet.FILES)

    with pytest.raises(StoreError):
        files.write(every, partial(told, tmp_path))

    assert sorted(path.parent.name for path in tmp_path.rglob("bars.parquet")) == ["a", "b", "c"]


def test_only_so_many_rows_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "_MOST_ROWS", 7)
    paths = [tmp_path / f"{number}.parquet" for number in range(4)]
    files = Recent(parquet.FILES)
    for path in paths:
        files.write({path: bars(1.0)}, partial(told, tmp_path))
    large = tmp_path / "large.parquet"
    files.write({large: bars(1.0, count=8)}, partial(told, tmp_path))

    latest = files.read(paths[3])
    assert files.read(paths[3]) is latest
    assert files.read(large) is not files.read(large)
    first = files.read(paths[0])
    assert first.equals(latest)
