"""`tws.what_if()` against the greeks, by differences, and against the model position by position."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ibnb
from ibnb.risk.grid import check_changes, check_days


def test_index_and_columns_are_the_changes(tws: ibnb.Session) -> None:
    found = tws.what_if(prices=[0.1, -0.1, 0], volatilities=[0.0, 0.05], days=3)

    assert found.index.tolist() == [0.1, -0.1, 0.0] and found.index.name == "price"
    assert found.columns.tolist() == [0.0, 0.05] and found.columns.name == "volatility"
    assert found.attrs["base_currency"] == "USD" and found.attrs["days"] == 3
    assert found.attrs["complete"] is True and found.attrs["warnings"] == []
    assert tws.what_if().index.tolist() == [-0.1, 0.0, 0.1]


def test_small_changes_are_the_greeks(tws: ibnb.Session) -> None:
    """The demo account's option is a call, of which TWS's model and ours are one."""
    held = tws.risk(index=None, pnl=False)
    change, point, day = 0.001, 0.001, 0.05

    prices = tws.what_if([-change, 0, change], [-point, 0, point])
    later = tws.what_if([0], days=day)

    up, here, down = (prices.loc[each, 0.0] for each in (change, 0.0, -change))
    assert here == 0
    assert (up - down) / (2 * change) == pytest.approx(held.attrs["delta"], rel=1e-3)
    assert (up - 2 * here + down) / change**2 / 100 == pytest.approx(held.attrs["gamma"], rel=0.02)
    vega = (prices.loc[0.0, point] - prices.loc[0.0, -point]) / (2 * point) / 100
    assert vega == pytest.approx(held.attrs["vega"], rel=0.01)
    assert later.iloc[0, 0] / day == pytest.approx(held.attrs["theta"], rel=0.02)


def test_at_expiry_options_are_worth_their_exercise(tws: ibnb.Session) -> None:
    held = tws.risk(index=None, pnl=False)
    [option] = held[held["sec_type"] == "OPT"].to_dict("records")
    quote = tws.quotes(option["con_id"])["option_price"].iloc[0]

    found = tws.what_if([-0.2, 0.2], [0.0, 0.3], days=365 * 3)

    straight = held.loc[held["sec_type"] != "OPT", "delta_base"].sum()
    for price in (-0.2, 0.2):
        exercise = max(option["underlying_price"] * (1 + price) - option["strike"], 0.0)
        worth = option["position"] * option["multiplier"] * (exercise - quote)
        assert found.loc[price].tolist() == [pytest.approx(straight * price + worth, rel=1e-3)] * 2


def test_long_options_gain_with_volatility_and_lose_with_days(tws: ibnb.Session) -> None:
    levels = tws.what_if([0], [-0.1, 0.0, 0.1, 0.2]).iloc[0]
    waited = [tws.what_if([0], days=days).to_numpy()[0, 0] for days in (0, 7, 30)]

    assert levels.is_monotonic_increasing
    assert np.all(np.diff(waited) < 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"prices": []}, {"prices": 0.1}, {"prices": "0.1"}, {"prices": [-1.5]}, {"prices": [0.1, 0.1]},
        {"prices": [float("nan")]}, {"prices": [True]}, {"volatilities": ["0.1"]}, {"volatilities": []}, {"days": -1},
        {"prices": np.linspace(-0.5, 0.5, 2501)},
        {"prices": np.linspace(0, 1, 60), "volatilities": np.linspace(0, 1, 60)},
        {"days": "7"}, {"days": float("inf")}, {"account": "DU0"}, {"timeout": 0},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(tws: ibnb.Session, wrong: dict[str, Any]) -> None:
    with pytest.raises(ibnb.BadInput) as refused:
        tws.what_if(**wrong)

    assert next(iter(wrong)) in str(refused.value)


def test_numbers_of_numpy_are_numbers() -> None:
    assert check_changes("prices", np.linspace(-0.1, 0.1, 3), -1) == pytest.approx([-0.1, 0.0, 0.1])
    assert check_days(np.int64(7)) == 7.0
