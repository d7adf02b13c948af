"""The explorer's answer to a filter, with 500 positions and with 5,000: one page of groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from benchmarks.rows import best_in_turns, tell

from ibnb.tables.account.portfolio import SCHEMA
from ibnb.widgets.explorer.columns import Labels, with_own_columns
from ibnb.widgets.explorer.rows import Choice, grouped, picked, sums_of
from ibnb.widgets.explorer.view.table import table_html

#: Seconds that an answer may take with so many positions: a tenth of a second is what people notice.
WANTED = {500: 0.05, 5_000: 0.05}


def held(count: int) -> pd.DataFrame:
    random = np.random.default_rng(5)
    money = ("market_value_base", "daily_pnl_base", "unrealized_pnl_base", "realized_pnl_base", "weight_all")
    columns = {name: random.normal(0, 50_000, count) for name in (*money, "market_price", "position")}
    texts = {
        "account": ["DU1234567"] * count,
        "symbol": [f"S{number % 97:02}" for number in range(count)],
        "sec_type": [("STK", "OPT", "FUT")[number % 3] for number in range(count)],
        "currency": [("USD", "EUR")[number % 2] for number in range(count)],
    }
    return with_own_columns(SCHEMA.frame({**texts, "con_id": list(range(1, count + 1)), **columns}), Labels())


def answer(held: pd.DataFrame, choice: Choice) -> str:
    rows = picked(held, choice)
    return table_html(*grouped(rows, choice), sums_of(rows), choice, "USD", ["DU1234567"], ("", 0), len(held)).table


@pytest.mark.benchmark_peer
@pytest.mark.parametrize("count", WANTED)
@pytest.mark.parametrize("group", ["", "sec_type", "symbol"])
def test_a_filter_answers_before_anybody_notices(benchmark: Any, count: int, group: str) -> None:
    positions, choice = held(count), Choice(text="s", group=group, sort="daily")

    html = answer(positions, choice)
    [ours] = best_in_turns(lambda: answer(positions, choice), rounds=9)

    what = f"{count:,} positions filtered, sorted, by {group or 'nothing'}"
    tell(benchmark, what, ours, WANTED[count], 1.0, beside="the seconds wanted")
    assert html.count("ibnb-open") == 25
