"""The journal on the disk: what is broken or not ours is set aside, what is killed loses nothing, two keep it once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from journal.fills import ACCOUNT, fill, fills, positions, snapshot, value, values
from waiting import until

import ibnb
from ibnb.errors import StoreError
from ibnb.history.store.disk import StoreWarning
from ibnb.journal import files
from ibnb.journal.kept import Kept
from ibnb.journal.records import EXECUTIONS, POSITIONS, VALUES


@pytest.fixture
def kept(folder: Path) -> Kept:
    return Kept(folder)


def path_of(kept: Kept) -> Path:
    return kept.folder / "executions" / f"account={ACCOUNT}" / "month=2026-03" / "executions.parquet"


def ids(kept: Kept) -> list[str]:
    return kept.read(EXECUTIONS, ACCOUNT)["exec_id"].tolist()


def test_what_is_kept_is_read_as_it_was(kept):
    rows = fills(
        fill(1, expiry=pd.Timestamp("2026-06-19"), liquidity="added", price_magnifier=100), fill(2, con_id=None)
    )

    assert kept.add(EXECUTIONS, ACCOUNT, rows) == (2, 0)

    pd.testing.assert_frame_equal(kept.read(EXECUTIONS, ACCOUNT), rows)
    assert kept.accounts() == [ACCOUNT]


def test_fills_lie_by_month_and_one_that_moved_is_there_once(kept):
    late, early = pd.Timestamp("2026-04-01 00:00:01", tz="UTC"), pd.Timestamp("2026-03-31 23:59:59", tz="UTC")
    kept.add(EXECUTIONS, ACCOUNT, fills(fill(1, time=early)))
    kept.add(EXECUTIONS, ACCOUNT, fills(fill(1, time=late, exec_id="0000e0d5.00000001.01.02"), fill(2)))

    assert [path.parent.name for path in sorted(kept.folder.rglob("*.parquet"))] == ["month=2026-03", "month=2026-04"]
    assert ids(kept) == ["0000e0d5.00000002.01.01", "0000e0d5.00000001.01.02"]


def test_files_of_before_a_column_was_there_are_read_and_added_to(kept):
    columns = tuple(column for column in EXECUTIONS.schema.columns if column.name not in ("liquidity", "flex_order"))
    before = replace(EXECUTIONS, schema=replace(EXECUTIONS.schema, columns=columns))
    rows = fills(fill(1, liquidity="added"))
    files.write(path_of(kept), before, rows, files.note_of(EXECUTIONS, ACCOUNT, "2026-03"))

    assert kept.add(EXECUTIONS, ACCOUNT, fills(fill(2, liquidity="removed"))) == (1, 0)

    assert kept.read(EXECUTIONS, ACCOUNT)["liquidity"].tolist() == ["", "removed"]
    assert not list(kept.folder.rglob("*.corrupt"))


def test_fills_without_an_id_or_a_time_are_kept_once(kept):
    rows = fills(fill(1, exec_id=""), fill(2, exec_id=""), fill(3, time=None))
    kept.add(EXECUTIONS, ACCOUNT, rows)

    assert kept.add(EXECUTIONS, ACCOUNT, rows) == (0, 0)
    assert len(kept.read(EXECUTIONS, ACCOUNT)) == 3


@pytest.mark.second
@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 3), st.sampled_from([None, 1.0]), st.sampled_from(["TWS", "Flex"])),
        max_size=12,
    ),
    st.data(),
)
def test_whatever_comes_in_whatever_pieces_each_fill_is_there_once_as_its_last_correction(rows, data):
    made = [
        fill(number, price=100.0 + revision, commission=paid, source=source, exec_id=f"a.{number}.0{revision}")
        for number, revision, paid, source in rows
    ]
    cut = data.draw(st.integers(0, len(made)))
    empty = EXECUTIONS.schema.empty()

    pieces = EXECUTIONS.joined(EXECUTIONS.joined(empty, fills(*made[:cut])), fills(*made[cut:]))
    again = EXECUTIONS.joined(pieces, fills(*made))

    last: dict[int, int] = {}
    for number, revision, _, _ in rows:
        last[number] = max(revision, last.get(number, 0))
    told = {int(key.split(".")[1]): price for key, price in zip(pieces["exec_id"], pieces["price"], strict=True)}
    assert told == {number: 100.0 + revision for number, revision in last.items()}
    assert set(again["exec_id"]) == set(pieces["exec_id"]) and len(again) == len(pieces)
    paid = {number for number, _, paid, _ in rows if paid is not None}
    assert {int(key.split(".")[1]) for key in pieces.dropna(subset=["commission"])["exec_id"]} == paid


def test_of_a_day_the_last_positions_and_values_are_kept(kept):
    kept.add(POSITIONS, ACCOUNT, positions(*snapshot("2026-03-02", {"position": 5.0}, {"con_id": 9, "position": 1.0})))
    later = [row | {"time": row["time"] + pd.Timedelta(hours=1)} for row in snapshot("2026-03-02", {"position": 7.0})]
    kept.add(POSITIONS, ACCOUNT, positions(*later))
    kept.add(POSITIONS, ACCOUNT, positions(*snapshot("2026-03-02", {"position": 1.0})))  # of one that was slower
    kept.add(VALUES, ACCOUNT, values(value("2026-03-02", "Deposits", 5.0, source="Flex")))
    kept.add(VALUES, ACCOUNT, values(value("2026-03-02", "NetLiquidation", 5.0)))

    assert kept.read(POSITIONS, ACCOUNT)["position"].tolist() == [7.0]
    assert sorted(kept.read(VALUES, ACCOUNT)["tag"]) == ["Deposits", "NetLiquidation"]


BROKEN = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("time,price\n"),
    "a bit": lambda path: path.write_bytes(path.read_bytes().replace(b"0000e0d5", b"0000e0d4", 1)),
    "foreign": lambda path: pd.DataFrame({"price": [1.0]}).to_parquet(path),
    "of another account": lambda path: files.write(
        path, EXECUTIONS, fills(fill(7)), files.note_of(EXECUTIONS, "DU7654321", "2026-03")
    ),
    "of another month": lambda path: files.write(
        path, EXECUTIONS, fills(fill(7)), files.note_of(EXECUTIONS, ACCOUNT, "2026-04")
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_file_that_is_not_what_was_written_is_set_aside(kept, fault):
    kept.add(EXECUTIONS, ACCOUNT, fills(fill(1)))
    BROKEN[fault](path_of(kept))
    wrong = path_of(kept).read_bytes()

    with pytest.warns(StoreWarning, match="set aside as executions.parquet.corrupt") as told:
        assert ids(kept) == []
    assert ACCOUNT not in str(told[0].message) and "import_flex()" in str(told[0].message)
    kept.add(EXECUTIONS, ACCOUNT, fills(fill(2)))

    assert ids(kept) == ["0000e0d5.00000002.01.01"]
    assert path_of(kept).with_name("executions.parquet.corrupt").read_bytes() == wrong


def test_what_was_set_aside_before_stays(kept):
    for number in (1, 2):
        kept.add(EXECUTIONS, ACCOUNT, fills(fill(number)))
        path_of(kept).write_bytes(b"%d" % number)
        with pytest.warns(StoreWarning):
            ids(kept)

    assert len(list(kept.folder.rglob("*.corrupt"))) == 2


def test_a_file_of_a_later_release_is_left_alone(kept, monkeypatch):
    monkeypatch.setattr(files, "_VERSION", 2)
    kept.add(EXECUTIONS, ACCOUNT, fills(fill(1)))
    monkeypatch.setattr(files, "_VERSION", 1)

    with pytest.raises(StoreError, match="later release"):
        ids(kept)
    with pytest.raises(StoreError, match="later release"):
        kept.add(EXECUTIONS, ACCOUNT, fills(fill(2)))
    assert path_of(kept).exists()


def test_what_a_killed_process_left_half_written_is_removed(kept):
    kept.add(EXECUTIONS, ACCOUNT, fills(fill(1)))
    half = path_of(kept).with_name("executions.parquet.0123456789ab.tmp")
    half.write_bytes(b"PAR1")

    kept.add(EXECUTIONS, ACCOUNT, fills(fill(2)))

    assert not half.exists() and len(ids(kept)) == 2


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anything")
def test_a_folder_that_may_not_be_written_is_told(kept):
    kept.folder.mkdir(mode=0o500)

    with pytest.raises(StoreError, match=r"The journal at .* cannot be written .* give path= another folder\."):
        kept.add(EXECUTIONS, ACCOUNT, fills(fill(1)))


def test_a_disk_that_is_full_is_told_and_nothing_is_lost(kept, monkeypatch):
    kept.add(EXECUTIONS, ACCOUNT, fills(fill(1)))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(files, "replace", full)
        with pytest.raises(StoreError, match="The disk is full: free some space, or give path= a folder"):
            kept.add(EXECUTIONS, ACCOUNT, fills(fill(2)))

    assert len(ids(kept)) == 1


# Processes ------------------------------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from journal.fills import ACCOUNT, fill, fills
from ibnb.journal.kept import Kept
from ibnb.journal.records import EXECUTIONS
kept = Kept(Path({folder!r}))
for number in range({first}, {stop}):
    kept.add(EXECUTIONS, ACCOUNT, fills(*(fill(each) for each in range(number + 1))))
    print(number, flush=True)
"""
TESTS = str(Path(__file__).resolve().parent.parent)


def writer(folder: Path, first: int, stop: int) -> subprocess.Popen[str]:
    code = WRITER.format(tests=TESTS, folder=str(folder), first=first, stop=stop)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


@pytest.mark.second
def test_a_writer_that_is_killed_leaves_a_journal_with_all_that_it_had_kept(folder):
    for round_ in range(5):
        process = writer(folder, round_ * 20, 1_000_000)
        assert process.stdout is not None
        done = [int(process.stdout.readline()) for _ in range(3 + round_ * 4)]
        process.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
        process.wait()
        process.stdout.close()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = ids(Kept(folder))
        assert len(set(found)) == len(found) > max(done)


@pytest.mark.second
def test_two_processes_that_keep_the_same_keep_it_once(folder):
    first, second = writer(folder, 0, 40), writer(folder, 0, 40)

    assert [each.communicate() and each.returncode for each in (first, second)] == [0, 0]
    found = ids(Kept(folder))
    assert len(found) == len(set(found)) == 40


SYNC = "import ibnb\nwith ibnb.connect(port={port}) as tws:\n    tws.journal({folder!r}).sync()\n"


@pytest.mark.second
def test_two_notebooks_and_one_that_is_killed_lose_and_double_nothing(tmp_path):
    folder = tmp_path / "journal"
    with ibnb.simulate(clock="2026-11-18T11:00:00-05:00") as sim:
        code = SYNC.format(port=sim.port, folder=str(folder))
        killed = subprocess.Popen([sys.executable, "-c", code])
        assert until(lambda: folder.exists() or killed.poll() is not None)
        killed.kill()
        killed.wait()
        both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
        assert [each.wait() for each in both] == [0, 0]
        with ibnb.connect(port=sim.port) as tws:
            told, held = tws.executions(), tws.positions()
    journal = ibnb.Journal(folder)

    assert sorted(journal.executions()["exec_id"]) == sorted(told["exec_id"])
    assert not journal.trades().attrs["warnings"]
    assert (
        journal.trades().query("state == 'open'")["symbol"].nunique()
        == held.query("sec_type != 'CASH'")["symbol"].nunique()
    )
    shutil.rmtree(folder)
