"""The picture of an option chain: which options make a smile, the term structure beside it, and what it says."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ibnb
from ibnb.errors import BadInput
from ibnb.plots.drawing.theme import Style
from ibnb.plots.options.smile import plot_smile
from ibnb.plots.options.surface import MOST, surface_of
from ibnb.tables.research import option_chain

Make = Callable[..., pd.DataFrame]


@pytest.fixture
def chain() -> Make:
    """Return made chains with a known volatility: 20 % at 100, and a half more a point below; calls 1 % dearer."""

    def make(
        *expiries: tuple[str, int], classes: tuple[str, ...] = ("XYZ",), price: float | None = 100.0
    ) -> pd.DataFrame:
        rows = [
            {
                "expiry": expiry,
                "trading_class": name,
                "strike": strike,
                "right": right,
                "days": days,
                "symbol": "X$Y$",
                "implied_vol": 0.20 + (100 - strike) * 0.005 + days / 1000 + (0.01 if right == "C" else 0.0),
            }
            for expiry, days in expiries
            for name in classes
            for strike in (90.0, 95.0, 100.0, 105.0)
            for right in "CP"
        ]
        return option_chain.SCHEMA.frame(rows, underlying_price=price)

    return make


def test_puts_below_the_price_and_calls_above_make_the_smile(chain: Make) -> None:
    surface = surface_of(chain(("20261218", 30)))

    smile = surface.smiles[0]
    assert smile.strikes.tolist() == [90, 95, 100, 105]
    assert smile.volatility == pytest.approx([0.28, 0.255, 0.24, 0.215])
    assert (surface.price, surface.symbol, smile.name) == (100.0, "X$Y$", "18 Dec 2026")


def test_where_one_of_them_has_no_volatility_the_other_stands_in(chain: Make) -> None:
    frame = chain(("20261218", 30))
    frame.loc[(frame["strike"] == 90) & (frame["right"] == "P"), "implied_vol"] = np.nan

    assert surface_of(frame).smiles[0].volatility[0] == pytest.approx(0.29)


def test_the_term_structure_is_at_the_money(chain: Make) -> None:
    figure = plot_smile(chain(("20261218", 30), ("20270115", 58), ("20270319", 121)))

    smiles, term = figure.axes
    lines = [line for line in smiles.lines if np.size(line.get_xdata()) == 4]
    assert len(lines) == 3
    looks = {(line.get_color(), str(line.get_marker()), str(line.get_linestyle())) for line in lines}
    assert len(looks) == 3
    assert term.lines[0].get_xdata().tolist() == [30, 58, 121]
    assert term.lines[0].get_ydata() == pytest.approx([24.0, 26.8, 33.1])
    assert figure.alt_text == (
        "Implied volatility of options on X$Y$: 3 expiries, from 21.5% to 37.1%; at the money 24.0% in 30 days and "
        "33.1% in 121 days."
    )
    figure.savefig(io.BytesIO())


def test_trading_classes_are_lines_of_their_own(chain: Make) -> None:
    surface = surface_of(chain(("20261218", 30), classes=("SPX", "SPXW")))

    assert [smile.name for smile in surface.smiles] == ["18 Dec 2026 SPX", "18 Dec 2026 SPXW"]


def test_of_many_expiries_some_are_drawn_and_it_says_so(chain: Make) -> None:
    frame = chain(*((f"2027{month:02d}15", month * 30) for month in range(1, 13)))

    surface = surface_of(frame)

    assert (len(surface.smiles), len(surface.term), surface.expiries) == (MOST, 12, 12)
    assert surface.smiles[0].name.endswith("Jan 2027")
    assert surface.smiles[-1].name.endswith("Dec 2027")
    assert plot_smile(frame).alt_text.endswith("8 of 12 smiles are drawn.")


@pytest.mark.parametrize("style", ["auto", "light", "dark"])
def test_one_expiry_has_no_term_structure(chain: Make, style: Style) -> None:
    figure = plot_smile(chain(("20261218", 30)), style=style, title="A_B$C$")

    assert len(figure.axes) == 1
    assert "one expiry" in figure.alt_text
    figure.savefig(io.BytesIO())


def test_without_the_underlying_s_price_it_is_drawn_all_the_same(chain: Make) -> None:
    frame = chain(("20261218", 30), price=None)
    frame.attrs["underlying_price"] = None

    figure = plot_smile(frame)

    assert surface_of(frame).price is None
    assert len(figure.axes) == 1


def test_a_chain_without_volatility_says_so(chain: Make) -> None:
    frame = chain(("20261218", 30))
    frame["implied_vol"] = np.nan

    for each, why in ((frame, "no implied volatility"), (frame.iloc[:0], "no options")):
        figure = plot_smile(each)
        assert not figure.axes
        assert why in figure.alt_text


@pytest.mark.parametrize("wrong", [3, None, pd.DataFrame({"strike": []})])
def test_another_frame_is_refused(wrong: Any) -> None:
    with pytest.raises(BadInput, match="chain="):
        plot_smile(wrong)


def test_it_says_of_which_quotes_it_is_and_when(chain: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ibnb.options, "time_zone", "UTC")
    frame = chain(("20261218", 30))
    frame.attrs |= {"data_type": "delayed", "fetched_at": "2026-11-18T16:00:00+00:00"}

    texts = [text.get_text() for text in plot_smile(frame).texts]

    assert "of IB's option model · delayed quotes · 2026-11-18 16:00 UTC" in texts
    frame.attrs = {}
    assert "of IB's option model" in [text.get_text() for text in plot_smile(frame).texts]
