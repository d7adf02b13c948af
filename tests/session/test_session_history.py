"""Bars through the wire: zones, dates, ranges, and real prices as they were."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from times import times_of

import ibnb

SYMBOLS = ("AAPL", "GOOG", "IBM", "MSFT")


def test_intraday_bars_are_in_the_exchange_zone(tws: ibnb.Session) -> None:
    bars = tws.history("AAPL", duration="5 D", bar_size="1 hour")

    assert str(times_of(bars).tz) == "America/New_York"
    assert bars.index.is_monotonic_increasing
    assert bars.index.is_unique
    assert set(times_of(bars).strftime("%H:%M")) == {"09:30", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00"}
    assert list(bars.columns) == ["open", "high", "low", "close", "volume", "average", "bar_count"]
    assert bars.attrs["symbol"] == "AAPL"


def test_daily_bars_are_dated(tws: ibnb.Session) -> None:
    bars = tws.history("MSFT", duration="60 D", bar_size="1 day")

    assert len(bars) == 60
    assert times_of(bars).tz is None
    assert (bars.index == times_of(bars).normalize()).all()
    assert times_of(bars).day_of_week.max() <= 4


@pytest.mark.parametrize(
    ("bar_size", "duration"),
    [
        ("1 secs", "60 S"),
        ("5 secs", "600 S"),
        ("10 secs", "600 S"),
        ("15 secs", "900 S"),
        ("30 secs", "1800 S"),
        ("1 min", "1 D"),
        ("2 mins", "1 D"),
        ("3 mins", "1 D"),
        ("5 mins", "2 D"),
        ("10 mins", "2 D"),
        ("15 mins", "2 D"),
        ("20 mins", "2 D"),
        ("30 mins", "1 W"),
        ("1 hour", "1 M"),
        ("2 hours", "1 M"),
        ("3 hours", "1 M"),
        ("4 hours", "1 M"),
        ("8 hours", "1 M"),
        ("1 day", "1 Y"),
        ("1 week", "2 Y"),
        ("1 month", "5 Y"),
    ],
)
def test_every_bar_size_is_served(tws: ibnb.Session, bar_size: str, duration: str) -> None:
    bars = tws.history("AAPL", duration=duration, bar_size=bar_size, rth=False)

    assert len(bars) > 1
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    assert bars["volume"].notna().all()


@pytest.mark.parametrize("what", ["MIDPOINT", "BID", "ASK"])
def test_bars_that_are_not_of_trades_have_no_volume(tws: ibnb.Session, what: str) -> None:
    bars = tws.history("EUR.USD", duration="2 D", bar_size="1 hour", what=what)

    assert len(bars) > 20
    assert bars["volume"].isna().all()
    assert bars["bar_count"].isna().all()


def test_a_range_is_cut_where_it_was_asked_to_be(tws: ibnb.Session) -> None:
    bars = tws.history("AAPL", start="2026-03-03", end="2026-03-05", bar_size="1 hour")

    assert sorted(set(times_of(bars).strftime("%m-%d"))) == ["03-03", "03-04", "03-05"]
    by_hand = tws.history("AAPL", duration="3 D", end="2026-03-05", bar_size="1 hour")
    pd.testing.assert_frame_equal(bars, by_hand)


def test_a_session_names_the_store_that_its_bars_go_into(tws: ibnb.Session) -> None:
    bars = tws.history("CAT", start="2026-03-02", end="2026-03-06", bar_size="1 hour")

    kept = tws.store().frame().set_index("symbol")

    assert kept.loc["CAT", "bars"] == len(bars)
    assert tws.store().path != ibnb.store().path, "those of a simulated TWS never go among real ones"


def test_both_halves_of_a_range_make_the_whole(tws: ibnb.Session) -> None:
    whole = tws.history("AAPL", start="2026-02-02", end="2026-02-27", bar_size="30 mins")
    first = tws.history("AAPL", start="2026-02-02", end="2026-02-13", bar_size="30 mins")
    second = tws.history("AAPL", start="2026-02-14", end="2026-02-27", bar_size="30 mins")

    pd.testing.assert_frame_equal(pd.concat([first, second]), whole)


@pytest.fixture(scope="module")
def real_prices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, pd.DataFrame]]]:
    """Write the daily prices of four stocks as they were, one file a symbol."""
    from bokeh_sampledata import stocks

    folder = tmp_path_factory.mktemp("bars")
    frames = {}
    for symbol in SYMBOLS:
        frame = pd.DataFrame(getattr(stocks, symbol))
        frame.drop(columns="adj_close").to_csv(folder / f"{symbol}.csv", index=False)
        frames[symbol] = frame.set_index(pd.to_datetime(frame["date"]))
    yield folder, frames


@pytest.mark.second
def test_real_prices_come_back_row_by_row_through_ibnb_and_through_plain_ib_insync(
    real_prices: tuple[Path, dict[str, pd.DataFrame]],
) -> None:
    folder, files = real_prices

    async def plain(port: int, symbol: str) -> list[tuple[object, ...]]:
        ib_insync = pytest.importorskip("ib_insync")  # not on Python 3.14

        ib = ib_insync.IB()
        await ib.connectAsync("127.0.0.1", port, clientId=5)
        bars = await ib.reqHistoricalDataAsync(
            ib_insync.Stock(symbol, "SMART", "USD"), "20130301 23:59:59 US/Eastern", "14 Y", "1 day", "TRADES", True
        )
        ib.disconnect()
        return [(bar.date, bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in bars]

    with ibnb.simulate(bars=folder) as sim, ibnb.connect(port=sim.port) as tws:
        for symbol, file in files.items():
            bars = tws.history(symbol, start="2000-01-01", end="2013-03-01", bar_size="1 day")
            columns = ["open", "high", "low", "close", "volume"]
            assert len(bars) == len(file) > 2000
            assert (bars.index == file.index).all()
            for column in columns:
                assert (bars[column].to_numpy() == file[column].to_numpy(dtype=float)).all(), (symbol, column)

            rows = asyncio.run(plain(sim.port, symbol))
            wanted = list(zip(times_of(file).date, *(file[column].astype(float) for column in columns), strict=True))
            assert rows == wanted


@pytest.mark.second
def test_the_picture_of_real_prices(
    real_prices: tuple[Path, dict[str, pd.DataFrame]], request: pytest.FixtureRequest
) -> None:
    folder, _ = real_prices
    root = Path(__file__).resolve().parents[2]
    pictures = root / ("docs/images" if request.config.getoption("--write-picture") else "test-output")
    pictures.mkdir(parents=True, exist_ok=True)

    with ibnb.simulate(bars=folder) as sim, ibnb.connect(port=sim.port) as tws:
        bars = tws.history("AAPL", start="2000-01-01", end="2013-03-01", bar_size="1 day")
    figure = ibnb.plot_bars(bars, title="AAPL, daily prices as they were")
    figure.savefig(pictures / "bars-aapl.png")

    assert (pictures / "bars-aapl.png").stat().st_size > 20_000
