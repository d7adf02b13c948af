"""The board's widget as a person edits it, without a browser: what is pressed, what is shown, what is said."""

from __future__ import annotations

import gc
import re
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from waiting import until

import ibnb
from ibnb.live.board.board import Board
from ibnb.simulator.process import Simulator
from ibnb.widgets.board.view import BoardView, bundle

SOON = 15.0


@pytest.fixture(scope="module")
def tws(shared_simulator: Simulator) -> Iterator[ibnb.Session]:
    with ibnb.connect(port=shared_simulator.port, timeout=20) as session:
        yield session


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBNB_CONFIG", str(tmp_path))


@pytest.fixture
def view(tws: ibnb.Session) -> Iterator[BoardView]:
    with tws.watch(["MSFT", "AAPL", "EUR.USD"]) as board:
        bundle(board)
        assert isinstance(board.view, BoardView)
        board.view.view._view_count = 1
        yield board.view


def within(widget: Any) -> list[Any]:
    return [widget, *(below for child in getattr(widget, "children", ()) for below in within(child))]


def named(view: BoardView, name: str) -> Any:
    return next(each for each in within(view.view) if getattr(each, "description", None) == name)


def press(view: BoardView, name: str) -> None:
    named(view, name).click()
    view._editor._work.wait(SOON)


def table(view: BoardView) -> str:
    return str(view._table.value)


def names(view: BoardView) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*>([^<]+) <', table(view))


def click(view: BoardView, what: str, number: int = 1) -> None:
    carrier = next(each for each in within(view.view) if "ibnb-carrier" in getattr(each, "_dom_classes", ()))
    carrier.value = f"{what}#{number}"


def test_the_fields_are_folded_away_until_they_are_asked_for(view: BoardView) -> None:
    fields = view._editor._fields
    assert fields.layout.display == "none"

    named(view, "Edit").click()
    assert fields.layout.display == ""
    assert {each.description for each in within(fields) if isinstance(each, ipywidgets.Button)} == {
        "Add", "Rename", "Remove", "Save", "Open"
    }  # fmt: skip
    named(view, "Edit").click()
    assert fields.layout.display == "none"


def test_contracts_come_go_and_get_other_names(view: BoardView) -> None:
    named(view, "Contracts").value = "SPY, NOPE"
    press(view, "Add")
    assert until(lambda: names(view) == ["MSFT", "AAPL", "EUR.USD", "SPY", "NOPE"])
    assert named(view, "Contracts").value == ""

    named(view, "Row").label, named(view, "Called").value = "AAPL", "<b>Apple</b>"
    press(view, "Rename")
    assert until(lambda: "&lt;b&gt;Apple" in table(view))
    assert named(view, "Row").label == "<b>Apple</b>", "the row that was chosen"
    named(view, "Row").label = "MSFT"
    press(view, "Remove")
    assert until(lambda: "MSFT" not in table(view))
    assert "MSFT" not in dict(named(view, "Row").options)


@pytest.mark.parametrize(
    ("field", "value", "button", "said"),
    [
        ("Contracts", "", "Add", "Which contracts?"),
        ("Contracts", "BTC", "Add", "That did not work"),
        ("Called", "MSFT", "Rename", "one that no other row has"),
        ("Watchlist", "", "Save", "1 to 60 characters"),
        ("Watchlist", "nothing", "Open", "there is none yet"),
    ],
)
def test_what_cannot_be_is_said_below(view: BoardView, field: str, value: str, button: str, said: str) -> None:
    before = names(view)
    named(view, "Row").label = "AAPL"
    named(view, field).value = value

    press(view, button)

    assert said in view._editor._said.value
    assert names(view) == before


def test_a_list_is_kept_and_opened(view: BoardView) -> None:
    named(view, "Watchlist").value = "<i>mine"
    press(view, "Save")
    assert "Kept as &lt;i&gt;mine" in view._editor._said.value
    assert named(view, "Watchlist").options == ("<i>mine",)
    view._board.remove("AAPL")
    view._board.add("SPY")

    press(view, "Open")

    assert until(lambda: names(view) == ["MSFT", "AAPL", "EUR.USD"])


def test_a_press_on_a_heading_sorts(view: BoardView) -> None:
    view._board.add_column("the name", lambda q: q.name[::-1])

    click(view, "sort:contract")
    assert names(view) == ["AAPL", "EUR.USD", "MSFT"]
    assert re.search(r'aria-sort="ascending"><button type="button" data-do="sort:contract">Contract<', table(view))
    click(view, "sort:contract", 2)
    assert names(view) == ["MSFT", "EUR.USD", "AAPL"] and 'aria-sort="descending"' in table(view)
    click(view, "sort:own-0")
    assert 'aria-sort="descending"><button type="button" data-do="sort:own-0">the name<' in table(view)
    assert names(view) == ["MSFT", "AAPL", "EUR.USD"]
    for odd in ("sort:own-7", "sort:own-0", "other:contract"):
        click(view, odd, 3)
    assert sorted(names(view)) == ["AAPL", "EUR.USD", "MSFT"]


def test_a_function_that_raises_shows_its_error_in_its_cells(view: BoardView) -> None:
    view._board.add_column("bad", lambda q: 1 / 0 if q.name == "AAPL" else "<img>")

    assert until(lambda: "✗</span> ZeroDivisionError: division by zero</td>" in table(view))
    assert table(view).count("ZeroDivisionError") == 1 and table(view).count("&lt;img&gt;") == 2
    assert "<b>live</b>" in view._state.value


def test_a_pair_shows_its_mid_and_a_trend_has_its_own_sign(view: BoardView) -> None:
    for row in view._board.rows:
        assert row.line is not None
        row.line.quote._trail.add(1.0, 1e9)  # long ago it was far above
    view._board.trend = "4 hours"
    assert until(lambda: table(view).count('ibnb-move ibnb-down">▼ −') >= 3)

    assert re.search(r'>EUR\.USD .*?<td class="ibnb-c-last">1\.\d{5,6} <span class="ibnb-small">mid<', table(view))
    assert 'Trend <span class="ibnb-small">4 hours</span>' in table(view)
    named(view, "Trend over").value = "1 min"
    assert until(lambda: "1 min</span>" in table(view)) and view._board.trend == "1 min"


def test_what_was_stopped_starts_by_the_same_button(tws: ibnb.Session, view: BoardView) -> None:
    named(view, "Stop").click()
    assert until(lambda: "<b>stopped</b>" in view._state.value and tws.lines.used == 0)

    press(view, "Start")

    assert until(lambda: "<b>live</b>" in view._state.value) and named(view, "Stop")
    assert tws.lines.used == 3 and view._editor._said.value == ""


def test_one_whose_session_is_closed_says_that_it_cannot_start(shared_simulator: Simulator) -> None:
    with ibnb.connect(port=shared_simulator.port, timeout=20) as session:
        board = session.watch("AAPL")
        bundle(board)
        board.stop()

    press(board.view, "Start")

    assert "Connect" in board.view._editor._said.value or "connect" in board.view._editor._said.value
    board.view.close()


def test_a_board_that_was_edited_is_let_go(tws: ibnb.Session) -> None:
    board: Board | None = tws.watch("AAPL")
    assert board is not None
    bundle(board)
    view = board.view
    named(view, "Contracts").value = "SPY"
    press(view, "Add")
    view.view._view_count = 1
    view.view._view_count = 0
    gone = weakref.ref(board)

    del board, view
    gc.collect()

    assert until(lambda: gone() is None and tws.lines.used == 0)
