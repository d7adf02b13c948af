"""`plot_bars`: candles and volume of a frame of bars with what lies over them, or several series compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast, overload

from ibnb.errors import BadInput
from ibnb.ground.waits import waiting
from ibnb.plots.drawing.theme import Style, check_style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ibnb.plots.drawing.figure import ChartFigure


@overload
def plot_bars(
    bars: pd.DataFrame | Sequence[pd.DataFrame] | Mapping[str, pd.DataFrame],
    *,
    ma: int | Sequence[int] = (),
    ema: int | Sequence[int] = (),
    vwap: bool = False,
    profile: bool = False,
    bollinger: bool | tuple[int, float] = False,
    rsi: bool | int = False,
    macd: bool | tuple[int, int, int] = False,
    log: bool = False,
    gaps: pd.DataFrame | None = None,
    title: str | None = None,
    volume: bool = True,
    ax: None = None,
    style: Style = "auto",
    max_candles: int | None = None,
) -> ChartFigure: ...


@overload
def plot_bars(
    bars: pd.DataFrame | Sequence[pd.DataFrame] | Mapping[str, pd.DataFrame],
    *,
    ma: int | Sequence[int] = (),
    ema: int | Sequence[int] = (),
    vwap: bool = False,
    profile: bool = False,
    bollinger: bool | tuple[int, float] = False,
    rsi: bool | int = False,
    macd: bool | tuple[int, int, int] = False,
    log: bool = False,
    gaps: pd.DataFrame | None = None,
    title: str | None = None,
    volume: bool = True,
    ax: Axes,
    style: Style = "auto",
    max_candles: int | None = None,
) -> Figure: ...


@waiting("the picture")
def plot_bars(
    bars: pd.DataFrame | Sequence[pd.DataFrame] | Mapping[str, pd.DataFrame],
    *,
    ma: int | Sequence[int] = (),
    ema: int | Sequence[int] = (),
    vwap: bool = False,
    profile: bool = False,
    bollinger: bool | tuple[int, float] = False,
    rsi: bool | int = False,
    macd: bool | tuple[int, int, int] = False,
    log: bool = False,
    gaps: pd.DataFrame | None = None,
    title: str | None = None,
    volume: bool = True,
    ax: Axes | None = None,
    style: Style = "auto",
    max_candles: int | None = None,
) -> Figure:
    """Draw bars as candles with their volume below, or compare several series in percent.

    Bars stand side by side: nights, weekends and holidays take no room. A hollow body closed at or above its
    open, a filled one below. Where there are more bars than can be told apart, each candle stands for
    several, with their true open, high, low, close and summed volume, and the figure says for how many;
    zooming in brings back the detail. What lies over the candles is computed from all bars all the same.

    Parameters
    ----------
    bars : DataFrame, or several of them
        Index `date`, oldest first; columns ``open high low close`` in the contract's currency and, if there
        is any, ``volume``. Rows without all four prices leave their place empty. ``bars.attrs`` gives the
        words: ``symbol bar_size what currency rth``. Several, in a list, by name in a dict or in the frame that
        ``tws.history`` gives of many, are compared: a line each, the change of their closes in percent since the first
        date that all have.
    ma, ema : int or sequence of int
        Moving averages of the closes over so many bars, such as ``ma=(20, 50)``: simple ones, and exponential ones,
        whose weight falls by 2 / (n + 1) a bar. Each begins at its n-th bar.
    vwap : bool
        Average price by volume: of each session from its beginning on; for bars of a day and longer from the first bar
        on. A bar counts with its ``average`` where it has one, else with (high + low + close) / 3.
    profile : bool
        Volume at price, of the bars in view, as a histogram on the price axis; a bar's volume is spread evenly from
        its low to its high.
    bollinger : bool or (int, float)
        Bollinger bands: an average of so many closes, less and plus so many of their standard deviations; True is
        ``(20, 2)``.
    rsi : bool or int
        Wilder's relative strength index over so many bars, from 0 to 100, in a panel below; True is 14.
    macd : bool or (int, int, int)
        The difference of a fast and a slow exponential average with its own average, the signal, in a panel below; True
        is ``(12, 26, 9)``.
    log : bool
        Whether prices are on a logarithmic scale, where equal distances are equal changes in percent.
    gaps : DataFrame, optional
        From ``tws.gaps``: missing bars get room and are hatched by their reason. A stretch that is longer than a sixth
        of the bars is drawn shorter than it is.
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
        It shows itself in a notebook, with ``fig.alt_text`` for those who do not see it, but for that of `ax`;
        ``fig.axes`` and ``fig.savefig(...)`` are matplotlib's. On its x axis a position is the number of a bar:
        ``bars.index.get_loc(...)`` finds it, as long as no `gaps` have room.

    Raises
    ------
    BadInput
        Not a frame of bars: columns missing or not numbers, dates missing, out of order or repeated. VWAP or a profile
        of bars without volume, a logarithmic scale of prices at 0 or below. Series that cannot be compared: of several
        bar sizes, or without a common date.

    Notes
    -----
    Asks TWS nothing; the bars come from ``reqHistoricalData``.

    Examples
    --------
    >>> import ibnb
    >>> tws = ibnb.start()  # doctest: +SKIP
    >>> days = tws.history("AAPL", duration="1 Y", bar_size="1 day")  # doctest: +SKIP
    >>> ibnb.plot_bars(days, ma=(20, 50), profile=True)  # doctest: +SKIP
    >>> ibnb.plot_bars(days, bollinger=True, rsi=True, macd=True, log=True)  # doctest: +SKIP
    >>> ibnb.plot_bars([days, tws.history("SPY", duration="1 Y", bar_size="1 day")])  # doctest: +SKIP
    """
    check_style(style)
    if max_candles is not None and (
        isinstance(max_candles, bool) or not isinstance(max_candles, int) or max_candles < 1
    ):
        raise BadInput("max_candles", max_candles, "a whole number from 1, or None", "max_candles=300")
    if ax is not None and not hasattr(ax, "get_subplotspec"):
        raise BadInput("ax", type(ax).__name__, "matplotlib Axes", "fig, ax = matplotlib.pyplot.subplots()")
    from ibnb.plots.candles.overlays import Overlays

    overlays = Overlays.checked(ma, ema, vwap, profile, bollinger, rsi, macd, log)
    bars = _apart(bars)
    if _several(bars):
        _refuse_over_several({name: value for name, value in vars(overlays).items() if value}, gaps)
        return _compare(bars, title, ax, style, max_candles)
    from ibnb.plots.candles import figure as candle_figure

    drawing = candle_figure.plan(
        cast("pd.DataFrame", bars), overlays, gaps, title=title, volume=volume, most=max_candles
    )
    return candle_figure.draw_figure(drawing, style) if ax is None else candle_figure.draw_on_axes(drawing, ax, style)


def _compare(series: object, title: str | None, ax: Axes | None, style: Style, most: int | None) -> Figure:
    from ibnb.plots.comparison.compare import compare

    compared = compare(series)
    from ibnb.plots.comparison import figure as comparison_figure

    if ax is None:
        return comparison_figure.draw_figure(compared, style, title=title, most=most)
    return comparison_figure.draw_on_axes(compared, ax, style, title=title, most=most)


def _apart(bars: Any) -> Any:
    """Return the bars of each contract where a frame has those of many, as ``tws.history([...])`` gives them."""
    levels = {"columns": 1, "index": 0}
    for side, axis in levels.items():
        names = list(getattr(getattr(bars, side, None), "names", ()))
        if len(names) == 2 and "symbol" in names:
            symbols = getattr(bars, side).unique("symbol")
            each = {str(name): bars.xs(name, axis=axis, level="symbol").dropna(how="all") for name in symbols}
            for frame in each.values():
                frame.attrs = {key: value for key, value in bars.attrs.items() if key in ("bar_size", "what", "rth")}
            return each if len(each) > 1 else next(iter(each.values()), bars)
    return bars


def _several(bars: object) -> bool:
    """Whether these are frames to compare: a list or a dict with one at least; anything else is for `read_bars`."""
    if isinstance(bars, Mapping):
        return True
    return isinstance(bars, (list, tuple)) and (not bars or any(hasattr(each, "columns") for each in bars))


def _refuse_over_several(overlays: dict[str, Any], gaps: object) -> None:
    over = {**overlays, **({} if gaps is None else {"gaps": gaps})}
    for name, value in over.items():
        told = type(value).__name__ if name == "gaps" else value
        raise BadInput(
            name, told, "it is drawn over one series of bars, not over a comparison", "plot_bars(bars[0], ...)"
        )
