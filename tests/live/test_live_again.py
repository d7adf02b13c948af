"""After a loss boards and streams go on by themselves: stale meanwhile, then live, no line doubled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from waiting import until

import ibnb

SOON = 25.0


@pytest.fixture
def lasting(simulator: ibnb.Simulator) -> Iterator[ibnb.Session]:
    """Give a session of the test's own, which may be broken."""
    with ibnb.connect(port=simulator.port, timeout=20) as session:
        yield session


@pytest.mark.second
def test_a_connection_that_is_cut_comes_back_with_all_its_streams(
    simulator: ibnb.Simulator, lasting: ibnb.Session
) -> None:
    states: list[tuple[str, str]] = []
    lost: list[pd.DataFrame] = []

    def note(board: Any, _changed: object) -> None:
        states.append((board.state, board.reason))
        if board.state == "stale":  # it may be back before anybody looks
            lost.append(board.frame)

    with (
        lasting.watch(["AAPL", "SPY", "NOPE"]) as board,
        lasting.watch("AAPL") as other,
        lasting.depth("EUR.USD") as book,
        lasting.tick_by_tick("AAPL", "BidAsk") as ticks,
    ):
        board.on_update(note, every=0)
        before = simulator.received()
        prices = board.frame["bid"]
        simulator.event("cut")
        assert until(lambda: lost)
        frame = lost[0]
        assert frame["stale"].all() and (frame["bid"].dropna() == prices.dropna()).all(), "old prices stay, marked"
        assert until(lambda: all(each.state == "live" for each in (board, other, book, ticks)))
        board.wait(5, timeout=SOON)
        book.wait(1, timeout=SOON)
        ticks.wait(1, timeout=SOON)

        asked = {name: count - before.get(name, 0) for name, count in simulator.received().items()}
        assert (asked["MKT_DATA"], asked["MKT_DEPTH"], asked["TICK_BY_TICK_DATA"]) == (2, 1, 1)
        assert lasting.lines.used == 2
        assert board.frame["stale"].tolist() == [False, False, True]
        levels = book.frame
        assert levels["bid"].is_monotonic_decreasing and levels["ask"].is_monotonic_increasing and len(levels) <= 5

    assert ("stale", "the connection to TWS was lost") in states
    assert states[-1][0] in ("live", "stopped")


@pytest.mark.second
@pytest.mark.parametrize(("lost", "again"), [(False, 0), (True, 1)])
def test_an_uplink_that_comes_back_with_and_without_a_loss_of_data(
    simulator: ibnb.Simulator, lasting: ibnb.Session, lost: bool, again: int
) -> None:
    with lasting.watch("AAPL") as board:
        before = simulator.received()["MKT_DATA"]
        simulator.event("uplink-lost", lost=str(lost).lower())
        assert until(lambda: board.state == "stale")
        assert "Interactive Brokers" in board.frame.at["AAPL", "reason"]
        simulator.event("uplink-restored", lost=str(lost).lower())
        assert until(lambda: board.state == "live")
        board.wait(3, timeout=SOON)

        assert simulator.received()["MKT_DATA"] - before == again
        assert lasting.lines.used == 1


@pytest.mark.second
def test_a_farm_that_flaps_tears_nothing_down(simulator: ibnb.Simulator, lasting: ibnb.Session) -> None:
    with lasting.watch("AAPL") as board:
        before, known = simulator.received()["MKT_DATA"], len(lasting.notices)
        simulator.event("farm-flap", seconds=0.3)
        assert until(lambda: {2103, 2104} <= {notice.code for notice in lasting.notices[known:]})
        board.wait(3, timeout=SOON)

        assert board.state == "live"
        assert simulator.received()["MKT_DATA"] == before


@pytest.mark.second
def test_a_book_that_is_reset_is_empty_before_it_is_filled(simulator: ibnb.Simulator, lasting: ibnb.Session) -> None:
    with lasting.depth("EUR.USD") as book:
        simulator.event("uplink-lost", lost="true")
        simulator.event("uplink-restored", lost="true")
        assert until(lambda: book.state == "live")
        book.wait(1, timeout=SOON)
        frame = book.frame

    assert frame["bid"].is_monotonic_decreasing and frame["ask"].is_monotonic_increasing
    assert len(frame) <= 5
