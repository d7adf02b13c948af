"""Bars and portfolios for the tests of this room: real prices, and made ones with known answers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from bokeh_sampledata import stocks


@pytest.fixture
def daily() -> Callable[[str], pd.DataFrame]:
    """Return real daily prices of AAPL, GOOG, IBM or MSFT, as ``tws.history`` would give them."""

    def make(symbol: str) -> pd.DataFrame:
        table = getattr(stocks, symbol)
        frame = pd.DataFrame(
            {name: np.asarray(table[name], dtype=float) for name in ("open", "high", "low", "close", "volume")},
            index=pd.DatetimeIndex(pd.to_datetime(table["date"]), name="date"),
        )
        frame.attrs = {
            "symbol": symbol,
            "bar_size": "1 day",
            "what": "TRADES",
            "currency": "USD",
            "rth": True,
        }
        return frame

    return make


@pytest.fixture
def minutes() -> Callable[..., pd.DataFrame]:
    """Return made one-minute bars of regular New York sessions, or of a whole day with ``rth=False``."""

    def make(count: int, *, rth: bool = True, volume: bool = True, start: str = "2025-03-06") -> pd.DataFrame:
        if rth:
            days = pd.bdate_range(start, periods=count // 390 + 1).to_numpy()
            clock = np.timedelta64(570, "m") + np.arange(390).astype("timedelta64[m]")
            index = pd.DatetimeIndex((days[:, None] + clock[None, :]).ravel()[:count]).tz_localize("America/New_York")
        else:
            index = pd.date_range(f"{start} 17:15", periods=count, freq="1min", tz="America/New_York")
        random = np.random.default_rng(3)
        close = (200 * np.exp(np.cumsum(random.normal(0, 0.0005, count)))).round(2)
        opening = np.concatenate(([200.0], close[:-1]))
        frame = pd.DataFrame(
            {
                "open": opening,
                "high": np.maximum(opening, close) + 0.05,
                "low": np.minimum(opening, close) - 0.05,
                "close": close,
                "volume": pd.array(random.integers(1, 9000, count) if volume else [pd.NA] * count, dtype="Int64"),
            },
            index=index.rename("date"),
        )
        frame.attrs = {"symbol": "XYZ", "bar_size": "1 min", "what": "TRADES", "currency": "USD", "rth": rth}
        return frame

    return make


@pytest.fixture
def portfolio() -> Callable[..., pd.DataFrame]:
    """Return positions of (symbol, sec_type, currency, local_symbol, position, market_value, unrealized_pnl)."""
    columns = ["symbol", "sec_type", "currency", "local_symbol", "position", "market_value", "unrealized_pnl"]

    def make(*rows: tuple[object, ...], **attrs: object) -> pd.DataFrame:
        frame = pd.DataFrame(list(rows), columns=columns)
        frame.insert(0, "account", "DU1234567")
        frame.attrs.update(attrs)
        return frame

    return make
