"""How long candles and what lies over them take, beside plain pandas and matplotlib, in the same run."""

from __future__ import annotations

import io
import itertools
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from times import times_of

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
    return plot_bars(bars)._repr_png_()


def one_artist_a_bar(bars: pd.DataFrame) -> bytes:
    figure = Figure(figsize=(10, 5.6), dpi=96)
    price, volume = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    rows: Iterable[Any] = bars.itertuples()
    for place, bar in enumerate(rows):
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


def overlays(bars: pd.DataFrame) -> bytes:
    figure = plot_bars(bars, ma=(20, 50), ema=21, vwap=True, profile=True)
    return figure._repr_png_()


def overlays_by_hand(bars: pd.DataFrame) -> bytes:
    """Draw the same by pandas and matplotlib as a person would who knows them well: two artists for all candles."""
    figure = Figure(figsize=(10, 5.6), dpi=96)
    price, volume = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    places, close, shares = np.arange(len(bars)), bars["close"], bars["volume"]
    colours = np.where(close >= bars["open"], "tab:blue", "tab:orange")
    price.vlines(places, bars["low"], bars["high"], color=colours, linewidth=0.8)
    price.vlines(places, bars["open"], close, color=colours, linewidth=2)
    volume.vlines(places, 0, shares, color=colours)
    worth = shares * (bars["high"] + bars["low"] + close) / 3
    days = times_of(bars).date
    for line in (
        close.rolling(20).mean(),
        close.rolling(50).mean(),
        close.ewm(span=21, adjust=False).mean(),
        worth.groupby(days).cumsum() / shares.groupby(days).cumsum(),
    ):
        price.plot(places, line.to_numpy(), linewidth=1.4)
    traded, edges = np.histogram(close, bins=40, weights=shares)
    widths = traded / traded.max() * 0.22 * len(bars)
    price.barh(edges[:-1], widths, height=np.diff(edges), left=len(bars) - widths, align="edge", alpha=0.3)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=192)
    return buffer.getvalue()


def shortest(*works: Callable[[], Any], rounds: int = 3) -> list[float]:
    """Return the shortest time of each, taken in turns: what is beyond it, the machine's other work has taken."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for place, work in enumerate(works):
            start = time.perf_counter()
            work()
            best[place] = min(best[place], time.perf_counter() - start)
    return best


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("count", "least"), [(2_500, 0.3), (100_000, 5.0)])
def test_overlays_to_png(count: int, least: float, capsys: pytest.CaptureFixture[str]) -> None:
    bars = bars_of(count)

    ours, by_hand = shortest(lambda: overlays(bars), lambda: overlays_by_hand(bars), rounds=3 if count < 10_000 else 2)

    with capsys.disabled():
        print(f"\n{count:,} bars with overlays to PNG: ours {ours:.2f} s, by hand {by_hand:.2f} s", end="")
        print(f": {by_hand / ours:.1f} times as fast")
    assert by_hand / ours >= least


def test_overlays_computed(capsys: pytest.CaptureFixture[str]) -> None:
    """The numbers alone: what ours adds to pandas' own rolling is small."""
    from ibnb.plots.candles.lines import lines_over
    from ibnb.plots.candles.overlays import Overlays
    from ibnb.plots.drawing.barframe import read_bars

    bars, wanted = bars_of(100_000), Overlays((20, 50), (21,), vwap=True)
    close, shares = bars["close"], bars["volume"]

    def by_pandas() -> None:
        close.rolling(20).mean(), close.rolling(50).mean(), close.ewm(span=21, adjust=False).mean()
        days = times_of(bars).date
        (close * shares).groupby(days).cumsum() / shares.groupby(days).cumsum()

    ours, pandas = shortest(lambda: lines_over(read_bars(bars), wanted), by_pandas, rounds=7)

    with capsys.disabled():
        print(f"\n100,000 bars, four lines: ours {ours * 1e3:.0f} ms, pandas {pandas * 1e3:.0f} ms", end="")
        print(f": {pandas / ours:.1f} times as fast")
    assert pandas / ours >= 1
