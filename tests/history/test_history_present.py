"""What goes up to now ends by TWS's clock where that tells of another day than this machine's, as a simulator's may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import ibnb

LONG_AGO, TO_COME = (
    pd.Timestamp("2026-03-02 11:10", tz="America/New_York"),
    pd.Timestamp("2031-06-04 11:10", tz="America/New_York"),
)


@pytest.fixture(scope="module", params=[LONG_AGO, TO_COME], ids=["long ago", "to come"])
def now(request: pytest.FixtureRequest) -> pd.Timestamp:
    moment: pd.Timestamp = request.param
    return moment


@pytest.fixture(scope="module")
def simulator(now: pd.Timestamp) -> Iterator[ibnb.Simulator]:
    with ibnb.simulate(clock=now.to_pydatetime()) as sim:
        yield sim


@pytest.fixture
def tws(simulator: ibnb.Simulator) -> Iterator[ibnb.Session]:
    with ibnb.connect(port=simulator.port) as session:
        yield session


@pytest.mark.parametrize("kept", [False, True])
def test_a_duration_is_counted_back_from_tws_s_now(
    tws: ibnb.Session, now: pd.Timestamp, tmp_path: Path, kept: bool
) -> None:
    store = tmp_path if kept else False
    hours = tws.history("AAPL", "5 D", "1 hour", store=store)
    days = tws.history("AAPL", "1 M", "1 day", store=store)

    assert len({moment.date() for moment in hours.index}) == 5 and hours.index[-1] == now.floor("h")
    assert days.index[-1].date() == now.date() and 19 <= len(days) <= 23
    for frame in (hours, days):
        assert frame.attrs["warnings"] == [] and frame.attrs["complete"]


def test_what_has_not_come_yet_by_tws_s_clock_is_not_noted_as_answered(
    now: pd.Timestamp, tws: ibnb.Session, tmp_path: Path
) -> None:
    tws.history("AAPL", "1 D", "5 mins", store=tmp_path)
    later = now.normalize() + pd.Timedelta(days=1, hours=18)
    with ibnb.simulate(clock=later.to_pydatetime()) as sim, ibnb.connect(port=sim.port) as after:
        bars = after.history("AAPL", "2 D", "5 mins", store=tmp_path)

    assert len(bars) == 2 * 78 and bars.index[-1] == later.normalize() + pd.Timedelta("15h55min")


def test_what_the_store_lacks_is_counted_up_to_tws_s_now(tws: ibnb.Session, now: pd.Timestamp, tmp_path: Path) -> None:
    missing = tws.gaps("AAPL", "2 D", "30 mins", store=tmp_path)
    assert missing["bars"].sum() == 13 + 4 and missing["start"].max() <= now

    tws.history("AAPL", "2 D", "30 mins", store=tmp_path)
    under_way = tws.gaps("AAPL", "2 D", "30 mins", store=tmp_path)
    assert under_way["start"].tolist() == [now.floor("30min")]


def test_ticks_and_what_is_adjusted_end_there_too(tws: ibnb.Session, now: pd.Timestamp, tmp_path: Path) -> None:
    ticks = tws.ticks("AAPL", limit=50, store=False)
    adjusted = tws.history("AAPL", "10 D", "1 day", what="ADJUSTED_LAST", store=tmp_path)

    assert len(ticks) == 50 and pd.Timedelta(0) < now + pd.Timedelta("1h") - ticks.index[-1] < pd.Timedelta("2h")
    assert len(adjusted) == 10 and adjusted.index[-1].date() == now.date()
