"""What is a price, what says that there is none, and in which unit prices are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.tws.units.price_units import price_unit, remember, unit_of
from ibnb.tws.units.prices import is_price
from ibnb.tws.units.sizes import size_attrs

NAN = float("nan")


@pytest.mark.parametrize(
    ("price", "size", "about", "expected"),
    [
        (101.5, 0.0, {"negative": False}, True),
        (101.5, NAN, {"negative": False}, True),  # an empty size
        (-1.0, 0.0, {"negative": False}, False),
        (-100.0, 0.0, {"negative": False, "magnifier": 100}, False),
        (-100.0, 0.0, {"negative": False}, False),  # a share costs nothing below 0, whatever is known of it
        (0.0, 0.0, {"negative": False}, False),
        (0.0, NAN, {"negative": False}, False),
        (0.0, 5.0, {"negative": False}, True),  # somebody bids nothing
        (-1.0, 0.0, {"negative": True}, False),
        (-100.0, 0.0, {"negative": True, "magnifier": 100}, False),
        (-1.0, 5.0, {"negative": True}, True),
        (-100.0, 5.0, {"negative": True, "magnifier": 100}, True),
        (-37.63, 0.0, {"negative": True}, True),  # crude oil on 20 April 2020
        (-37.63, NAN, {"negative": True}, True),
        (0.0, 12.0, {"negative": True}, True),  # a spread at even
        (0.0, 0.0, {"negative": True}, False),
        (0.0, NAN, {"negative": True, "attributes": 1}, True),
        (0.0, NAN, {"negative": True, "attributes": 0}, False),
        (-100.0, 0.0, {"negative": True, "magnifier": 100, "sized": False}, False),
        (-1.0, 0.0, {"negative": True, "sized": False}, True),
        (NAN, 1.0, {"negative": True}, False),
    ],
)
def test_the_size_tells_whether_it_is_a_price(price: float, size: float, about: dict[str, Any], expected: bool) -> None:
    assert is_price(price, size, **about) is expected


@given(
    price=st.floats(0.0001, 1e6), size=st.floats(0, 1e6), negative=st.booleans(), magnifier=st.sampled_from((1, 100))
)
def test_whatever_is_above_nothing_is_a_price(price: float, size: float, negative: bool, magnifier: int) -> None:
    assert is_price(price, size, negative=negative, magnifier=magnifier)


@pytest.mark.parametrize(
    ("currency", "magnifier", "unit"),
    [
        ("GBP", 100, "GBp"), ("USD", 100, "US cents"), ("GBP", 1, "GBP"), ("GBP", None, "GBP"),
        ("CHF", 100, "1/100 CHF"), ("JPY", 1000, "1/1000 JPY"), ("USD", NAN, "USD"),
        ("USD", 0, "USD"), ("USD", 2147483647, "USD"),
    ],
)  # fmt: skip
def test_a_unit_is_named_as_people_do(currency: str, magnifier: float | None, unit: str) -> None:
    assert price_unit(currency, magnifier) == unit


@pytest.mark.parametrize("told", [None, "", 0, -1, 2147483647])
def test_details_without_a_magnifier_tell_nothing(told: object) -> None:
    ib, contract = SimpleNamespace(), SimpleNamespace(conId=7, currency="GBP")

    remember(ib, [SimpleNamespace(contract=contract, priceMagnifier=told)])

    assert unit_of(ib, contract) == {}


def test_sizes_say_what_is_believed_of_them_and_why() -> None:
    share = SimpleNamespace(secType="STK", currency="USD")
    pair = SimpleNamespace(secType="CASH", currency="USD")

    told = size_attrs([pair, share])
    assert told["size_unit"] == "shares"
    assert "Send market data in lots" in told["size_unit_reason"]
    assert size_attrs([pair])["size_unit"] != "shares"
