"""A chart that goes on by itself, against a simulator whose minutes are seconds, and what its first line says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from waiting import until

import ibnb
from ibnb.plots.candles.overlays import Overlays
from ibnb.session import Session
from ibnb.widgets.chart.choices import Range
from ibnb.widgets.chart.following import gone_on, why_not
from ibnb.widgets.chart.loading import Loaded
from ibnb.widgets.chart.panel import BarChart
from ibnb.widgets.chart.view.drawing import Drawing
from ibnb.widgets.chart.view.headline import headline
from ibnb.widgets.chart.wanted import Wanted

SOON = 30.0


def bars_of(count: int, start: str = "2026-03-02 09:30", freq: str = "5min", **attrs: Any) -> pd.DataFrame:
    close = 100 + np.sin(np.arange(count) / 5)
    index = pd.date_range(start, periods=count, freq=freq, tz="America/New_York", name="date")
    prices = {"open": close - 0.5, "high": close + 1, "low": close - 1, "close": close, "volume": 1000.0}
    frame = pd.DataFrame(prices, index=index)
    frame.attrs.update({"symbol": "XYZ", "bar_size": "5 mins", "what": "TRADES", "currency": "USD"}, **attrs)
    return frame


def loaded(bars: pd.DataFrame, **more: Any) -> Loaded:
    return Loaded(Wanted("XYZ", Range("1 D"), "5 mins", "", True, ()), bars, (), None, **more)


@pytest.fixture(scope="module")
def tws() -> Iterator[Session]:
    with ibnb.simulate(clock=time.time(), speed=60) as sim, ibnb.connect(port=sim.port) as session:
        yield session


@pytest.mark.second
def test_a_live_chart_goes_on_and_ends_with_its_box(tws: Session) -> None:
    chart = BarChart(tws, "BTC@PAXOS CRYPTO", duration="1 D", live=True, interactive=False)
    try:
        chart.wait(SOON)
        assert chart.bars is not None
        first, size, picture = chart.bars.index[0], len(chart.bars), chart._picture
        assert until(lambda: chart.bars is not None and len(chart.bars) > size, SOON), picture._heading.value

        assert chart.bars.index.is_monotonic_increasing and chart.bars.index.is_unique
        assert chart.bars.index[0] == first and 'ibnb-is-live">live' in picture._heading.value
        assert f"{len(chart.bars):,} bars" in picture._heading.value and not chart.busy
        chart._fields.live.value = False
        assert until(lambda: 'ibnb-is-live">' not in picture._heading.value, SOON)
    finally:
        chart.close()
    assert until(lambda: not any(type(each).__name__ == "BarStream" for each in tws.run(_streams)), SOON)


async def _streams(ib: Any) -> list[Any]:
    from ibnb.tws.subscriptions.stream import streams_of

    return list(streams_of(ib))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"range": Range("", pd.Timestamp("2026-03-02").date(), pd.Timestamp("2026-03-03").date())}, "ends on 2026"),
        ({"bar_size": "1 secs"}, "5 secs and longer"),
        ({}, ""),
    ],
)
def test_what_cannot_go_on_says_why(change: dict[str, Any], told: str) -> None:
    here = loaded(bars_of(3))
    assert told in why_not(replace(here, wanted=replace(here.wanted, **change)))
    assert bool(told) == bool(why_not(replace(here, wanted=replace(here.wanted, **change))))


def test_the_newest_bars_count_where_both_have_one() -> None:
    bars = bars_of(10)
    newest = bars_of(5, "2026-03-02 10:05") * 2

    both = gone_on(bars, newest)

    assert len(both) == 12 and both.attrs == bars.attrs and both.index.is_unique
    assert both["close"].iloc[6] == bars["close"].iloc[6] and both["close"].iloc[7] == newest["close"].iloc[0]
    assert gone_on(bars, newest.head(0)) is bars
    assert gone_on(bars.tail(2), bars).index.equals(bars.tail(2).index), "what was not asked for does not come"


def test_a_drawing_that_goes_on_is_what_a_new_one_would_be() -> None:
    overlays = Overlays.checked(ma=(5,), vwap=True, profile=True, bollinger=True, rsi=True, macd=True)
    bars = bars_of(70)
    drawing, new = Drawing(loaded(bars.head(60)), overlays), Drawing(loaded(bars), overlays)
    drawing.mark(drawing.read(20))

    assert drawing.go_on(loaded(bars))

    assert drawing.window == new.window and drawing.headline == new.headline and drawing.about == new.about
    assert drawing.wide.alt_text == new.wide.alt_text and drawing.marked == new.read(20)
    for each, other in zip(drawing._charts, new._charts, strict=True):
        assert each.price_axes.get_ylim() == other.price_axes.get_ylim()
        assert str(each.read(69)) == str(other.read(69))
    pd.testing.assert_frame_equal(drawing.frame(), new.frame())


def test_what_a_person_looks_at_stays_in_view_and_the_end_is_followed() -> None:
    bars = bars_of(120)
    drawing = Drawing(loaded(bars.head(110)), Overlays())
    assert drawing.window is not None
    drawing.show(drawing.window.zoomed(0.3).moved(-20))
    before = drawing.window
    drawing.go_on(loaded(bars))
    assert (drawing.window.low, drawing.window.high) == (before.low, before.high)

    drawing = Drawing(loaded(bars.head(110)), Overlays())
    assert drawing.window is not None
    drawing.show(drawing.window.zoomed(0.3).moved(900))
    drawing.go_on(loaded(bars))
    assert drawing.window.high == pytest.approx(drawing.window.last)


def test_the_first_line_compares_with_the_session_before() -> None:
    two = pd.concat([bars_of(4), bars_of(4, "2026-03-03 09:30")])
    two.attrs = bars_of(1).attrs
    two.iloc[3, 3], two.iloc[-1, 3] = 100.0, 98.0

    found = headline(two)
    assert found is not None
    assert (found.price, found.since, found.direction) == ("98.00 USD", "since the close of 2 Mar 2026", -1)
    assert found.change == "−2.00 (−2.00 %)"
    alone = headline(two.tail(4))
    assert alone is not None and alone.since == "since the open"
    assert headline(two.tail(4), two.head(4)) == found, "bars that the store had tell the close before"
    assert headline(two.head(0)) is None
