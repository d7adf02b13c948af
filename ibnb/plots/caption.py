"""The words around a candle chart: title, what the bars are, key, currency, time zone, and the alt text."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from matplotlib.patches import Patch
from matplotlib.transforms import ScaledTranslation

from ibnb.plots.axes import FONT_SIZE
from ibnb.plots.barframe import Bars
from ibnb.plots.candles import CandleChart
from ibnb.plots.words import day, moment, number, plural


def write_caption(chart: CandleChart, title: str | None) -> None:
    """Write title, subtitle, key, currency and time zone around a chart."""
    data, axes, palette = chart.bars, chart.price_axes, chart.palette
    axes.set_title(
        title or _symbol(data) or "Bars",
        loc="left",
        pad=25,
        size=14,
        weight="bold",
        color=palette.text,
        parse_math=False,
    )
    small: dict[str, Any] = {"size": FONT_SIZE, "color": palette.muted, "textcoords": "offset points"}
    subtitle = axes.annotate("", (0, 1), xycoords="axes fraction", xytext=(0, 10), parse_math=False, **small)
    subtitle.set_in_layout(False)  # on a narrow figure it is cut off: the axes must not give way to it
    without = len(data) - int(data.drawable.sum())
    parts = (
        *_kind(data),
        plural(len(data), "bar"),
        _period(data),
        f"{number(without)} without prices" if without else "",
    )
    chart.say_thinning_on(subtitle, " · ".join(part for part in parts if part))
    axes.annotate(
        str(data.attrs.get("currency") or "price"),
        (1, 1),
        xycoords="axes fraction",
        xytext=(6, 10),
        parse_math=False,
        **small,
    )
    raised = axes.transAxes + ScaledTranslation(0, 27 / 72, axes.figure.dpi_scale_trans)
    key = [
        Patch(facecolor=palette.background, edgecolor=palette.up, label="close at or above open"),
        Patch(facecolor=palette.down, edgecolor=palette.down, label="below"),
    ]
    axes.legend(
        handles=key,
        loc="lower right",
        bbox_to_anchor=(1, 1),
        bbox_transform=raised,
        borderaxespad=0,
        ncols=2,
        frameon=False,
        fontsize=FONT_SIZE,
        labelcolor=palette.muted,
        handlelength=0.9,
        handleheight=1.0,
        columnspacing=1.2,
        handletextpad=0.5,
        borderpad=0.0,
    ).set_in_layout(False)
    lowest = axes if chart.volume_axes is None else chart.volume_axes
    lowest.set_xlabel(_time_label(data), size=FONT_SIZE, color=palette.muted, loc="right", parse_math=False)
    if chart.volume_axes is not None:
        chart.volume_axes.annotate(
            "volume", (0, 1), xycoords="axes fraction", xytext=(3, -3), va="top", zorder=4, **small
        )


def _symbol(data: Bars) -> str:
    return str(data.attrs.get("symbol") or "")


def _kind(data: Bars) -> list[str]:
    """Return what the bars are: their size, what they show, the hours."""
    size, what, rth = (data.attrs.get(name) for name in ("bar_size", "what", "rth"))
    size = re.sub(r"s\b", "", str(size or ""))  # "5 mins" reads "5 min bars"
    hours = "" if rth is None else "regular hours" if rth else "all hours"
    return [part for part in (f"{size} bars" if size else "", str(what or ""), hours) if part]


def _period(data: Bars) -> str:
    first, last = day(data.time(0)), day(data.time(len(data) - 1))
    return first if first == last else f"{first} – {last}"


def _time_label(data: Bars) -> str:
    if not data.intraday:
        return "trading day" + (f" ({data.zone})" if data.zone else "")
    return f"time in {data.zone}" if data.zone else "time (the bars name no zone)"


def why_none(data: Bars) -> str:
    """Return why there is nothing to draw, as far as the frame knows."""
    asked = " · ".join(part for part in (_symbol(data), *_kind(data)) if part)
    said = [str(warning) for warning in data.attrs.get("warnings") or ()]
    reason = "; ".join(said) or str(data.attrs.get("reason") or "")
    if len(data):
        reason = f"{plural(len(data), 'row')}, none with all four prices"
    return "\n".join(part for part in (asked, reason) if part) or "The frame is empty."


def alt_text(data: Bars, chart: CandleChart, title: str | None) -> str:
    """Return what the picture shows, in two sentences."""
    good = np.flatnonzero(data.drawable)
    first, last = (moment(data.time(int(place)), intraday=data.intraday) for place in (good[0], good[-1]))
    opening, closing, lowest, highest = (
        number(float(price), chart.decimals)
        for price in (data.open[good[0]], data.close[good[-1]], np.nanmin(data.low), np.nanmax(data.high))
    )
    currency = f" {data.attrs['currency']}" if data.attrs.get("currency") else ""
    told = (
        f"Candle chart of {', '.join((title or _symbol(data) or 'bars', *_kind(data)))}: "
        f"{plural(len(good), 'bar')} from {first} to {last}. First open {opening}, last close {closing}, "
        f"lowest {lowest}, highest {highest}{currency}."
    )
    return told + (f" {chart.thinning[0].upper()}{chart.thinning[1:]}." if chart.thinning else "")
