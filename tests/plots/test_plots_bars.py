"""`plot_bars`: what stands on the figure, for every kind of frame, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from ibnb.errors import BadInput
from ibnb.plots import plot_bars
from ibnb.plots.drawing.theme import DARK, LIGHT

Frames = Callable[..., pd.DataFrame]


def words_of(figure: Figure) -> str:
    figure.draw_without_rendering()
    found = [text.get_text() for text in figure.findobj(matplotlib.text.Text) if text.get_visible()]
    return "\n".join(found)


def bodies_of(figure: Figure) -> PolyCollection:
    (bodies,) = [artist for artist in figure.axes[0].collections if isinstance(artist, PolyCollection)]
    return bodies


def boxes_of(figure: Figure) -> np.ndarray:
    return np.array([path.get_extents().extents for path in bodies_of(figure).get_paths()])


def test_every_bar_has_its_candle_where_there_is_room(daily: Frames) -> None:
    bars = daily("AAPL").tail(100)
    figure = plot_bars(bars)
    boxes = boxes_of(figure)
    assert len(boxes) == 100
    np.testing.assert_allclose(boxes[:, [0, 2]].mean(axis=1), np.arange(100))
    np.testing.assert_allclose(boxes[:, 1], bars[["open", "close"]].min(axis=1))
    np.testing.assert_allclose(boxes[:, 3], bars[["open", "close"]].max(axis=1))
    assert "each candle" not in words_of(figure)


def test_rising_bodies_are_hollow_and_falling_ones_filled(daily: Frames) -> None:
    bars = daily("MSFT").tail(60)
    bodies = bodies_of(plot_bars(bars, style="light"))
    rising = (bars["close"] >= bars["open"]).to_numpy()
    faces = [tuple(face) for face in np.asarray(bodies.get_facecolor())]
    assert faces == [to_rgba(LIGHT.background) if up else to_rgba(LIGHT.down) for up in rising]
    assert rising.any()
    assert not rising.all()


def test_wicks_reach_from_low_to_high_outside_the_body(daily: Frames) -> None:
    bars = daily("IBM").tail(20)
    (wicks,) = [c for c in plot_bars(bars).axes[0].collections if not isinstance(c, PolyCollection)]
    assert isinstance(wicks, LineCollection)
    segments = np.array(wicks.get_segments())
    below, above = segments[:20, :, 1], segments[20:, :, 1]
    np.testing.assert_allclose(below, np.column_stack([bars["low"], bars[["open", "close"]].min(axis=1)]))
    np.testing.assert_allclose(above, np.column_stack([bars[["open", "close"]].max(axis=1), bars["high"]]))


def test_thinning_is_said_and_zooming_brings_every_bar_back(minutes: Frames) -> None:
    bars = minutes(100_000)
    figure = plot_bars(bars, max_candles=250)
    assert len(boxes_of(figure)) == 250
    assert "each candle = 400 bars" in words_of(figure)
    assert "Each candle = 400 bars." in figure.alt_text

    figure.axes[0].set_xlim(50_000, 50_100)

    assert "each candle" not in words_of(figure)
    boxes = boxes_of(figure)
    seen = boxes[(boxes[:, 0] > 50_000) & (boxes[:, 2] < 50_100)]
    window = bars.iloc[50_001:50_100]
    np.testing.assert_allclose(seen[:, 3], window[["open", "close"]].max(axis=1))
    low, high = figure.axes[0].get_ylim()
    assert low < window["low"].min()
    assert high > window["high"].max()
    assert high - low < 2 * (window["high"].max() - window["low"].min())


def test_a_price_range_that_a_person_has_set_is_kept(daily: Frames) -> None:
    figure = plot_bars(daily("AAPL"))
    figure.axes[0].set_ylim(100, 200)
    figure.axes[0].set_xlim(2000, 2100)
    assert figure.axes[0].get_ylim() == (100, 200)


def test_a_line_that_a_person_adds_leaves_all_candles_in_view(daily: Frames) -> None:
    bars = daily("AAPL").tail(120)
    figure = plot_bars(bars)
    figure.axes[0].plot(bars["close"].rolling(20).mean().to_numpy(), color="black")
    figure.axes[1].axhline(1_000.0)
    figure.draw_without_rendering()
    low, high = figure.axes[0].get_ylim()
    assert low < bars["low"].min()
    assert high > bars["high"].max()
    assert figure.axes[1].get_ylim()[1] > bars["volume"].max()


def test_a_removed_pair_of_axes_is_refused(daily: Frames) -> None:
    axes = Figure().subplots()
    axes.remove()
    with pytest.raises(BadInput, match="removed from their figure"):
        plot_bars(daily("AAPL"), ax=axes)


def test_volume_is_summed_with_the_candles(daily: Frames) -> None:
    bars = daily("GOOG")
    figure = plot_bars(bars, max_candles=100)
    (columns,) = [artist for artist in figure.axes[1].collections if isinstance(artist, PolyCollection)]
    heights = [path.get_extents().y1 for path in columns.get_paths()]
    size = -(-len(bars) // len(heights)) if len(heights) > 1 else 1
    size = next(step for step in (25, 30, 40) if step >= size)
    expected = bars["volume"].groupby(np.arange(len(bars)) // size).sum()
    np.testing.assert_allclose(heights, expected)
    assert sum(heights) == pytest.approx(bars["volume"].sum())


def test_bars_without_volume_have_no_volume_panel(minutes: Frames, daily: Frames) -> None:
    assert len(plot_bars(minutes(50, volume=False)).axes) == 1
    assert len(plot_bars(minutes(50).drop(columns="volume")).axes) == 1
    assert len(plot_bars(daily("AAPL").tail(50), volume=False).axes) == 1
    assert len(plot_bars(daily("AAPL").tail(50)).axes) == 2


def test_symbol_currency_zone_and_last_price_are_said(minutes: Frames) -> None:
    bars = minutes(500)
    words = words_of(plot_bars(bars)).split("\n")
    assert "XYZ" in words
    assert "USD" in words
    assert "time in America/New_York, EST" in words
    assert f"{bars['close'].iloc[-1]:.2f}" in words
    assert "1 min bars · TRADES · regular hours · 500 bars · 6 Mar 2025 – 7 Mar 2025 · each candle = 2 bars" in words


@pytest.mark.second
def test_a_price_label_never_stands_behind_the_last_price(daily: Frames) -> None:
    for symbol in ("AAPL", "GOOG", "IBM", "MSFT"):
        figure = plot_bars(daily(symbol))
        figure.draw_without_rendering()
        axes = figure.axes[0]
        (tag,) = [text for text in axes.texts if text.get_bbox_patch()]
        box = tag.get_bbox_patch().get_window_extent()
        shown = [label for label in axes.get_yticklabels() if label.get_text()]
        assert shown
        assert not any(label.get_window_extent().overlaps(box) for label in shown)


@pytest.mark.parametrize("prices", [(1.0834, 1.08351), (9.5, 9.75), (1234.25, 60_000.5)])
def test_currency_pairs_get_their_decimals_and_stocks_two(prices: tuple[float, float]) -> None:
    low, high = prices
    frame = pd.DataFrame(
        {"open": low, "high": high, "low": low, "close": high}, index=pd.bdate_range("2024-01-01", periods=3)
    )
    expected = f"{high:,.5f}" if high < 2 else f"{high:,.2f}"
    assert expected in words_of(plot_bars(frame)).split("\n")


def test_rows_without_prices_leave_their_place_empty(daily: Frames) -> None:
    bars = daily("AAPL").tail(10)
    bars.iloc[3, bars.columns.get_loc("close")] = np.nan
    bars.iloc[-1] = np.nan
    figure = plot_bars(bars)
    centres = boxes_of(figure)[:, [0, 2]].mean(axis=1).round().astype(int).tolist()
    assert centres == [0, 1, 2, 4, 5, 6, 7, 8]
    assert "2 without prices" in words_of(figure)
    assert f"last close {bars['close'].iloc[-2]:.2f}" in figure.alt_text


def test_one_bar_is_drawn_in_the_middle(minutes: Frames) -> None:
    figure = plot_bars(minutes(1))
    assert len(boxes_of(figure)) == 1
    assert sum(figure.axes[0].get_xlim()) == pytest.approx(0.0, abs=1)
    assert "09:30\nThu 6 Mar 2025" in words_of(figure)


def test_a_bar_without_any_range_is_drawn() -> None:
    index = pd.DatetimeIndex(["2024-01-02"], name="date")
    frame = pd.DataFrame({"open": 5.0, "high": 5.0, "low": 5.0, "close": 5.0, "volume": 0.0}, index=index)
    figure = plot_bars(frame)
    low, high = figure.axes[0].get_ylim()
    assert low < 5 < high
    assert len(figure.axes) == 1


def test_no_bars_says_so_and_why(daily: Frames) -> None:
    empty = daily("AAPL").head(0)
    empty.attrs["warnings"] = ["162: no data of type TRADES"]
    words = words_of(plot_bars(empty))
    assert "No bars" in words
    assert "AAPL · 1 day bars" in words
    assert "162: no data of type TRADES" in words
    holes = daily("AAPL").head(4) * np.nan
    assert "4 rows, none with all four prices" in words_of(plot_bars(holes))


def test_daily_bars_with_a_time_zone_are_days() -> None:
    index = pd.date_range("2024-02-26", periods=5, tz="America/New_York", name="date")
    frame = pd.DataFrame({"open": 1.0, "high": 2.0, "low": 0.5, "close": 1.5}, index=index)
    words = words_of(plot_bars(frame))
    assert "26\nFeb 2024" in words
    assert "trading day (America/New_York, EST)" in words


BROKEN = {
    "not a frame": (lambda frame: [1, 2], "DataFrame"),
    "no close": (lambda frame: frame.drop(columns="close"), "columns close are missing"),
    "text": (
        lambda frame: frame.astype({"low": str}).replace({"low": {frame["low"].astype(str).iloc[0]: "x"}}),
        "must be numbers",
    ),
    "no dates": (lambda frame: frame.reset_index(drop=True), "index must be the bars' dates"),
    "unsorted": (lambda frame: frame.iloc[::-1], "sort_index"),
    "twice": (lambda frame: pd.concat([frame, frame.tail(1)]), "duplicated"),
    "no date": (lambda frame: frame.set_axis(frame.index.where(np.arange(len(frame)) > 0)), "without a date"),
    "columns twice": (lambda frame: pd.concat([frame, frame["open"]], axis=1), "several columns named open"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_are_no_bars_is_refused_with_a_hint(name: str, daily: Frames) -> None:
    change, told = BROKEN[name]
    with pytest.raises(BadInput, match=told) as caught:
        plot_bars(change(daily("AAPL").tail(5)))
    assert caught.value.hint


@pytest.mark.parametrize("most", [0, -1, 2.5, True, "many"])
def test_an_impossible_number_of_candles_is_refused(most: Any, daily: Frames) -> None:
    with pytest.raises(BadInput, match="max_candles"):
        plot_bars(daily("AAPL"), max_candles=most)


def test_drawing_into_a_persons_axes_follows_their_background(daily: Frames) -> None:
    figure = Figure(facecolor="black")
    left, right = figure.subplots(1, 2)
    left.set_facecolor("black")
    assert plot_bars(daily("AAPL").tail(30), ax=left) is figure
    assert tuple(np.asarray(bodies_of(figure).get_edgecolor())[0]) in {
        to_rgba(DARK.up),
        to_rgba(DARK.down),
    }
    assert len(figure.axes) == 3
    figure.draw_without_rendering()
    assert left.get_position().x1 < right.get_position().x0
    free = Figure()
    assert plot_bars(daily("AAPL").tail(30), ax=free.add_axes((0.1, 0.1, 0.8, 0.8))) is free
    assert len(free.axes) == 2
    three: Any = 3
    with pytest.raises(BadInput, match="ax='int'"):
        plot_bars(daily("AAPL"), ax=three)


def test_an_empty_frame_in_a_persons_axes_says_so(daily: Frames) -> None:
    figure = Figure()
    plot_bars(daily("AAPL").head(0), ax=figure.subplots())
    assert "No bars" in words_of(figure)


def test_the_pointer_reads_the_bar_below_it(daily: Frames) -> None:
    bars = daily("AAPL").tail(20)
    text = plot_bars(bars).axes[0].format_coord(4.2, 400.0)
    when = bars.index[4]
    assert text.startswith(f"{when.day} {when:%b %Y}  O {bars['open'].iloc[4]:.2f}")
    assert plot_bars(bars).axes[0].format_coord(-9, 400.0) == "400.00"


def test_symbols_are_never_read_as_mathematics(daily: Frames) -> None:
    bars = daily("AAPL").tail(5)
    bars.attrs |= {"symbol": "A$x_$B", "currency": r"$\frac{"}
    assert "A$x_$B" in words_of(plot_bars(bars))


@pytest.mark.second
def test_nothing_global_is_touched_and_importing_costs_nothing() -> None:
    code = (
        "import sys, ibnb.plots\n"
        "assert 'matplotlib' not in sys.modules\n"
        "import pandas, matplotlib\n"
        "before = dict(matplotlib.rcParams)\n"
        "days = pandas.DatetimeIndex(['2024-01-02'])\n"
        "f = pandas.DataFrame(1.0, columns=['open', 'high', 'low', 'close'], index=days)\n"
        "ibnb.plots.plot_bars(f)._repr_png_()\n"
        "assert dict(matplotlib.rcParams) == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr == ""
