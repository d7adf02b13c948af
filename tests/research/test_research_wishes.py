"""Which expiries, strikes and rights a person means: what can be written, what is chosen, what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.errors import BadInput
from ibnb.research.options.wishes import Expiries, Strikes, rights_of

LISTED = ["20261127", "20261204", "20261218", "20261224", "20270115"]
STRIKES = [90.0, 95.0, 97.5, 100.0, 102.5, 105.0, 110.0]


@pytest.mark.parametrize(
    ("wish", "chosen"),
    [
        (2, LISTED[:2]),
        (np.int64(1), LISTED[:1]),
        (99, LISTED),
        (None, LISTED),
        ("2026-12-18", ["20261218"]),
        ("20261218", ["20261218"]),
        ("2026-12", LISTED[1:4]),
        (date(2026, 12, 18), ["20261218"]),
        (datetime(2026, 12, 18, 9, tzinfo=UTC), ["20261218"]),
        (pd.Timestamp("2026-12-18", tz="US/Eastern"), ["20261218"]),
        (["202611", date(2027, 1, 15)], ["20261127", "20270115"]),
        (pd.Series(["20270115", "20261127"]), ["20261127", "20270115"]),
        (pd.to_datetime(pd.Series(["2026-12-18"])), ["20261218"]),
        (np.array(["2026-12-18"], dtype="datetime64[us]"), ["20261218"]),
    ],
)
def test_expiries_as_people_write_them(wish: Any, chosen: list[str]) -> None:
    assert Expiries.of(wish).choose(LISTED) == chosen


@pytest.mark.parametrize(
    "wish", [0, -1, True, 2.5, "soon", "2026-13-01", "2026-02-30", [], ["20261218", 3.5], 20261218, pd.NaT]
)
def test_expiries_that_cannot_be_are_refused(wish: Any) -> None:
    with pytest.raises(BadInput, match="expiries="):
        Expiries.of(wish)


def test_an_expiry_that_is_not_listed_is_answered_with_those_near_it() -> None:
    with pytest.raises(BadInput, match="20261218, 20261224"):
        Expiries.of("2026-12-19").choose(LISTED)


@pytest.mark.parametrize(
    ("wish", "chosen"),
    [
        (3, [97.5, 100.0, 102.5]),
        (np.int32(1), [100.0]),
        (99, STRIKES),
        (None, STRIKES),
        (0.05, [97.5, 100.0, 102.5, 105.0]),
        ((95, 100), [95.0, 97.5, 100.0]),
        ((95, 102, 105), [95.0, 105.0]),
        ([95, 100], [95.0, 100.0]),
        (np.array([110.0, 90.0]), [90.0, 110.0]),
        (range(95, 106, 5), [95.0, 100.0, 105.0]),
    ],
)
def test_strikes_as_people_write_them(wish: Any, chosen: list[float]) -> None:
    assert Strikes.of(wish).choose(STRIKES, price=100.6) == chosen


@pytest.mark.parametrize(
    "wish", [0, -3, True, 1.5, 5000.0, "100", (105, 95), (100, 100), [], [0], [-5], ["x"], {}, 10**9]
)
def test_strikes_that_cannot_be_are_refused(wish: Any) -> None:
    with pytest.raises(BadInput, match="strikes="):
        Strikes.of(wish)


@given(st.lists(st.floats(1, 1e4), min_size=1, max_size=40, unique=True), st.integers(1, 50), st.floats(1, 1e4))
def test_no_strike_left_out_is_nearer_than_one_that_is_chosen(listed: list[float], count: int, price: float) -> None:
    chosen = Strikes.of(count).choose(listed, price)

    assert len(chosen) == min(count, len(listed))
    assert chosen == sorted(chosen)
    left = set(listed) - set(chosen)
    if left:
        assert max(abs(each - price) for each in chosen) <= min(abs(each - price) for each in left)


def test_only_wishes_around_the_price_need_it() -> None:
    assert [Strikes.of(wish).needs_price for wish in (5, 0.1, (1, 2), [1], None)] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("wish", "rights"),
    [("C", "C"), ("puts", "P"), ("CP", "CP"), ("both", "CP"), (["P", "call"], "CP"), (("C",), "C")],
)
def test_rights(wish: Any, rights: str) -> None:
    assert rights_of(wish) == rights


@pytest.mark.parametrize("wish", ["X", "", [], None, 1, ["C", "X"]])
def test_rights_that_cannot_be_are_refused(wish: Any) -> None:
    with pytest.raises(BadInput, match="rights="):
        rights_of(wish)
