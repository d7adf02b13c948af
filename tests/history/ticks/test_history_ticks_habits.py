"""Ticks over real sockets in every way that a TWS may give its pages: the same ticks, and what is missing is said."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

import ibnb
from ibnb.history.pacing.pace import pace_of

ZONE = "America/New_York"
START, END = "2026-04-02 09:30:00", "2026-04-02 09:32:00"
KINDS = ("TRADES", "BID_ASK", "MIDPOINT")
HABITS = ("ticks-before-start", "ticks-from-start", "ticks-cut")


@pytest.fixture
def usual(simulator: ibnb.Simulator, tws: ibnb.Session) -> dict[str, pd.DataFrame]:
    simulator.scenario("healthy")
    return {what: tws.ticks("AAPL", what=what, start=START, end=END, store=False) for what in KINDS}


@pytest.mark.parametrize("habit", HABITS)
def test_ticks_are_the_same_whatever_their_pages(
    simulator: ibnb.Simulator,
    tws: ibnb.Session,
    usual: dict[str, pd.DataFrame],
    healthy_again: None,
    habit: str,
) -> None:
    simulator.scenario(f"habit-{habit}")

    for what, frame in usual.items():
        found = tws.ticks("AAPL", what=what, start=START, end=END, store=False)
        last = tws.ticks("AAPL", end=END, what=what, limit=50, store=False)

        pd.testing.assert_frame_equal(found, frame)
        pd.testing.assert_frame_equal(last, frame[-50:])
        assert found.attrs["complete"], found.attrs["warnings"]


def test_a_weekend_is_empty_whatever_the_pages(
    simulator: ibnb.Simulator, tws: ibnb.Session, healthy_again: None
) -> None:
    simulator.scenario("habit-ticks-before-start")

    weekend = tws.ticks("AAPL", start="2026-04-04", end="2026-04-05", store=False)

    assert weekend.empty
    assert weekend.attrs["complete"]


def test_a_quote_that_is_asked_for_alone_is_the_first_from_the_start_on(
    tws: ibnb.Session, usual: dict[str, pd.DataFrame]
) -> None:
    first = tws.ticks("AAPL", what="BID_ASK", start=START, end=END, limit=1, store=False)

    pd.testing.assert_frame_equal(first, usual["BID_ASK"][:1])


@pytest.mark.second
def test_ticks_of_pages_without_an_end_are_shown_and_said(
    simulator: ibnb.Simulator, tws: ibnb.Session, usual: dict[str, pd.DataFrame], healthy_again: None
) -> None:
    simulator.scenario("habit-ticks-unended")

    found = tws.ticks("AAPL", what="MIDPOINT", start=START, end=END, store=False, timeout=1)

    assert 0 < len(found) <= len(usual["MIDPOINT"])
    pd.testing.assert_frame_equal(found, usual["MIDPOINT"][: len(found)])
    assert not found.attrs["complete"]
    assert "did not say within " in found.attrs["warnings"][0]


@pytest.mark.parametrize("what", ["BID_ASK", "MIDPOINT"])
@pytest.mark.parametrize("habit", ["healthy", "habit-ticks-before-start"])
@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-08 07:00:00",  # the clocks go forward
        "2025-11-02 06:00:00",  # and back
        "2026-04-02 04:00:00",  # midnight
    ],
)
def test_midnights_and_changes_of_clocks_lose_no_tick(
    simulator: ibnb.Simulator, tws: ibnb.Session, healthy_again: None, what: str, habit: str, moment: str
) -> None:
    simulator.scenario(habit)
    bitcoin = tws.backend.module.Crypto("BTC", "PAXOS", "USD")
    change = pd.Timestamp(moment, tz="UTC")
    edges = [change - pd.Timedelta("20s"), change - pd.Timedelta("1s"), change + pd.Timedelta("20s")]

    whole = tws.ticks(bitcoin, what=what, start=edges[0], end=edges[-1], rth=False, store=False)
    halves = [
        tws.ticks(bitcoin, what=what, start=low, end=high, rth=False, store=False) for low, high in pairwise(edges)
    ]

    assert len(whole) > 20
    assert whole.index.is_monotonic_increasing
    assert (whole.index[0] < change) & (whole.index[-1] > change)
    pd.testing.assert_frame_equal(pd.concat(halves), whole)


def test_ticks_that_wait_for_the_pace_say_the_time_that_was_given(simulator: ibnb.Simulator) -> None:
    with ibnb.connect(port=simulator.port) as session:
        session.run(lambda ib: pace_of(ib).violated())

        with pytest.raises(ibnb.RequestTimeout, match=r"within 0\.2 s\n.*It was waiting .* s for TWS's pace") as caught:
            session.ticks("AAPL", start="2026-04-01 10:00", end="2026-04-01 10:01", store=False, timeout=0.2)

    assert caught.value.seconds == 0.2
