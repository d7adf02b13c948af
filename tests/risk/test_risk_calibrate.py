"""Fitting the model: it gives the prices that TWS told, and finds what they were made with."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from risk.test_risk_model import options

from ibnb.risk.calibrate import calibrated
from ibnb.risk.model import greeks, price

USD = np.array(["USD"], dtype=object)


@settings(max_examples=12)
@given(
    spot=st.floats(50, 300), moneyness=st.floats(0.8, 1.25), years=st.floats(0.1, 2), volatility=st.floats(0.1, 0.8),
    rate=st.floats(0.0, 0.08), call=st.booleans(), american=st.booleans(),
)  # fmt: skip
def test_the_interest_of_a_price_is_found(spot, moneyness, years, volatility, rate, call, american) -> None:
    made = options(
        spot=spot,
        strike=spot * moneyness,
        years=years,
        volatility=volatility,
        rate=rate,
        call=call,
        american=american,
    )
    value = price(made)

    fitted = calibrated(made.at(rate=np.zeros(1)), value, USD)

    assert fitted.known.all()
    assert price(fitted.options) == pytest.approx(value, abs=1e-6 * spot)


def test_where_interest_tells_nothing_the_others_and_the_volatility_do() -> None:
    """Another time to expiry than ours is seen in the volatility, which is all that matters for days."""
    long = options(years=1.0, rate=0.045, spot=[95.0, 100.0, 105.0])
    short = options(years=0.5 / 365, rate=0.045)
    told = options(
        spot=[95.0, 100.0, 105.0, 100.0], years=[1.0, 1.0, 1.0, 1 / 365], rate=0.0, volatility=0.25
    )  # of the last, TWS has counted half the time
    value = np.concatenate([price(long), price(short)])

    fitted = calibrated(told, value, np.array(["USD"] * 4, dtype=object))

    assert fitted.options.rate == pytest.approx([0.045] * 4, abs=1e-6)
    assert fitted.moved[:3].tolist() == [0, 0, 0]
    assert fitted.options.volatility[3] == pytest.approx(0.25 / 2**0.5, rel=2e-2)
    assert price(fitted.options) == pytest.approx(value, abs=1e-6)


def test_currencies_have_interests_of_their_own() -> None:
    rates, near = [0.05, 0.02], 2 / 365
    told = options(years=[1.0, 1.0, near, near], rate=[*rates, *rates])

    fitted = calibrated(told.at(rate=np.zeros(4)), price(told), np.array(["USD", "EUR"] * 2, dtype=object))

    assert fitted.options.rate == pytest.approx([*rates, *rates], abs=1e-6)


@pytest.mark.parametrize("lacks", ["spot", "strike", "years", "volatility", "price"])
def test_without_its_figures_an_option_has_no_model(lacks: str) -> None:
    told = options()
    value = price(told)
    if lacks == "price":
        value = np.array([np.nan])
    else:
        told = told.at(**{lacks: np.array([np.nan])})

    assert not calibrated(told, value, USD).known.any()


def test_a_price_that_no_volatility_gives_has_no_model() -> None:
    """A European call cannot cost more than its share."""
    assert not calibrated(options(), np.array([120.0]), USD).known.any()


def test_an_unset_dividend_counts_as_none() -> None:
    told = options()

    fitted = calibrated(told.at(dividend=np.array([np.nan])), price(told), USD)

    assert fitted.known.all() and fitted.options.dividend.tolist() == [0]


def test_a_put_that_a_real_tws_told_of() -> None:
    """INTC 48 P, told at 08:31 UTC of the day before its last, on 10 September 2020 (a script that was published).

    By it TWS counts time by the calendar, to the minute, and vega by one point of volatility.
    """
    told = options(
        spot=49.41999816894531, strike=48.0, years=1.4782 / 365, volatility=0.35879614859202597, rate=0.0,
        call=False, american=True,
    )  # fmt: skip

    fitted = calibrated(told, np.array([0.05333963493983114]), USD)

    assert fitted.options.volatility == pytest.approx([0.3588], abs=0.0005)
    model = greeks(fitted.options)
    assert model.delta == pytest.approx([-0.09864962435456381], abs=0.0005)
    assert model.gamma == pytest.approx([0.15421188676731404], rel=0.001)
    assert model.vega == pytest.approx([0.005311501648670655], rel=0.04)


def test_options_on_a_future_that_a_real_tws_told_of() -> None:
    """GC G4MU4, told at 04:32 UTC of 22 September 2024 (tests of westonplatter/ib_insync_options).

    Calls cost less than to exercise them, which an American option cannot: by interest for a day and a half.
    """
    value = np.array([148.46913403414945, 123.47453089110115])
    told = options(
        spot=2623.5, strike=[2475.0, 2500.0], years=1.54 / 365, volatility=[0.22200803203321115, 0.19220245004595202],
        rate=0.0, american=True, on_future=True,
    )  # fmt: skip

    fitted = calibrated(told, value, np.array(["USD"] * 2, dtype=object))

    assert fitted.as_european.all() and fitted.known.all() and fitted.moved.tolist() == [0, 0]
    assert fitted.options.rate == pytest.approx([0.049, 0.049], abs=0.001)
    assert price(fitted.options) == pytest.approx(value, abs=1e-6)
    assert greeks(fitted.options).delta == pytest.approx([1.0, 1.0], abs=0.001)
