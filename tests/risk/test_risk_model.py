"""The option model against closed forms, trees and differences of their own, and what no arbitrage allows."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.risk.model import DAYS, Options, after, cdf, european, exercised, greeks, price, solved

N = NormalDist().cdf


def options(**given: Any) -> Options:
    """Return one option, or several where a figure is a list."""
    usual = {
        "spot": 100.0, "strike": 100.0, "years": 0.5, "volatility": 0.25, "rate": 0.04, "dividend": 0.0,
        "call": True, "american": False, "on_future": False,
    } | given  # fmt: skip
    return Options(*np.broadcast_arrays(*(np.atleast_1d(value) for value in usual.values())))


def textbook(spot: float, strike: float, years: float, volatility: float, rate: float, dividend: float, call: bool):
    """Return Black's price of an option on a stock that pays a dividend: Hull's formulas, written out."""
    spot -= dividend
    d1 = (math.log(spot / strike) + (rate + volatility**2 / 2) * years) / (volatility * math.sqrt(years))
    d2 = d1 - volatility * math.sqrt(years)
    if call:
        return spot * N(d1) - strike * math.exp(-rate * years) * N(d2)
    return strike * math.exp(-rate * years) * N(-d2) - spot * N(-d1)


def plain_tree(spot: float, strike: float, years: float, volatility: float, rate: float) -> float:
    """Return an American put without dividends by a tree of many steps, each node by itself from the last one."""
    steps = 1500
    dt = years / steps
    up = math.exp(volatility * math.sqrt(dt))
    chance = (math.exp(rate * dt) - 1 / up) / (up - 1 / up)
    nodes = spot * up ** np.arange(-steps, steps + 1, 2.0)
    value = np.maximum(strike - nodes, 0)
    for step in range(steps, 0, -1):
        value = math.exp(-rate * dt) * (chance * value[1:] + (1 - chance) * value[:-1])
        value = np.maximum(value, strike - spot * up ** np.arange(-step + 1, step, 2.0))
    return float(value[0])


STATES = {
    "spot": st.floats(20, 400),
    "moneyness": st.floats(0.5, 2.0),
    "years": st.floats(0.01, 3.0),
    "volatility": st.floats(0.05, 1.5),
    "rate": st.floats(-0.02, 0.1),
    "call": st.booleans(),
}


@given(**STATES, part=st.floats(0, 0.2))
def test_european_options_are_priced_as_in_the_textbook(spot, moneyness, years, volatility, rate, call, part) -> None:
    state = {
        "spot": spot,
        "strike": spot * moneyness,
        "years": years,
        "volatility": volatility,
        "rate": rate,
        "call": call,
    }
    dividend = part * spot

    [found] = price(options(**state, dividend=dividend))

    assert found == pytest.approx(textbook(**state, dividend=dividend), abs=1e-9 * spot)


@given(**{name: each for name, each in STATES.items() if name != "call"})
def test_call_less_put_is_the_forward(spot, moneyness, years, volatility, rate) -> None:
    state = {"spot": spot, "strike": spot * moneyness, "years": years, "volatility": volatility, "rate": rate}
    call, put = price(options(**state, call=[True, False]))
    future_call, future_put = price(options(**state, call=[True, False], on_future=True))

    discount = math.exp(-rate * years)
    assert call - put == pytest.approx(spot - spot * moneyness * discount, abs=1e-9 * spot)
    assert future_call - future_put == pytest.approx(discount * spot * (1 - moneyness), abs=1e-9 * spot)


@settings(max_examples=60)
@given(**STATES, part=st.floats(0, 0.1), on_future=st.booleans())
def test_the_right_to_exercise_early_costs_nothing_less(
    spot, moneyness, years, volatility, rate, call, part, on_future
) -> None:
    one = options(
        spot=spot, strike=spot * moneyness, years=years, volatility=volatility, rate=rate, call=call,
        dividend=0.0 if on_future else part * spot, on_future=on_future,
    )  # fmt: skip

    [american] = price(one.at(american=np.array([True])))

    assert american >= european(one)[0] - 1e-9 * spot
    assert american >= exercised(one)[0]
    assert american <= (spot if call else spot * moneyness * max(1.0, math.exp(-rate * years))) + 1e-9 * spot


@given(**{name: each for name, each in STATES.items() if name not in ("call", "rate")}, rate=st.floats(0, 0.1))
@settings(max_examples=40)
def test_a_call_without_dividends_is_never_exercised_early(spot, moneyness, years, volatility, rate) -> None:
    one = options(spot=spot, strike=spot * moneyness, years=years, volatility=volatility, rate=rate)

    assert price(one.at(american=np.array([True])))[0] == pytest.approx(european(one)[0], abs=1e-9 * spot)


@pytest.mark.parametrize("volatility", [0.15, 0.3, 0.6])
@pytest.mark.parametrize("years", [0.1, 0.5, 1.5])
@pytest.mark.parametrize("spot", [85.0, 100.0, 112.0])
def test_american_puts_are_worth_what_a_tree_of_many_steps_says(spot: float, years: float, volatility: float) -> None:
    state = {"spot": spot, "strike": 100.0, "years": years, "volatility": volatility, "rate": 0.05}

    [found] = price(options(**state, american=True, call=False))

    assert found == pytest.approx(plain_tree(**state), abs=0.006)


def test_american_puts_of_longstaff_and_schwartz() -> None:
    """Their table 1, by finite differences: strike 40, interest 6 %."""
    spots, volatility, years = zip(
        (36, 0.2, 1), (36, 0.4, 2), (38, 0.2, 2), (40, 0.2, 1), (42, 0.4, 1), (44, 0.2, 1), strict=True
    )
    known = [4.478, 8.508, 3.745, 2.314, 4.588, 1.118]

    found = price(
        options(
            spot=spots,
            volatility=volatility,
            years=[float(each) for each in years],
            strike=40.0,
            rate=0.06,
            call=False,
            american=True,
        )
    )

    assert found == pytest.approx(known, abs=0.02)


@given(**STATES, part=st.floats(0, 0.1), on_future=st.booleans())
def test_greeks_are_the_slopes_of_the_price(spot, moneyness, years, volatility, rate, call, part, on_future) -> None:
    one = options(
        spot=spot, strike=spot * moneyness, years=max(years, 0.05), volatility=volatility, rate=rate, call=call,
        dividend=0.0 if on_future else part * spot, on_future=on_future,
    )  # fmt: skip
    found = greeks(one)
    step, point, day = 1e-4 * spot, 1e-4, 1e-3

    up, here, down = (price(one.at(spot=one.spot + change))[0] for change in (step, 0, -step))
    more, less = (price(one.at(volatility=one.volatility + change))[0] for change in (point, -point))
    # After half a step: dividends are paid over the time that is left, which a difference moves, too.
    later = price(after(one, day))[0]

    assert found.delta[0] == pytest.approx((up - down) / (2 * step), abs=1e-5)
    assert found.gamma[0] * spot == pytest.approx((up - 2 * here + down) / step**2 * spot, abs=2e-3)
    assert found.vega[0] == pytest.approx((more - less) / (2 * point) / 100, abs=1e-5 * spot)
    assert found.theta[0] == pytest.approx((later - here) / day, abs=1e-5 * spot)


def test_greeks_of_american_options_are_the_slopes_of_their_price() -> None:
    one = options(spot=[90.0, 100.0, 110.0], call=False, american=True, years=0.75)
    found = greeks(one)

    up, here, down = (price(one.at(spot=one.spot * change)) for change in (1.02, 1.0, 0.98))
    more = price(one.at(volatility=one.volatility + 0.01))

    assert found.delta == pytest.approx((up - down) / (0.04 * one.spot), abs=0.004)
    assert found.gamma == pytest.approx((up - 2 * here + down) / (0.02 * one.spot) ** 2, abs=0.002)
    assert found.vega == pytest.approx(more - here, abs=0.004)
    assert found.theta == pytest.approx(price(after(one, 1)) - here, abs=0.002)


def test_at_expiry_an_option_is_worth_its_exercise() -> None:
    ended = options(spot=[90.0, 100.0, 110.0], years=[0.0, -0.1, 0.0], american=[True, False, False], call=False)

    assert price(ended).tolist() == [10.0, 0.0, 0.0]
    assert greeks(ended).delta.tolist() == [-1.0, 0.0, 0.0]
    assert price(after(options(years=7 / DAYS, spot=105.0, dividend=1.0), 7)).tolist() == [5.0]


def test_the_normal_distribution() -> None:
    places = np.linspace(-8, 8, 65)

    assert cdf(places) == pytest.approx([N(each) for each in places], rel=1e-9, abs=1e-15)


@given(wanted=st.floats(-3, 3))
def test_a_solution_is_found_where_there_is_one(wanted: float) -> None:
    [found, none] = solved(lambda x: x**3, np.array([wanted**3, 1000.0]), -4.0, 4.0)

    assert found**3 == pytest.approx(wanted**3, rel=1e-8, abs=1e-8)
    assert math.isnan(none)
