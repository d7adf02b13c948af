"""`plot_allocation`: longs, shorts and currencies, none of them mixed up, and every number on the figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from plots.shapes import widths_on

from ibnb.errors import BadInput
from ibnb.plots import plot_allocation
from ibnb.plots.portfolio.exposure import exposure

Portfolio = Callable[..., pd.DataFrame]
AAPL = ("AAPL", "STK", "USD", "AAPL", 300.0, 69_330.0, 12_044.5)
CALL = ("AAPL", "OPT", "USD", "AAPL  260116C00250000", -5.0, -4_210.0, -820.0)
TSLA = ("TSLA", "STK", "USD", "TSLA", -60.0, -24_180.0, 2_210.4)
SAP = ("SAP", "STK", "EUR", "SAP", 100.0, 24_100.0, -340.0)
TOYOTA = ("7203", "STK", "JPY", "7203.T", 500.0, 1_512_000.0, np.nan)


def words_of(figure: Figure) -> list[str]:
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(matplotlib.text.Text) if text.get_text()]


def names_of(figure: Figure) -> list[str]:
    return [label.get_text() for axes in figure.axes for label in axes.get_yticklabels()]


def test_longs_go_right_shorts_left_largest_first(portfolio: Portfolio) -> None:
    figure = plot_allocation(portfolio(TSLA, AAPL))
    (axes,) = figure.axes
    assert names_of(figure) == ["AAPL  stock", "TSLA  stock"]
    assert widths_on(axes) == [69_330.0, 0.0, 0.0, -24_180.0]
    assert axes.yaxis_inverted()


def test_a_row_with_both_sides_shows_both_and_its_net(portfolio: Portfolio) -> None:
    figure = plot_allocation(portfolio(AAPL, CALL))
    (axes,) = figure.axes
    assert names_of(figure) == ["AAPL  stock, option"]
    assert widths_on(axes) == [69_330.0, -4_210.0]
    assert axes.lines[0].get_xdata().tolist() == [65_120.0]
    words = words_of(figure)
    assert {"65,120", "+11,224", "long", "short", "net"} <= set(words)


def test_value_share_and_profit_stand_beside_each_bar(portfolio: Portfolio) -> None:
    words = words_of(
        plot_allocation(portfolio(AAPL, TSLA, TOYOTA, exchange_rates={"USD": 1.0, "JPY": 0.01}, base_currency="USD"))
    )
    assert {"69,330", "63.8 %", "+12,044"} <= set(words)
    assert {"−24,180", "−22.3 %", "+2,210"} <= set(words)
    assert {"15,120", "13.9 %", "unknown"} <= set(words)


def test_currencies_without_rates_are_never_added(portfolio: Portfolio) -> None:
    figure = plot_allocation(portfolio(AAPL, SAP, TOYOTA))
    assert {axes.get_xlabel(): widths_on(axes)[0] for axes in figure.axes} == {
        "market value (USD)": 69_330.0,
        "market value (EUR)": 24_100.0,
        "market value (JPY)": 1_512_000.0,
    }
    assert any("no exchange rates known" in word for word in words_of(figure))


@pytest.mark.parametrize(
    "rates",
    [{"EUR": 1.25, "USD": 1.0}, {"DU1234567": {"EUR": 1.25, "USD": 1.0}}, {"EUR": 1.25}],
    ids=["flat", "by account", "base left out"],
)
def test_known_rates_make_one_panel_and_say_so(rates: dict[str, object], portfolio: Portfolio) -> None:
    figure = plot_allocation(portfolio(AAPL, SAP, exchange_rates=rates, base_currency="USD"))
    (axes,) = figure.axes
    assert widths_on(axes)[:2] == [69_330.0, 30_125.0]
    words = words_of(figure)
    assert "−425" in words
    assert "EUR converted to USD at the account's exchange rates" in words


@pytest.mark.parametrize(
    "rates", [{"USD": 1.0}, {"EUR": 0.0, "USD": 1.0}, {"EUR": "?"}, "1.25", {"DU1234567": {"USD": 1.0}}]
)
def test_a_missing_rate_keeps_currencies_apart(rates: object, portfolio: Portfolio) -> None:
    assert len(plot_allocation(portfolio(AAPL, SAP, exchange_rates=rates, base_currency="USD")).axes) == 2


def test_values_in_base_currency_are_used_where_all_are_known(portfolio: Portfolio) -> None:
    frame = portfolio(AAPL, SAP, base_currency="CHF")
    frame["market_value_base"] = [60_000.0, 23_000.0]
    (axes,) = plot_allocation(frame).axes
    assert widths_on(axes)[:2] == pytest.approx([60_000.0, 23_000.0])
    assert axes.get_xlabel() == "market value (CHF)"
    frame.loc[1, "market_value_base"] = np.nan
    assert len(plot_allocation(frame).axes) == 2


def test_many_positions_are_added_up_in_one_row(portfolio: Portfolio) -> None:
    rows = [(f"S{place:02d}", "STK", "USD", f"S{place:02d}", 1.0, 100.0 + place, 1.0) for place in range(40)]
    figure = plot_allocation(portfolio(*rows), top=10)
    assert names_of(figure)[-1] == "others (30)"
    assert len(names_of(figure)) == 11
    assert f"{sum(100 + place for place in range(30)):,}" in words_of(figure)
    assert "largest S39" in figure.alt_text
    assert len(names_of(plot_allocation(portfolio(*rows[:11]), top=10))) == 11


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("contract", ["AAPL  stock", "TSLA  stock", "AAPL  260116C00250000  option"]),
        ("sec_type", ["stock  2 positions", "option  1 position"]),
        ("currency", ["USD  3 positions"]),
    ],
)
def test_groupings(by: Any, names: list[str], portfolio: Portfolio) -> None:
    figure = plot_allocation(portfolio(AAPL, CALL, TSLA), by=by)
    assert sorted(names_of(figure)) == sorted(names)


def test_closed_and_unvalued_positions_are_left_out_and_named(portfolio: Portfolio) -> None:
    closed = ("IBM", "STK", "USD", "IBM", 0.0, 0.0, 0.0)
    unvalued = ("BRK B", "STK", "USD", "BRK B", 5.0, np.nan, np.nan)
    figure = plot_allocation(portfolio(AAPL, closed, unvalued))
    assert names_of(figure) == ["AAPL  stock"]
    assert "1 position without a market value left out: BRK B" in words_of(figure)


def test_nothing_held_says_so_without_the_account_number(portfolio: Portfolio) -> None:
    words = words_of(plot_allocation(portfolio(("IBM", "STK", "USD", "IBM", 0.0, 0.0, 0.0))))
    assert "Nothing held" in words
    assert "No open positions in DU***567." in words
    assert plot_allocation(portfolio()).alt_text.startswith("Nothing held")


def test_account_numbers_are_masked(portfolio: Portfolio) -> None:
    figure = plot_allocation(portfolio(AAPL))
    told = " ".join([*words_of(figure), figure.alt_text])
    assert "DU***567" in told
    assert "DU1234567" not in told


def test_alt_text_says_what_is_largest_and_how_it_stands(portfolio: Portfolio) -> None:
    alt = plot_allocation(portfolio(AAPL, TSLA)).alt_text
    assert alt == (
        "Allocation of 2 positions by symbol: gross value 93,510 USD, largest AAPL with 74.1 %, 1 short, "
        "unrealized P&L +14,255."
    )


def test_no_words_touch_each_other(portfolio: Portfolio) -> None:
    long_name = ("ES", "FOP", "USD", "A VERY LONG NAME OF A FUTURE OPTION C05000000", 1.0, 123_456_789.0, -98_765_432.0)
    figure = plot_allocation(portfolio(AAPL, CALL, TSLA, SAP, TOYOTA, long_name), by="contract")
    figure.draw_without_rendering()
    texts = [text for text in figure.findobj(matplotlib.text.Text) if text.get_text().strip() and text.get_visible()]
    boxes = [(text.get_text(), text.get_window_extent().padded(-1)) for text in texts]
    touching = [
        (a, b) for place, (a, one) in enumerate(boxes) for b, other in boxes[place + 1 :] if one.overlaps(other)
    ]
    assert not touching
    assert all(box.x0 > -1 and box.x1 < figure.bbox.width + 1 for _, box in boxes)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda frame: {"AAPL": 1}, "DataFrame of tws.portfolio"),
        (lambda frame: frame.drop(columns="market_value"), "positions\\(\\) has none"),
        (lambda frame: frame.drop(columns="symbol"), "columns symbol are missing"),
        (lambda frame: frame.assign(market_value="much"), "must hold numbers"),
    ],
    ids=["no frame", "positions", "no symbol", "text"],
)
def test_what_is_no_portfolio_is_refused(change: Callable[..., Any], told: str, portfolio: Portfolio) -> None:
    with pytest.raises(BadInput, match=told):
        plot_allocation(change(portfolio(AAPL)))


@pytest.mark.parametrize("arguments", [{"by": "colour"}, {"top": 0}, {"top": True}, {"top": 1.5}, {"style": "neon"}])
def test_impossible_arguments_are_refused_by_name(arguments: dict[str, Any], portfolio: Portfolio) -> None:
    with pytest.raises(BadInput, match=next(iter(arguments))):
        plot_allocation(portfolio(AAPL), **arguments)


VALUE = st.floats(-1e7, 1e7).map(lambda value: round(value, 2))


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from("ABCDEFGH"), st.sampled_from(["STK", "OPT"]), VALUE, VALUE), min_size=1, max_size=30
    ),
    top=st.integers(1, 9),
    by=st.sampled_from(["symbol", "contract", "sec_type", "currency"]),
)
def test_nothing_is_lost_in_adding_up(rows: list[tuple[str, str, float, float]], top: int, by: str) -> None:
    frame = pd.DataFrame(rows, columns=["symbol", "sec_type", "market_value", "unrealized_pnl"])
    frame = frame.assign(currency="USD", local_symbol=frame["symbol"] + frame["sec_type"], position=1.0)
    (panel,) = exposure(frame, by, top).panels
    assert sum(row.net for row in panel.rows) == pytest.approx(frame["market_value"].sum(), abs=0.01)
    assert panel.gross == pytest.approx(frame["market_value"].abs().sum(), abs=0.01)
    assert sum(row.unrealized_pnl or 0 for row in panel.rows) == pytest.approx(frame["unrealized_pnl"].sum(), abs=0.01)
    assert len(panel.rows) <= top + 1
    named = [row.net for row in panel.rows if not row.others]
    assert named == sorted(named, reverse=True)
