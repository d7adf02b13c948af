"""The dates under bars: right, readable, never touching, at every zoom."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ibnb.plots
from ibnb.plots.drawing.dates import BarCalendar, Unit


def calendar_of(index: pd.DatetimeIndex, *, intraday: bool) -> BarCalendar:
    wall = index.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    return BarCalendar(wall, intraday=intraday)


def labels(calendar: BarCalendar, low: float, high: float, room: float = 95) -> dict[int, str]:
    return {tick.position: tick.label for tick in calendar.ticks(low, high, room)}


def test_ten_years_of_days_are_told_in_half_years() -> None:
    days = pd.bdate_range("2003-01-01", "2012-12-31")
    told = labels(calendar_of(days, intraday=False), -1, len(days))
    assert list(told.values())[:4] == ["Jan\n2003", "Jul", "Jan\n2004", "Jul"]
    for position, label in told.items():
        assert days[position].month == {"Jan": 1, "Jul": 7}[label[:3]]
        assert position == 0 or days[position - 1].month != days[position].month


def test_two_sessions_begin_with_their_day() -> None:
    sessions = [
        pd.date_range(f"{day} 09:30", periods=390, freq="1min", tz="America/New_York")
        for day in ("2025-03-06", "2025-03-07")
    ]
    index = pd.DatetimeIndex(sessions[0].append(sessions[1]))
    told = labels(calendar_of(index, intraday=True), -0.5, 779.5)
    assert told[0] == "09:30\nThu 6 Mar 2025"
    assert told[390] == "09:30\nFri 7 Mar"
    assert told[390 + 150] == "12:00"
    assert calendar_of(index, intraday=True).separators(-0.5, 779.5, 95) == [389.5]


def test_a_day_label_is_the_day_of_its_bar_and_names_the_month_once() -> None:
    days = pd.bdate_range("2024-02-19", periods=22)
    told = labels(calendar_of(days, intraday=False), -0.5, 21.5)
    assert told[0] == "19\nFeb 2024"
    assert [label for label in told.values() if "\n" in label] == ["19\nFeb 2024", "1\nMar 2024"]
    assert {position: label.split("\n")[0] for position, label in told.items()} == {p: str(days[p].day) for p in told}


def test_a_bar_that_is_missing_moves_the_label_to_the_true_time() -> None:
    index = pd.DatetimeIndex(["2025-03-06 09:58", "2025-03-06 10:07", "2025-03-06 11:00"])
    assert labels(calendar_of(index, intraday=True), -0.5, 2.5)[1].split("\n")[0] == "10:07"


def test_a_first_bar_late_in_its_year_gives_way_to_the_year_that_follows() -> None:
    days = pd.bdate_range("2003-12-15", "2024-06-01")
    told = labels(calendar_of(days, intraday=False), -0.5, len(days) - 0.5, room=80)
    assert "2003" not in told.values()
    assert "2004" in told.values()


def test_seconds_are_written_where_bars_have_them() -> None:
    index = pd.date_range("2025-03-06 09:30", periods=120, freq="5s", tz="America/New_York")
    told = labels(calendar_of(index, intraday=True), -0.5, 119.5)
    assert all(re.match(r"\d\d:\d\d(:\d\d)?", label) for label in told.values())
    assert told[0].startswith("09:30:00") or told[0].startswith("09:30\n")


def test_the_hour_that_comes_twice_when_clocks_go_back_is_written_once() -> None:
    index = pd.date_range("2024-11-03 00:00", periods=6, freq="1h", tz="America/New_York")
    told = labels(calendar_of(index, intraday=True), -0.5, 5.5)
    assert {place: label.split("\n")[0] for place, label in told.items()} == {
        0: "00:00",
        1: "01:00",
        3: "02:00",
        4: "03:00",
        5: "04:00",
    }


def test_weeks_begin_on_monday() -> None:
    days = pd.bdate_range("2024-01-01", periods=40)
    calendar = calendar_of(days, intraday=False)
    assert {days[place].weekday() for place in calendar.starts(Unit("week"))} == {0}


@settings(max_examples=120)
@given(
    count=st.integers(1, 3000),
    step=st.sampled_from(["5s", "1min", "30min", "1h", "4h", "1D", "7D", "31D"]),
    low=st.floats(-50, 3000),
    span=st.floats(0.3, 4000),
    room=st.floats(10, 250),
)
def test_ticks_are_bars_in_view_in_order_with_room_between(
    count: int, step: str, low: float, span: float, room: float
) -> None:
    index = pd.date_range("2019-11-20 18:00" if step[-1] in "snh" else "1999-11-20", periods=count, freq=step)
    calendar = calendar_of(index, intraday=step[-1] in "snh")
    ticks = calendar.ticks(low, low + span, room)
    positions = [tick.position for tick in ticks]
    assert positions == sorted(set(positions))
    assert all(low <= position <= low + span and 0 <= position < count for position in positions)
    for line in (0, 1):
        written = [(tick.position, tick.label.split("\n")[line]) for tick in ticks if tick.label.count("\n") >= line]
        for (left, text), (right, following) in itertools.pairwise(written):
            assert (right - left) * room / span >= (len(text) + len(following)) * 0.6 / 2
    if ticks and calendar.unit_for(low, low + span, room).context:
        assert "\n" in ticks[0].label  # the first one in view always says which day, month or year


@pytest.mark.parametrize("width", [4.0, 6.5, 10.0, 16.0])
@pytest.mark.parametrize("view", [None, (100, 160), (385, 397), (0.2, 2.6)])
@pytest.mark.parametrize("kind", ["daily", "minute", "hour"])
def test_drawn_labels_never_touch(
    kind: str,
    view: tuple[float, float] | None,
    width: float,
    daily: Callable[[str], pd.DataFrame],
    minutes: Callable[..., pd.DataFrame],
) -> None:
    frame = daily("GOOG") if kind == "daily" else minutes(1200)
    if kind == "hour":
        frame = frame.groupby(pd.Grouper(freq="30min")).last().dropna()
        frame = pd.concat([frame.shift(14 * day, freq="D") for day in range(12)])
    figure = ibnb.plots.plot_bars(frame)
    figure.set_size_inches(width, 5)
    if view:
        figure.axes[0].set_xlim(*view)
    figure.draw_without_rendering()
    lowest = figure.axes[-1]
    shown = [label for label in lowest.get_xticklabels() if label.get_text().strip()]
    lines = [[text for text in label.get_text().split("\n") if text.strip()] for label in shown]
    assert shown
    # A box is as wide as its longer line: boxes of one line, or of two, are compared with their like.
    for count in (1, 2):
        like = sorted(
            (label.get_window_extent() for label, text in zip(shown, lines, strict=True) if len(text) == count),
            key=lambda box: box.x0,
        )
        assert all(left.x1 < right.x0 for left, right in itertools.pairwise(like))
    boxes = [label.get_window_extent() for label in shown]
    assert width < 5 or min(box.x0 for box in boxes) > -1
    assert max(box.x1 for box in boxes) < figure.bbox.width + 1


def test_zooming_brings_finer_labels(minutes: Callable[..., pd.DataFrame]) -> None:
    figure = ibnb.plots.plot_bars(minutes(390 * 15))
    axes = figure.axes[-1]

    def shown() -> list[str]:
        figure.draw_without_rendering()
        return [label.get_text().strip() for label in axes.get_xticklabels() if label.get_text().strip()]

    assert shown()[0] == "6\nMar 2025"
    figure.axes[0].set_xlim(400, 425)
    assert shown()[0] == "09:40\nFri 7 Mar 2025"
    assert shown()[1:4] == ["09:42", "09:44", "09:46"]
