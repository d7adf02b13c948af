"""`plot_bars`: candles and volume of a frame of bars, and the words around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.errors import BadInput
from ibnb.plots.theme import Style, check_style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ibnb.plots.barframe import Bars
    from ibnb.plots.candles import CandleChart
    from ibnb.plots.theme import Palette


def plot_bars(
    bars: pd.DataFrame,
    *,
    title: str | None = None,
    volume: bool = True,
    ax: Axes | None = None,
    style: Style = "auto",
    max_candles: int | None = None,
) -> Figure:
    """Draw bars as candles, with their volume below.

    Bars stand side by side: nights, weekends and holidays take no room. A hollow body closed at or above its
    open, a filled one below. Where there are more bars than can be told apart, each candle stands for
    several, with their true open, high, low, close and summed volume, and the figure says for how many;
    zooming in brings back the detail.

    Parameters
    ----------
    bars : DataFrame
        Index `date`, oldest first; columns ``open high low close`` in the contract's currency and, if there
        is any, ``volume``. Rows without all four prices leave their place empty. ``bars.attrs`` gives the
        words: ``symbol bar_size what currency rth``.
    title : str, optional
        In place of the symbol.
    volume : bool
        Whether to draw volume; there is no panel where no bar has any (as for currency pairs).
    ax : matplotlib Axes, optional
        Draw here instead, in its figure and on its background; volume takes the lower part of it.
    style : {"auto", "light", "dark"}
        ``"auto"`` follows the notebook's theme, also when it is switched later.
    max_candles : int, optional
        The most candles in view; else one for each three pixels.

    Returns
    -------
    matplotlib.figure.Figure
        It shows itself in a notebook; ``fig.axes`` and ``fig.savefig(...)`` are matplotlib's. On its x axis a
        position is the number of a bar: ``bars.index.get_loc(...)`` finds it.

    Raises
    ------
    BadInput
        Not a frame of bars: columns missing or not numbers, dates missing, out of order or repeated.

    Notes
    -----
    Asks TWS nothing; the bars come from ``reqHistoricalData``.

    Examples
    --------
    >>> import ibnb
    >>> tws = ibnb.start()  # doctest: +SKIP
    >>> ibnb.plot_bars(tws.history("AAPL", duration="1 Y", bar_size="1 day"))  # doctest: +SKIP
    """
    check_style(style)
    if max_candles is not None and (
        isinstance(max_candles, bool) or not isinstance(max_candles, int) or max_candles < 1
    ):
        raise BadInput("max_candles", max_candles, "a whole number from 1, or None", "max_candles=300")
    from ibnb.plots.barframe import read_bars

    if ax is not None and not hasattr(ax, "get_subplotspec"):
        raise BadInput("ax", type(ax).__name__, "matplotlib Axes", "fig, ax = matplotlib.pyplot.subplots()")
    data = read_bars(bars)
    if ax is not None:
        return _on_axes(data, ax, title, volume, style, max_candles)
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    from ibnb.plots.caption import alt_text, why_none
    from ibnb.plots.figure import new_figure, say_instead

    if not data.drawable.any():
        figure = new_figure(10, 2.4, style)
        say_instead(figure, "No bars", why_none(data))
        return figure
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.03, hspace=0.0, rect=(0, 0.015, 1, 0.97))
    figure = new_figure(10, 5.6, style, layout=layout)
    # About where the layout will put the axes: how wide they are decides how many candles they hold.
    place = figure.add_gridspec(1, 1, left=0.015, right=0.93)[0]
    chart = _draw(data, figure.add_subplot(place), figure.palette, title, volume, max_candles)
    figure.alt_text = alt_text(data, chart, title)
    return figure


def _on_axes(data: Bars, ax: Axes, title: str | None, volume: bool, style: Style, max_candles: int | None) -> Figure:
    from matplotlib.colors import to_rgb, to_rgba

    from ibnb.plots.caption import why_none
    from ibnb.plots.theme import palette_on

    figure = ax.get_figure(root=True)
    if figure is None:
        raise BadInput("ax", "axes removed from their figure", "axes of a figure", "fig, ax = plt.subplots()")
    behind = ax.get_facecolor() if to_rgba(ax.get_facecolor())[3] else figure.get_facecolor()
    palette = palette_on(to_rgb(behind), style)
    if data.drawable.any():
        _draw(data, ax, palette, title, volume, max_candles)
    else:
        ax.set_axis_off()
        ax.text(
            0.5,
            0.5,
            f"No bars\n{why_none(data)}",
            transform=ax.transAxes,
            ha="center",
            va="center",
            color=palette.text,
            parse_math=False,
        )
    return figure


def _draw(data: Bars, ax: Axes, palette: Palette, title: str | None, volume: bool, most: int | None) -> CandleChart:
    import numpy as np

    from ibnb.plots.candles import CandleChart
    from ibnb.plots.caption import write_caption

    has_volume = volume and bool((np.nan_to_num(data.volume) > 0).any())
    chart = CandleChart(data, ax, _split(ax) if has_volume else None, palette, most)
    write_caption(chart, title)
    return chart


def _split(ax: Axes) -> Axes:
    """Give the lower part of axes to new axes with the same dates."""
    spec = ax.get_subplotspec()
    if spec is not None:
        parts = spec.subgridspec(2, 1, height_ratios=(4, 1), hspace=0.0)
        ax.set_subplotspec(parts[0])
        return ax.figure.add_subplot(parts[1], sharex=ax)
    box = ax.get_position()
    ax.set_position((box.x0, box.y0 + box.height * 0.22, box.width, box.height * 0.78))
    return ax.figure.add_axes((box.x0, box.y0, box.width, box.height * 0.2), sharex=ax)
