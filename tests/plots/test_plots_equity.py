"""`plot_equity`: a line an account with its worth, the drawdown below, deposits marked, account numbers masked."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import ibnb
from ibnb.tables.journal.equity import SCHEMA


def curve(*worths, account="DU1234567", currency="USD", deposits=None, drawdown=0.0):
    days = pd.bdate_range("2026-03-02", periods=len(worths))
    return [
        {
            "account": account, "date": day, "net_liquidation": worth, "base_currency": currency,
            "drawdown": drawdown, "deposits": (deposits or {}).get(place),
        }
        for place, (day, worth) in enumerate(zip(days, worths, strict=True))
    ]  # fmt: skip


def drawn(table, **wishes) -> Any:
    return ibnb.plot_equity(table, **wishes)


def texts(figure):
    return [text.get_text() for text in [*figure.texts, *(each for axes in figure.axes for each in axes.texts)]]


@pytest.mark.parametrize("style", ["auto", "light", "dark"])
def test_worth_and_drawdown_are_drawn_and_said(style):
    table = SCHEMA.frame(curve(100.0, 110.0, 121.0, drawdown=-0.05))

    figure = drawn(table, style=style)

    above, below = figure.axes
    assert above.lines[0].get_ydata().tolist() == [100.0, 110.0, 121.0]
    assert (-0.05 * 100, below.get_ylim()[1]) == (-5.0, 0.0)
    assert figure.alt_text == (
        "Equity, 2 Mar 2026 to 4 Mar 2026: DU***567 from 100 to 121 USD, at most −5.0 % below its highest."
    )
    assert "121 USD" in texts(figure) and not any("DU1234567" in text for text in texts(figure))


def test_accounts_have_each_a_line_with_its_name_and_currency():
    table = SCHEMA.frame([*curve(100.0, 110.0), *curve(50.0, 60.0, 70.0, account="U7654321", currency="EUR")])

    figure = drawn(table)

    lines = [line for line in figure.axes[0].lines if len(line.get_xdata()) > 1]
    assert [line.get_xdata().tolist() for line in lines] == [[0, 1], [0, 1, 2]]
    assert {"DU***567  110 USD", "U***321  70 EUR"} <= set(texts(figure))


def test_deposits_and_withdrawals_are_marked_and_are_no_gain():
    table = SCHEMA.frame(curve(100.0, 600.0, 590.0, deposits={1: 500.0, 2: -10.0}))

    figure = drawn(table)

    marks = [line.get_marker() for line in figure.axes[0].lines if line.get_marker() in ("^", "v")]
    assert marks == ["^", "v"]
    assert any("0 USD" in text and "paid in" in text for text in texts(figure))


def test_days_of_which_no_worth_is_known_are_left_out():
    table = SCHEMA.frame(curve(100.0, None, 120.0))

    assert drawn(table).axes[0].lines[0].get_xdata().tolist() == [0, 1]


@pytest.mark.parametrize("rows", [[], curve(None)])
def test_where_nothing_is_kept_it_says_so(rows):
    figure = drawn(SCHEMA.frame(rows))

    assert figure.alt_text.startswith("Equity: nothing kept yet.")


def test_one_day_is_a_dot():
    assert drawn(SCHEMA.frame(curve(100.0))).axes[0].lines[0].get_marker() == "o"


def test_accounts_are_whole_where_a_person_wants_them_so():
    ibnb.options.mask = False
    try:
        figure = drawn(SCHEMA.frame(curve(100.0, 110.0)), title="$ of mine")
    finally:
        ibnb.options.mask = True

    assert figure.alt_text.startswith("$ of mine, 2 Mar 2026") and "DU1234567" in figure.alt_text


@pytest.mark.parametrize("wrong", [pd.DataFrame(), [1], None])
def test_another_frame_is_refused(wrong):
    with pytest.raises(ibnb.BadInput, match=r"journal\.equity\(\)"):
        ibnb.plot_equity(wrong)
