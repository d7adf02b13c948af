"""Plans for bars of days, weeks and months, request by request, and the groups of dates that they are made of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from history.history_sessions import FAR, ZONE
from hypothesis import given
from hypothesis import strategies as st

from ibnb.history.planning.plan import Piece, group_end, group_start, plan
from ibnb.history.planning.sizes import BAR_SIZES, DAY, Duration

#: Moments from 1970 to 2100, at any second of the day.
MOMENTS = st.integers(0, 4_102_444_799)
PERIODS = {"1 day": "D", "1 week": "W-SUN", "1 month": "M"}


def midnight(text: str) -> int:
    """Return midnight UTC of a date."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def in_new_york(text: str) -> int:
    """Return when a date begins in New York."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp())


def asked(start: str, end: str, bar_size: str, now: int = FAR) -> list[tuple[int | None, str, str, str]]:
    """Return of each request its end, its duration, and the first date and the one after the last that it covers."""
    pieces = plan([(midnight(start), midnight(end))], bar_size, [], ZONE, now)
    for piece in pieces:
        assert piece.starts == (piece.cover[0],)
    return [(each.end, str(each.duration), date_of(each.cover[0]), date_of(each.cover[1])) for each in pieces]


def date_of(moment: int) -> str:
    assert moment % DAY == 0
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d}"


def test_some_days_take_one_request_with_two_days_to_spare() -> None:
    assert asked("2026-03-02", "2026-03-12", "1 day") == [
        (in_new_york("2026-03-12"), "12 D", "2026-03-02", "2026-03-12")
    ]


@pytest.mark.parametrize(("days", "duration"), [(1, "3 D"), (199, "201 D"), (200, "1 Y"), (363, "1 Y")])
def test_from_two_hundred_days_on_a_year_is_asked_for(days: int, duration: str) -> None:
    end = date(2026, 3, 12)

    [(_, found, first, after)] = asked(f"{end - timedelta(days=days)}", f"{end}", "1 day")

    assert (found, first, after) == (duration, f"{end - timedelta(days=days)}", "2026-03-12")


def test_years_of_days_are_cut_after_363_days_the_newest_first() -> None:
    assert asked("2024-01-02", "2026-03-12", "1 day") == [
        (in_new_york("2026-03-12"), "1 Y", "2025-03-14", "2026-03-12"),
        (in_new_york("2025-03-14"), "1 Y", "2024-03-16", "2025-03-14"),
        (in_new_york("2024-03-16"), "76 D", "2024-01-02", "2024-03-16"),
    ]


def test_weeks_are_whole_from_monday_on_and_cut_after_51() -> None:
    assert asked("2025-01-01", "2026-03-12", "1 week") == [
        (in_new_york("2026-03-16"), "1 Y", "2025-03-24", "2026-03-16"),
        (in_new_york("2025-03-24"), "1 Y", "2024-12-30", "2025-03-24"),
    ]


def test_months_are_whole_and_cut_after_eleven_across_the_turn_of_years() -> None:
    assert asked("2023-12-31", "2026-11-02", "1 month") == [
        (in_new_york("2026-12-01"), "1 Y", "2026-01-01", "2026-12-01"),
        (in_new_york("2026-01-01"), "1 Y", "2025-02-01", "2026-01-01"),
        (in_new_york("2025-02-01"), "1 Y", "2024-03-01", "2025-02-01"),
        (in_new_york("2024-03-01"), "1 Y", "2023-12-01", "2024-03-01"),
    ]


@pytest.mark.parametrize("bar_size", ["1 week", "1 month"])
def test_few_weeks_and_months_are_asked_for_by_the_year_too(bar_size: str) -> None:
    [(_, duration, _, _)] = asked("2026-03-03", "2026-03-04", bar_size)

    assert duration == "1 Y"


@pytest.mark.parametrize(("late", "is_now"), [(-1, True), (0, True), (1, False)])
def test_what_ends_now_or_later_has_no_end(late: int, is_now: bool) -> None:
    end = in_new_york("2026-03-12")

    [(found, *_)] = asked("2026-03-02", "2026-03-12", "1 day", end + late)

    assert found == (None if is_now else end)


def test_of_several_stretches_none_is_left_out_and_none_joined() -> None:
    wanted = [(midnight("2026-03-02"), midnight("2026-03-04")), (midnight("2026-03-09"), midnight("2026-03-10"))]

    assert plan(wanted, "1 day", [], ZONE, FAR) == [
        Piece(in_new_york("2026-03-10"), Duration(3, "D"), wanted[1], (wanted[1][0],)),
        Piece(in_new_york("2026-03-04"), Duration(4, "D"), wanted[0], (wanted[0][0],)),
    ]
    assert len(plan(wanted, "1 week", [], ZONE, FAR)) == 1  # whose weeks adjoin


@given(MOMENTS, st.sampled_from(sorted(PERIODS)))
def test_a_group_is_the_period_of_the_calendar_that_holds_the_moment(moment: int, bar_size: str) -> None:
    period = pd.Timestamp(moment, unit="s").to_period(PERIODS[bar_size])
    size = BAR_SIZES[bar_size]

    assert group_start(moment, size) == period.start_time.timestamp()
    assert group_end(moment, size) == (period + 1).start_time.timestamp()


@given(MOMENTS, st.sampled_from([size for size in BAR_SIZES.values() if size < DAY]))
def test_bars_of_less_than_a_day_are_grouped_by_their_day(moment: int, size: int) -> None:
    assert group_start(moment, size) == moment // DAY * DAY
    assert group_end(moment, size) == moment // DAY * DAY + DAY


@given(st.integers(0, 1_500), st.integers(1, 60))
def test_each_request_for_months_but_the_oldest_covers_eleven(first: int, months: int) -> None:
    begin = pd.Period("1975-01", "M") + first % 600
    after = begin + months

    pieces = plan([(int(begin.start_time.timestamp()), int(after.start_time.timestamp()))], "1 month", [], ZONE, FAR)

    lengths = []
    for piece in pieces:
        low, high = (pd.Timestamp(edge, unit="s").to_period("M") for edge in piece.cover)
        lengths.append((high - low).n)
    assert lengths[:-1] == [11] * ((months - 1) // 11)
    assert sum(lengths) == months
