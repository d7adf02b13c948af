"""Habits of history, acted out by a TWS that shares nothing with ibnb: nothing lost, nothing refused, with a store."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from independent.other_market import DAY
from independent.other_tws import OtherTws, error, packed

import ibnb


def minutes(session: Any, store: Any, seconds: int = 1800, **more: Any) -> Any:
    """Return the whole minutes of the last half hour."""
    frame = session.history("XYZ", f"{seconds} S", "1 min", store=store, **more)
    return frame[frame.index.astype("int64") // 10**6 < (time.time() // 60 - 1) * 60]


def starts(frame: Any) -> list[int]:
    return [int(stamp.timestamp()) for stamp in frame.index]


@pytest.fixture(params=["with a store", "without a store"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return tmp_path if request.param == "with a store" else False


def test_what_was_held_back_comes_when_it_is_served(other: OtherTws, session: Any, tmp_path: Path) -> None:
    other.market.held_back = 900
    early = minutes(session, tmp_path)
    other.market.held_back = 0

    late = minutes(session, tmp_path)

    assert len(early) < len(late)
    assert starts(late) == list(range(starts(late)[0], starts(late)[-1] + 60, 60))
    assert len(late) >= 28


def test_a_session_that_is_not_served_yet_is_asked_for_again(other: OtherTws, session: Any, tmp_path: Path) -> None:
    now = int(time.time()) // 60 * 60
    opened = now - 600
    other.market.sessions = [(opened - DAY, opened - DAY + 23_400), (opened, opened + 23_400)]
    other.market.held_back = 3_600
    session.history("XYZ", start=_text(opened - DAY), bar_size="1 min", store=tmp_path)
    other.market.held_back = 0

    frame = session.history("XYZ", start=_text(opened - DAY), bar_size="1 min", store=tmp_path)

    assert set(range(opened, now - 60, 60)) <= set(starts(frame))


def test_no_data_near_now_settles_nothing(other: OtherTws, session: Any, tmp_path: Path) -> None:
    other.answers[20] = lambda fields: (
        None if fields[19] == "SCHEDULE" else [error(162, other.market.no_data, fields[1])]
    )
    assert session.history("XYZ", "1800 S", "1 min", store=tmp_path).empty
    other.answers.clear()

    assert len(minutes(session, tmp_path)) >= 28


@pytest.mark.parametrize("schedule", ["refused", "empty"])
def test_hours_that_were_guessed_leave_nothing_out(other: OtherTws, session: Any, store: Any, schedule: str) -> None:
    other.market.schedule = schedule
    today = int(time.time()) // DAY * DAY
    dates = [time.strftime("%Y%m%d", time.gmtime(today - back * DAY)) for back in range(2, -3, -1)]
    other.market.hours = ";".join(f"{date}:0930-{date}:1600" for date in dates)

    frame = session.history("XYZ", start=_text(today - 3 * DAY), end=_text(today - DAY), bar_size="1 min", store=store)

    assert len(frame) == 2 * 1440
    assert "guess" in str(frame.attrs)


def test_seconds_of_three_years_ago_are_asked_for(other: OtherTws, session: Any, store: Any) -> None:
    noon = int(time.time()) // DAY * DAY - 1100 * DAY + 43_200

    frame = session.history("XYZ", start=_text(noon), end=_text(noon + 1800), bar_size="1 secs", store=store)

    assert starts(frame) == list(range(noon, noon + 1800))


def test_four_minutes_are_a_size(other: OtherTws, session: Any, store: Any) -> None:
    frame = session.history("XYZ", "3600 S", "4 mins", store=store)

    assert len(frame) >= 14


def test_a_size_that_is_refused_is_answered_with_the_list_of_tws(other: OtherTws, session: Any, store: Any) -> None:
    from ibnb.errors import RequestError

    other.market.without = {"4 mins"}

    with pytest.raises(RequestError, match="Legal ones are"):
        session.history("XYZ", "3600 S", "4 mins", store=store)


@pytest.mark.parametrize(
    "text",
    [
        "Fehlermeldung des Dienstes für historische Marktdaten: Keine Daten gefunden",
        "历史市场数据服务错误信息:没有数据",
    ],
)
def test_a_stretch_without_data_ends_no_download_whatever_the_language(
    other: OtherTws, session: Any, store: Any, text: str
) -> None:
    other.market.no_data = text
    other.market.schedule = "refused"
    other.market.by_calendar = True
    today = int(time.time()) // DAY * DAY
    other.market.sessions = [
        (day, day + DAY) for day in range(today - 12 * DAY, today, DAY) if not today - 8 * DAY <= day < today - 5 * DAY
    ]

    frame = session.history(
        "XYZ", start=_text(today - 10 * DAY), end=_text(today - 2 * DAY), bar_size="1 min", store=store
    )

    assert len(frame) == 5 * 1440
    assert text in frame.attrs["warnings"][0]
    assert not frame.attrs["complete"]
    other.market.no_data = "Historical Market Data Service error message:HMDS query returned no data: XYZ@SMART Trades"
    english = session.history(
        "XYZ", start=_text(today - 10 * DAY), end=_text(today - 2 * DAY), bar_size="1 min", store=store
    )
    assert english.equals(frame)
    assert english.attrs["complete"]


def test_a_healthy_answer_is_what_the_odd_ones_are_held_to(other: OtherTws, session: Any, store: Any) -> None:
    low = int(time.time()) // DAY * DAY - 2 * DAY

    frame = session.history("XYZ", start=_text(low), end=_text(low + 7200), bar_size="1 min", store=store)

    assert starts(frame) == list(range(low, low + 7200, 60))
    assert not frame.attrs["warnings"]


ODD: dict[str, Callable[[list[Any]], list[Any]]] = {
    "twice": lambda rows: [row for row in rows for _ in range(2)],
    "reversed": lambda rows: rows[::-1],
    "shuffled": lambda rows: random.Random(7).sample(rows, len(rows)),
    "beside the range": lambda rows: [
        [rows[0][0] - 40 * DAY, *rows[0][1:]],
        *rows,
        [rows[-1][0] + 40 * DAY, *rows[-1][1:]],
    ],
    "of the year 9999": lambda rows: [*rows, [253_370_764_800, *rows[0][1:]]],
    "of the year 1": lambda rows: [[-62_135_596_800, *rows[0][1:]], *rows],
}


@pytest.mark.parametrize("odd", ODD)
def test_rows_that_are_odd_leave_the_right_bars(other: OtherTws, session: Any, store: Any, odd: str) -> None:
    today = int(time.time()) // DAY * DAY
    low, high = today - 2 * DAY, today - 2 * DAY + 7200
    other.market.odd = ODD[odd]

    frame = session.history("XYZ", start=_text(low), end=_text(high), bar_size="1 min", store=store)

    assert starts(frame) == list(range(low, high, 60))
    assert odd in ("reversed", "shuffled") or frame.attrs["warnings"]


def test_after_an_odd_answer_a_healthy_tws_is_asked_again(other: OtherTws, session: Any, tmp_path: Path) -> None:
    today = int(time.time()) // DAY * DAY
    low, high = today - 2 * DAY, today - 2 * DAY + 7200
    other.market.odd = lambda rows: [[253_370_764_800, *row[1:]] for row in rows]
    session.history("XYZ", start=_text(low), end=_text(high), bar_size="1 min", store=tmp_path)
    other.market.odd = None

    frame = session.history("XYZ", start=_text(low), end=_text(high), bar_size="1 min", store=tmp_path)

    assert starts(frame) == list(range(low, high, 60))


def test_a_list_of_sessions_that_is_behind_settles_nothing(other: OtherTws, session: Any, tmp_path: Path) -> None:
    today = int(time.time()) // DAY * DAY
    asked: dict[str, Any] = {"start": _text(today - 6 * DAY), "bar_size": "1 hour", "store": tmp_path}
    other.market.told_until = today - 3 * DAY
    session.history("XYZ", **asked)
    other.market.told_until = None

    with ibnb.connect(port=other.port, timeout=4) as later:
        frame = later.history("XYZ", **asked)
        undisturbed = later.history("XYZ", **(asked | {"store": False}))

    assert starts(frame) == starts(undisturbed)
    assert len(frame) >= 6 * 24


def test_without_a_schedule_a_week_is_what_its_answer_reaches(other: OtherTws, session: Any, store: Any) -> None:
    today = int(time.time()) // DAY * DAY
    other.market.schedule = "refused"

    frame = session.history("XYZ", start=_text(today - 20 * DAY), end=_text(today), bar_size="5 mins", store=store)

    assert starts(frame) == list(range(today - 20 * DAY, today, 300))


def test_a_range_from_noon_to_noon_is_whole(other: OtherTws, session: Any, store: Any) -> None:
    noon = int(time.time()) // DAY * DAY - 3 * DAY + 43_200 - DAY

    frame = session.history("XYZ", start=_text(noon), end=_text(noon + 3 * DAY), bar_size="1 hour", store=store)

    assert starts(frame) == list(range(noon, noon + 3 * DAY, 3600))


def changed(place: int, value: object) -> Callable[[list[Any]], list[Any]]:
    return lambda rows: [*rows[:-1], [*rows[-1][:place], value, *rows[-1][place + 1 :]]]


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (2, 1.0, "high below the low"),
        (4, "", "without a price"),
        (5, -7, "negative volume"),
        (5, 2**63, "beyond what can be"),
        (7, -9, "negative volume or number"),
        (7, 2**64, "beyond what can be"),
        (0, None, "off their grid"),
    ],
)
def test_what_can_hardly_be_is_said_and_shown_as_sent(
    other: OtherTws, session: Any, store: Any, place: int, value: object, said: str
) -> None:
    low = int(time.time()) // DAY * DAY - 20 * DAY
    other.market.odd = changed(place, low + 7140 + 7 if value is None else value)

    for _ in range(2):  # also where it is kept
        frame = session.history("XYZ", start=_text(low), end=_text(low + 7200), bar_size="1 min", store=store)

        assert len(frame) == 120
        assert said in frame.attrs["warnings"][0]


TROUBLE = st.tuples(st.sampled_from([0, 90, 900, 7200, 100_000]), st.sampled_from([None, *ODD, "nothing"]))


@pytest.mark.second
@given(calls=st.lists(TROUBLE, min_size=1, max_size=4), size=st.sampled_from(["1 min", "5 mins", "1 hour", "1 day"]))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_came_before_a_healthy_tws_completes_the_store(
    other: OtherTws, session: Any, calls: list[tuple[int, str | None]], size: str
) -> None:
    today = int(time.time()) // DAY * DAY
    asked: dict[str, Any] = {"start": _text(today - 3 * DAY), "bar_size": size}
    whole = time.time() - 2 * 60
    with tempfile.TemporaryDirectory() as store:
        for held_back, trouble in calls:
            other.market.held_back = held_back
            other.market.odd = None if trouble is None else ODD.get(trouble, lambda rows: [])
            session.history("XYZ", store=store, **asked)
        other.market.held_back, other.market.odd = 0, None

        kept = session.history("XYZ", store=store, **asked)
        again = session.history("XYZ", store=store, **asked)

    undisturbed = session.history("XYZ", store=False, **asked)
    assert starts(kept) == starts(undisturbed)
    assert starts(again) == starts(undisturbed)
    past = [start for start in starts(kept) if start + DAY < whole]
    assert kept.iloc[: len(past)].equals(undisturbed.iloc[: len(past)])
    assert not kept.attrs["warnings"]


def test_a_second_call_of_an_old_range_asks_nothing(other: OtherTws, session: Any, tmp_path: Path) -> None:
    low = int(time.time()) // DAY * DAY - 60 * DAY
    asked: dict[str, Any] = {"start": _text(low), "end": _text(low + 3 * DAY), "bar_size": "1 min", "store": tmp_path}
    first = session.history("XYZ", **asked)

    again = session.history("XYZ", **asked)

    assert again.equals(first)
    assert (len(again), again.attrs["requests"]) == (3 * 1440, 0)


def test_a_second_call_up_to_now_asks_for_the_tail_alone(other: OtherTws, session: Any, tmp_path: Path) -> None:
    low = int(time.time()) // DAY * DAY - 20 * DAY
    session.history("XYZ", start=_text(low), bar_size="1 min", store=tmp_path)

    again = session.history("XYZ", start=_text(low), bar_size="1 min", store=tmp_path)

    assert again.attrs["requests"] == 1


def _text(moment: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment))


@pytest.mark.parametrize("name", ["last day so far", "end of the group", "first day"])
@pytest.mark.parametrize("size", ["1 week", "1 month"])
def test_the_group_under_way_is_one_row_though_its_date_moves(
    other: OtherTws, session: Any, tmp_path: Path, size: str, name: str
) -> None:
    """A week or a month under way bears another date each day that it is asked for; its newest values count."""
    today = pd.Timestamp.now("UTC").normalize().tz_localize(None)
    began = today.to_period("W" if size == "1 week" else "M").start_time
    days = pd.date_range(began, periods=5 if size == "1 week" else 20, freq="D")
    calls = {"last day so far": days, "end of the group": days[-1:].repeat(5), "first day": days[:1].repeat(5)}[name]
    before = [began - pd.Timedelta(days=1), began - pd.Timedelta(days=40)]
    dated, close = began, 100.0

    def answer(fields: list[str]) -> list[bytes] | None:
        if fields[16] != size:
            return None
        rows: list[tuple[Any, ...]] = [(f"{day:%Y%m%d}", 50, 51, 49, 50, 10, 50, 3) for day in sorted(before)]
        rows.append((f"{dated:%Y%m%d}", 50, close + 1, 49, close, 10, 50, 3))
        return [packed(17, fields[1], "x", "y", len(rows), *(value for row in rows for value in row))]

    other.answers[20] = answer
    for moved in calls:
        dated, close = moved, close + 1
        frames = [session.history("XYZ", "3 M", size, store=store) for store in (tmp_path, False)]
        for frame in frames:
            group = [row for row in frame.index if row.tz_localize(None) >= began]
            assert len(group) == 1
            assert frame["close"].iloc[-1] == close
            assert len(frame) == 3
