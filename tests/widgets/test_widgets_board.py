"""The board's widget without a browser: what it paints and when, its end, and that text stays text."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Iterator
from typing import Any

import ipywidgets
import pytest
from waiting import until

import ibnb
from ibnb.live.board.arrangement import Arrangement
from ibnb.live.board.board import Board
from ibnb.simulator.process import Simulator
from ibnb.widgets.board.cells import row_html, table_html
from ibnb.widgets.board.sparkline import sparkline
from ibnb.widgets.board.view import BoardView, bundle
from ibnb.widgets.kit.panel import ON_A_PAGE

SOON = 15.0


@pytest.fixture(scope="module")
def tws(shared_simulator: Simulator) -> Iterator[ibnb.Session]:
    with ibnb.connect(port=shared_simulator.port, timeout=20) as session:
        yield session


@pytest.fixture
def board(tws: ibnb.Session, simulator: Simulator) -> Iterator[Board]:
    with tws.watch(["AAPL", "EUR.USD", "NOPE"]) as made:
        yield made


def shown(view: BoardView) -> str:
    """Return all HTML that is shown."""
    html = [each for each in within(view.view) if isinstance(each, ipywidgets.HTML)]
    return "".join(each.value for each in html if "ibnb-alive" not in each._dom_classes).split("</style>")[1]


def within(widget: Any) -> list[Any]:
    return [widget, *(below for child in getattr(widget, "children", ()) for below in within(child))]


def button(view: BoardView, *words: str) -> Any:
    return next(each for each in within(view.view) if isinstance(each, ipywidgets.Button) and each.description in words)


def painted(sent: list[dict[str, Any]]) -> int:
    return sum("<table" in str(state.get("value", "")) for state in sent)


def show(board: Board) -> BoardView:
    """Show a board as a front end does, which counts its views."""
    bundle(board)
    view = board.view
    assert isinstance(view, BoardView)
    view.view._view_count = 1
    return view


def test_a_row_says_all_in_words_and_signs(board: Board) -> None:
    html = shown(show(board))

    assert html.count("<tr>") == 4 and '<th scope="row">AAPL' in html
    assert re.search(r"[▲▼=] <span class=\"ibnb-change-value\">[+−]\d", html)
    assert "✗</span> No prices: TWS finds no such contract" in html
    assert ">live</span>" in html and "2 of 100 lines" in html
    assert html.count('scope="col"') == 9 and html.count('aria-sort="none"') == 9 and "<caption" in html
    assert 'role="status" aria-live="polite"' in html


@pytest.mark.second
def test_it_repaints_with_news_and_at_most_four_times_a_second(board: Board, sent: list[dict[str, Any]]) -> None:
    show(board)
    sent.clear()
    began = time.monotonic()

    assert until(lambda: painted(sent) >= 5)

    assert time.monotonic() - began > 4 * 0.25 - 0.1


@pytest.mark.second
def test_nothing_is_sent_where_nothing_changes(sent: list[dict[str, Any]]) -> None:
    with ibnb.simulate(speed=0) as sim, ibnb.connect(port=sim.port) as tws, tws.watch("AAPL") as board:
        show(board)
        before = -1
        while len(sent) > before:  # the first prices are still painted
            before = len(sent)
            time.sleep(0.4)
        sent.clear()
        time.sleep(0.8)

        assert [state for state in sent if "data-beat" not in state.get("value", "")] == []


def test_nothing_is_painted_while_it_is_not_shown_and_all_at_once_when_it_is_again(
    board: Board, sent: list[dict[str, Any]]
) -> None:
    view = show(board)
    view.view._view_count = 0
    sent.clear()

    board.wait(3, timeout=SOON)
    time.sleep(0.4)
    assert painted(sent) == 0

    view.view._view_count = 1
    assert until(lambda: painted(sent) >= 1)
    assert painted(sent) == 1


def test_an_update_gives_what_a_new_one_gives(tws: ibnb.Session, board: Board) -> None:
    view = show(board)
    board.wait(3, timeout=SOON)
    board.stop()
    view.paint()

    assert shown(view) == shown(BoardView(board))


def test_the_button_stops_it(tws: ibnb.Session, board: Board) -> None:
    view = show(board)

    button(view, "Stop", "Start").click()
    assert until(lambda: "■" in shown(view))

    assert board.state == "stopped" and tws.lines.used == 0
    assert (button(view, "Stop", "Start").disabled, button(view, "Stop", "Start").description) == (False, "Start")
    assert "◌ stale" in shown(view)


def test_closing_the_widget_ends_the_board(tws: ibnb.Session, board: Board) -> None:
    view = show(board)

    view.view.close()

    assert board.state == "stopped" and tws.lines.used == 0
    assert view not in ON_A_PAGE


@pytest.mark.second
def test_one_that_nobody_holds_or_shows_ends(tws: ibnb.Session) -> None:
    board = tws.watch("AAPL")
    view = show(board)
    inner = view.view
    del board
    gc.collect()
    assert tws.lines.used == 1, "it is still shown"

    view.view._view_count = 0
    del view
    gc.collect()

    assert until(lambda: tws.lines.used == 0)
    assert inner.comm is None


def test_one_widget_for_all_cells(board: Board) -> None:
    first, second = bundle(board), bundle(board)

    key = "application/vnd.jupyter.widget-view+json"
    assert first[key]["model_id"] == second[key]["model_id"]


def test_outside_of_a_notebook_it_is_text_and_a_table(board: Board) -> None:
    made = board._repr_mimebundle_()

    assert set(made) == {"text/plain", "text/html"}
    assert made["text/plain"].startswith("<Board ● live, 3 contracts")
    assert "<caption" in made["text/html"] and board.view is None


def test_it_follows_a_lost_uplink(simulator: Simulator, board: Board) -> None:
    view = show(board)

    simulator.event("uplink-lost")
    assert until(lambda: "◌</span> <b>stale</b>" in shown(view))
    assert until(lambda: "Interactive Brokers" in shown(view) and "ibnb-old" in shown(view))  # the rows come after it
    simulator.event("uplink-restored")
    assert until(lambda: "<b>live</b>" in shown(view))


def test_its_session_ends_and_it_says_so(simulator: Simulator) -> None:
    tws = ibnb.connect(port=simulator.port)
    view = show(tws.watch("AAPL"))

    tws.close()

    assert until(lambda: "<b>stopped</b>" in shown(view) or "<b>lost</b>" in shown(view))


def test_text_of_the_server_and_of_people_cannot_become_html(simulator: Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("no-subscription", "hostile-text")
    with tws.watch("AAPL") as board:
        view = show(board)
        board.rows[0].name = '<script>"'
        view._rows.clear()
        view.paint()
        html = shown(view)

    assert "<img" not in html and "<script" not in html and "\x1b" not in html
    assert "&lt;img" in html and "&lt;script&gt;&#34;" in html


def test_prices_have_the_digits_of_their_smallest_step(tws: ibnb.Session, board: Board) -> None:
    stock, pair = (row_html(row, Arrangement(), time.time()) for row in board.rows[:2])

    assert re.search(r"c-bid\">[\d,]+\.\d\d <", stock)
    assert re.search(r"c-bid\">\d\.\d{5} <", pair)
    assert re.search(r"× [\d.,]+M<", pair)
    assert table_html([], Arrangement()).count("<tr>") == 1


@pytest.mark.parametrize(
    ("prices", "word"),
    [([1.0, 2.0, 3.0], "rising"), ([3.0, 1.0], "falling"), ([2.0, 2.0], "unchanged"), ([2.0, 9.0, 2.0], "unchanged")],
)
def test_a_small_line_says_where_it_goes(prices: list[float], word: str) -> None:
    marks = [(60.0 * place, price) for place, price in enumerate(prices)]
    drawn = sparkline(marks)

    assert f'role="img" aria-label="{word}"' in drawn
    numbers = [float(number) for number in re.findall(r"[-\d.]+", drawn.split('d="M')[1])]
    assert all(0 <= number <= 84 for number in numbers) and len(numbers) == 2 * len(prices)
    assert sparkline(marks[:1]) == ""


def test_the_time_of_a_quote_is_told_in_the_zone_that_is_chosen(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    assert until(lambda: board.rows[0].line is not None and board.rows[0].line.quote.has_price())
    row = board.rows[0]

    for choice, mark in (("UTC", "UTC"), ("Asia/Tokyo", "JST")):
        monkeypatch.setattr(ibnb.options, "time_zone", choice)
        told = row_html(row, Arrangement(), time.time())
        assert re.search(rf">\d\d:\d\d:\d\d {mark}<", told), told
