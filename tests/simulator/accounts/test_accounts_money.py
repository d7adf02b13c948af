"""Numbers as TWS writes them, and what one unit of a contract is worth."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibnb.errors import BadInput
from ibnb.simulator.accounts.money import exact, number, text, to_cents, unit_size


@pytest.mark.parametrize(
    ("value", "most", "least", "wanted"),
    [
        ("994859.28480", 4, 2, "994859.2848"),
        ("1008564.388", 4, 2, "1008564.388"),
        ("953023.2", 4, 2, "953023.20"),
        ("1.11238014", 7, 2, "1.1123801"),
        ("1", 7, 2, "1.00"),
        ("0.995150", 6, 0, "0.99515"),
        ("1", 6, 0, "1"),
        ("-0.004", 2, 2, "0.00"),
        ("-0.005", 2, 2, "-0.01"),
        ("1E+3", 2, 2, "1000.00"),
    ],
)
def test_text_has_as_many_decimals_as_tws_writes(value, most, least, wanted):
    assert text(Decimal(value), most, least) == wanted


def test_exact_takes_a_float_as_it_is_shown():
    assert exact(0.1) + exact(0.2) == Decimal("0.3")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("sNaN"), "many"])
def test_exact_refuses_what_is_no_number(value):
    with pytest.raises(BadInput, match="finite"):
        exact(value)


def test_cents_round_halves_away_from_zero():
    assert to_cents(Decimal("2.675")) == Decimal("2.68")
    assert to_cents(Decimal("-2.675")) == Decimal("-2.68")


def test_number_is_never_a_negative_zero():
    assert str(number(Decimal("-0.000000001"))) == "0.0"


@pytest.mark.parametrize(
    ("kind", "size"),
    [("share", 1), ("call", 100), ("future", 5), ("pence", Decimal("0.01")), ("bond", 10), ("pair", 1)],
)
def test_unit_size(named, kind, size):
    assert unit_size(named[kind]) == size
