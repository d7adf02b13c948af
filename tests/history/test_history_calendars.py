"""Where TWS, its list of sessions and the calendar that everybody knows do not agree: no bar is lost, none invented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from history.history_sessions import sessions_of
from times import times_of

import ibnb
from ibnb.errors import BadInput
from ibnb.history.bars.schedule import Schedule

TUESDAY = pd.Timestamp("2026-03-03").date()
WEEK: dict[str, Any] = {"start": "2026-03-02", "end": "2026-03-06"}
SIZES = pytest.mark.parametrize(("bar_size", "rth"), [("1 min", True), ("5 mins", False), ("1 day", True)])


@pytest.fixture
def habit(simulator: ibnb.Simulator) -> Iterator[ibnb.Simulator]:
    yield simulator
    simulator.scenario("healthy")


def both(port: int, habit: ibnb.Simulator, name: str, store: Path, wishes: dict[str, Any]) -> list[Any]:
    """Return the undisturbed bars; then, under a habit, those without a store, with one, and those of a new session."""
    with ibnb.connect(port=port) as tws:
        whole = tws.history("AAPL", store=False, **wishes)
    habit.scenario(f"habit-{name}:day={TUESDAY:%Y%m%d}")
    with ibnb.connect(port=port) as tws:
        unkept = tws.history("AAPL", store=False, **wishes)
        kept = tws.history("AAPL", store=store, **wishes)
    with ibnb.connect(port=port) as tws:
        return [whole, unkept, kept, tws.history("AAPL", store=store, **wishes)]


@SIZES
@pytest.mark.parametrize("name", ["own-holiday", "holiday-listed"])
def test_a_holiday_that_no_calendar_knows_costs_no_other_day(
    habit: ibnb.Simulator, store: Path, name: str, bar_size: str, rth: bool
) -> None:
    wishes = WEEK | {"bar_size": bar_size, "rth": rth}

    whole, unkept, kept, again = both(habit.port, habit, name, store, wishes)

    assert TUESDAY in times_of(whole).date and TUESDAY not in times_of(kept).date
    for found in (unkept, kept, again):
        pd.testing.assert_frame_equal(found, whole[times_of(whole).date != TUESDAY])
    assert again.attrs["requests"] == 0
    with ibnb.connect(port=habit.port) as tws:
        gaps = tws.gaps("AAPL", store=store, **wishes)
    assert set(gaps["reason"]) == ({"TWS has no bars"} if name == "holiday-listed" else set())


@SIZES
def test_a_day_that_the_list_of_sessions_lacks_is_served_all_the_same_and_costs_no_other(
    habit: ibnb.Simulator, store: Path, bar_size: str, rth: bool
) -> None:
    wishes = WEEK | {"bar_size": bar_size, "rth": rth}

    whole, unkept, kept, again = both(habit.port, habit, "session-not-listed", store, wishes)

    for found in (unkept, kept, again):
        pd.testing.assert_frame_equal(found, whole)
    assert again.attrs["requests"] == 0
    if bar_size != "1 day":
        assert kept.attrs["schedule"] == "guessed"


def test_bars_beside_a_session_are_of_it_and_bars_far_from_any_are_of_none() -> None:
    sessions = tuple(sessions_of(3))
    (first, *_, last), hour = sessions, 3_600
    known = Schedule(sessions, first.start - 24 * hour, last.end + 24 * hour)

    for moment in (first.start, first.start - hour, last.end + hour, sessions[1].end - 1):
        assert not known.lacks(np.array([moment], dtype=np.int64))
    for moment in (first.start - 3 * hour, first.end + 5 * hour, last.end + 3 * hour):
        assert known.lacks(np.array(sorted((first.start, moment)), dtype=np.int64))
    assert not known.lacks(np.array([], dtype=np.int64))
    # Of time that the list is not about, a bar says nothing: answers may reach back further.
    assert not known.lacks(np.array([first.start - 72 * hour, first.start], dtype=np.int64))


def test_a_day_that_is_none_is_refused(simulator: ibnb.Simulator) -> None:
    with pytest.raises(BadInput, match="20260303"):
        simulator.scenario("habit-own-holiday:day=soon")


@pytest.mark.parametrize("way", ["healthy", "habit-schedule-refused"])
def test_an_early_close_is_whole_with_and_without_a_list_of_sessions(
    habit: ibnb.Simulator, store: Path, way: str
) -> None:
    """The day after Thanksgiving ends at 13:00 in New York, a full one before it at 16:00."""
    habit.scenario(way)
    wishes: dict[str, Any] = {"start": "2025-11-26", "end": "2025-11-29", "bar_size": "5 mins"}
    with ibnb.connect(port=habit.port) as tws:
        first = tws.history("AAPL", store=store, **wishes)
        again = tws.history("AAPL", store=store, **wishes)
        gaps = tws.gaps("AAPL", store=store, **wishes)

    last = times_of(first).tz_convert("America/New_York").to_series().groupby(times_of(first).date).max()
    assert [f"{moment:%m%d %H:%M}" for moment in last] == ["1126 15:55", "1128 12:55"]
    assert len(first) == 78 + 42
    pd.testing.assert_frame_equal(first, again)
    assert not (gaps["reason"] == "not asked for yet").any()


@pytest.mark.parametrize("way", ["healthy", "habit-schedule-refused"])
@pytest.mark.parametrize(("day", "hours"), [("2025-11-02", 25), ("2026-03-08", 23)], ids=["autumn", "spring"])
def test_both_changes_of_clocks_are_in_the_bars(
    habit: ibnb.Simulator, store: Path, way: str, day: str, hours: int
) -> None:
    """Crypto trades through the night in which New York changes its clocks: an hour comes twice, or never."""
    habit.scenario(way)
    after = f"{pd.Timestamp(day) + pd.Timedelta(days=1):%Y-%m-%d}"
    wishes: dict[str, Any] = {"start": day, "end": after, "bar_size": "15 mins"}
    with ibnb.connect(port=habit.port) as tws:
        bitcoin = tws.backend.module.Crypto("BTC", "PAXOS", "USD")
        kept = tws.history(bitcoin, what="AGGTRADES", rth=False, store=store, **wishes)
        unkept = tws.history(bitcoin, what="AGGTRADES", rth=False, store=False, **wishes)

    local = times_of(kept).tz_convert("America/New_York")
    whole = local[local.date == pd.Timestamp(day).date()]
    assert len(whole) == hours * 4
    assert (whole.hour == 1).sum() == (8 if hours == 25 else 4)
    assert (whole.hour == 2).sum() == (4 if hours == 25 else 0)
    assert kept.index.is_unique and (kept.index.to_series().diff().dropna() == pd.Timedelta(minutes=15)).all()
    pd.testing.assert_frame_equal(kept, unkept)
