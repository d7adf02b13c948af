"""Conditions of an order: how they are joined, and what each kind compares."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulator.matching.matching_floor import QUOTE

from ibnb.simulator.market import Quote
from ibnb.simulator.matching.conditions import are_met

ZONE = "US/Eastern"


class Sight:
    """A fixed view."""

    def now(self) -> float:
        return 1_000_000_000.0

    def quote_of(self, con_id: int) -> Quote:
        return replace(QUOTE, last=102.0, close=100.0, volume=500.0, bid=101.0, ask=103.0)

    def cushion(self) -> Decimal:
        return Decimal(80)

    def has_executed(self, symbol: str, sec_type: str, exchange: str) -> bool:
        return symbol == "AAPL"


def one(kind: int, conjunction: str = "a", is_more: bool = True, **values: Any) -> dict[str, Any]:
    return {"type": kind, "conjunction": conjunction, "is_more": is_more, "con_id": 1, **values}


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        (one(1, value=Decimal(102)), True),
        (one(1, value=Decimal(103)), False),
        (one(1, value=Decimal(103), trigger_method=4), True),
        (one(1, value=Decimal(101), trigger_method=4, is_more=False), True),
        (one(3, time="20010909-01:46:40"), True),
        (one(3, time="20010909-01:46:41"), False),
        (one(3, time="20010909-01:46:41", is_more=False), True),
        (one(4, value=Decimal(80)), True),
        (one(4, value=Decimal(79), is_more=False), False),
        (one(5, symbol="AAPL", sec_type="STK", exchange="SMART"), True),
        (one(5, symbol="MSFT", sec_type="STK", exchange="SMART"), False),
        (one(6, value=Decimal(501)), False),
        (one(7, value=Decimal(2)), True),
        (one(7, value=Decimal("1.99"), is_more=False), False),
    ],
)
def test_each_kind(condition: dict[str, Any], met: bool) -> None:
    assert are_met([condition], Sight(), ZONE) is met


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("ao")), min_size=1, max_size=6))
def test_and_binds_tighter_than_or(parts: list[tuple[bool, str]]) -> None:
    conditions = [one(6, joined, value=Decimal(0 if met else 1000)) for met, joined in parts]
    words = [f"{met} {'and' if joined == 'a' else 'or'}" for met, joined in parts[:-1]]

    expected = eval(" ".join([*words, str(parts[-1][0])]))

    assert are_met(conditions, Sight(), ZONE) is expected
