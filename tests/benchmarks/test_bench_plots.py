"""How long candles take, beside a plain matplotlib chart of one artist a bar, in the same run."""

from __future__ import annotations

import io
import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ibnb.plots import plot_bars

pytestmark = [pytest.mark.benchmark_peer, pytest.mark.slow]


def bars_of(count: int) -> pd.DataFrame:
    random = np.random.default_rng(5)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.0004, count)))
    opening = np.concatenate(([100.0], close[:-1]))
    return pd.DataFrame(
        {
            "open": opening,
            "high": np.maximum(opening, close) * 1.0002,
            "low": np.minimum(opening, close) * 0.9998,
            "close": close,
            "volume": random.integers(1, 10_000, count).astype(float),
        },
        index=pd.date_range("2024-01-02", periods=count, freq="1min", tz="America/New_York", name="date"),
    )


def ours(bars: pd.DataFrame) -> bytes:
    return plot_bars(bars)._repr_png_()  # type: ignore[attr-defined,no-any-return]


def one_artist_a_bar(bars: pd.DataFrame) -> bytes:
    figure = Figure(figsize=(10, 5.6), dpi=96)
    price, volume = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    for place, bar in enumerate(bars.itertuples()):
        colour = "tab:blue" if bar.close >= bar.open else "tab:orange"
        price.plot([place, place], [bar.low, bar.high], color=colour, linewidth=0.8)
        price.add_patch(Rectangle((place - 0.36, bar.open), 0.72, bar.close - bar.open, color=colour))
        volume.add_patch(Rectangle((place - 0.36, 0), 0.72, bar.volume, color=colour))
    price.set_xlim(-1, len(bars))
    volume.set_ylim(0, bars["volume"].max())
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=192)
    return buffer.getvalue()


@pytest.mark.parametrize("count", [250, 2_500, 100_000])
def test_candles_to_png(count: int, benchmark: Any) -> None:
    bars = bars_of(count)
    benchmark.group = f"{count} bars to PNG"
    png = benchmark.pedantic(ours, args=(bars,), rounds=5, warmup_rounds=1)
    assert png.startswith(b"\x89PNG")
    assert benchmark.stats.stats.median < 2.0


@pytest.mark.parametrize("count", [250, 2_500])
def test_one_artist_a_bar_to_png(count: int, benchmark: Any) -> None:
    bars = bars_of(count)
    benchmark.group = f"{count} bars to PNG"
    png = benchmark.pedantic(one_artist_a_bar, args=(bars,), rounds=1)
    assert png.startswith(b"\x89PNG")


def test_zooming_into_a_hundred_thousand_bars(benchmark: Any) -> None:
    axes = plot_bars(bars_of(100_000)).axes[0]
    starts = itertools.cycle(range(0, 90_000, 1000))

    def zoom() -> None:
        start = next(starts)
        axes.set_xlim(start, start + 5000)

    benchmark.pedantic(zoom, rounds=50)

    assert benchmark.stats.stats.median < 0.1
