"""RSI, MACD and Bollinger bands: held to their definitions written out, bar by bar, and to what must always hold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from ibnb.errors import BadInput
from ibnb.plots.bars import plot_bars
from ibnb.plots.candles.indicators import bollinger, ema, macd, rsi
from ibnb.plots.candles.lines import lines_over, studies_of
from ibnb.plots.candles.overlays import Overlays
from ibnb.plots.drawing.barframe import read_bars

NAN = float("nan")
prices = st.lists(st.floats(0.01, 1e5).map(lambda price: round(price, 2)), min_size=1, max_size=60)


def walk(count: int = 120, seed: int = 7) -> list[float]:
    """Return closes that go up and down, some of them twice the same."""
    moves = np.random.default_rng(seed).normal(0, 1.5, count).round(1)
    return [float(each) for each in 100 + np.cumsum(moves)]


def bars_of(closes: Any, **attrs: Any) -> pd.DataFrame:
    close = np.asarray(closes, dtype=np.float64)
    index = pd.bdate_range("2024-01-01", periods=len(close), name="date")
    frame = pd.DataFrame({"open": close, "high": close + 1, "low": close - 1, "close": close}, index=index)
    frame.attrs.update({"symbol": "XYZ", "bar_size": "1 day"}, **attrs)
    return frame


def same(found: Any, expected: list[float]) -> None:
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-9, atol=1e-9)


def rsi_by_hand(closes: list[float], length: int) -> list[float]:
    """Return Wilder's index as his book has it: means first, then each kept by (n - 1) / n."""
    found, up, down = [NAN] * len(closes), 0.0, 0.0
    for place in range(1, len(closes)):
        change = closes[place] - closes[place - 1]
        if place <= length:
            up, down = up + max(change, 0) / length, down + max(-change, 0) / length
        else:
            up = (up * (length - 1) + max(change, 0)) / length
            down = (down * (length - 1) + max(-change, 0)) / length
        if place >= length:
            found[place] = 50.0 if up == down == 0 else 100.0 if down == 0 else 100 - 100 / (1 + up / down)
    return found


def ema_by_hand(values: list[float], length: int) -> list[float]:
    found: list[float] = []
    for value in values:
        found.append(value if not found else found[-1] + 2 / (length + 1) * (value - found[-1]))
    return [NAN if place < length - 1 else each for place, each in enumerate(found)]


@pytest.mark.parametrize("length", [2, 14, 119, 200])
def test_rsi_is_wilders(length: int) -> None:
    same(rsi(np.array(walk()), length), rsi_by_hand(walk(), length))


def test_rsi_of_wilders_example_as_it_is_often_printed() -> None:
    closes = [44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.10, 45.42, 45.84, 46.08, 45.89, 46.03, 45.61, 46.28, 46.28]
    closes += [46.00, 46.03, 46.41, 46.22, 45.64]

    assert rsi(np.array(closes), 14)[14:].round(2).tolist() == [70.46, 66.25, 66.48, 69.35, 66.29, 57.92]


def test_macd_is_the_difference_of_two_averages_and_its_own_average() -> None:
    closes = walk()
    line, signal = macd(np.array(closes), 12, 26, 9)

    fast, slow = ema_by_hand(closes, 12), ema_by_hand(closes, 26)
    difference = [a - b for a, b in zip(fast, slow, strict=True)]
    same(line, difference)
    same(signal, [NAN] * 25 + ema_by_hand(difference[25:], 9))


def test_bollinger_bands_lie_so_many_deviations_from_the_average() -> None:
    closes = walk()
    low, high = bollinger(np.array(closes), 20, 2.5)

    for place in range(19, len(closes)):
        last = closes[place - 19 : place + 1]
        middle = math.fsum(last) / 20
        spread = math.sqrt(math.fsum((each - middle) ** 2 for each in last) / 20)
        assert low[place] == pytest.approx(middle - 2.5 * spread) and high[place] == pytest.approx(
            middle + 2.5 * spread
        )
    assert np.isnan(low[:19]).all() and not np.isnan(low[19:]).any()


@given(closes=prices, length=st.integers(2, 30), scale=st.sampled_from([0.5, 4.0, 1024.0]))
def test_rsi_stays_between_0_and_100_and_does_not_ask_for_the_unit(
    closes: list[float], length: int, scale: float
) -> None:
    found = rsi(np.array(closes), length)

    known = found[~np.isnan(found)]
    assert len(known) == max(0, len(closes) - length)
    assert ((known >= -1e-9) & (known <= 100 + 1e-9)).all()
    np.testing.assert_allclose(rsi(np.array(closes) * scale, length), found, rtol=1e-6, atol=1e-6)


@given(closes=prices, length=st.integers(2, 30), width=st.floats(0.5, 4))
def test_bands_are_around_the_average_and_narrow_to_it_where_nothing_moves(
    closes: list[float], length: int, width: float
) -> None:
    low, high = bollinger(np.array(closes), length, width)
    flat_low, flat_high = bollinger(np.full(len(closes), closes[0]), length, width)

    assert (np.isnan(low) == np.isnan(high)).all() and not (high < low).any()
    for each in (flat_low, flat_high):
        np.testing.assert_allclose(each[~np.isnan(each)], closes[0], rtol=1e-6)


@given(price=st.floats(0.01, 1e5), count=st.integers(1, 60))
def test_what_does_not_move_has_an_rsi_of_50_and_a_macd_of_0(price: float, count: int) -> None:
    still = np.full(count, price)

    assert set(rsi(still, 14)[14:]) <= {50.0}
    line, signal = macd(still, 3, 6, 4)
    assert np.nan_to_num(line) == pytest.approx(0, abs=price * 1e-9)
    assert np.nan_to_num(signal) == pytest.approx(0, abs=price * 1e-9)


@given(cut=st.integers(1, 119), length=st.integers(2, 40))
def test_with_the_bars_before_them_bars_have_what_they_have_in_the_whole(cut: int, length: int) -> None:
    whole = bars_of(walk())
    overlays = Overlays.checked(length, length + 1, bollinger=(length, 2), rsi=length, macd=(2, 5, 3))
    earlier, bars = read_bars(whole.iloc[:cut]), read_bars(whole.iloc[cut:])

    of_all, of_part = read_bars(whole), bars
    for line, part in zip(lines_over(of_all, overlays), lines_over(of_part, overlays, earlier), strict=True):
        same(part.values, line.values[cut:].tolist())
    for study, below in zip(studies_of(of_all, overlays), studies_of(of_part, overlays, earlier), strict=True):
        for line, part in zip(study.lines, below.lines, strict=True):
            same(part.values, line.values[cut:].tolist())


def test_bars_without_prices_do_not_count_in_an_indicator() -> None:
    closes = walk(40)
    broken = bars_of(closes)
    broken.iloc[30, 3] = np.nan

    (study,) = studies_of(read_bars(broken), Overlays(rsi=14))

    kept = closes[:30] + closes[31:]
    same(np.delete(study.lines[0].values, 30), rsi_by_hand(kept, 14))
    assert np.isnan(study.lines[0].values[30])


def test_studies_stand_below_and_are_named_read_and_told() -> None:
    figure = plot_bars(bars_of(walk()), bollinger=True, rsi=True, macd=True)

    assert len(figure.axes) == 3 and figure.get_figheight() > plot_bars(bars_of(walk())).get_figheight()
    told = dict(figure.chart.read(119).values)
    assert float(told["RSI 14"]) == pytest.approx(rsi_by_hand(walk(), 14)[-1], abs=0.05)
    assert {"BB 20 −2σ", "BB 20 +2σ", "MACD 12, 26", "signal 9"} <= set(told)
    assert "14-bar relative strength index" in figure.alt_text and "26-bar exponential averages" in figure.alt_text
    dated = [axes.xaxis.get_tick_params()["labelbottom"] for axes in figure.axes]
    assert dated == [False, False, True], "the dates stand below the lowest"


def test_a_study_of_several_bars_a_candle_keeps_its_farthest_columns() -> None:
    closes = [100 + 10 * math.sin(place / 9) for place in range(4_000)]
    figure = plot_bars(bars_of(closes), macd=True)
    pane = figure.chart.panes[0]

    tops = [path.vertices[:, 1] for path in pane._columns.get_paths()]
    values = pane.study.columns.values
    assert figure.chart.candles.size > 1 and len(tops) < 400
    assert max(each.max() for each in tops) == pytest.approx(np.nanmax(values))
    assert min(each.min() for each in tops) == pytest.approx(np.nanmin(values))


def test_a_logarithmic_scale_has_equal_distances_for_equal_changes() -> None:
    closes = [10 * 1.05**place for place in range(80)]
    figure = plot_bars(bars_of(np.array(closes) + 2), log=True, bollinger=(20, 4))
    axes = figure.axes[0]
    low, middle, high = (axes.transData.transform((0, price))[1] for price in (20, 40, 80))

    assert middle - low == pytest.approx(high - middle)
    figure.draw_without_rendering()
    labels = [label.get_text() for label in axes.get_yticklabels() if label.get_text()]
    assert {"20", "50", "100", "200"} <= set(labels)
    assert axes.get_ylim()[0] > 0


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"rsi": 1}, "rsi=1"),
        ({"rsi": (14, 20)}, "rsi="),
        ({"macd": (26, 12, 9)}, "macd="),
        ({"macd": 3}, "macd=3"),
        ({"bollinger": 20}, "bollinger=20"),
        ({"bollinger": (20, -2)}, "bollinger="),
        ({"bollinger": (20, NAN)}, "bollinger="),
        ({"log": "yes"}, "log='yes'"),
    ],
)
def test_impossible_indicators_are_refused_by_name(named: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        plot_bars(bars_of(walk()), **named)


def test_a_logarithm_of_prices_at_or_below_zero_is_refused() -> None:
    with pytest.raises(BadInput, match="log"):
        plot_bars(bars_of([1.0, 2.0, 0.5]), log=True)


def test_studies_go_into_a_persons_axes() -> None:
    figure = Figure()
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))

    plot_bars(bars_of(walk()), ax=axes, rsi=True, macd=True)

    heights = [each.get_position() for each in figure.axes]
    assert len(heights) == 3 and heights[0].y0 > heights[1].y0 > heights[2].y0 >= 0.1 - 1e-9


def test_after_a_zoom_the_subtitle_says_what_is_drawn() -> None:
    figure = plot_bars(bars_of(walk()))
    subtitle = figure.chart._note
    assert "120 bars" in subtitle.get_text()

    figure.axes[0].set_xlim(9.5, 29.5)

    assert "20 of 120 bars · 15 Jan 2024 – 9 Feb 2024" in subtitle.get_text()
    assert ema(np.array([2.0]), 1).tolist() == [2.0]
