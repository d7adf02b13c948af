"""What is computed over bars: known answers, the same as pandas and as plain arithmetic, whatever the bars are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from times import times_of

from ibnb.errors import BadInput
from ibnb.plots.candles.lines import lines_over, session_of, vwap
from ibnb.plots.candles.overlays import Overlays
from ibnb.plots.drawing.barframe import read_bars
from ibnb.plots.drawing.profile import volume_at_price

Frames = Callable[..., pd.DataFrame]
DAY = 86_400


def of(frame: pd.DataFrame, **named: object) -> dict[str, np.ndarray]:
    return {line.label: line.values for line in lines_over(read_bars(frame), Overlays.checked(**named))}


def test_averages_are_those_of_pandas_from_their_nth_bar_on(daily: Frames) -> None:
    closes = daily("AAPL")["close"]

    lines = of(daily("AAPL"), ma=(20, 50), ema=12)

    np.testing.assert_allclose(lines["MA 20"], closes.rolling(20).mean())
    np.testing.assert_allclose(lines["MA 50"], closes.rolling(50).mean())
    np.testing.assert_allclose(lines["EMA 12"][11:], closes.ewm(span=12, adjust=False).mean()[11:])
    assert np.isnan(lines["EMA 12"][:11]).all()


def test_bars_without_prices_do_not_count_in_an_average(daily: Frames) -> None:
    bars = daily("AAPL").head(12)
    bars.iloc[5, bars.columns.get_loc("close")] = np.nan

    line = of(bars, ma=3)["MA 3"]

    assert np.isnan(line[5])
    assert line[6] == pytest.approx(bars["close"].iloc[[3, 4, 6]].mean())


def test_an_average_longer_than_the_bars_has_no_values(daily: Frames) -> None:
    assert np.isnan(of(daily("AAPL").head(10), ma=20)["MA 20"]).all()


def test_vwap_begins_anew_with_each_session(minutes: Frames) -> None:
    bars = minutes(1000)

    line = vwap(read_bars(bars))

    typical = (bars["high"] + bars["low"] + bars["close"]) / 3
    shares = bars["volume"].astype(float)
    day = times_of(bars).date
    expected = (typical * shares).groupby(day).cumsum() / shares.groupby(day).cumsum()
    np.testing.assert_allclose(line.values, expected)
    assert np.flatnonzero(line.begins).tolist() == [0, 390, 780]
    assert line.label == "VWAP by session"


def test_vwap_of_days_runs_from_the_first_and_says_so(daily: Frames) -> None:
    line = vwap(read_bars(daily("MSFT").tail(100)))

    assert line.begins.sum() == 1
    assert line.label.startswith("VWAP since ")


def test_vwap_takes_the_average_that_tws_gives_where_it_lies_in_its_bar(minutes: Frames) -> None:
    bars = minutes(3)
    bars["average"] = [bars["low"].iloc[0], 0.0, np.nan]

    line = vwap(read_bars(bars))

    typical = ((bars["high"] + bars["low"] + bars["close"]) / 3).to_numpy()
    shares = bars["volume"].to_numpy(dtype=float)
    prices = np.array([bars["low"].iloc[0], typical[1], typical[2]])
    np.testing.assert_allclose(line.values, np.cumsum(prices * shares) / np.cumsum(shares))


def test_a_bar_without_volume_does_not_move_vwap(minutes: Frames) -> None:
    bars = minutes(20)
    bars["volume"] = [pd.NA, 0, 100, pd.NA, *range(1, 17)]

    values = vwap(read_bars(bars)).values

    assert np.isnan(values[:2]).all()
    assert values[3] == pytest.approx(values[2])


@pytest.mark.parametrize("name", ["vwap", "profile"])
def test_what_is_made_of_volume_is_refused_where_there_is_none(name: str, minutes: Frames) -> None:
    from ibnb.plots import plot_bars

    with pytest.raises(BadInput, match=f"{name}=True.*volume, and bars of TRADES have none"):
        plot_bars(minutes(50, volume=False), vwap=name == "vwap", profile=name == "profile")


@pytest.mark.parametrize(
    ("opens", "closes", "first"),
    [("09:30", "16:00", 570), ("18:00", "17:00", 1080), ("17:15", "17:00", 1035), ("04:00", "20:00", 240)],
    ids=["stock", "future", "currency", "extended"],
)
@pytest.mark.parametrize("step", [1, 5])
def test_a_session_is_whole_also_over_midnight(opens: str, closes: str, first: int, step: int) -> None:
    start = np.datetime64(f"2026-03-02T{opens}").astype("datetime64[s]").astype(np.int64)
    end = np.datetime64(f"2026-03-02T{closes}").astype("datetime64[s]").astype(np.int64)
    length = (end - start) % DAY or DAY
    wall = np.concatenate([np.arange(start, start + length, 60 * step) + day * DAY for day in range(3)])

    sessions = session_of(wall)

    assert np.unique(sessions, return_counts=True)[1].tolist() == [length // 60 // step] * 3
    assert {int(each) % DAY // 60 for each in wall[np.diff(sessions, prepend=-1) != 0]} == {first}


def test_what_never_pauses_has_sessions_from_midnight_on() -> None:
    wall = np.arange(0, 3 * DAY, 3600) + 7 * 3600

    begins = wall[np.diff(session_of(wall), prepend=-1) != 0]

    assert (begins[1:] % DAY == 0).all() and len(begins) == 4


PRICE = st.integers(1, 500).map(lambda cents: cents / 100)
BAR = st.tuples(PRICE, PRICE, st.integers(0, 10**6))


@settings(max_examples=80)
@given(rows=st.lists(BAR, min_size=1, max_size=50), steps=st.integers(1, 60))
def test_a_profile_has_all_the_volume_and_lies_between_low_and_high(
    rows: list[tuple[float, float, int]], steps: int
) -> None:
    frame = pd.DataFrame(
        [(min(a, b), max(a, b), min(a, b), max(a, b), volume) for a, b, volume in rows],
        columns=["open", "high", "low", "close", "volume"],
        index=pd.date_range("2024-01-01", periods=len(rows)),
        dtype=float,
    )

    profile = volume_at_price(read_bars(frame), steps=steps)

    assert profile.volume.sum() == pytest.approx(frame["volume"].sum())
    assert (profile.volume >= -1e-6).all()
    traded = frame[frame["volume"] > 0]
    if len(traded) and traded["high"].max() > traded["low"].min():
        assert (profile.edges[0], profile.edges[-1]) == (traded["low"].min(), traded["high"].max())


def test_a_profile_spreads_a_bar_evenly() -> None:
    frame = pd.DataFrame(
        {"open": 1.0, "high": [4.0, 2.0], "low": [0.0, 2.0], "close": 2.0, "volume": [400.0, 50.0]},
        index=pd.date_range("2024-01-01", periods=2),
    )

    profile = volume_at_price(read_bars(frame), steps=4)

    assert profile.volume.tolist() == [100, 100, 150, 100]
    assert profile.most == 2.5


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"ma": 0}, "ma=0"),
        ({"ma": (20, -5)}, "ma=-5"),
        ({"ma": True}, "ma=True"),
        ({"ma": "20"}, "ma='20'"),
        ({"ema": 2.5}, "ema=2.5"),
        ({"ema": [None]}, "ema=None"),
        ({"ma": range(1, 6), "ema": (7, 8)}, "at most 6"),
        ({"vwap": "yes"}, "vwap='yes'"),
        ({"profile": 30}, "profile=30"),
    ],
)
def test_impossible_overlays_are_refused_by_name(named: dict[str, object], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        Overlays.checked(**named)


def test_averages_are_read_as_they_are_written() -> None:
    read = Overlays.read("20, 50;e21  EMA9 20", vwap=True)

    assert read == Overlays((20, 50), (21, 9), True, False)
    assert Overlays.read(read.averages, vwap=True) == read
    assert not Overlays.read("  ")
    with pytest.raises(BadInput, match="averages='FAST'"):
        Overlays.read("20, fast")
