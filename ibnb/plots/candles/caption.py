"""The words around a candle chart: title, what the bars are, key, currency, time zone, and the alt text."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import numpy as np

from ibnb.plots.candles.chart import CandleChart
from ibnb.plots.drawing.axes import FONT_SIZE
from ibnb.plots.drawing.barframe import Bars
from ibnb.plots.drawing.key import ROW, candle_key, write_key
from ibnb.plots.drawing.words import day, number, plural


def write_caption(chart: CandleChart, data: Bars, title: str | None, *, heading: bool = True) -> None:
    """Write title, subtitle, key, currency and time zone around a chart.

    Parameters
    ----------
    chart : CandleChart
        With all its layers.
    data : Bars
        The bars that are there.
    title : str or None
        In place of the symbol.
    heading : bool
        False leaves out title and subtitle, where somebody else writes them.
    """
    axes, palette = chart.price_axes, chart.palette
    small: dict[str, Any] = {"size": FONT_SIZE, "color": palette.muted, "textcoords": "offset points"}
    entries = [entry for layer in chart.layers for entry in layer.key()]
    entries = entries if heading else [*candle_key(palette), *entries]
    raised = ROW * write_key(axes, entries, palette, above=8)
    axes.annotate(
        str(_unit(data) or "price"),
        (1, 1),
        xycoords="axes fraction",
        xytext=(6, 10),
        parse_math=False,
        **small,
    )
    words = (title or symbol_of(data) or "Bars") if heading else " "  # which keeps the room for the key
    look: dict[str, Any] = {"size": 14, "weight": "bold", "color": palette.text, "parse_math": False}
    axes.set_title(words, loc="left", pad=25 + raised if heading else raised - 6, **look)
    if heading:
        subtitle = axes.annotate("", (0, 1), xycoords="axes fraction", xytext=(0, 10 + raised), **small)
        subtitle.set_parse_math(False)
        subtitle.set_in_layout(False)  # on a narrow figure it is cut off: the axes must not give way to it
        chart.say_on(subtitle, partial(about_view, data, chart))
        write_key(axes, candle_key(palette), palette, above=27 + raised, loc="right")
    lowest = chart.axes[-1]
    lowest.set_xlabel(time_label(data), size=FONT_SIZE, color=palette.muted, loc="right", parse_math=False)
    for pane in chart.panes:
        pane.write_key()
    if chart.volume_axes is not None:
        chart.volume_axes.annotate(
            "volume", (0, 1), xycoords="axes fraction", xytext=(3, -3), va="top", zorder=4, **small
        )


def about(data: Bars) -> str:
    """Return what bars are, how many, and from when to when."""
    without = len(data) - int(data.drawable.sum())
    parts = (
        *kind_of(data),
        plural(len(data), "bar"),
        period_of(data) if len(data) else "",
        f"{number(without)} without prices" if without else "",
    )
    return " · ".join(part for part in parts if part)


def about_view(data: Bars, chart: CandleChart) -> str:
    """Return what is drawn at the moment: all bars, or the part of them that is in view, and how they are thinned."""
    first, stop = chart.in_view()
    if first > 0 or stop < len(chart.bars):
        seen = int(chart.bars.drawable[first:stop].sum())
        count = f"{number(seen)} of {plural(len(data), 'bar')}"
        parts = [*kind_of(data), count, *([_days(chart.bars, first, stop - 1)] if stop > first else [])]
    else:
        parts = [about(data)]
    return " · ".join(part for part in (*parts, chart.thinning) if part)


def symbol_of(data: Bars) -> str:
    """Return what bars are of, an option with its terms; "" where they name nothing."""
    return str(data.attrs.get("contract") or data.attrs.get("symbol") or "")


def kind_of(data: Bars) -> list[str]:
    """Return what the bars are: their size, what they show, the hours."""
    size, what, rth = (data.attrs.get(name) for name in ("bar_size", "what", "rth"))
    size = re.sub(r"s\b", "", str(size or ""))  # "5 mins" reads "5 min bars"
    hours = "" if rth is None else "regular hours" if rth else "all hours"
    return [part for part in (f"{size} bars" if size else "", str(what or ""), hours) if part]


def period_of(data: Bars) -> str:
    """Return the days of the first and the last bar."""
    return _days(data, 0, len(data) - 1)


def _days(data: Bars, low: int, high: int) -> str:
    first, last = day(data.time(low)), day(data.time(high))
    return first if first == last else f"{first} – {last}"


def time_label(data: Bars) -> str:
    """Return what the dates below a chart are."""
    if not data.intraday:
        return "trading day" + (f" ({data.zone})" if data.zone else "")
    return f"time in {data.zone}" if data.zone else "time (the bars name no zone)"


def why_none(data: Bars) -> str:
    """Return why there is nothing to draw, as far as the frame knows."""
    asked = " · ".join(part for part in (symbol_of(data), *kind_of(data)) if part)
    said = [str(warning) for warning in data.attrs.get("warnings") or ()]
    reason = "; ".join(said) or str(data.attrs.get("reason") or "")
    if len(data):
        reason = f"{plural(len(data), 'row')}, none with all four prices"
    return "\n".join(part for part in (asked, reason) if part) or "The frame is empty."


def alt_text(data: Bars, chart: CandleChart, title: str | None) -> str:
    """Return what the picture shows, in two sentences, and a third for what lies over it."""
    good = np.flatnonzero(data.drawable)
    first, last = (data.moment(int(place)) for place in (good[0], good[-1]))
    opening, closing, lowest, highest = (
        number(float(price), chart.decimals)
        for price in (data.open[good[0]], data.close[good[-1]], np.nanmin(data.low), np.nanmax(data.high))
    )
    unit = f" {_unit(data)}" if _unit(data) else ""
    told = (
        f"Candle chart of {', '.join((title or symbol_of(data) or 'bars', *kind_of(data)))}: "
        f"{plural(len(good), 'bar')} from {first} to {last}. First open {opening}, last close {closing}, "
        f"lowest {lowest}, highest {highest}{unit}."
    )
    over = "; ".join(layer.told(chart.decimals) for layer in chart.layers)
    told += f" Over it: {over}." if over else ""
    below = "; ".join(pane.told() for pane in chart.panes)
    told += f" Below it: {below}." if below else ""
    return told + (f" {chart.thinning[0].upper()}{chart.thinning[1:]}." if chart.thinning else "")


def _unit(data: Bars) -> object:
    """Return what prices are in: pence where they are in pence."""
    return data.attrs.get("price_unit") or data.attrs.get("currency")
