"""The explorer's answer to a filter, with 500 positions: one page of groups, beside pandas' own table of them all."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ibnb.tables.account.portfolio import SCHEMA
from ibnb.widgets.explorer.columns import Labels, with_own_columns
from ibnb.widgets.explorer.rows import Choice, grouped, picked, sums_of
from ibnb.widgets.explorer.view.table import table_html

COUNT = 500


@pytest.fixture
def held() -> pd.DataFrame:
    random = np.random.default_rng(5)
    money = ("market_value_base", "daily_pnl_base", "unrealized_pnl_base", "realized_pnl_base", "weight_all")
    columns = {name: random.normal(0, 50_000, COUNT) for name in (*money, "market_price", "position")}
    texts = {
        "account": ["DU1234567"] * COUNT,
        "symbol": [f"S{number % 97:02}" for number in range(COUNT)],
        "sec_type": [("STK", "OPT", "FUT")[number % 3] for number in range(COUNT)],
        "currency": [("USD", "EUR")[number % 2] for number in range(COUNT)],
    }
    return with_own_columns(SCHEMA.frame({**texts, "con_id": list(range(1, COUNT + 1)), **columns}), Labels())


def answer(held: pd.DataFrame, choice: Choice) -> str:
    rows = picked(held, choice)
    return table_html(*grouped(rows, choice), sums_of(rows), choice, "USD", ["DU1234567"], ("", 0), len(held)).table


@pytest.mark.benchmark_peer
@pytest.mark.parametrize("group", ["", "sec_type", "symbol"])
def test_a_filter_answers_before_anybody_notices(
    benchmark: Callable[..., str], held: pd.DataFrame, group: str, capsys: pytest.CaptureFixture[str]
) -> None:
    choice = Choice(text="s", group=group, sort="daily")

    html = benchmark(answer, held, choice)

    ours = min(_seconds(lambda: answer(held, choice)) for _ in range(9))
    peer = min(_seconds(lambda: held.sort_values("daily_pnl_base").to_html()) for _ in range(3))
    with capsys.disabled():
        told = f"ours {ours * 1000:.0f} ms, DataFrame.to_html {peer / ours:.0f} times that"
        print(f"\n{COUNT} positions by {group or 'nothing'}: {told}")
    assert html.count("ibnb-open") == 25
    assert ours < 0.1, "a tenth of a second is what people notice"


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
