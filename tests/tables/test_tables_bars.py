"""Historical bars, from objects and from columns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.tables.market import bars

NEW_YORK = ZoneInfo("America/New_York")


def intraday(client: ModuleType, count: int = 3) -> list[Any]:
    start = datetime(2026, 4, 2, 13, 30, tzinfo=UTC)
    return [
        client.BarData(start + timedelta(minutes=n), 254.2 + n, 254.8 + n, 250.65, 252.53, 1000.0 + n, 252.266, 10 + n)
        for n in range(count)
    ]


def test_intraday_bars_stand_in_the_zone_of_the_exchange(client: ModuleType, fits: Any) -> None:
    frame = bars.frame(intraday(client), "US/Eastern")

    fits(frame, bars.schema("America/New_York"))
    assert frame.index[0] == pd.Timestamp("2026-04-02T09:30", tz="America/New_York")
    assert list(frame.columns) == ["open", "high", "low", "close", "volume", "average", "bar_count"]
    assert frame.iloc[1].tolist() == [255.2, 255.8, 250.65, 252.53, 1001.0, 252.266, 11]


def test_daily_bars_are_dated_without_a_zone(client: ModuleType, fits: Any) -> None:
    frame = bars.frame([client.BarData(date(2024, 3, 18), 16.01, 16.3, 15.95, 16.16, 568.0, 16.103, 405)], "US/Central")

    fits(frame, bars.schema(daily=True))
    assert isinstance(frame.index, pd.DatetimeIndex)
    assert frame.index.tz is None
    assert frame.index.tolist() == [pd.Timestamp("2024-03-18")]


@pytest.mark.parametrize(
    ("size", "daily"), [("1 day", True), ("1 week", True), ("1W", True), ("1 min", False), ("8 hours", False)]
)
def test_an_empty_list_has_the_index_of_its_bar_size(client: ModuleType, size: str, daily: bool, fits: Any) -> None:
    empty = client.BarDataList()
    empty.barSizeSetting = size

    frame = bars.frame(empty, "US/Eastern")

    fits(frame, bars.schema("US/Eastern", daily=daily))


def test_minus_one_is_unset_in_volume_average_and_count_alone(client: ModuleType) -> None:
    row = bars.frame([client.BarData(datetime(2026, 4, 2, tzinfo=UTC), -1.0, -1.0, -1.0, -1.0, -1, -1, -1)]).iloc[0]

    assert row[["volume", "average", "bar_count"]].isna().all()
    assert row[["open", "high", "low", "close"]].tolist() == [-1.0] * 4


@pytest.mark.parametrize(
    "written",
    [
        datetime(2026, 4, 2, 9, 30),  # noqa: DTZ001
        "20260402 09:30:00",
        "20260402 09:30:00 US/Eastern",
        "20260402-13:30:00",
        "1775136600",
    ],
)
def test_a_date_may_be_written_in_any_way(client: ModuleType, written: Any) -> None:
    frame = bars.frame([client.BarData(written, 1.0, 1.0, 1.0, 1.0)], "US/Eastern", daily=False)

    assert frame.index[0] == pd.Timestamp("2026-04-02T09:30", tz="America/New_York")


def test_a_bar_without_a_date_is_left_out_and_reported(client: ModuleType, fits: Any) -> None:
    good, strange, missing = intraday(client)
    strange.date, missing.date = "soon", None

    frame = bars.frame([good, strange, missing], "US/Eastern")

    fits(frame, bars.schema("US/Eastern"))
    assert len(frame) == 1
    assert frame.attrs["warnings"] == [
        "date, row 1: 'soon' is not a time",
        "2 bars without a date are left out",
    ]


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    start = np.array([1793509200, 1793512800])  # 01:00 in summer time, 01:00 in winter time
    one = np.ones(2)

    frame = bars.from_arrays(start, one, one, one, one, one, one, one, "US/Eastern")

    assert [stamp.isoformat() for stamp in frame.index] == [
        "2026-11-01T01:00:00-04:00",
        "2026-11-01T01:00:00-05:00",
    ]


price = st.floats(min_value=-1e6, max_value=1e6)
row = st.tuples(price, price, price, price, st.one_of(st.just(-1.0), st.floats(0, 1e9)), price, st.integers(-1, 10**9))


@pytest.mark.second
@given(st.lists(st.tuples(st.integers(315532800, 4102444800), row), max_size=5), st.booleans())
def test_columns_give_the_same_frame_as_objects(client: ModuleType, rows: list[Any], daily: bool) -> None:
    if daily:
        rows = [(start // 86400 * 86400, values) for start, values in rows]
    stamps = [datetime.fromtimestamp(start, UTC) for start, _ in rows]
    objects = [
        client.BarData(stamp.date() if daily else stamp, *values)
        for stamp, (_, values) in zip(stamps, rows, strict=True)
    ]
    table = np.array([values for _, values in rows], dtype=np.float64).reshape(-1, 7)
    opens, highs, lows, closes, volumes, averages, counts = table.T

    slow = bars.frame(objects, "US/Eastern", daily=daily, fetched_at="x")
    fast = bars.from_arrays(
        np.array([start for start, _ in rows], dtype=np.int64),
        opens,
        highs,
        lows,
        closes,
        volumes,
        averages,
        counts.astype(np.int64),
        "US/Eastern",
        daily=daily,
        fetched_at="x",
    )

    pd.testing.assert_frame_equal(slow, fast)
    assert slow.attrs == fast.attrs


def test_the_arrays_of_the_caller_stay_as_they_were() -> None:
    volume, count = np.array([-1.0, 5.0]), np.array([-1, 5])
    one = np.ones(2)

    bars.from_arrays(np.array([0, 60]) + 10**9, one, one, one, one, volume, one, count)

    assert volume.tolist() == [-1.0, 5.0]
    assert count.tolist() == [-1, 5]


def test_starts_may_be_datetime64() -> None:
    one = np.ones(2)
    seconds = np.array([1711670400, 1711756800])

    def starting_at(starts: Any, *, daily: bool) -> pd.DataFrame:
        return bars.from_arrays(starts, one, one, one, one, one, one, one, "US/Eastern", daily=daily)

    for daily in (False, True):
        from_seconds = starting_at(seconds, daily=daily)
        from_stamps = starting_at(seconds.astype("datetime64[s]"), daily=daily)

        pd.testing.assert_frame_equal(from_seconds, from_stamps)


def test_dates_in_text_are_daily_unless_they_have_an_hour(client: ModuleType) -> None:
    days = bars.frame([client.BarData(text, 1.0, 1.0, 1.0, 1.0) for text in ("20240318", "", "20240319")])
    minutes = bars.frame([client.BarData(text, 1.0, 1.0, 1.0, 1.0) for text in ("20240318-14:30:00", " ")])

    assert days.index.tolist() == [pd.Timestamp("2024-03-18"), pd.Timestamp("2024-03-19")]
    assert minutes.index.tolist() == [pd.Timestamp("2024-03-18T14:30Z")]
