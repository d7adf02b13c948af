"""Numbers as people read them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.plots.drawing.words import decimals_for_step, decimals_of_price, moment, number, plural, short_number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (999.6, "1K"),
        (1_250, "1.25K"),
        (999_400, "999K"),
        (999_700, "1M"),
        (12_345_678, "12.3M"),
        (1e9, "1B"),
        (2.5e12, "2,500B"),
        (-1_500, "−1.5K"),
        (0.25, "0.25"),
    ],
)
def test_short_numbers(value: float, text: str) -> None:
    assert short_number(value) == text


@given(st.floats(1, 1e13))
def test_short_numbers_keep_three_digits(value: float) -> None:
    text = short_number(value)
    scale = {"K": 1e3, "M": 1e6, "B": 1e9}.get(text[-1], 1.0)
    assert float(text.rstrip("KMB").replace(",", "")) * scale == pytest.approx(value, rel=0.006)


@pytest.mark.parametrize(
    ("value", "decimals", "sign", "text"),
    [(1234.5, 2, False, "1,234.50"), (-0.4, 0, True, "0"), (12.0, 0, True, "+12"), (-12.0, 1, True, "−12.0")],
)
def test_numbers(value: float, decimals: int, sign: bool, text: str) -> None:
    assert number(value, decimals, sign=sign) == text


@pytest.mark.parametrize(
    ("step", "places"), [(100, 0), (2.5, 1), (0.25, 2), (0.0005, 4), (0.0, 2), (0.1 + 0.2 - 0.2, 1)]
)
def test_ticks_get_the_decimals_that_tell_them_apart(step: float, places: int) -> None:
    assert decimals_for_step(step) == places


@pytest.mark.parametrize(
    ("prices", "places"),
    [
        ([100.0, 101.5], 2),
        ([1.08345, 1.0834], 5),
        ([100.005, 100.01], 3),
        ([100 / 3, 200 / 3, 50 / 7], 3),
        ([0.0], 2),
        ([1e-5 / 3], 8),
    ],
)
def test_prices_get_the_decimals_that_they_carry(prices: list[float], places: int) -> None:
    assert decimals_of_price(prices) == places


def test_moments() -> None:
    when = dt.datetime(2025, 3, 6, 9, 30, tzinfo=dt.UTC)
    assert moment(when, intraday=False) == "6 Mar 2025"
    assert moment(when, intraday=True) == "6 Mar 2025 09:30"
    assert moment(when.replace(second=5), intraday=True) == "6 Mar 2025 09:30:05"
    assert (plural(1, "bar"), plural(2000, "bar")) == ("1 bar", "2,000 bars")
