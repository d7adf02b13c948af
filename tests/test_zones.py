"""One choice of zone for all times that are shown; frames keep theirs."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ibnb
from ibnb.ground import zones
from ibnb.ground.zones import clock, date_and_clock
from ibnb.tables.market import bars as bars_table
from ibnb.tables.order import executions
from ibnb.tables.shown.page import page_of
from ibnb.tws.client.health import Health

#: 14:30 in London, 09:30 in New York, 23:30 in Tokyo; the day before in Los Angeles 06:30.
OPENING = datetime(2026, 3, 3, 14, 30, 5, tzinfo=UTC)


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a function that chooses a zone, on a machine in Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    monkeypatch.setattr(zones.zones, "choice", "exchange")

    def chosen(name: str) -> None:
        ibnb.options.time_zone = name

    yield chosen
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def bars() -> pd.DataFrame:
    """Return three bars of an hour in New York."""
    starts = pd.date_range("2026-03-03 09:30", periods=3, freq="h", tz="America/New_York", name="date", unit="us")
    frame = pd.DataFrame({"open": 1.0, "high": 2.0, "low": 0.5, "close": [1.5, 1.6, 1.7], "volume": 10.0}, starts)
    schema = bars_table.schema("America/New_York")
    return frame.assign(average=1.0, bar_count=1)[[each.name for each in schema.columns]].pipe(_told)


def _told(frame: pd.DataFrame) -> pd.DataFrame:
    frame.attrs = {"table": "bars", "request": "reqHistoricalData", "symbol": "AAPL", "bar_size": "1 hour"}
    return frame


@pytest.mark.parametrize(
    ("choice", "day_and_time", "of_day"),
    [
        ("exchange", "2026-03-03 15:30 CET", "15:30:05 CET"),
        ("local", "2026-03-03 15:30 CET", "15:30:05 CET"),
        ("UTC", "2026-03-03 14:30 UTC", "14:30:05 UTC"),
        ("Asia/Tokyo", "2026-03-03 23:30 JST", "23:30:05 JST"),
    ],
)
def test_a_moment_is_told_in_the_zone_that_is_chosen(choose: Any, choice: str, day_and_time: str, of_day: str) -> None:
    choose(choice)

    for moment in (OPENING, OPENING.timestamp(), pd.Timestamp(OPENING).to_pydatetime()):
        assert (date_and_clock(moment), clock(moment)) == (day_and_time, of_day)
    assert Health(up=False, since=OPENING).words() == f"connection lost at {of_day}, connecting again"


@pytest.mark.parametrize(
    ("choice", "first", "unit"),
    [
        ("exchange", "09:30", "2026-03-03 America/New_York"),
        ("local", "15:30", "2026-03-03 CET"),
        ("UTC", "14:30", "2026-03-03 UTC"),
        ("Asia/Tokyo", "2026-03-03 23:30", "Asia/Tokyo"),
    ],
)
def test_a_table_is_shown_in_it_and_keeps_its_own(
    choose: Any, bars: pd.DataFrame, choice: str, first: str, unit: str
) -> None:
    choose(choice)

    column = page_of(bars, 10).columns[0]

    assert (column.texts[0], column.unit) == (first, unit)
    assert str(pd.DatetimeIndex(bars.index).tz) == "America/New_York"


@pytest.mark.parametrize(("choice", "told"), [("exchange", "15:30:05"), ("UTC", "14:30:05")])
def test_fills_belong_to_no_zone_of_an_exchange(choose: Any, choice: str, told: str) -> None:
    choose(choice)
    fills = executions.SCHEMA.frame([{"symbol": "A", "time": "20260303-14:30:05"}])

    column = next(each for each in page_of(fills, 10).columns if each.name == "time")

    assert column.texts == [told] and column.unit == f"2026-03-03 {'CET' if choice == 'exchange' else 'UTC'}"
    assert str(fills["time"].dtype) == "datetime64[us, UTC]"


@pytest.mark.parametrize(
    ("choice", "label", "when"),
    [
        ("exchange", "time in America/New_York, EST", "3 Mar 2026 09:30 EST"),
        ("local", "time in CET", "3 Mar 2026 15:30 CET"),
        ("UTC", "time in UTC", "3 Mar 2026 14:30 UTC"),
        ("Asia/Tokyo", "time in Asia/Tokyo, JST", "3 Mar 2026 23:30 JST"),
    ],
)
def test_a_picture_is_drawn_in_it(choose: Any, bars: pd.DataFrame, choice: str, label: str, when: str) -> None:
    choose(choice)

    figure: Any = ibnb.plot_bars(bars, vwap=True)
    compared: Any = ibnb.plot_bars([bars, bars.assign(close=2.0).pipe(_named)])

    assert label in [axes.get_xlabel() for axes in figure.axes]
    assert str(figure.chart.read(0)).startswith(when) and f"from {when}" in figure.alt_text
    assert compared.axes[0].get_xlabel() == label and compared.chart.time(0) == when
    drawn = figure.chart.bars
    assert (np.diff(drawn.clock) == 3600).all() and drawn.time(0).strftime("%H:%M") == when[-9:-4]


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    frame.attrs = {"symbol": "MSFT", "bar_size": "1 hour"}
    return frame


def test_days_are_days_in_every_zone(choose: Any, bars: pd.DataFrame) -> None:
    choose("Asia/Tokyo")
    daily = bars.set_axis(pd.date_range("2026-03-02", periods=3, name="date", unit="us"))
    daily.attrs = {**bars.attrs, "bar_size": "1 day"}

    assert page_of(daily, 10).columns[0].texts[0] == "2026-03-02"
    figure: Any = ibnb.plot_bars(daily)
    assert str(figure.chart.read(0)).startswith("2 Mar 2026  O")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("utc", "UTC"),
        ("Exchange", "exchange"),
        ("new york", "America/New_York"),
        ("../etc/passwd", ""),
        ("Europe", ""),
        (None, ""),
        (5, ""),
    ],
)
def test_what_is_no_zone_is_refused_with_the_nearest(choose: Any, name: Any, hint: str) -> None:
    with pytest.raises(ibnb.BadInput) as caught:
        choose(name)

    assert caught.value.name == "ibnb.options.time_zone"
    assert caught.value.hint == (f"did you mean {hint!r}?" if hint else caught.value.hint)
    assert ibnb.options.time_zone == "exchange"


def test_times_are_written_in_few_places_alone() -> None:
    """A time that is formatted elsewhere would not follow the choice, or not say its zone."""
    package = Path(ibnb.__file__).parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"%H|localtime\(", path.read_text(encoding="utf-8"))
    }

    of_the_wire = {"history/bars/schedule.py", "tws/ask/fills.py", "tws/ask/news.py"}
    in_history = {"columns/sift.py", "planning/moments.py", "planning/request.py", "ticks/ticks.py"}
    in_a_zone_that_they_say = {f"history/{each}" for each in in_history}
    by_the_choice = {"ground/zones.py", "tables/shown/times.py", "plots/drawing/dates.py", "plots/drawing/words.py"}
    without_a_zone = {"tables/shown/written.py"}  # what has none
    others = {"live/streams/hours.py", "widgets/kit/files.py", "widgets/chart/view/saving.py"}  # compares; name files
    shown = {each for each in found if not each.startswith(("simulator/", "wire/"))}
    assert shown == of_the_wire | in_a_zone_that_they_say | by_the_choice | without_a_zone | others
