"""`plot_risk`: bars of a frame of risk with their sums, lines of a grid of profits, words where there is neither."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from ibnb.errors import BadInput
from ibnb.plots import plot_risk

COLUMNS = ["symbol", "underlying", "sec_type", "currency", "position", "delta_base", "vega_base", "exchange_rate"]
AAPL = ("AAPL", "AAPL", "STK", "USD", 300.0, 69_330.0, 0.0, 1.0)
CALL = ("AAPL", "AAPL", "OPT", "USD", -5.0, -24_210.0, -120.0, 1.0)
FOP = ("GC", "GCZ6", "FOP", "USD", 1.0, 12_000.0, 80.0, 1.0)
SAP = ("SAP", "SAP", "STK", "EUR", 100.0, 24_100.0, 0.0, 1.25)
BOND = ("US-T", "US-T", "BOND", "USD", 10.0, np.nan, np.nan, 1.0)


def held(*rows: tuple[object, ...], **attrs: Any) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=COLUMNS).assign(account="DU1234567", base_currency="USD")
    frame["local_symbol"], frame["market_value"] = frame["symbol"], 1.0
    frame.attrs.update({"base_currency": "USD", **attrs})
    return frame


def grid(prices: list[float], volatilities: list[float], **attrs: Any) -> pd.DataFrame:
    values = np.add.outer(np.array(prices) * 1e5, np.array(volatilities) * 1e4)
    index, columns = pd.Index(prices, name="price"), pd.Index(volatilities, name="volatility")
    frame = pd.DataFrame(values, index, columns)
    frame.attrs.update({"base_currency": "USD", "accounts": ["DU1234567"], "positions": 12, **attrs})
    return frame


def names_of(figure: Figure) -> list[str]:
    return [label.get_text() for axes in figure.axes for label in axes.get_yticklabels()]


def told_by(figure: Any) -> str:
    return str(figure.alt_text)


def words_of(figure: Figure) -> str:
    figure.draw_without_rendering()
    return "\n".join(text.get_text() for text in figure.findobj(matplotlib.text.Text) if text.get_text())


def test_positions_are_added_up_by_what_they_move_with() -> None:
    figure = plot_risk(held(AAPL, CALL, FOP, SAP))

    assert names_of(figure) == ["AAPL  stock, option", "SAP  stock", "GCZ6  future option"]
    words = words_of(figure)
    assert "+45,120" in words and "money that moves with the underlying (USD)" in words
    assert "in all: delta 81,220, vega −40 USD" in words
    assert "DU***567" in words and "Delta" in words


def test_what_does_not_move_has_no_bar() -> None:
    figure = plot_risk(held(AAPL, CALL, SAP), what="vega", by="sec_type", title="My vega")

    assert names_of(figure) == ["option  1 position"]
    assert "My vega" in words_of(figure) and "1 position" in words_of(figure)


def test_what_is_not_known_is_named() -> None:
    assert "1 position without known Delta left out: US-T" in words_of(plot_risk(held(AAPL, BOND)))


def test_nothing_to_draw_is_said() -> None:
    assert "No vega" in told_by(plot_risk(held(AAPL), what="vega"))
    assert "No delta" in told_by(plot_risk(held()))


def test_a_grid_is_a_line_a_volatility_in_the_order_of_prices() -> None:
    figure = plot_risk(grid([0.1, -0.1, 0.0], [-0.05, 0.0, 0.025], days=7.0))

    (axes,) = figure.axes
    lines = [line for line in axes.get_lines() if np.size(line.get_xdata()) == 3]
    assert [line.get_xdata().tolist() for line in lines] == [[-10.0, 0.0, 10.0]] * 3
    assert lines[1].get_ydata().tolist() == [-1e4, 0.0, 1e4]
    words = words_of(figure)
    for volatility in ("−5 points", "as it is", "+2.5 points"):
        assert f"volatility {volatility}" in words
    assert "profit (USD)" in words and "after 7 days" in words
    assert "12 positions" in words and "DU***567" in words
    assert told_by(figure) == (
        "Profit at other prices: −10,000 USD at −10.0 %, +10,000 USD at +10.0 %, volatility as it is; 3 lines."
    )


def test_a_grid_of_nothing_says_so_and_one_of_too_many_lines_how_to_draw_it() -> None:
    assert "No profit to show" in told_by(plot_risk(grid([0.1], [0.0], positions=0)))
    with pytest.raises(BadInput, match="at most 8 lines"):
        plot_risk(grid([0.1], [place / 100 for place in range(9)]))


@pytest.mark.parametrize("frame", [pd.DataFrame({"symbol": ["AAPL"]}), None, [1, 2]])
def test_other_frames_are_refused(frame: Any) -> None:
    with pytest.raises(BadInput, match=r"tws\.risk\(\) or tws\.what_if\(\)"):
        plot_risk(frame)


def test_arguments_are_checked() -> None:
    for wrong in ({"what": "rho"}, {"by": "sector"}, {"top": 0}, {"style": "red"}):
        with pytest.raises(BadInput):
            plot_risk(held(AAPL), **wrong)
