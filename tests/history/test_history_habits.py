"""Habits of history: whichever way a TWS has, nothing is lost, and nothing is settled that no later bar has proved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from times import times_of

import ibnb
from ibnb.errors import RequestError

WEEK: dict[str, Any] = {"start": "2026-03-02", "end": "2026-03-10", "bar_size": "5 mins"}


@pytest.fixture
def habit(simulator: ibnb.Simulator) -> Iterator[ibnb.Simulator]:
    yield simulator
    simulator.scenario("healthy")


def before(frame: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    return frame[frame.index < moment]


@pytest.mark.parametrize("minutes", [15, 600, 3000])
def test_bars_that_were_held_back_come_when_they_are_served(
    habit: ibnb.Simulator, simulator: ibnb.Simulator, store: Path, minutes: int
) -> None:
    now = pd.Timestamp.now("UTC").floor("5min")
    since = str((now - pd.Timedelta(days=6)).tz_localize(None))
    asked: dict[str, Any] = {"start": since, "bar_size": "5 mins", "store": store, "rth": False}
    with ibnb.connect(port=simulator.port) as tws:
        habit.scenario(f"habit-tail-held-back:minutes={minutes}")
        early = tws.history("EUR.USD", what="MIDPOINT", **asked)
        habit.scenario("healthy")

        late = tws.history("EUR.USD", what="MIDPOINT", **asked)
        whole = tws.history("EUR.USD", what="MIDPOINT", **(asked | {"store": False}))

    assert len(early) <= len(late)
    pd.testing.assert_frame_equal(before(late, now), before(whole, now))


@pytest.mark.parametrize("schedule", ["habit-schedule-refused", "habit-schedule-empty"])
def test_without_a_schedule_the_same_bars_come_and_it_is_said(
    habit: ibnb.Simulator, simulator: ibnb.Simulator, schedule: str
) -> None:
    with ibnb.connect(port=simulator.port) as tws:
        told = tws.history("AAPL", store=False, rth=False, **WEEK)
    habit.scenario(schedule)
    with ibnb.connect(port=simulator.port) as tws:
        untold = tws.history("AAPL", store=False, rth=False, **WEEK)

    pd.testing.assert_frame_equal(told, untold)
    assert untold.attrs["schedule"] == "guessed"
    assert "schedule" not in told.attrs


@pytest.mark.parametrize("language", ["german", "chinese", "spanish"])
def test_holidays_stop_no_download_in_any_language(
    habit: ibnb.Simulator, simulator: ibnb.Simulator, store: Path, language: str
) -> None:
    # over Good Friday and Easter
    asked: dict[str, Any] = {"start": "2026-04-01", "end": "2026-04-08", "bar_size": "1 min"}
    habit.scenario(f"habit-language:language={language}", "habit-schedule-refused")
    with ibnb.connect(port=simulator.port) as tws:
        foreign = tws.history("AAPL", store=store, **asked)
    habit.scenario("healthy")
    with ibnb.connect(port=simulator.port) as tws:
        english = tws.history("AAPL", store=False, **asked)

    pd.testing.assert_frame_equal(foreign, english)


def test_a_refusal_of_everything_is_one_in_any_language(habit: ibnb.Simulator, simulator: ibnb.Simulator) -> None:
    habit.scenario("history-refused", "habit-language:language=german")
    with ibnb.connect(port=simulator.port) as tws, pytest.raises(RequestError, match="Keine Berechtigung"):
        tws.history("AAPL", store=False, **WEEK)


@pytest.mark.parametrize("stored", [True, pytest.param(False, marks=pytest.mark.second)])
def test_small_bars_of_years_ago_come_or_are_refused_and_asked_again(
    habit: ibnb.Simulator, simulator: ibnb.Simulator, store: Path, stored: bool
) -> None:
    asked: dict[str, Any] = {"start": "2024-03-04 10:00", "end": "2024-03-04 10:20", "bar_size": "1 secs"}
    asked |= {"store": store if stored else False}
    with ibnb.connect(port=simulator.port) as tws:
        habit.scenario("habit-six-months")
        refused = tws.history("AAPL", **asked)
        habit.scenario("healthy")

        served = tws.history("AAPL", **asked | {"start": "2024-03-04 10:01"})  # not the same again: that would wait

    assert (len(refused), len(served)) == (0, 1140)


def test_a_size_that_this_tws_does_not_know_is_answered_with_its_list(
    habit: ibnb.Simulator, simulator: ibnb.Simulator
) -> None:
    with ibnb.connect(port=simulator.port) as tws:
        assert len(tws.history("AAPL", bar_size="4 mins", store=False, start="2026-03-03", end="2026-03-03")) == 98
        habit.scenario("habit-no-4-mins")
        with pytest.raises(RequestError, match="3 mins, 5 mins"):
            tws.history("AAPL", bar_size="4 mins", store=False, start="2026-03-03", end="2026-03-03")


DATES = ["healthy", "habit-groups-by-last-day", "habit-groups-by-first-day"]


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize(("size", "duration", "least"), [("1 week", "1 Y", 52), ("1 month", "2 Y", 24)])
@pytest.mark.parametrize("dates", DATES)
def test_weeks_and_months_come_each_once_with_the_one_under_way(
    habit: ibnb.Simulator,
    simulator: ibnb.Simulator,
    store: Path,
    dates: str,
    size: str,
    duration: str,
    least: int,
    stored: bool,
) -> None:
    habit.scenario(dates)
    asked: dict[str, Any] = {"duration": duration, "bar_size": size, "store": store if stored else False}
    with ibnb.connect(port=simulator.port) as tws:
        tws.history("AAPL", **asked)
        bars = tws.history("AAPL", **asked)
        day = tws.history("AAPL", "1 D", "1 day", store=False).index[-1]

    groups = times_of(bars).to_period("W" if size == "1 week" else "M")
    assert groups.is_unique
    assert groups[-1] == day.to_period("W" if size == "1 week" else "M")
    assert least <= len(bars) <= least + 2
    if dates == "healthy":
        assert bars.index[-1] == day


def test_crypto_is_asked_for_aggregated_trades(simulator: ibnb.Simulator) -> None:
    with ibnb.connect(port=simulator.port) as tws:
        bitcoin = tws.backend.module.Crypto("BTC", "PAXOS", "USD")
        with pytest.raises(ibnb.BadInput, match="use what='AGGTRADES'"):
            tws.history(bitcoin, "1 D", "1 hour", store=False)
        assert len(tws.history(bitcoin, "1 D", "1 hour", "AGGTRADES", store=False)) > 0
        assert len(tws.ticks(bitcoin, limit=5, rth=False, store=False)) == 5


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("takes_end", ["healthy", "habit-contfut-takes-end"])
def test_a_continuous_future_comes_up_to_now_in_one_request(
    habit: ibnb.Simulator, simulator: ibnb.Simulator, store: Path, takes_end: str, stored: bool
) -> None:
    habit.scenario(takes_end)
    since = f"{pd.Timestamp.now() - pd.Timedelta(days=300):%Y-%m-%d}"
    with ibnb.connect(port=simulator.port) as tws:
        front = tws.backend.module.ContFuture("ES", "CME", currency="USD")
        asked: dict[str, Any] = {"bar_size": "1 day", "store": store if stored else False}
        bars = tws.history(front, start=since, **asked)
        again = tws.history(front, start=since, **asked)
        with pytest.raises(ibnb.BadInput, match="name the month"):
            tws.history(front, start=since, end=str(bars.index[30].date()), **asked)

    assert (len(bars) > 190, bars.attrs["requests"], again[:-1].equals(bars[:-1])) == (True, 1, True)
    assert bars.index[0] >= pd.Timestamp(since)


@pytest.mark.parametrize("size", ["1 min", "1 hour", "1 day"])
def test_a_minute_of_any_size_is_kept_up_to_date(simulator: ibnb.Simulator, size: str) -> None:
    with ibnb.connect(port=simulator.port) as tws, tws.live_bars("AAPL", "60 S", size) as bars:
        assert bars.state == "live"
        assert len(bars) >= 1
