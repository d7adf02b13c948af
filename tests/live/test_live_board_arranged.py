"""A board as a person arranges it: names, sorted rows, trends, columns of one's own, started again after a stop."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from waiting import until

import ibnb
from ibnb.errors import BadInput, IBNBError, NotConnected, RequestError
from ibnb.live.board.board import Board
from ibnb.live.board.own_columns import Failure
from ibnb.live.quotes.trail import Trail, moved
from ibnb.widgets.board.cells import row_html

SOON = 15.0


@pytest.fixture
def board(tws: ibnb.Session) -> Iterator[Board]:
    with tws.watch(["AAPL", "MSFT", "EUR.USD", "NOPE"]) as made:
        yield made


def order(board: Board, now: float = 0.0) -> list[str]:
    return [row.name for row in board.arrangement.ordered(board.rows, now)]


# Other names ---------------------------------------------------------------------------------------------------------


def test_a_row_is_called_otherwise_and_found_by_both_names(board: Board) -> None:
    board.rename("AAPL", "  The  apple ")

    assert board.contracts == ["The apple", "MSFT", "EUR.USD", "NOPE"]
    assert board.frame.index[0] == "The apple" and board.frame["symbol"].iloc[0] == "AAPL"
    assert not board.ticks("the APPLE").empty and not board.ticks("AAPL").empty
    board.add("AAPL")
    assert len(board) == 4, "it is on the board already"
    board.remove("AAPL")
    assert board.contracts == ["MSFT", "EUR.USD", "NOPE"]


@pytest.mark.parametrize("name", ["", "   ", "msft", "a\nb\x1b", "x" * 61, None, 5])
def test_what_is_no_name_for_a_row_is_refused(board: Board, name: Any) -> None:
    with pytest.raises(BadInput, match="name"):
        board.rename("AAPL", name)
    with pytest.raises(BadInput, match="AAPL"):
        board.rename("IBM", "Big blue")
    assert board.contracts[0] == "AAPL"


# Sorted --------------------------------------------------------------------------------------------------------------


def test_rows_are_sorted_where_they_are_shown_and_stay_in_the_frame(board: Board) -> None:
    prices = board.frame["bid"]

    board.sort("bid")
    assert order(board) == ["EUR.USD", *prices[["AAPL", "MSFT"]].sort_values().index, "NOPE"]
    board.sort("bid", descending=True)
    assert order(board) == [*prices[["AAPL", "MSFT"]].sort_values(ascending=False).index, "EUR.USD", "NOPE"]
    board.sort("contract")
    assert order(board) == ["AAPL", "EUR.USD", "MSFT", "NOPE"]
    assert list(board.frame.index) == ["AAPL", "MSFT", "EUR.USD", "NOPE"]
    board.sort()
    assert order(board) == board.contracts
    with pytest.raises(BadInput, match="change_percent"):
        board.sort("colour")


@pytest.mark.parametrize("by", ["trend", "time", "data_type", "change", "price", "mid", "volume", "delta"])
def test_whatever_it_is_sorted_by_all_rows_are_there_and_those_without_come_last(board: Board, by: str) -> None:
    for descending in (False, True):
        board.sort(by, descending=descending)
        assert sorted(order(board)) == sorted(board.contracts)
        assert by == "delta" or order(board)[-1] == "NOPE"


def test_a_heading_sorts_its_own_way_round_then_the_other_then_not(board: Board) -> None:
    arrangement, seen = board.arrangement, []
    for by in ("change_percent",) * 3 + ("contract",) * 3:
        arrangement.sort_next(by)
        seen.append((arrangement.sort, arrangement.descending))

    assert seen == [
        *[("change_percent", True), ("change_percent", False), ("", False)],
        *[("contract", False), ("contract", True), ("", False)],
    ]


# Columns of one's own ------------------------------------------------------------------------------------------------


def test_a_column_of_ones_own_is_shown_sorted_and_in_the_frame(board: Board) -> None:
    board.add_column("spread", lambda q: q.ask - q.bid)
    board.add_column("is", lambda q: f"{q.name} {q.contract.secType}")
    frame = board.frame
    board.sort("spread", descending=True)

    spread = frame["ask"] - frame["bid"]
    assert list(frame.columns[-2:]) == ["spread", "is"]
    assert frame["spread"].dropna().tolist() == spread.dropna().tolist() and math.isnan(frame["spread"]["NOPE"])
    assert frame["is"]["AAPL"] == "AAPL STK"
    assert order(board)[-2:] == ["EUR.USD", "NOPE"]
    board.remove_column("spread")
    board.remove_column("spread")
    assert order(board) == board.contracts, "what it was sorted by is gone"
    assert "spread" not in board.frame


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda q: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda q: q.colour, "has no 'colour'; it has name, contract, bid"),
        (lambda: 1, "TypeError"),
        (lambda q: [][1], "IndexError"),
    ],
)
def test_a_function_that_raises_costs_its_own_cell_alone(
    board: Board, function: Callable[..., object], words: str
) -> None:
    board.add_column("bad", function)
    board.add_column("good", lambda q: q.bid)
    before = board.frame["ticks"].sum()

    frame = board.wait(3, timeout=SOON)

    assert frame["bad"].isna().all() and frame["good"].notna().sum() == 3 and frame["ticks"].sum() > before
    assert any(words in each for each in frame.attrs["warnings"])
    value = board.arrangement.columns["bad"].value(board.rows[0])
    assert isinstance(value, Failure) and words.split(";")[0] in value.words


def test_columns_come_and_go_while_the_board_is_drawn(board: Board) -> None:
    stop = threading.Event()

    def draw() -> None:
        while not stop.is_set():
            for row in board.rows:
                row_html(row, board.arrangement, 0.0)

    drawing = threading.Thread(target=draw)
    drawing.start()
    for number in range(300):
        board.add_column(f"own {number % 7}", lambda q: q.bid)
        board.remove_column(f"own {(number + 3) % 7}")
    assert drawing.is_alive()
    stop.set()
    drawing.join()


def test_a_function_that_asks_the_session_is_told_that_it_cannot(board: Board, tws: ibnb.Session) -> None:
    board.add_column("bad", lambda q: tws.positions())
    seen: list[Any] = []
    board.on_update(lambda same, _: seen.append(same.arrangement.columns["bad"].value(same.rows[0])), every=0)

    assert until(lambda: seen)
    assert isinstance(seen[0], Failure) and "session's own loop" in seen[0].words


@pytest.mark.parametrize(
    ("value", "format", "text"),
    [
        (0.00999999999, "", "0.01"),
        (1234567.0, ",.0f", "1,234,567"),
        (True, "", "True"),
        ("<b>", "", "<b>"),
        (None, "", ""),
        (math.nan, "", ""),
        (complex(1, 2), "", "(1+2j)"),
        ("text", ".2f", "text"),
    ],
)
def test_what_a_column_gives_is_written(board: Board, value: Any, format: str, text: str) -> None:
    board.add_column("own", lambda q: value, format=format)
    column = board.arrangement.columns["own"]

    assert column.text(column.value(board.rows[0])) == text
    board.sort("own")
    assert len(order(board)) == 4


def test_impossible_columns_are_refused(board: Board) -> None:
    nonsense: list[tuple[Any, Any, Any]] = [
        *[(name, len, "") for name in ("bid", "contract", "", "x" * 41, None)],
        *[("own", "q.ask", ""), ("own", len, "q"), ("own", len, None)],
    ]
    for name, function, format in nonsense:
        with pytest.raises(BadInput):
            board.add_column(name, function, format=format)
    assert board.arrangement.columns == {}


# The trend -----------------------------------------------------------------------------------------------------------


def test_a_trend_goes_over_the_time_that_is_chosen(board: Board) -> None:
    assert board.trend == "5 mins"
    board.trend = "1 hour"
    assert board.arrangement.seconds == 3600
    with pytest.raises(BadInput, match="'15 mins'"):
        board.trend = "2 weeks"


def test_a_trail_of_hours_is_told_over_each_time_with_its_own_sign() -> None:
    """It rises for four hours and falls in the last minutes."""
    trail = Trail()
    for second in range(5 * 3600):
        trail.add(float(second), 100 + second / 3600 - max(0, second - 17_700) / 100)
    now = 5 * 3600.0

    hours, minutes = trail.over(14_400, now), trail.over(300, now)

    assert hours[0][0] == pytest.approx(now - 14_400) and hours[-1][0] == minutes[-1][0] == now
    assert moved(hours) > 0 > moved(minutes)
    assert len(hours) < 900 and all(early[0] < late[0] for early, late in pairwise(hours))
    assert moved(trail.over(60, now + 7200)) == 0.0, "nothing has come since"
    assert math.isnan(moved(Trail().over(60, now)))


# Stopped and started -------------------------------------------------------------------------------------------------


def test_what_was_stopped_starts_again_with_all_that_it_had(tws: ibnb.Session, board: Board) -> None:
    board.rename("AAPL", "Apple")
    heard: list[list[str]] = []
    board.on_update(lambda _board, changed: heard.append(changed), every=0)
    board.stop()
    assert tws.lines.used == 0
    heard.clear()

    board.start()
    frame = board.wait(3, timeout=SOON)

    assert (board.state, tws.lines.used) == ("live", 3)
    assert frame.index.tolist() == ["Apple", "MSFT", "EUR.USD", "NOPE"]
    assert frame["stale"].tolist() == [False, False, False, True]
    assert any("Apple" in names for names in heard), "who listened hears again"
    board.start()
    assert tws.lines.used == 3
    board.add("SPY")
    assert len(board) == 5


def test_one_that_cannot_start_says_why(simulator: ibnb.Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    with ibnb.connect(port=simulator.port, timeout=20) as tws:
        board = tws.watch(["AAPL", "MSFT"])
        board.stop()
        monkeypatch.setattr(tws.lines, "limit", 1)
        with pytest.raises(RequestError, match="2 more contracts"):
            board.start()
        assert board.state == "stopped"
        with pytest.raises(IBNBError, match=r"start\(\)"):
            board.add("SPY")
    with pytest.raises(NotConnected):
        board.start()
    board.sort("bid")
    assert board.frame["bid"].notna().all()
