"""Several series compared: rebased where all begin, each named and told apart, and what cannot be compared refused."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from ibnb.errors import BadInput
from ibnb.plots import plot_bars
from ibnb.plots.comparison.compare import compare
from ibnb.plots.drawing.ends import spread_apart

Frames = Callable[..., pd.DataFrame]


def lines_of(figure: Any) -> dict[str, Any]:
    return {line.get_label(): line for line in figure.axes[0].lines if not line.get_label().startswith("_")}


def words_of(figure: Figure) -> str:
    figure.draw_without_rendering()
    return "\n".join(text.get_text() for text in figure.findobj(matplotlib.text.Text) if text.get_visible())


@pytest.mark.second
def test_each_is_the_change_since_the_first_date_that_all_have(daily: Frames) -> None:
    apple, google = daily("AAPL"), daily("GOOG")  # GOOG was first traded in 2004

    figure: Any = plot_bars([apple, google])

    start = google.index[0]
    compared = figure.chart.compared
    assert compared.left_out == (apple.index < start).sum()
    for name, bars in (("AAPL", apple), ("GOOG", google)):
        closes = bars["close"].loc[start:]
        values = compared.percent[compared.names.index(name)]
        np.testing.assert_allclose(values, (closes / closes.iloc[0] - 1) * 100)
        assert f"{name}  +{values[-1]:,.1f} %" in words_of(figure)
    assert f"change of the close since {start.day} Aug 2004" in words_of(figure)
    assert "dates before left out" in words_of(figure)


def test_lines_differ_by_dashes_by_colour_and_by_name(daily: Frames) -> None:
    frames = {name: daily(name).tail(100) for name in ("AAPL", "GOOG", "IBM", "MSFT")}
    frames |= {f"{name} before": frame.iloc[:50] for name, frame in list(frames.items())}

    lines = lines_of(plot_bars(frames))

    assert list(lines) == list(frames)
    assert len({str(line._unscaled_dash_pattern) for line in lines.values()}) == 8
    assert len({line.get_color() for line in lines.values()}) == 8


def test_names_stand_where_lines_end_and_do_not_touch(daily: Frames) -> None:
    bars = daily("AAPL").tail(60)
    near = {f"number {n}": bars.assign(close=bars["close"] * (1 + n * np.linspace(0, 1e-4, 60))) for n in range(5)}
    figure: Any = plot_bars(near)
    figure.draw_without_rendering()

    names = [text for text in figure.axes[0].texts if text.get_text().startswith("number")]
    boxes = [name.get_window_extent() for name in names]

    assert len(boxes) == 5
    assert not any(one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[:place])
    tops = [box.y0 for box in boxes]
    assert tops == sorted(tops), "in the order of the lines"


def test_the_alt_text_says_who_since_when_and_where_each_ended(daily: Frames) -> None:
    figure: Any = plot_bars([daily("AAPL").tail(3), daily("IBM").tail(3)])

    found = re.fullmatch(
        r"Comparison of AAPL and IBM, 1 day bars, TRADES, regular hours: change of the close from 27 Feb 2013 to "
        r"1 Mar 2013: AAPL −\d\.\d %, IBM [+−]\d\.\d %\.",
        figure.alt_text,
    )
    assert found, figure.alt_text


def test_series_of_two_zones_meet_at_the_same_moments(minutes: Frames) -> None:
    here = minutes(500)
    there = here.tz_convert("Europe/Berlin").assign(close=here["close"].to_numpy() * 2)
    there.attrs = {**here.attrs, "symbol": "ABC"}

    compared = compare([here, there])

    assert len(compared.clock) == 500
    one, other = compared.percent
    np.testing.assert_allclose(one, other)


def test_a_line_leads_on_where_one_series_has_no_bar(daily: Frames) -> None:
    whole, holed = daily("AAPL").tail(50), daily("IBM").tail(50).drop(daily("IBM").index[-20])

    line = lines_of(plot_bars([whole, holed]))["IBM"]

    assert len(line.get_xdata()) == 49 and not np.isnan(line.get_ydata()).any()


def test_many_bars_are_thinned_without_losing_an_extreme(minutes: Frames) -> None:
    bars = minutes(50_000)
    figure: Any = plot_bars({"one": bars, "two": bars.assign(close=bars["close"] + 1)})

    line = lines_of(figure)["one"]
    values = figure.chart.compared.percent[0]
    assert len(line.get_xdata()) < 2_000
    assert (line.get_ydata().min(), line.get_ydata().max()) == (values.min(), values.max())
    figure.axes[0].set_xlim(1000, 1100)
    x, y = line.get_data()
    np.testing.assert_allclose(y[(x >= 1000) & (x <= 1100)], values[1000:1101])


def test_the_pointer_reads_every_series(daily: Frames) -> None:
    figure: Any = plot_bars([daily("AAPL").tail(5), daily("IBM").tail(5)])

    assert re.fullmatch(r"1 Mar 2013  AAPL \S+ %  IBM \S+ %", figure.axes[0].format_coord(4.1, 0))
    assert figure.axes[0].format_coord(99, 1.25) == "+1.2 %"


def test_it_is_drawn_into_a_persons_axes(daily: Frames) -> None:
    figure = Figure()

    assert plot_bars([daily("AAPL"), daily("IBM")], ax=figure.subplots(), title="Mine") is figure
    assert "Mine" in words_of(figure)


@pytest.mark.parametrize("style", ["light", "dark"])
def test_a_single_series_is_compared_with_nothing_but_itself(daily: Frames, style: Any) -> None:
    assert list(lines_of(plot_bars([daily("AAPL").tail(20)], style=style))) == ["AAPL"]


def test_what_cannot_be_compared_is_refused(daily: Frames, minutes: Frames) -> None:
    apple, ibm = daily("AAPL"), daily("IBM")
    sized = ibm.copy()
    sized.attrs["bar_size"] = "1 week"
    plain = minutes(50)
    plain.attrs = {"symbol": "XYZ"}
    unsized = apple.tail(50)
    unsized.attrs = {"symbol": "AAPL"}
    cases: tuple[tuple[Any, str], ...] = (
        ([], "0 series"),
        ({}, "0 series"),
        ([apple] * 9, "9 series"),
        ([apple, apple], "AAPL twice"),
        ([apple, sized], "of one size"),
        ([unsized, plain], "of one size"),
        ([apple.head(10), ibm.tail(10)], "no date in common"),
        ([apple, ibm.head(0)], "no bars with prices"),
        ([apple, 3], "a DataFrame of bars"),
        ([apple, ibm.drop(columns="close")], "columns close are missing"),
    )
    for series, told in cases:
        with pytest.raises(BadInput, match=told):
            plot_bars(series)


@pytest.mark.parametrize(
    "over", [{"ma": 20}, {"ema": (5,)}, {"vwap": True}, {"profile": True}, {"gaps": pd.DataFrame()}], ids=str
)
def test_what_belongs_to_one_series_is_refused_over_several(over: dict[str, Any], daily: Frames) -> None:
    with pytest.raises(BadInput, match="not over a comparison"):
        plot_bars([daily("AAPL"), daily("IBM")], **over)


@given(points=st.lists(st.floats(-1000, 1000), max_size=12), least=st.floats(1, 50))
def test_names_are_spread_apart_in_their_order(points: list[float], least: float) -> None:
    moved = spread_apart(points, least)

    order = sorted(range(len(points)), key=points.__getitem__)
    assert all(moved[b] - moved[a] >= least - 1e-6 for a, b in itertools.pairwise(order))
    if len(points) == 1:
        assert moved == pytest.approx(points)
