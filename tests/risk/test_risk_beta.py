"""Beta against numpy's own regression, and through the store against the bars themselves."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ibnb
from ibnb.risk.beta import FEWEST, slope


def prices(returns: np.ndarray, days: pd.DatetimeIndex) -> pd.Series:
    return pd.Series(100 * np.cumprod(1 + np.concatenate([[0.0], returns])), days)


@given(beta=st.floats(-3, 3), seed=st.integers(0, 10_000), noise=st.floats(0, 0.02))
def test_beta_is_the_slope_of_least_squares(beta: float, seed: int, noise: float) -> None:
    random = np.random.default_rng(seed)
    days = pd.bdate_range("2025-01-01", periods=251)
    index = random.normal(0.0004, 0.01, 250)
    share = beta * index + random.normal(0, 1, 250) * noise

    found, pairs = slope(prices(share, days), prices(index, days))

    assert pairs == 250
    assert found == pytest.approx(np.polyfit(index, share, 1)[0], abs=1e-8)


def test_days_that_one_alone_has_are_left_out() -> None:
    random = np.random.default_rng(3)
    days = pd.bdate_range("2025-01-01", periods=151)
    index = prices(random.normal(0, 0.01, 150), days)
    twice = index**2 / 100  # whose returns are those of the index, twice, and their square

    found, pairs = slope(twice.drop(days[[3, 70, 71]]), index.drop(days[[10, 120]]))

    assert pairs == 145
    assert found == pytest.approx(2, abs=0.02)


def test_few_days_tell_nothing_and_neither_does_an_index_that_stands_still() -> None:
    days = pd.bdate_range("2025-01-01", periods=FEWEST + 1)
    random = np.random.default_rng(1).normal(0, 0.01, FEWEST)

    few, pairs = slope(prices(random[:-1], days[:-1]), prices(random[:-1], days[:-1]))
    still, _ = slope(prices(random, days), pd.Series(100.0, days))

    assert pairs == FEWEST - 1 and math.isnan(few)
    assert math.isnan(still)


def test_betas_are_those_of_the_bars(stopped: ibnb.Session, tmp_path: Path) -> None:
    held = stopped.risk(pnl=False, store=tmp_path).set_index("con_id")
    bars = stopped.history(["AAPL", "SPY"], "1 Y", "1 day", store=tmp_path)["close"].pct_change().dropna()

    assert held["beta"].notna().all()
    assert held.loc[756733, "beta"] == 1.0
    aapl = held[held["underlying"] == "AAPL"]
    assert set(aapl["sec_type"]) == {"STK", "OPT"}
    assert aapl["beta"].to_numpy() == pytest.approx(np.polyfit(bars["SPY"], bars["AAPL"], 1)[0])


def test_an_index_may_be_a_word_and_what_has_no_bars_is_told(tws: ibnb.Session, tmp_path: Path) -> None:
    to_spx = tws.risk(index="SPX", pnl=False, store=tmp_path)
    short = tws.risk(duration="1 M", pnl=False, store=tmp_path)

    assert to_spx.attrs["index"].startswith("SPX")
    assert to_spx["beta_delta"].notna().all()
    spy = short["symbol"] == "SPY"
    assert short.loc[spy, "beta"].tolist() == [1.0]
    assert short.loc[~spy, "beta"].isna().all()
    assert any("no beta" in line and f"it takes {FEWEST}" in line for line in short.attrs["warnings"])
    assert short.attrs["complete"] is False


def test_without_bars_of_the_index_there_is_the_rest(tws: ibnb.Session, healthy_again: None, tmp_path: Path) -> None:
    held = tws.risk(index="ZZZZQ", pnl=False, store=tmp_path)

    assert held["beta_delta"].isna().all() and held["delta"].notna().all()
    assert held.attrs["beta_delta"] is None
    assert any(line.startswith("no betas") for line in held.attrs["warnings"])
