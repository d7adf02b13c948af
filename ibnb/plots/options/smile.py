"""`plot_smile`: the implied volatility of an option chain over its strikes, and at the money over its expiries."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ibnb.ground.numerals import shown_number
from ibnb.ground.waits import waiting
from ibnb.ground.zones import date_and_clock
from ibnb.plots.drawing.theme import Style, check_style
from ibnb.plots.drawing.words import number, plural
from ibnb.plots.options.surface import MOST, Surface, surface_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from ibnb.plots.drawing.figure import ChartFigure
    from ibnb.plots.drawing.theme import Palette

_MARKERS = "osD^vPX*"
#: About so many markers a line, which are enough to tell it by.
_MARKED = 12
#: Inches of the figure, and room for the heading, two lines of key and the subtitle above the axes, in points.
_WIDTH, _HEIGHT, _HEAD = 10.0, 4.8, 76.0


@waiting("the picture")
def plot_smile(chain: pd.DataFrame, *, title: str | None = None, style: Style = "auto") -> ChartFigure:
    """Draw the volatility smile of an option chain, and its term structure beside it.

    On the left implied volatility over strikes, a line an expiry: of puts below the underlying's price and of calls
    above it, as those are traded most. On the right the implied volatility at the money over the days to expiry.

    Parameters
    ----------
    chain : DataFrame
        As ``tws.option_chain()`` gives it; used are ``expiry trading_class strike right implied_vol days
        underlying_price``.
    title : str, optional
        In place of the underlying's symbol.
    style : {"auto", "light", "dark"}
        ``"auto"`` follows the notebook's theme, also when it is switched later.

    Returns
    -------
    matplotlib.figure.Figure
        It shows itself in a notebook. Of more than 8 expiries 8 smiles are drawn, spread evenly; the term structure
        has them all. With one expiry there is no term structure.

    Raises
    ------
    BadInput
        Not a frame of an option chain.

    Notes
    -----
    Asks TWS nothing. The volatility is that of IB's option model.

    Examples
    --------
    >>> import ibnb
    >>> tws = ibnb.start()  # doctest: +SKIP
    >>> ibnb.plot_smile(tws.option_chain("SPX", expiries=5))  # doctest: +SKIP
    """
    check_style(style)
    surface = surface_of(chain)
    from ibnb.plots.drawing.figure import new_figure, say_instead

    heading = title or surface.symbol or "Option chain"
    if not surface.smiles:
        figure = new_figure(_WIDTH, 2.4, style)
        why = "The chain has no implied volatility" if len(chain) else "The chain has no options"
        say_instead(figure, f"{heading}: no smile", f"{why}. Ask for one with quotes while the market is open.")
        return figure
    figure = new_figure(_WIDTH, _HEIGHT, style)
    top = 1 - _HEAD / (_HEIGHT * 72)
    several = len(surface.term) > 1
    axes = figure.add_axes((0.07, 0.12, 0.58 if several else 0.9, top - 0.12))
    _draw_smiles(axes, surface, figure.palette)
    if several:
        _draw_term(figure.add_axes((0.74, 0.12, 0.23, top - 0.12)), surface, figure.palette)
    figure.text(
        0.07,
        1 - 8 / (_HEIGHT * 72),
        f"{heading}: implied volatility",
        va="top",
        size=14,
        weight="bold",
        color=figure.palette.text,
        parse_math=False,
    )
    figure.text(
        0.07, 1 - 29 / (_HEIGHT * 72), _source(chain), va="top", size=9, color=figure.palette.muted, parse_math=False
    )
    figure.alt_text = _alt_text(surface, heading)
    return figure


def _source(chain: pd.DataFrame) -> str:
    """Return where the volatilities come from, of which data and when."""
    quotes, fetched = chain.attrs.get("data_type"), chain.attrs.get("fetched_at")
    when = date_and_clock(datetime.fromisoformat(fetched)) if fetched else ""
    parts = ("of IB's option model", f"{quotes} quotes" if quotes else "", when)
    return " · ".join(part for part in parts if part)


def _draw_smiles(axes: Axes, surface: Surface, palette: Palette) -> None:
    from matplotlib.lines import Line2D

    from ibnb.plots.drawing.key import write_key
    from ibnb.plots.drawing.layers import DASHES

    entries: list[tuple[Line2D, str]] = []
    for place, smile in enumerate(surface.smiles):
        look: dict[str, Any] = {
            "color": palette.series[place % len(palette.series)],
            "linestyle": DASHES[place % len(DASHES)],
            "marker": _MARKERS[place % len(_MARKERS)],
        }
        every = max(1, len(smile.strikes) // _MARKED)
        axes.plot(smile.strikes, smile.volatility * 100, linewidth=1.4, markersize=4, markevery=every, **look)
        entries.append((Line2D([], [], linewidth=1.4, markersize=4, **look), smile.name))
    _dress(axes, palette)
    axes.set_xlabel("strike", color=palette.muted, size=9)
    if surface.price is not None:
        low, high = axes.get_xlim()
        axes.axvline(surface.price, color=palette.muted, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        right = surface.price < (low + high) / 2
        axes.annotate(
            f"price {number(surface.price, 2)}",
            (surface.price, 0.97),
            xycoords=axes.get_xaxis_transform(),
            xytext=(4 if right else -4, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="top",
            size=9,
            color=palette.muted,
        )
    write_key(axes, entries, palette, above=6)


def _draw_term(axes: Axes, surface: Surface, palette: Palette) -> None:
    days, volatility = zip(*surface.term, strict=True)
    axes.plot(days, [value * 100 for value in volatility], color=palette.text, marker="o", linewidth=1.2, markersize=4)
    _dress(axes, palette)
    axes.set_xlabel("days to expiry", color=palette.muted, size=9)
    axes.set_title("At the money", loc="left", size=10, color=palette.muted, pad=6)


def _dress(axes: Axes, palette: Palette) -> None:
    """Give axes the look of this room, with percent on the left."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    from ibnb.plots.drawing.axes import dress

    dress(axes, palette)
    axes.yaxis.set_label_position("left")
    axes.yaxis.tick_left()
    axes.margins(y=0.12)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: shown_number(f"{value:g} %")))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: number(value, 0 if value == int(value) else 1)))


def _alt_text(surface: Surface, heading: str) -> str:
    values = [value for smile in surface.smiles for value in smile.volatility.tolist()]
    count = plural(surface.expiries, "expir", "ies") if surface.expiries > 1 else "one expiry"
    words = f"Implied volatility of options on {heading}: {count}, from {min(values):.1%} to {max(values):.1%}"
    if len(surface.term) > 1:
        (first, near), (last, far) = surface.term[0], surface.term[-1]
        words += f"; at the money {near:.1%} in {plural(first, 'day')} and {far:.1%} in {plural(last, 'day')}"
    shown = len(surface.smiles)
    return words + (f"; {shown} of {surface.expiries} smiles are drawn." if shown == MOST < surface.expiries else ".")
