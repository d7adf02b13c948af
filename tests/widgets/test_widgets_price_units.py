"""Prices as people read them: pence as pence, and as many digits as tell two of them apart."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from ibnb.live.board.arrangement import Arrangement
from ibnb.live.board.rows import Row
from ibnb.live.quotes.quote import Quote
from ibnb.plots.drawing.words import price_decimals
from ibnb.widgets.board.cells import row_html
from ibnb.widgets.explorer.view.words import price_text, unit_of


def row_of(step: float, magnifier: int | None, *prices: float, currency: str = "GBP") -> Row:
    """Return a row of a board with a bid, an ask and a last price, whose step TWS has told."""
    quote = Quote(limit=5, magnifier=magnifier or 1)
    quote.min_tick = step
    for tick, price in zip((1, 2, 4), prices, strict=True):
        quote.take(1, f"1\x006\x007\x00{tick}\x00{price!r}\x00100\x001\x00".encode())
    contract = SimpleNamespace(secType="STK", exchange="SMART", currency=currency, conId=7)
    line: Any = SimpleNamespace(quote=quote, magnifier=magnifier, reason="", state="live", refusal=None)
    return Row("X", contract, line)


def last_of(html: str) -> str:
    return html.partition('ibnb-c-last">')[2].partition("<")[0]


@pytest.mark.parametrize(
    ("step", "magnifier", "prices", "last"),
    [
        (0.0001, 100, (84.88, 84.91, 84.89), "84.89"),  # told in pounds, which is how details tell it
        (0.01, 100, (84.88, 84.91, 84.89), "84.89"),  # told in pence
        (0.02, 100, (13502.0, 13504.0, 13504.0), "13,504"),
        (0.0025, 100, (517.5, 517.75, 517.5), "517.50"),
        (0.01, 1, (0.3511, 0.3513, 0.3512), "0.3512"),  # below a dollar steps are smaller than the one told
        (0.01, 1, (0.00048, 0.00049, 0.00048), "0.00048"),
        (0.0001, 1, (0.5, 0.51, 0.5), "0.5000"),
        (float("nan"), 1, (0.00048, 0.00049, 0.00048), "0.00048"),
        (0.01, 1, (255.4, 255.5, 255.45), "255.45"),
    ],
)
def test_a_board_shows_as_many_digits_as_prices_have(
    step: float, magnifier: int, prices: tuple[float, float, float], last: str
) -> None:
    assert last_of(row_html(row_of(step, magnifier, *prices), Arrangement(), 0.0)) == last


@pytest.mark.parametrize(
    ("currency", "magnifier", "unit"),
    [("GBP", 100, "STK GBp"), ("GBP", 1, "STK GBP"), ("GBP", None, "STK GBP"), ("USD", 100, "STK US cents")],
)
def test_a_board_says_what_prices_are_in(currency: str, magnifier: int | None, unit: str) -> None:
    html = row_html(row_of(0.01, magnifier, 84.88, 84.91, 84.89, currency=currency), Arrangement(), 0.0)

    assert f">{unit}</span>" in html


@pytest.mark.parametrize(
    ("kind", "magnifier", "unit"),
    [("STK", 100, "GBp"), ("STK", 1, "GBP"), ("STK", pd.NA, "GBP"), ("BOND", 100, "GBP")],
)
def test_an_explorer_says_what_a_price_is_in(kind: str, magnifier: Any, unit: str) -> None:
    row = {"sec_type": kind, "currency": "GBP", "price_magnifier": magnifier, "market_price": 84.89}

    assert unit_of(row) == unit
    assert price_text(row) == f'84.89 <span class="ibnb-unit">{unit}</span>'


@pytest.mark.parametrize(("price", "text"), [(0.00048, "0.0004800"), (0.3512, "0.3512"), (-0.05, "\u22120.05000")])
def test_an_explorer_shows_prices_below_1(price: float, text: str) -> None:
    row = {"sec_type": "STK", "currency": "USD", "price_magnifier": 1, "market_price": price}

    assert price_text(row).startswith(f"{text} ")


def test_decimals_of_what_is_no_price_do_no_harm() -> None:
    assert [price_decimals(value) for value in (0.0, float("inf"), 1e-30, -1e12)] == [2, 2, 8, 2]
