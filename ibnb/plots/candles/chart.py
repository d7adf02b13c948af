"""The candle chart on its axes: bodies, wicks, volume, last price; thinned anew when the range in view moves.

Everything is drawn by five artists, however many bars there are; what lies over the candles is a `Layer` each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba

from ibnb.plots.candles.panes import StudyPane
from ibnb.plots.drawing.axes import FONT_SIZE, PriceFormatter, amounts_right, dates_below, dress, prices_right
from ibnb.plots.drawing.barframe import Bars, Floats
from ibnb.plots.drawing.dates import BarCalendar
from ibnb.plots.drawing.layers import Layer, View
from ibnb.plots.drawing.reading import Reading
from ibnb.plots.drawing.theme import Palette
from ibnb.plots.drawing.thinning import Candles, bucket_size, thin
from ibnb.plots.drawing.words import decimals_of_price, number, short_number

_PIXELS_A_CANDLE = 2.75  # below this a hollow body cannot be told from a filled one
_BODY = 0.72  # of the room that a candle has
_FEWEST_PLACES = 24  # a single bar is not blown up to fill the axes
_BELOW = 2  # how far below the lowest price in view a logarithmic scale reaches for what lies over it, as a factor


class CandleChart:
    """Candles on one pair of axes, and volume on another.

    Parameters
    ----------
    bars : Bars
        At least one of them with prices.
    price_axes, volume_axes : Axes
        Where to draw; `volume_axes` may be None.
    palette : Palette
        The colours.
    max_candles : int or None
        The most candles in view; None is as many as can be told apart.
    log : bool
        Whether prices are on a logarithmic scale.

    Attributes
    ----------
    candles : Candles
        What is drawn at the moment: the range in view and as much again on both sides.
    layers : list of Layer
        What lies over the candles; `add` adds to it.
    panes : list of StudyPane
        What stands below them on axes of its own; `add_below` adds to it.
    """

    def __init__(
        self,
        bars: Bars,
        price_axes: Axes,
        volume_axes: Axes | None,
        palette: Palette,
        max_candles: int | None,
        *,
        log: bool = False,
    ) -> None:
        self.bars, self.palette, self.max_candles = bars, palette, max_candles
        self.price_axes, self.volume_axes = price_axes, volume_axes
        self.candles: Candles = thin(bars, 1, 0, 0)
        self.layers: list[Layer] = []
        self.panes: list[StudyPane] = []
        self._log = log
        self.last = float(bars.close[bars.drawable][-1])
        known = bars.close[bars.drawable]
        self.decimals = decimals_of_price([float(price) for price in known[:: max(1, len(known) // 200)]])
        self._note: Any = None
        self._about: Callable[[], str] = str
        self.calendar = BarCalendar(bars.clock, intraday=bars.intraday)
        self._wicks = LineCollection([], zorder=2)
        self._bodies = PolyCollection([], zorder=3)
        self._columns = PolyCollection([], zorder=2, linewidths=0)
        self._set_up_axes()
        self._mark_last_price()
        # Known to matplotlib, so that a line which a person adds is scaled together with the candles.
        price_axes.update_datalim([(0, np.nanmin(bars.low)), (len(bars) - 1, np.nanmax(bars.high))])
        price_axes.set_xlim(*self.ends())
        self.update()
        price_axes.callbacks.connect("xlim_changed", self.update)
        price_axes.callbacks.connect("ylim_changed", self._show_last_price)

    def ends(self) -> tuple[float, float]:
        """Return from where to where the axis of bars reaches where all are in view."""
        spare = max(0.0, (_FEWEST_PLACES - len(self.bars)) / 2)
        return -0.75 - spare, len(self.bars) - 0.25 + spare

    def renew(self, bars: Bars) -> None:
        """Take newer bars of the same contract; what lies over them is given its own, and `update` draws all."""
        self.bars, self.last = bars, float(bars.close[bars.drawable][-1])
        self.calendar = BarCalendar(bars.clock, intraday=bars.intraday)
        for axes in self.axes:
            dates_below(axes, self.calendar, self.palette, labels=axes is self.axes[-1])
        self.price_axes.yaxis.set_major_formatter(PriceFormatter(self.last))
        self._last_line.set_ydata([self.last, self.last])
        self._last_tag.set_text(number(self.last, self.decimals))
        self._last_tag.xy = (1, self.last)
        self._show_last_price()

    def add(self, *layers: Layer) -> None:
        """Draw layers over the candles from now on."""
        self.layers += layers
        self.update()

    def add_below(self, *panes: StudyPane) -> None:
        """Draw panes below the candles from now on; the lowest axes have the dates."""
        self.panes += panes
        all_axes = self.axes
        for axes in all_axes[1:]:
            axes.format_coord = self.describe  # type: ignore[method-assign]
        for axes in all_axes:
            dates_below(axes, self.calendar, self.palette, labels=axes is all_axes[-1])
        self.update()

    @property
    def axes(self) -> list[Axes]:
        """All axes, from the highest to the lowest."""
        volume = [] if self.volume_axes is None else [self.volume_axes]
        return [self.price_axes, *volume, *(pane.axes for pane in self.panes)]

    def say_on(self, text_artist: object, about: Callable[[], str]) -> None:
        """Keep an artist's text at what `about` returns, also when the range in view moves."""
        self._note, self._about = text_artist, about
        self._say()

    @property
    def thinning(self) -> str:
        """What to say about thinning; empty where every bar has its candle."""
        return f"each candle = {number(self.candles.size)} bars" if self.candles.size > 1 else ""

    def update(self, _axes: Axes | None = None) -> None:
        """Draw what is in view: as many candles as can be told apart, scaled to their prices and volumes."""
        first, stop = self.in_view()
        in_view = max(1, stop - first)
        most = self.max_candles or max(20, int(self._pixels() / _PIXELS_A_CANDLE))
        self.candles = thin(self.bars, bucket_size(in_view, most), first - in_view, stop + in_view)
        seen = (self.candles.last >= first) & (self.candles.first < stop)
        self._draw_prices(in_view)
        view = View(first, stop, self.candles.size)
        spans = [layer.draw(view) for layer in self.layers]
        for pane in self.panes:
            pane.draw(view)
        if self.price_axes.get_autoscaley_on() and seen.any():
            spans.append((float(self.candles.low[seen].min()), float(self.candles.high[seen].max())))
            bottom, top = min(span[0] for span in spans if span), max(span[1] for span in spans if span)
            if self._log:
                bottom = max(bottom, float(self.candles.low[seen].min()) / _BELOW)  # a band may reach below zero
                factor = (top / bottom) ** 0.05 if top > bottom else 1.01
                self.price_axes.set_ylim(bottom / factor, top * factor, auto=True)
            else:
                pad = (top - bottom) * 0.05 or abs(top) * 0.01 or 1.0
                self.price_axes.set_ylim(bottom - pad, top + pad, auto=True)
        if self.volume_axes is not None:
            self._draw_volume(self.volume_axes, seen)
        self._say()

    def in_view(self) -> tuple[int, int]:
        """Return the first position in view, and the one behind the last."""
        low, high = sorted(self.price_axes.get_xlim())
        return max(0, int(np.floor(low + 0.5))), min(len(self.bars), int(np.ceil(high + 0.5)))

    def describe(self, x: float, y: float) -> str:
        """Return what an interactive window writes for the place under the pointer."""
        found = self.read(x)
        return number(y, self.decimals) if found is None else str(found)

    def read(self, x: float) -> Reading | None:
        """Return what the candle at a position is; None where there is none."""
        candles = self.candles
        found = np.flatnonzero((candles.first <= round(x)) & (round(x) <= candles.last))
        if not len(found):
            return None
        place = int(found[0])
        first, last = int(candles.first[place]), int(candles.last[place])
        prices = (candles.open[place], candles.high[place], candles.low[place], candles.close[place])
        told = [(name, number(price, self.decimals)) for name, price in zip("OHLC", prices, strict=True)]
        if not np.isnan(candles.volume[place]):
            told.append(("volume", short_number(candles.volume[place])))
        over = (layer.at(last) for layer in self.layers)
        told += [(each[0], number(each[1], self.decimals)) for each in over if each is not None]
        told += [each for pane in self.panes for each in pane.at(last)]
        when = self.bars.moment(first)
        several = "" if first == last else f", {last - first + 1} bars"
        return Reading(f"{when}{several}", tuple(told), first, last)

    def _set_up_axes(self) -> None:
        for axes in (self.price_axes, self.volume_axes):
            if axes is not None:
                dress(axes, self.palette)
                lowest = axes is self.volume_axes or self.volume_axes is None
                dates_below(axes, self.calendar, self.palette, labels=lowest)
                axes.format_coord = self.describe  # type: ignore[method-assign]
        prices_right(self.price_axes, self.last, log=self._log)
        self.price_axes.add_collection(self._wicks, autolim=False)
        self.price_axes.add_collection(self._bodies, autolim=False)
        if self.volume_axes is not None:
            amounts_right(self.volume_axes)
            self.volume_axes.add_collection(self._columns, autolim=False)

    def _mark_last_price(self) -> None:
        palette = self.palette
        self._last_line = self.price_axes.axhline(
            self.last, color=palette.muted, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1
        )
        self._last_tag = self.price_axes.annotate(
            number(self.last, self.decimals),
            (1, self.last),
            xycoords=("axes fraction", "data"),
            xytext=(3.5, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            size=FONT_SIZE,
            weight="bold",
            color=palette.background,
            zorder=5,
            annotation_clip=False,
            bbox={
                "boxstyle": "round,pad=0.22,rounding_size=0.2",
                "facecolor": palette.text,
                "edgecolor": "none",
            },
        )

    def _show_last_price(self, _axes: Axes | None = None) -> None:
        low, high = sorted(self.price_axes.get_ylim())
        self._last_tag.set_visible(low <= self.last <= high)

    def _pixels(self) -> float:
        """Return the width of the axes in pixels of the page."""
        return float(self.price_axes.bbox.width)

    def _colours(self, rising: Any) -> Any:
        return np.where(rising[:, None], to_rgba(self.palette.up), to_rgba(self.palette.down))

    def _boxes(self, bottom: Floats, top: Floats) -> Floats:
        middle = (self.candles.first + self.candles.last) / 2
        half = (self.candles.last - self.candles.first + 1) * _BODY / 2
        left, right = middle - half, middle + half
        return np.stack(
            [np.stack(corner, axis=1) for corner in ((left, bottom), (left, top), (right, top), (right, bottom))],
            axis=1,
        )

    def _draw_prices(self, in_view: int) -> None:
        candles = self.candles
        rising = candles.close >= candles.open
        bottom, top = np.minimum(candles.open, candles.close), np.maximum(candles.open, candles.close)
        middle = (candles.first + candles.last) / 2
        # A wick is drawn above and below the body, never through it: a hollow body stays hollow.
        wicks = np.concatenate(
            [
                np.stack([np.stack([middle, candles.low], axis=1), np.stack([middle, bottom], axis=1)], axis=1),
                np.stack([np.stack([middle, top], axis=1), np.stack([middle, candles.high], axis=1)], axis=1),
            ]
        )
        colours = self._colours(rising)
        points = self._pixels() * 72 / self.price_axes.figure.dpi / max(in_view / candles.size, 1)
        width = float(np.clip(points * 0.16, 0.6, 1.2))
        self._wicks.set(segments=wicks, color=np.concatenate([colours, colours]), linewidth=width)
        self._bodies.set(
            verts=self._boxes(bottom, top),
            edgecolor=colours,
            linewidth=width,
            facecolor=np.where(rising[:, None], to_rgba(self.price_axes.get_facecolor()), colours),
        )

    def _draw_volume(self, axes: Axes, seen: Any) -> None:
        volume = np.nan_to_num(self.candles.volume, nan=0.0)
        colours = self._colours(self.candles.close >= self.candles.open)
        colours[:, 3] = 0.55
        self._columns.set(verts=self._boxes(np.zeros_like(volume), volume), facecolor=colours)
        if len(volume):
            axes.update_datalim([(0, 0), (len(self.bars) - 1, volume.max())])
        if axes.get_autoscaley_on():
            most = float(volume[seen].max()) if seen.any() else 0.0
            axes.set_ylim(0, most * 1.3 or 1.0, auto=True)

    def _say(self) -> None:
        if self._note is not None:
            self._note.set_text(self._about())
