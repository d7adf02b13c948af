"""The first line of a chart: the last price, and how far it is from the close of the session before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ibnb.plots.candles.lines import session_of
from ibnb.plots.drawing.barframe import Bars, read_bars
from ibnb.plots.drawing.words import day, decimals_of_price, number, percent
from ibnb.tws.texts import Html

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Headline:
    """What the first line says.

    Attributes
    ----------
    price : str
        The last one, with its currency.
    change : str
        In that currency and in percent; "" where nothing is known to compare it with.
    since : str
        Since when.
    direction : {-1, 0, 1}
        Where it went.
    """

    price: str
    change: str
    since: str
    direction: int


def headline(frame: pd.DataFrame, earlier: pd.DataFrame | None = None) -> Headline | None:
    """Return the last price of bars and its change; None where there is no price.

    Parameters
    ----------
    frame : DataFrame
        As ``tws.history`` gives it.
    earlier : DataFrame, optional
        The bars before those.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.bdate_range("2026-03-02", periods=2, name="date")
    >>> prices = {name: [100.0, 102.5] for name in ("open", "high", "low", "close")}
    >>> headline(pd.DataFrame(prices, index=days))
    Headline(price='102.50', change='+2.50 (+2.50 %)', since='since the close of 2 Mar 2026', direction=1)
    """
    bars = read_bars(frame)
    known = np.flatnonzero(bars.drawable)
    if not len(known):
        return None
    last = float(bars.close[known[-1]])
    decimals = decimals_of_price([float(price) for price in bars.close[known[-200:]]])
    money = str(bars.attrs.get("price_unit") or bars.attrs.get("currency") or "")
    base, since = _base(bars, known, None if earlier is None or not len(earlier) else read_bars(earlier))
    change = last - base
    told = number(change, decimals, sign=True) + (f" ({percent(change / base * 100, 2)})" if base > 0 else "")
    direction = int(np.sign(round(change, decimals)))
    return Headline(f"{number(last, decimals)} {money}".strip(), told, since, direction)


def heading_html(title: str, last: Headline | None, state: str, about: str) -> Html:
    """Return what stands above a picture: the title, the last price and its change, and what is drawn."""
    price = Html()
    if last is not None:
        tone = {-1: "down", 1: "up"}.get(last.direction, "still")
        price = Html(
            '<span class="ibnb-last">{}</span> <span class="ibnb-change ibnb-{}">{}</span> '
            '<span class="ibnb-muted">{}</span>'
        ).format(last.price, tone, last.change, last.since)
    live = Html('<span class="ibnb-state ibnb-is-{}">{}</span>').format("live" if state == "live" else "not", state)
    return Html(
        '<div class="ibnb-heading"><p class="ibnb-name" role="heading" aria-level="3">{}</p>{}{}</div>'
        '<p class="ibnb-detail">{}</p>'
    ).format(title, price, live if state else Html(), about)


def _base(bars: Bars, known: np.ndarray[tuple[int], np.dtype[np.intp]], earlier: Bars | None) -> tuple[float, str]:
    """Return what the last price is compared with, and since when that is."""
    first_of_last = int(known[-1])
    if bars.intraday:
        sessions = session_of(bars.wall)
        first_of_last = int(np.flatnonzero(sessions == sessions[known[-1]])[0])
    before = known[known < first_of_last]
    if len(before):
        return _close(bars, int(before[-1]))
    if earlier is not None and len(there := np.flatnonzero(earlier.drawable)):
        return _close(earlier, int(there[-1]))
    return float(bars.open[known[0]]), "since the open"


def _close(bars: Bars, place: int) -> tuple[float, str]:
    return float(bars.close[place]), f"since the close of {day(bars.time(place))}"
