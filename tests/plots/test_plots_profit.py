"""`plot_pnl`: gains and losses, in one currency where that is possible, with every amount on the figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from plots.shapes import widths_on

from ibnb.errors import BadInput
from ibnb.plots import plot_pnl
from ibnb.plots.drawing.theme import Style

COLUMNS = ["symbol", "sec_type", "currency", "local_symbol", "position", "market_value", "daily_pnl", "unrealized_pnl"]
AAPL = ("AAPL", "STK", "USD", "AAPL", 300.0, 69_330.0, 500.0, 12_044.5)
CALL = ("AAPL", "OPT", "USD", "AAPL  260116C00250000", -5.0, -4_210.0, -120.0, -820.0)
TSLA = ("TSLA", "STK", "USD", "TSLA", -60.0, -24_180.0, -310.4, 2_210.4)
SAP = ("SAP", "STK", "EUR", "SAP", 100.0, 24_100.0, -40.0, -340.0)
BOND = ("US-T", "BOND", "USD", "US-T", 10.0, 9_900.0, np.nan, 12.0)

Make = Callable[..., pd.DataFrame]


@pytest.fixture
def held() -> Make:
    def make(*rows: tuple[object, ...], base: bool = True) -> pd.DataFrame:
        frame = pd.DataFrame(list(rows), columns=COLUMNS)
        frame.insert(0, "account", "DU1234567")
        if base:
            frame["base_currency"] = "USD"
            rate = frame["currency"].map({"USD": 1.0, "EUR": 1.25})
            for name in ("market_value", "daily_pnl", "unrealized_pnl"):
                frame[f"{name}_base"] = frame[name] * rate
            frame.attrs["base_currency"] = "USD"
        return frame

    return make


def names_of(figure: Figure) -> list[str]:
    return [label.get_text() for axes in figure.axes for label in axes.get_yticklabels()]


def words_of(figure: Figure) -> set[str]:
    figure.draw_without_rendering()
    return {text.get_text() for text in figure.findobj(matplotlib.text.Text) if text.get_text()}


def test_gains_go_right_losses_left_the_largest_gain_first(held: Make) -> None:
    figure = plot_pnl(held(TSLA, AAPL, SAP))

    (axes,) = figure.axes
    assert names_of(figure) == ["AAPL  stock", "SAP  stock", "TSLA  stock"]
    assert widths_on(axes) == pytest.approx([500, 0, 0, 0, -50, -310.4])
    assert {"+500", "−50", "−310", "gain", "loss", "P&L (USD)", "P&L of the day"} <= words_of(figure)
    assert "DU***567" in " ".join(words_of(figure))


def test_what_gains_and_loses_shows_both_and_what_is_left(held: Make) -> None:
    (axes,) = plot_pnl(held(AAPL, CALL)).axes

    assert widths_on(axes) == [500, -120]
    assert axes.lines[0].get_xdata().tolist() == [380]


def test_other_profits_and_groups(held: Make) -> None:
    figure = plot_pnl(held(AAPL, CALL, TSLA), what="unrealized", by="sec_type")

    assert names_of(figure) == ["stock  2 positions", "option  1 position"]
    assert {"+14,255", "−820", "Unrealized P&L"} <= words_of(figure)


def test_without_rates_each_currency_stands_alone(held: Make) -> None:
    figure = plot_pnl(held(AAPL, SAP, base=False))

    assert {axes.get_label() for axes in figure.axes} == {"USD", "EUR"}


def test_what_tws_does_not_tell_is_left_out_and_named(held: Make) -> None:
    figure = plot_pnl(held(AAPL, BOND))

    assert names_of(figure) == ["AAPL  stock"]
    assert "US-T" in figure.alt_text and "left out" in figure.alt_text


@pytest.mark.parametrize("rows", [(), (BOND,)])
def test_nothing_gained_or_lost_is_said(held: Make, rows: tuple[tuple[object, ...], ...]) -> None:
    figure = plot_pnl(held(*rows))

    assert figure.alt_text.startswith("Nothing gained or lost")
    assert not figure.axes


def test_the_alt_text_tells_sum_best_and_worst(held: Make) -> None:
    said = plot_pnl(held(AAPL, TSLA)).alt_text

    assert said.startswith("P&L of the day of 2 positions by symbol: +190 USD in all")
    assert "most gained by AAPL (+500)" in said and "most lost by TSLA (−310)" in said


def test_others_are_added_up(held: Make) -> None:
    rows = [(f"S{n:02}", "STK", "USD", "", 1.0, 10.0, float(n), 0.0) for n in range(1, 21)]

    names = names_of(plot_pnl(held(*rows), top=3))

    assert names == ["S20  stock", "S19  stock", "S18  stock", "others (17)"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"what": "weekly"}, "daily, unrealized"),
        ({"top": 0}, "from 1"),
        ({"by": "broker"}, "symbol"),
        ({"style": "x"}, "auto"),
    ],
)
def test_what_cannot_be_is_refused(held: Make, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        plot_pnl(held(AAPL), **arguments)


def test_a_frame_without_profit_is_refused_with_a_hint(held: Make) -> None:
    with pytest.raises(BadInput, match="daily_pnl is missing"):
        plot_pnl(held(AAPL).drop(columns="daily_pnl"))
    with pytest.raises(BadInput, match="DataFrame"):
        plot_pnl([1])  # type: ignore[arg-type]


@pytest.mark.parametrize("style", ["light", "dark", "auto"])
def test_it_follows_the_theme(held: Make, style: Style) -> None:
    figure = plot_pnl(held(AAPL, TSLA), style=style)

    assert figure.palette.name == ("dark" if style == "dark" else "light")
    assert figure.follows_theme == (style == "auto")
