"""From a request to the range that it means: to the second, or by dates, counted in sessions where there are any."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from history.history_sessions import ZONE, sessions_of
from hypothesis import given
from hypothesis import strategies as st

from ibnb.history.planning.plan import Session
from ibnb.history.planning.range import range_of
from ibnb.history.planning.request import HistoryRequest
from ibnb.history.planning.sizes import DAY, Duration, check_duration

NEW_YORK = ZoneInfo(ZONE)
#: Weekdays from 2 March 2026 to the end of April, from 09:30 to 16:00; New York's clocks change on 8 March.
SESSIONS = sessions_of(60)
NOON = "2026-04-15 12:00"


def at(text: str) -> datetime:
    """Return a time in New York."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def seconds(text: str) -> int:
    return int(at(text).timestamp())


def midnight(text: str) -> int:
    """Return midnight UTC of a date."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def request(duration: str = "1 D", bar_size: str = "1 min", **more: Any) -> HistoryRequest:
    asked = {name: at(text) for name, text in more.items()}
    return HistoryRequest(asked.get("end"), check_duration(duration), bar_size, "TRADES", True, asked.get("start"))


def low_of(duration: str, bar_size: str = "1 min", end: str = NOON, sessions: list[Session] = SESSIONS) -> int:
    """Return the first second, or date, that a duration back from an end means."""
    now = at("2026-04-30 20:00").timestamp()
    low, _ = range_of(request(duration, bar_size, end=end), ZONE, now, sessions)
    assert range_of(request(duration, bar_size), ZONE, at(end).timestamp(), sessions)[0] == low  # now, or a given end
    return low


def test_a_start_and_an_end_are_taken_to_the_second_and_whole() -> None:
    asked = request(start="2026-03-03 10:00:00.700", end="2026-03-03 10:05:00.200")

    assert range_of(asked, ZONE, 0) == (seconds("2026-03-03 10:00:00"), seconds("2026-03-03 10:05:01"))


def test_a_range_without_an_end_ends_now() -> None:
    asked = request(start="2026-03-03 10:00")

    assert range_of(asked, ZONE, 1_772_600_000.0) == (seconds("2026-03-03 10:00"), 1_772_600_000)


@pytest.mark.parametrize(
    ("end", "after"),
    [
        ("2026-03-05 00:00:00", "2026-03-05"),  # the day that begins there is not meant
        ("2026-03-05 00:00:01", "2026-03-06"),
        ("2026-03-05 23:59:59", "2026-03-06"),
        ("2026-03-05 20:00:00", "2026-03-06"),  # though in UTC it is the next day already
    ],
)
def test_of_days_the_date_in_the_zone_counts(end: str, after: str) -> None:
    asked = request(bar_size="1 day", start="2026-03-02 21:00", end=end)

    assert range_of(asked, ZONE, 0) == (midnight("2026-03-02"), midnight(after))


def test_a_start_that_has_not_come_yet_is_an_empty_range() -> None:
    noon = at(NOON).timestamp()

    assert range_of(request(start="2026-04-15 12:30"), ZONE, noon) == (int(noon), int(noon))


def test_without_sessions_a_duration_is_the_calendars() -> None:
    noon = seconds(NOON)

    assert range_of(request("2 D"), ZONE, noon + 0.5) == (noon - 2 * DAY, noon + 1)
    assert range_of(request("2 D"), ZONE, noon, [Session(noon, noon + 60, 0)])[0] == noon - 2 * DAY


@pytest.mark.parametrize(
    ("duration", "end", "low"),
    [
        ("3600 S", NOON, "2026-04-15 11:00"),
        ("9000 S", NOON, "2026-04-15 09:30"),  # all that the session has had
        ("9001 S", NOON, "2026-04-14 15:59:59"),
        ("32400 S", NOON, "2026-04-14 09:30"),
        ("32401 S", NOON, "2026-04-13 15:59:59"),
        ("3600 S", "2026-04-15 20:00", "2026-04-15 15:00"),  # closed hours count for nothing
        ("3600 S", "2026-04-19 12:00", "2026-04-17 15:00"),
        ("3600 S", "2026-04-15 09:30", "2026-04-14 15:00"),  # a session that only begins has had no time yet
        ("60 S", "2026-04-15 12:00:00.500", "2026-04-15 11:59:01"),
        ("86400 S", "2026-03-03 12:00", "2026-03-02 09:30"),  # nothing older is known
    ],
)
def test_seconds_count_open_time(duration: str, end: str, low: str) -> None:
    assert low_of(duration, end=end) == seconds(low)


@pytest.mark.parametrize(
    ("duration", "end", "low"),
    [
        ("1 D", NOON, "2026-04-15"),
        ("2 D", NOON, "2026-04-14"),
        ("4 D", NOON, "2026-04-10"),
        ("1 D", "2026-04-19 12:00", "2026-04-17"),
        ("1 D", "2026-04-15 09:30", "2026-04-14"),
        ("300 D", NOON, "2026-03-02"),
        ("1 W", NOON, "2026-04-09"),
        ("1 W", "2026-04-19 12:00", "2026-04-13"),  # Saturday the 11th and the Sunday trade nothing
        ("1 M", NOON, "2026-03-16"),
        ("1 M", "2026-04-01 12:00", "2026-03-02"),
    ],
)
def test_days_and_longer_count_days_with_trading(duration: str, end: str, low: str) -> None:
    assert low_of(duration, end=end) == seconds(f"{low} 09:30")
    assert low_of(duration, "1 hour", end) == seconds(f"{low} 09:30")


@pytest.mark.parametrize(
    ("duration", "low"),
    [
        ("1 S", "2026-04-15"),
        ("86400 S", "2026-04-15"),
        ("1 D", "2026-04-15"),
        ("4 D", "2026-04-10"),
        ("300 D", "2026-03-02"),
        ("1 W", "2026-04-09"),
        ("1 M", "2026-03-16"),
        ("1 Y", "2025-04-16"),  # dates that no session is known of are asked for all the same
    ],
)
def test_of_daily_bars_a_duration_gives_a_date(duration: str, low: str) -> None:
    assert low_of(duration, "1 day") == midnight(low)


def test_a_day_and_a_second_of_daily_bars_are_two_days() -> None:
    asked = HistoryRequest(at(NOON), Duration(DAY + 1, "S"), "1 day", "TRADES", True)

    assert range_of(asked, ZONE, 0, SESSIONS) == (midnight("2026-04-14"), midnight("2026-04-16"))


def test_a_day_of_two_sessions_is_one_day_and_begins_with_the_first() -> None:
    halves = []
    for each in SESSIONS:
        halves += [Session(each.start, each.start + 7_200, each.day), Session(each.start + 10_800, each.end, each.day)]

    assert low_of("2 D", sessions=halves) == seconds("2026-04-14 09:30")
    assert low_of("2 D", end="2026-04-15 14:00", sessions=halves) == seconds("2026-04-14 09:30")
    assert low_of("3600 S", end="2026-04-15 13:00", sessions=halves) == seconds("2026-04-15 11:00")


@given(st.integers(0, 40 * DAY), st.integers(1, DAY))
def test_so_many_seconds_of_open_time_lie_between_start_and_end(after: int, number: int) -> None:
    end = seconds("2026-03-10 09:31") + after  # behind more open time than is asked for

    asked = HistoryRequest(datetime.fromtimestamp(end, UTC), Duration(number, "S"), "1 min", "TRADES", True)
    low, high = range_of(asked, ZONE, 0, SESSIONS)

    within = sum(max(min(each.end, high) - max(each.start, low), 0) for each in SESSIONS)
    assert (within, high) == (number, end)
    assert any(each.start <= low < each.end for each in SESSIONS)
