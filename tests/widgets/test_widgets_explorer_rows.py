"""Which positions are shown, in which order and groups, and how they stand as a table."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.tables.account.portfolio import SCHEMA
from ibnb.widgets.explorer.columns import Labels, with_own_columns
from ibnb.widgets.explorer.rows import GROUPS, PAGE, SORTS, Choice, grouped, on_page, pages_of, picked, sums_of
from ibnb.widgets.explorer.view.table import table_html

KINDS, CURRENCIES = ("STK", "OPT", "FUT"), ("USD", "EUR")


@cache
def made(count: int) -> pd.DataFrame:
    return holdings(count)


def holdings(count: int, **changed: Any) -> pd.DataFrame:
    random = np.random.default_rng(5)
    value = random.normal(0, 50_000, count).round(2)
    columns: dict[str, Any] = {
        "account": ["DU1234567"] * count,
        "con_id": list(range(1, count + 1)),
        "symbol": [f"S{number % 97:02}" for number in range(count)],
        "local_symbol": [f"S{number} LOCAL" for number in range(count)],
        "sec_type": [KINDS[number % 3] for number in range(count)],
        "currency": [CURRENCIES[number % 2] for number in range(count)],
        "exchange": ["NASDAQ"] * count,
        "position": [1.0] * count,
        "market_price": value,
        "market_value_base": value,
        "weight_all": value / max(np.abs(value).sum(), 1),
        "daily_pnl_base": random.normal(0, 500, count).round(2),
        "unrealized_pnl_base": random.normal(0, 5_000, count).round(2),
        "realized_pnl_base": [0.0] * count,
    }
    return with_own_columns(SCHEMA.frame(columns | changed), Labels())


def html_of(frame: pd.DataFrame, choice: Choice, accounts: tuple[str, ...] = ("DU1234567",)) -> str:
    rows = picked(frame, choice)
    parts = table_html(*grouped(rows, choice), sums_of(rows), choice, "USD", list(accounts), ("", 0), len(frame))
    return "".join(parts)


choices = st.builds(
    Choice,
    text=st.sampled_from(["", "s1", "local", "s0 opt", "zzz"]),
    sec_type=st.sampled_from(["", *KINDS]),
    currency=st.sampled_from(["", *CURRENCIES]),
    group=st.sampled_from(list(GROUPS)),
    sort=st.sampled_from(list(SORTS)),
    descending=st.booleans(),
)


@given(choices, st.sampled_from([0, 1, 25, 26, 60]))
@settings(max_examples=20)
def test_every_position_that_fits_is_shown_once_in_its_order(choice: Choice, count: int) -> None:
    frame = made(count)

    rows = picked(frame, choice)
    in_groups, groups = grouped(rows, choice)

    fit = frame[
        np.array(
            [
                choice.sec_type in ("", row.sec_type)
                and choice.currency in ("", row.currency)
                and all(
                    word in f"{row.symbol} {row.local_symbol} {row.sec_type}".lower() for word in choice.text.split()
                )
                for row in frame.itertuples()
            ],
            dtype=bool,
        )
    ]
    assert sorted(rows["con_id"]) == sorted(fit["con_id"])
    column = rows[SORTS[choice.sort]]
    in_order = column.is_monotonic_decreasing if choice.descending else column.is_monotonic_increasing
    assert in_order
    shown = [
        row
        for page in range(pages_of(len(rows)))
        for _, part in on_page(in_groups, groups, page)
        for row in part["con_id"]
    ]
    assert sorted(shown) == sorted(rows["con_id"]) and len(set(shown)) == len(shown)
    assert all(
        sum(len(part) for _, part in on_page(in_groups, groups, page)) <= PAGE for page in range(pages_of(len(rows)))
    )
    total = sum(group.sums["market_value_base"].value or 0 for group in groups)
    assert total == pytest.approx(rows["market_value_base"].sum())


def test_what_is_not_known_comes_last_and_is_left_out_of_sums() -> None:
    frame = holdings(4, daily_pnl_base=[1.0, None, 3.0, 2.0])

    for descending in (True, False):
        assert pd.isna(picked(frame, Choice(sort="daily", descending=descending))["daily_pnl_base"].iloc[-1])
    told = sums_of(frame)["daily_pnl_base"]
    assert (told.value, told.known, told.count) == (6.0, 3, 4)
    assert "(3 of 4)" in html_of(frame, Choice())
    assert "n/a" in html_of(frame, Choice())


def test_groups_stand_by_their_subtotals_and_name_how_many() -> None:
    frame = holdings(6, market_value_base=[1.0, 100.0, 3.0, 2.0, 50.0, 4.0], currency=["USD"] * 6)

    rows, groups = grouped(picked(frame, Choice(group="sec_type")), Choice(group="sec_type"))

    assert rows["sec_type"].tolist() == ["OPT", "OPT", "FUT", "FUT", "STK", "STK"]
    assert [(group.name, group.count) for group in groups] == [("OPT", 2), ("FUT", 2), ("STK", 2)]
    html = html_of(frame, Choice(group="sec_type"))
    assert html.count('<tr class="ibnb-group">') == 3 and "Options" in html and "Asset class, 2" in html


def test_the_table_says_how_it_is_sorted_to_everybody() -> None:
    html = html_of(holdings(3), Choice(sort="daily", descending=False))

    assert html.count('aria-sort="ascending"') == 1 and html.count('aria-sort="none"') == len(SORTS) - 2
    assert re.search(r'aria-sort="ascending"><button type="button" class="ibnb-head" data-do="sort:daily"', html)
    assert "<caption>3 positions</caption>" in html and html.count('scope="row"') == 4
    assert "Account" not in html


def test_several_accounts_are_named_and_masked() -> None:
    frame = holdings(2, account=["DU1234567", "DU7654321"])

    html = html_of(frame, Choice(), ("DU1234567", "DU7654321"))

    assert "DU***567" in html and "DU***321" in html and "DU1234567" not in html
    assert 'data-do="open:1.0"' in html and 'data-do="open:2.1"' in html


def test_nothing_held_and_nothing_left_are_told_apart() -> None:
    assert "Nothing is held." in html_of(holdings(0), Choice())
    assert "No position fits the filter." in html_of(holdings(3), Choice(text="zzz"))


def test_text_of_a_server_is_escaped() -> None:
    bad = '<img src=x onerror=alert(1)>"\x1b[31m'
    frame = holdings(1, symbol=[bad], currency=[bad], sec_type=[bad], expiry=["20261218"], exchange=[bad])

    for group in GROUPS:
        html = html_of(frame, Choice(group=group))
        assert "<img" not in html and "\x1b" not in html and "&lt;img" in html
