"""Watchlists: kept and opened again, in another session too; refused and broken ones; what lies in the folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ibnb
from ibnb.errors import BadInput, RequestError, StoreError
from ibnb.ground.config import config_folder


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IBNB_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config" / "watchlists"


@pytest.fixture
def kept(tws: ibnb.Session) -> Iterator[None]:
    option = tws.backend.module.Option("AAPL", "20261218", 245, "C", "SMART")
    with tws.watch(["AAPL", "EUR.USD", option, "NOPE"]) as board:
        board.rename("AAPL", "Apple")
        board.sort("change_percent", descending=True)
        board.trend = "1 hour"
        board.save(" Mine ")
        yield


@pytest.mark.usefixtures("kept")
def test_a_kept_board_is_watched_in_another_session(simulator: ibnb.Simulator) -> None:
    assert ibnb.watchlists() == {"Mine": ["Apple", "EUR.USD", "AAPL 261218C00245000", "NOPE"]}

    with ibnb.connect(port=simulator.port) as tws, tws.watch(watchlist="mine") as board:
        frame = board.frame

        assert board.contracts == ["Apple", "EUR.USD", "AAPL 261218C00245000", "NOPE"]
        assert frame["con_id"]["Apple"] == 265598 and frame["strike"].iloc[2] == 245
        assert frame["bid"].notna().tolist() == [True, True, True, False] and "200" in frame["reason"]["NOPE"]
        assert (board.arrangement.sort, board.arrangement.descending, board.trend) == ("change_percent", True, "1 hour")


@pytest.mark.usefixtures("kept")
def test_a_board_takes_what_a_list_has_in_place_of_its_own(tws: ibnb.Session) -> None:
    with tws.watch(["SPY", "AAPL", "MSFT"]) as board:
        before = tws.lines.used
        board.open("Mine")

        assert board.contracts == ["Apple", "EUR.USD", "AAPL 261218C00245000", "NOPE"]
        assert tws.lines.used == before - 2, "the first board has the same lines"
        board.stop()
        board.open("MINE")
        assert board.state == "live" and len(board) == 4


@pytest.mark.usefixtures("kept")
def test_where_the_lines_do_not_suffice_the_board_stays(
    tws: ibnb.Session, simulator: ibnb.Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ibnb.connect(port=simulator.port) as other, other.watch(["SPY", "MSFT"]) as board:
        monkeypatch.setattr(other.lines, "limit", 2)
        with pytest.raises(RequestError, match="lines are left"):
            board.open("Mine")
        assert board.contracts == ["SPY", "MSFT"] and other.lines.used == 2
        monkeypatch.setattr(other.lines, "limit", 3)
        board.open("Mine")
        assert other.lines.used == 3, "lines that are given back count"


def test_a_list_is_replaced_and_thrown_away(tws: ibnb.Session, folder: Path) -> None:
    assert ibnb.watchlists() == {}
    with tws.watch(["AAPL", "MSFT"]) as board:
        board.save("a/b: ü")
        board.remove("MSFT")
        board.save("A/B: Ü")
        board.save("b" * 60)
        board.save("名" * 60)

    assert list(ibnb.watchlists().values()) == [["AAPL"]] * 3
    assert {path.parent for path in folder.rglob("*") if path.is_file()} == {folder}
    ibnb.delete_watchlist("a/B: ü")
    assert "A/B: Ü" not in ibnb.watchlists()
    with pytest.raises(BadInput, match="b" * 60):
        ibnb.delete_watchlist("a/B: ü")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb", None, 5])
def test_what_is_no_name_is_refused(tws: ibnb.Session, folder: Path, name: Any) -> None:
    with tws.watch("AAPL") as board:
        with pytest.raises(BadInput):
            board.save(name)
        with pytest.raises(BadInput):
            board.open(name)
        assert board.contracts == ["AAPL"]
    assert not folder.exists()


def test_one_that_is_not_there_is_refused_before_anything_is_sent(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    before = simulator.received()
    with pytest.raises(BadInput, match="there is none yet"):
        tws.watch(watchlist="mine")
    with pytest.raises(BadInput, match="one of the two"):
        tws.watch("AAPL", watchlist="mine")
    with pytest.raises(BadInput, match="one of the two"):
        tws.watch()
    assert simulator.received() == before


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": 5}', '{"name": "Mine", "contracts": {"AAPL": 5}}', "\x00"])
def test_a_broken_file_is_said_by_name_and_hides_no_other(tws: ibnb.Session, folder: Path, text: str) -> None:
    (folder / "list-other.json").write_text(text, encoding="utf-8")

    assert list(ibnb.watchlists()) == ["Mine"]
    with pytest.raises(StoreError, match=r"list-other\.json"):
        tws.watch(watchlist="other")
    ibnb.delete_watchlist("other")


@pytest.mark.usefixtures("kept")
def test_what_a_file_says_of_the_looks_that_is_unknown_is_left_aside(tws: ibnb.Session, folder: Path) -> None:
    [file] = folder.glob("*.json")
    values = json.loads(file.read_text())
    file.write_text(json.dumps(values | {"sort": "spread", "trend": "a year", "colour": "red"}))

    with tws.watch(watchlist="mine") as board:
        assert (board.arrangement.sort, board.trend, len(board)) == ("", "5 mins", 4)


def test_a_folder_that_cannot_be_written_is_said(tws: ibnb.Session, folder: Path) -> None:
    folder.parent.parent.mkdir(exist_ok=True)
    folder.parent.write_text("a file")
    with tws.watch("AAPL") as board, pytest.raises(StoreError, match="cannot be kept"):
        board.save("mine")


def test_a_combination_is_kept_with_its_legs(tws: ibnb.Session, folder: Path) -> None:
    with tws.watch("+1 AAPL -2 MSFT") as board:
        board.save("pairs")
        with tws.watch(watchlist="pairs") as other:
            assert other.contracts == board.contracts
            legs = [(leg.conId, leg.ratio, leg.action) for leg in other.rows[0].contract.comboLegs or ()]
            assert legs == [(265598, 1, "BUY"), (272093, 2, "SELL")]


def test_the_folder_is_the_persons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IBNB_CONFIG")
    monkeypatch.setitem(os.environ, "XDG_CONFIG_HOME", "/somewhere")

    assert config_folder().name == "ibnb"
