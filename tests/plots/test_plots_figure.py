"""The figure in a notebook: one output, an image with alt text, in the theme of the page."""

from __future__ import annotations

import base64
import gc
import html
import io
import pickle
import re
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.figure import Figure
from matplotlib.image import imread

from ibnb.plots import plot_bars
from ibnb.plots.drawing.figure import ChartFigure
from ibnb.plots.drawing.theme import DARK, DARK_FILTER, Style

Frames = Callable[..., pd.DataFrame]


def bundle_of(figure: ChartFigure) -> dict[str, Any]:
    return figure._repr_mimebundle_()


def image_in(page: str) -> np.ndarray:
    encoded = re.search(r'src="data:image/png;base64,([^"]+)"', page)
    assert encoded
    return imread(io.BytesIO(base64.b64decode(encoded.group(1))))


def test_a_cell_shows_one_html_image_with_a_plain_fallback(daily: Frames) -> None:
    shell = InteractiveShell.instance()
    data, _ = shell.display_formatter.format(plot_bars(daily("AAPL").tail(50)))
    assert {"text/html", "image/png", "text/plain"} <= set(data)
    assert data["text/html"].count("<img") == 1
    InteractiveShell.clear_instance()


def test_alt_text_tells_symbol_period_and_prices(daily: Frames) -> None:
    bars = daily("AAPL").tail(50)
    page = bundle_of(plot_bars(bars))["text/html"]
    alt = html.unescape(re.search(r'alt="([^"]+)"', page).group(1))
    assert alt == (
        "Candle chart of AAPL, 1 day bars, TRADES, regular hours: 50 bars from 18 Dec 2012 to 1 Mar 2013. "
        f"First open {bars['open'].iloc[0]:.2f}, last close 430.47, "
        f"lowest {bars['low'].min():.2f}, highest {bars['high'].max():.2f} USD."
    )


def test_words_of_a_server_cannot_leave_the_alt_text(daily: Frames) -> None:
    bars = daily("AAPL").tail(5)
    bars.attrs["symbol"] = '"><script>alert(1)</script>'
    page = bundle_of(plot_bars(bars))["text/html"]
    assert "<script" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


def test_auto_is_turned_dark_by_dark_pages_alone(daily: Frames) -> None:
    page = bundle_of(plot_bars(daily("AAPL").tail(5)))["text/html"]
    style = re.search(r"<style>(.*)</style>", page).group(1)
    assert '[data-jp-theme-light="false"] img.ibnb-follows-theme' in style
    assert ".vscode-dark img.ibnb-follows-theme" in style
    assert f"filter:{DARK_FILTER}" in style
    assert 'class="ibnb-follows-theme"' in page
    assert image_in(page)[0, 0].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(("style", "corner"), [("light", 1.0), ("dark", 0x11 / 255)])
def test_a_style_that_was_asked_for_stays(style: Style, corner: float, daily: Frames) -> None:
    page = bundle_of(plot_bars(daily("AAPL").tail(5), style=style))["text/html"]
    assert "<style>" not in page
    assert image_in(page)[0, 0].tolist() == pytest.approx([corner] * 3 + [1])


def test_auto_is_dark_where_matplotlib_is(daily: Frames) -> None:
    with matplotlib.rc_context({"figure.facecolor": "black"}):
        figure = plot_bars(daily("AAPL").tail(5))
    assert figure.palette is DARK
    assert "ibnb-follows-theme" not in bundle_of(figure)["text/html"]


def test_the_image_is_twice_as_sharp_as_the_page(daily: Frames) -> None:
    page = bundle_of(plot_bars(daily("AAPL").tail(5)))["text/html"]
    assert 'width="960"' in page
    assert image_in(page).shape[1] == 1920


@pytest.mark.second
def test_it_is_a_matplotlib_figure_to_change_save_and_pickle(daily: Frames, tmp_path: Path) -> None:
    figure = plot_bars(daily("AAPL").tail(50))
    assert isinstance(figure, Figure)
    figure.axes[0].axhline(450, color="red")
    figure.axes[0].set_title("Mine", loc="left")
    for ending in ("png", "svg", "pdf"):
        target = tmp_path / f"chart.{ending}"
        figure.savefig(target)
        assert target.stat().st_size > 5000
    again = pickle.loads(pickle.dumps(figure))
    assert again.alt_text == figure.alt_text
    assert len(again._repr_png_()) > 5000


def test_figures_are_freed(daily: Frames) -> None:
    figure = plot_bars(daily("AAPL").tail(5))
    figure._repr_png_()
    gone = weakref.ref(figure)
    del figure
    gc.collect()
    assert gone() is None
