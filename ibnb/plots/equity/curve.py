"""Equity curves on their axes: worth above, drawdown below, days side by side whether or not any lie between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from ibnb.ground.masking import mask_account
from ibnb.plots.drawing.axes import FONT_SIZE, ShortFormatter, dates_below, dress
from ibnb.plots.drawing.dates import BarCalendar
from ibnb.plots.drawing.ends import end_text, write_ends
from ibnb.plots.drawing.figure import ChartFigure
from ibnb.plots.drawing.layers import DASHES
from ibnb.plots.drawing.words import day, number, percent, plural

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

#: Inches of the figure that its parts take.
_LEFT, _HEAD, _BELOW, _BETWEEN, _DRAWDOWN = 0.7, 0.95, 0.55, 0.5, 1.25
_CHARACTER = 0.7  # width of one of a bold text, in font sizes
_LEAST = -0.01  # where there was hardly a drawdown, one percent is seen all the same


@dataclass(frozen=True)
class Curve:
    """The days of one account of which its worth is known.

    Attributes
    ----------
    name, currency : str
        The account, masked, and the currency it counts in.
    days : DatetimeIndex
        The days.
    worth, drawdown, deposits : array
        In the currency, as a share, in the currency; NaN where nothing is known.
    """

    name: str
    currency: str
    days: pd.DatetimeIndex
    worth: np.ndarray[Any, Any]
    drawdown: np.ndarray[Any, Any]
    deposits: np.ndarray[Any, Any]

    @property
    def change(self) -> float:
        """What it has gained since the first day, without deposits after it."""
        return float(self.worth[-1] - self.worth[0] - np.nansum(self.deposits[1:]))


def curves_of(equity: pd.DataFrame) -> list[Curve]:
    """Return a curve for each account of a frame of equity."""
    import pandas as pd

    known = equity[equity["net_liquidation"].notna()].sort_values(["account", "date"], kind="stable")
    curves = []
    for account, rows in known.groupby("account", sort=True):
        deposits = rows["deposits"] if "deposits" in rows else rows["drawdown"] * np.nan
        worth, below, paid = (each.to_numpy(float) for each in (rows["net_liquidation"], rows["drawdown"], deposits))
        days, currency = pd.DatetimeIndex(rows["date"]), str(rows["base_currency"].iloc[-1])
        curves.append(Curve(mask_account(str(account)), currency, days, worth, below, paid))
    return curves


def draw(figure: ChartFigure, curves: list[Curve], heading: str) -> None:
    """Draw curves, named where they end, below a heading that says what they are and in what."""
    wide, high = figure.get_figwidth(), figure.get_figheight()
    several = len(curves) > 1
    names = [f"{curve.name}  {_amount(curve)}" if several else _amount(curve) for curve in curves]
    width = (wide - _LEFT - 0.2 - max(map(len, names)) * _CHARACTER * FONT_SIZE / 72) / wide
    above = (_LEFT / wide, (_BELOW + _DRAWDOWN + _BETWEEN) / high, width, 0.0)
    top = figure.add_axes((*above[:3], 1 - _HEAD / high - above[1]), label="worth")
    low = figure.add_axes((_LEFT / wide, _BELOW / high, width, _DRAWDOWN / high), label="drawdown")
    days = sorted(set().union(*(curve.days for curve in curves)))
    wall = np.array(days, dtype="datetime64[s]").astype(np.int64)
    _dress(figure, top, low, wall)
    ends: list[list[tuple[float, str, str]]] = [[], []]
    for place, curve in enumerate(curves):
        colour = figure.palette.series[place % len(figure.palette.series)]
        look: dict[str, Any] = {"color": colour, "linestyle": DASHES[place % len(DASHES)], "linewidth": 1.7}
        at = np.searchsorted(wall, np.array(curve.days, dtype="datetime64[s]").astype(np.int64))
        dot: dict[str, Any] = {"marker": "o", "markersize": 4} if len(at) == 1 else {}
        top.plot(at, curve.worth, zorder=3, **look, **dot)
        low.plot(at, curve.drawdown, zorder=3, **look | {"linewidth": 1.2}, **dot)
        if not several:
            low.fill_between(at, curve.drawdown, 0, color=colour, alpha=0.18, linewidth=0, zorder=2)
        _mark_deposits(top, at, curve, figure)
        ends[0].append((float(curve.worth[-1]), names[place], colour))
        ends[1].append((float(curve.drawdown[-1]), percent(curve.drawdown[-1] * 100), colour))
    deepest = min(float(np.nanmin(curve.drawdown)) for curve in curves)
    low.set_ylim(min(deepest * 1.08, _LEAST), 0)
    for axes, written in ((top, ends[0]), (low, ends[1])):
        _write_ends(axes, written)
    _write_head(figure, curves, heading)


def in_words(curves: list[Curve], heading: str) -> str:
    """Return what is drawn in sentences."""
    said = [
        f"{curve.name} from {number(curve.worth[0])} to {number(curve.worth[-1])} {curve.currency}, at most "
        f"{percent(float(np.nanmin(curve.drawdown)) * 100)} below its highest"
        for curve in curves
    ]
    return f"{heading}, {_span(curves)}: {'; '.join(said)}."


def _dress(figure: ChartFigure, top: Axes, low: Axes, wall: np.ndarray[Any, Any]) -> None:
    calendar = BarCalendar(wall, intraday=False)
    for axes in (top, low):
        dress(axes, figure.palette)
        axes.yaxis.tick_left()
        axes.set_xlim(-0.5 - 0.01 * len(wall), len(wall) - 0.5 + 0.01 * len(wall))
    top.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    top.yaxis.set_major_formatter(ShortFormatter())
    low.yaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 5, 10]))
    low.yaxis.set_major_formatter(lambda share, _place: f"{number(share * 100, 1)} %")
    for axes, words in ((top, "Net liquidation"), (low, "Drawdown")):
        axes.set_title(words, loc="left", pad=6, size=FONT_SIZE, color=figure.palette.muted, parse_math=False)
    low.axhline(0, color=figure.palette.line, linewidth=1.0, zorder=1)
    dates_below(top, calendar, figure.palette, labels=False)
    dates_below(low, calendar, figure.palette, labels=True)


def _mark_deposits(axes: Axes, at: np.ndarray[Any, Any], curve: Curve, figure: ChartFigure) -> None:
    paid = np.flatnonzero(np.nan_to_num(curve.deposits))
    for place in paid:
        mark = "^" if curve.deposits[place] > 0 else "v"
        axes.plot(
            at[place],
            curve.worth[place],
            marker=mark,
            markersize=8,
            color=figure.palette.text,
            markeredgecolor=figure.palette.background,
            zorder=4,
        )


def _write_ends(axes: Axes, written: list[tuple[float, str, str]]) -> None:
    """Write what each line ends at beside its end, moved where two would touch."""
    values, texts, colours = (list(each) for each in zip(*written, strict=True))
    write_ends(axes, [end_text(axes, colour) for colour in colours], values, texts)


def _write_head(figure: ChartFigure, curves: list[Curve], heading: str) -> None:
    high, palette = figure.get_figheight(), figure.palette
    left = 0.2 / figure.get_figwidth()
    whose = curves[0].name if len(curves) == 1 else f"{plural(len(curves), 'account')}"
    parts = [whose, _span(curves)]
    if len(curves) == 1:
        change = curves[0].change
        parts.append(f"{number(change, sign=True)} {curves[0].currency}")
        parts.append(f"deepest drawdown {percent(float(np.nanmin(curves[0].drawdown)) * 100)}")
    if any(np.nan_to_num(curve.deposits).any() for curve in curves):
        parts.append("▲ paid in, ▼ paid out")
    title: dict[str, Any] = {"ha": "left", "va": "top", "parse_math": False}
    figure.text(left, 1 - 0.12 / high, heading, size=14, weight="bold", color=palette.text, **title)
    figure.text(left, 1 - 0.42 / high, " · ".join(parts), size=FONT_SIZE + 0.5, color=palette.muted, **title)


def _amount(curve: Curve) -> str:
    return f"{number(curve.worth[-1])} {curve.currency}"


def _span(curves: list[Curve]) -> str:
    first, last = min(curve.days[0] for curve in curves), max(curve.days[-1] for curve in curves)
    return day(first) if first == last else f"{day(first)} to {day(last)}"
