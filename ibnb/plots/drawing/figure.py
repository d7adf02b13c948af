"""The figure that ibnb returns: matplotlib's, showing itself in a notebook, in its theme and with alt text.

It is made without pyplot: nothing global is touched, nothing is shown twice, and it is freed like any object.
"""

from __future__ import annotations

import base64
import html
import io
from typing import Any

from matplotlib import rcParams
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine

from ibnb.ground.waits import waiting
from ibnb.plots.drawing.theme import Palette, Style, dark_css, palette_on

_STYLE = f"<style>{dark_css('img.ibnb-follows-theme')}</style>"
_SHARPNESS = 2  # image pixels for each pixel of the page: crisp on dense screens


class ChartFigure(Figure):
    """A matplotlib Figure with a description, which follows the light or dark theme of the page.

    Attributes
    ----------
    alt_text : str
        What the picture shows, in a sentence: the alt text of the image. Yours to change.
    follows_theme : bool
        Whether a dark page shows the figure dark. Files (``savefig``) are as drawn.
    palette : Palette
        The colours it was drawn in.
    chart : CandleChart, ComparisonChart or None
        What is drawn, where that can be zoomed and read.
    """

    chart: Any = None
    alt_text: str
    follows_theme: bool
    palette: Palette

    @waiting("the picture")
    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=self.dpi * _SHARPNESS, facecolor=self.get_facecolor())
        return buffer.getvalue()

    def html(self) -> str:
        """Return the picture as an image with its alt text, which follows the theme of the page where it should."""
        return self._image(base64.b64encode(self._repr_png_()).decode())

    def _image(self, png: str) -> str:
        width = round(self.get_figwidth() * self.dpi)
        image = (
            f'<img class="{"ibnb-follows-theme" if self.follows_theme else "ibnb-figure"}" width="{width}" '
            f'alt="{html.escape(self.alt_text)}" style="max-width:100%;height:auto" '
            f'src="data:image/png;base64,{png}">'
        )
        return (_STYLE if self.follows_theme else "") + image

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        png = base64.b64encode(self._repr_png_()).decode()
        return {"text/html": self._image(png), "image/png": png, "text/plain": f"<{self.alt_text}>"}


def new_figure(width: float, height: float, style: Style, *, layout: LayoutEngine | None = None) -> ChartFigure:
    """Return an empty figure in the colours of `style`.

    Parameters
    ----------
    width, height : float
        Inches, of 96 pixels on the page.
    style : {"auto", "light", "dark"}
        ``"auto"`` follows the page; where a dark style sheet of matplotlib is in use it is dark everywhere.
    layout : LayoutEngine, optional
        matplotlib's layout engine.
    """
    palette = palette_on(to_rgb(rcParams["figure.facecolor"]) if style == "auto" else (1, 1, 1), style)
    figure = ChartFigure(figsize=(width, height), dpi=96, facecolor=palette.background, edgecolor="none", layout=layout)
    figure.palette = palette
    figure.follows_theme = style == "auto" and palette.name == "light"
    figure.alt_text = "Empty figure"
    return figure


def say_instead(figure: ChartFigure, headline: str, reason: str) -> None:
    """Write on an empty figure what there is nothing of, and why."""
    figure.text(
        0.5,
        0.55,
        headline,
        ha="center",
        va="bottom",
        size=15,
        weight="bold",
        color=figure.palette.text,
        parse_math=False,
    )
    figure.text(0.5, 0.48, reason, ha="center", va="top", size=10, color=figure.palette.muted, parse_math=False)
    figure.alt_text = f"{headline}. {reason}".strip()
