"""Thinned candles are exactly what pandas makes of the same groups of bars."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.plots.drawing.barframe import read_bars
from ibnb.plots.drawing.thinning import bucket_size, thin

PRICE = st.integers(1, 10_000).map(lambda cents: cents / 100)
BAR = st.tuples(PRICE, PRICE, PRICE, PRICE, st.one_of(st.none(), st.integers(0, 10**6)), st.booleans())

Row = tuple[float, float, float, float, int | None, bool]


def frame_of(rows: list[Row]) -> pd.DataFrame:
    made = []
    for one, two, three, four, volume, missing in rows:
        ordered = sorted((one, two, three, four))
        prices = [two, ordered[3], ordered[0], three]
        made.append([*(prices if not missing else [*prices[:3], np.nan]), np.nan if volume is None else volume])
    index = pd.date_range("2024-01-01", periods=len(rows), freq="D", name="date")
    return pd.DataFrame(made, columns=["open", "high", "low", "close", "volume"], index=index, dtype=float)


@pytest.mark.second
@settings(max_examples=150)
@given(rows=st.lists(BAR, min_size=1, max_size=60), size=st.integers(1, 20))
def test_each_candle_is_what_pandas_makes_of_its_bars(rows: list[Row], size: int) -> None:
    frame = frame_of(rows)
    group = np.arange(len(frame)) // size
    whole = frame[["open", "high", "low", "close"]].where(frame["close"].notna())
    expected = whole.groupby(group).agg({"open": "first", "high": "max", "low": "min", "close": "last"})
    expected["volume"] = frame["volume"].groupby(group).sum(min_count=1)
    expected = expected[expected["close"].notna()]

    candles = thin(read_bars(frame), size)

    assert (candles.first // size).tolist() == expected.index.tolist()
    for name in ("open", "high", "low", "close", "volume"):
        np.testing.assert_allclose(getattr(candles, name), expected[name].to_numpy(), rtol=1e-12)


@settings(max_examples=100)
@given(
    count=st.integers(1, 200),
    size=st.integers(1, 30),
    start=st.integers(-50, 250),
    length=st.integers(0, 200),
)
def test_a_part_has_the_same_candles_as_the_whole(count: int, size: int, start: int, length: int) -> None:
    bars = read_bars(frame_of([(1.0, 2.0, 3.0, 4.0 + place, place, False) for place in range(count)]))
    whole = thin(bars, size)

    part = thin(bars, size, start, start + length)

    wanted = (whole.first < start + length) & (whole.last >= start) & (length > 0)
    assert set(whole.first[wanted]) <= set(part.first)
    for name in ("first", "last", "open", "close", "high", "low", "volume"):
        everything = dict(zip(whole.first.tolist(), getattr(whole, name).tolist(), strict=True))
        assert getattr(part, name).tolist() == [everything[first] for first in part.first.tolist()]


@given(bars=st.integers(1, 10**7), most=st.integers(1, 3000))
def test_a_bucket_size_fits_and_wastes_less_than_half(bars: int, most: int) -> None:
    size = bucket_size(bars, most)
    least = -(-bars // most)
    assert least <= size <= least * 1.5


@pytest.mark.parametrize(("bars", "size"), [(300, 1), (301, 2), (2_400, 8), (2_558, 10), (100_000, 400)])
def test_bucket_sizes_are_round(bars: int, size: int) -> None:
    assert bucket_size(bars, 300) == size
