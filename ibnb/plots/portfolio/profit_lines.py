"""Profit over the change of prices, a line for each change of volatility."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ibnb.errors import BadInput
from ibnb.ground.masking import mask_account
from ibnb.plots.drawing.axes import ShortFormatter, dress
from ibnb.plots.drawing.figure import ChartFigure, new_figure, say_instead
from ibnb.plots.drawing.key import write_key
from ibnb.plots.drawing.layers import DASHES
from ibnb.plots.drawing.theme import Palette, Style
from ibnb.plots.drawing.words import number, plural

if TYPE_CHECKING:
    import pandas as pd

#: Inches of the figure, and room above the axes, in points.
_WIDTH, _HEIGHT, _HEAD = 10.0, 4.4, 72.0
#: More lines than these are too many to be told apart.
MOST = 8
_MARKERS = "osD^vPX*"


def lines(grid: pd.DataFrame, title: str, style: Style) -> ChartFigure:
    """Return the figure of a grid of profits.

    Raises
    ------
    BadInput
        If it has more lines than can be told apart.
    """
    if grid.shape[1] > MOST:
        hint = "plot_risk(grid.iloc[:, ::2])"
        raise BadInput("frame", f"{grid.shape[1]} changes of volatility", f"at most {MOST} lines", hint)
    shown = grid.sort_index().dropna(how="all")
    accounts = ", ".join(mask_account(str(name)) for name in grid.attrs.get("accounts") or [])
    unit = str(grid.attrs.get("base_currency") or "")
    if shown.empty or not grid.attrs.get("positions", 1):
        figure = new_figure(_WIDTH, 3, style)
        say_instead(figure, "No profit to show", f"No positions that gain or lose in {accounts or 'this portfolio'}.")
        return figure
    figure = new_figure(_WIDTH, _HEIGHT, style)
    axes = figure.add_axes((0.04, 0.13, 0.87, 1 - 0.13 - _HEAD / (_HEIGHT * 72)))
    _draw(axes, shown, unit, figure.palette)
    _write_head(figure, title, _words(grid, unit, accounts))
    figure.alt_text = _alt_text(shown, title, unit)
    return figure


def _draw(axes: Axes, grid: pd.DataFrame, unit: str, palette: Palette) -> None:
    dress(axes, palette)
    entries: list[tuple[Line2D, str]] = []
    places = grid.index.to_numpy(dtype=float) * 100
    for place, change in enumerate(grid.columns):
        look: dict[str, Any] = {
            "color": palette.series[place % len(palette.series)],
            "linestyle": DASHES[place % len(DASHES)],
            "marker": _MARKERS[place % len(_MARKERS)],
            "linewidth": 1.6,
            "markersize": 4,
        }
        axes.plot(places, grid.iloc[:, place].to_numpy(), **look)
        entries.append((Line2D([], [], **look), _line_name(float(change))))
    axes.axhline(0, color=palette.muted, linewidth=0.9, zorder=1)
    axes.axvline(0, color=palette.line, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    axes.margins(x=0.02, y=0.08)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=9, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{_plain(value)} %"))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(ShortFormatter())
    axes.set_xlabel("change of prices", size=9, color=palette.muted)
    axes.set_ylabel(f"profit ({unit})" if unit else "profit", size=9, color=palette.muted)
    write_key(axes, entries, palette, above=6)


def _plain(value: float) -> str:
    return number(value, 0 if value == int(value) else 1)


def _line_name(change: float) -> str:
    points = number(change * 100, 0 if round(change * 100, 6) == round(change * 100) else 1, sign=True)
    return "volatility as it is" if change == 0 else f"volatility {points} points"


def _words(grid: pd.DataFrame, unit: str, accounts: str) -> str:
    days, count = grid.attrs.get("days") or 0, grid.attrs.get("positions")
    parts = [
        plural(count, "position") if isinstance(count, int) else "",
        f"after {_plain(days)} day{'' if days == 1 else 's'}" if days else "",
        unit,
        accounts,
        "options by the model fitted to TWS's",
    ]
    return " · ".join(part for part in parts if part)


def _write_head(figure: ChartFigure, title: str, words: str) -> None:
    height, palette = figure.get_figheight() * 72, figure.palette
    left = 0.2 / _WIDTH
    figure.text(left, 1 - 12 / height, title, va="top", size=14, weight="bold", color=palette.text, parse_math=False)
    figure.text(left, 1 - 34 / height, words, va="top", size=9, color=palette.muted, parse_math=False)


def _alt_text(grid: pd.DataFrame, title: str, unit: str) -> str:
    changes, prices = (axis.to_numpy(dtype=float) for axis in (grid.columns, grid.index))
    column = int(abs(changes).argmin())
    first, last = (float(profit) for profit in grid.to_numpy(dtype=float)[[0, -1], column])
    low, high = (number(float(change) * 100, 1, sign=True) for change in prices[[0, -1]])
    ends = f"{number(first, sign=True)} {unit} at {low} %, {number(last, sign=True)} {unit} at {high} %"
    return f"{title}: {ends}, {_line_name(float(changes[column]))}; {plural(grid.shape[1], 'line')}."
