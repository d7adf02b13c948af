"""The margin schedule: what each kind of position must be backed with."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibnb.simulator.accounts.worth.margin import requirement

D = Decimal


@pytest.mark.parametrize(
    ("kind", "quantity", "value", "initial", "maintenance", "reg_t"),
    [
        ("share", 10, 1000, "275", "250", "500"),
        ("share", -10, -1000, "330", "300", "500"),
        ("future", 2, 50_000, "3125", "2500", "0"),
        ("future", -2, -50_000, "3125", "2500", "0"),
        ("call", 1, 700, "700", "700", "700"),
        ("bond", 1, 1000, "110", "100", "250"),
        ("crypto", 1, 50_000, "0", "0", "0"),
        ("pair", 10_000, 11_000, "0", "0", "0"),
        ("share", 0, 0, "0", "0", "0"),
    ],
)
def test_schedule(named, kind, quantity, value, initial, maintenance, reg_t):
    found = requirement(named[kind], D(quantity), D(value))

    assert (found.initial, found.maintenance, found.reg_t) == (D(initial), D(maintenance), D(reg_t))


@pytest.mark.parametrize(
    ("kind", "under", "covered"),
    [
        ("call", 120, 24),  # strike 120: at the money, 20 % of the underlying
        ("call", 110, 12),  # 10 out of the money: 22 - 10
        ("call", 90, 9),  # far out: never under 10 %
        ("put", 130, 16),
    ],
)
def test_short_option_is_covered_by_its_underlying(named, kind, under, covered):
    assert named[kind].strike == 120

    found = requirement(named[kind], D(-2), D(-1400), D(under))

    assert found.initial == found.maintenance == D(1400) + D(covered) * 200


def test_short_option_without_a_price_of_its_underlying_takes_the_strike(named):
    assert requirement(named["call"], D(-1), D(-700)).initial == D(700) + D(24) * 100
