"""What is drawn over candles: from all bars though thinned, in the key, in the alt text, in a person's axes."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from ibnb.errors import BadInput
from ibnb.plots import plot_bars
from ibnb.plots.drawing.key import columns_for
from ibnb.plots.drawing.thinning import thin_line

Frames = Callable[..., pd.DataFrame]


def drawn(figure: Any) -> list[np.ndarray]:
    """Return the lines over the candles, as columns of x and y."""
    return [line.get_xydata() for line in figure.axes[0].lines if len(line.get_xdata()) > 2]


def words(figure: Figure) -> list[str]:
    return [text.get_text() for legend in figure.findobj(Legend) for text in legend.get_texts()]


def gaps_of(*rows: tuple[str, str, int, str], zone: str | None = "America/New_York", **attrs: Any) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["start", "end", "bars", "reason"])
    for name in ("start", "end"):
        frame[name] = pd.to_datetime(frame[name]).dt.tz_localize(zone)
    frame.attrs.update(attrs)
    return frame


@settings(max_examples=80)
@given(
    values=st.lists(st.one_of(st.integers(-50, 50).map(float), st.just(float("nan"))), min_size=1, max_size=150),
    size=st.integers(1, 30),
)
def test_a_thinned_line_keeps_every_extreme_and_invents_nothing(values: list[float], size: int) -> None:
    line = np.array(values)

    places = thin_line(line, size)

    assert (np.diff(places) > 0).all() and not np.isnan(line[places]).any()
    assert len(places) <= min(len(line), 4 * -(-len(line) // size)) or size <= 4
    for start in range(0, len(line), size):
        group = line[start : start + size]
        if not np.isnan(group).all():
            kept = line[places[(places >= start) & (places < start + size)]]
            assert (kept.min(), kept.max()) == (np.nanmin(group), np.nanmax(group))
            known = group[~np.isnan(group)]
            assert (kept[0], kept[-1]) == (known[0], known[-1])


def test_an_average_of_all_bars_is_drawn_thinned_and_whole_when_zoomed(minutes: Frames) -> None:
    bars = minutes(100_000)
    mean = bars["close"].rolling(50).mean().to_numpy()
    figure = plot_bars(bars, ma=50, max_candles=250)
    (line,) = drawn(figure)
    assert len(line) <= 4 * 250
    np.testing.assert_allclose(line[:, 1], mean[line[:, 0].astype(int)])
    assert line[:, 1].max() == np.nanmax(mean)

    figure.axes[0].set_xlim(50_000, 50_100)

    (line,) = drawn(figure)
    seen = line[(line[:, 0] >= 50_000) & (line[:, 0] <= 50_100)]
    np.testing.assert_allclose(seen[:, 1], mean[50_000:50_101])


def test_the_key_and_the_alt_text_name_what_is_drawn(daily: Frames) -> None:
    bars = daily("AAPL").tail(100)

    figure: Any = plot_bars(bars, ma=(20, 200), ema=10, vwap=True, profile=True)

    assert words(figure) == [
        "MA 20",
        "MA 200 (too few bars)",
        "EMA 10",
        "VWAP since 4 Oct 2012",
        "volume at price",
        "close at or above open",
        "below",
    ]
    alt, mean = figure.alt_text, bars["close"].tail(20).mean()
    assert f"20-bar moving average (last {mean:.{figure.chart.decimals}f})" in alt
    assert "no 200-bar moving average, for which there are too few bars" in alt
    assert "volume at price (most at " in alt


def test_lines_are_told_apart_by_more_than_colour(daily: Frames) -> None:
    figure = plot_bars(daily("AAPL"), ma=(10, 20, 50), ema=(10, 20), vwap=True)

    lines: list[Any] = [line for line in figure.axes[0].lines if np.size(line.get_xdata()) > 2]
    assert len({(str(line.get_linestyle()), str(line._unscaled_dash_pattern)) for line in lines}) == 6
    assert len({line.get_color() for line in lines}) == 6


def test_lines_in_view_stay_in_sight(daily: Frames) -> None:
    bars = daily("AAPL").tail(400)
    figure = plot_bars(bars, ma=200)
    figure.axes[0].set_xlim(380, 400)

    low, high = figure.axes[0].get_ylim()
    mean = bars["close"].rolling(200).mean().iloc[380:]
    assert low < mean.min() and mean.max() < high


def test_vwap_is_drawn_in_parts_of_a_session_each(minutes: Frames) -> None:
    (line,) = drawn(plot_bars(minutes(780), vwap=True))

    assert np.isnan(line).any(axis=1).sum() == 1


def test_the_profile_is_that_of_the_bars_in_view(minutes: Frames) -> None:
    bars = minutes(780)
    figure = plot_bars(bars, profile=True)

    def edges() -> tuple[float, float]:
        (steps,) = [
            each for each in figure.axes[0].collections if isinstance(each, PolyCollection) and each.get_zorder() == 1
        ]
        y = np.concatenate([path.vertices[:, 1] for path in steps.get_paths()])
        return float(y.min()), float(y.max())

    assert edges() == (bars["low"].min(), bars["high"].max())
    figure.axes[0].set_xlim(100, 200)
    assert edges() == (bars["low"].iloc[100:201].min(), bars["high"].iloc[100:201].max())


def test_missing_bars_get_room_and_are_named_by_reason(minutes: Frames) -> None:
    bars = minutes(1170)  # three sessions from Thursday 6 March 2025 on
    there = bars.drop(bars.index[100:130]).drop(bars.index[390:780])
    gaps = gaps_of(
        ("2025-03-06 11:10", "2025-03-06 11:40", 30, "TWS has no bars"),
        ("2025-03-07 09:30", "2025-03-07 16:00", 390, "not asked for"),
        symbol="XYZ",
        bar_size="1 min",
    )

    figure: Any = plot_bars(there, gaps=gaps, ma=5)

    chart = figure.chart
    assert words(figure)[1:3] == ["TWS has no bars: 30 bars", "not asked for: 390 bars"]
    assert "390 bars missing in 1 stretch (not asked for)" in figure.alt_text
    assert "750 bars" in [text.get_text().split(" · ")[3] for text in figure.axes[0].texts if " · " in text.get_text()]
    bands = [each for each in figure.axes[0].collections if each.get_hatch()]
    assert len({band.get_hatch() for band in bands}) == 2
    widths = [float(np.ptp(band.get_paths()[0].vertices[:, 0])) for band in bands]
    assert widths == [30, 125]  # the second no wider than a sixth of the bars that are there
    assert len(chart.bars) == 750 + 30 + 125
    assert [chart.bars.time(place).strftime("%d %H:%M") for place in (99, 100, 129, 130)] == [
        "06 11:09",
        "06 11:10",
        "06 11:39",
        "06 11:40",
    ]
    (line,) = drawn(figure)
    assert np.isnan(line).any(axis=1).sum() == 2, "no line leads over what is missing"


def test_gaps_of_days_before_and_after_have_room_too(daily: Frames) -> None:
    bars = daily("IBM").loc["2012-01-10":"2012-01-20"]
    gaps = gaps_of(
        ("2012-01-03", "2012-01-10", 5, "not asked for"), ("2012-01-23", "2012-01-25", 2, "made up"), zone=None
    )

    chart = plot_bars(bars, gaps=gaps).chart

    assert len(chart.bars) == len(bars) + 7
    assert chart.bars.drawable[:5].sum() == 0 and chart.bars.drawable[5]
    assert (np.diff(chart.bars.wall) > 0).all()


def test_gaps_next_to_one_another_are_one_stretch_and_filled_ones_none(minutes: Frames) -> None:
    bars = minutes(780)
    there = bars.drop(bars.index[200:400])
    rows = [
        (str(bars.index[200])[:19], "2025-03-06 16:00:00", 190, "not asked for"),
        ("2025-03-07 09:30:00", str(bars.index[400])[:19], 10, "not asked for"),
        (str(bars.index[500])[:19], str(bars.index[520])[:19], 20, "not asked for"),
    ]

    figure: Any = plot_bars(there, gaps=gaps_of(*rows))

    assert "200 bars missing in 1 stretch (not asked for)" in figure.alt_text


def test_no_gaps_change_nothing(minutes: Frames) -> None:
    figure: Any = plot_bars(minutes(100), gaps=gaps_of())

    assert figure.alt_text == plot_bars(minutes(100)).alt_text


@pytest.mark.parametrize(
    ("gaps", "told"),
    [
        (3, "it lacks start, end"),
        (pd.DataFrame({"start": []}), "it lacks end, bars, reason"),
        (gaps_of(symbol="MSFT"), "symbol MSFT.*of symbol XYZ"),
        (gaps_of(bar_size="5 mins"), "bar_size 5 mins"),
        (gaps_of(("2025-03-06", "2025-03-06", 1, "x")).assign(start=pd.to_datetime([""])), "without a time"),
        (gaps_of(("2025-03-06", "2025-03-06", 1, "x")).assign(start=["soon"]), "are times"),
    ],
)
def test_what_are_no_gaps_of_these_bars_is_refused(gaps: Any, told: str, minutes: Frames) -> None:
    with pytest.raises(BadInput, match=told):
        plot_bars(minutes(20), gaps=gaps)


def test_overlays_go_into_a_persons_axes_and_through_pickle(daily: Frames) -> None:
    figure = Figure()
    axes = figure.subplots()
    plot_bars(daily("AAPL").tail(90), ax=axes, ma=20, vwap=True, profile=True)
    assert len(drawn(figure)) == 2

    again = pickle.loads(pickle.dumps(plot_bars(daily("AAPL").tail(90), ma=20, profile=True)))
    again.axes[0].set_xlim(10, 40)
    assert len(again._repr_png_()) > 5000


def test_overlays_of_no_bars_at_all_say_that_there_are_none(daily: Frames) -> None:
    figure: Any = plot_bars(daily("AAPL").head(0), ma=20, vwap=True, profile=True)

    assert figure.alt_text.startswith("No bars")


@pytest.mark.parametrize(("room", "columns"), [(100, 3), (23, 2), (12, 1), (1, 1)])
def test_a_key_takes_as_many_columns_as_fit(room: float, columns: int) -> None:
    assert columns_for(["MA 20", "MA 50", "VWAP by day"], room) == columns
