"""The risk tab of an explorer: sums as tiles, a picture by underlying, and one of profits at other prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from ibnb.plots import plot_risk
from ibnb.plots.portfolio.risk import WHAT
from ibnb.tws.texts import Html
from ibnb.widgets.explorer.rows import Choice
from ibnb.widgets.explorer.view.words import money
from ibnb.widgets.kit.controls import button, classed
from ibnb.widgets.kit.markup import joined
from ibnb.widgets.kit.notice import Notice, notice_html

if TYPE_CHECKING:
    import pandas as pd

#: So many rows the picture has.
_TOP = 12
_DAYS = (("Now", 0), ("In a day", 1), ("In a week", 7), ("In a month", 30))
#: The changes of prices and of volatility that profits are drawn for.
PRICES = tuple(round(step / 40, 3) for step in range(-8, 9))
VOLATILITIES = (-0.05, 0.0, 0.05)


class ExplorerRisk:
    """What the tab shows.

    Attributes
    ----------
    view : ipywidgets.VBox
        What to display.
    index : ipywidgets.Text
        The index of the betas.
    what, days : ipywidgets.Dropdown
        Which risk the first picture shows; when the profits of the second are.
    ask : ipywidgets.Button
        Asks TWS.
    """

    def __init__(self) -> None:
        kinds = [(name, key) for key, (name, _) in WHAT.items()]
        self.index = ipywidgets.Text("SPY", description="Beta to", placeholder="SPY, SPX …", continuous_update=False)
        self.what = ipywidgets.Dropdown(description="Risk picture", options=kinds)
        self.days = ipywidgets.Dropdown(description="Profits", options=_DAYS)
        self.ask = button("Ask for risk", "Ask TWS for the greeks of the options, and for daily bars")
        self._notice, self._sums = ipywidgets.HTML(), ipywidgets.HTML()
        self._bars, self._lines = ipywidgets.HTML(), ipywidgets.HTML()
        fields = [classed(ipywidgets.VBox([each]), "ibnb-field") for each in (self.index, self.what, self.days)]
        self.view = classed(
            ipywidgets.VBox(
                [
                    self._notice,
                    classed(ipywidgets.Box([*fields, self.ask]), "ibnb-fields"),
                    self._sums,
                    self._bars,
                    self._lines,
                ]
            ),
            "ibnb-pictures",
        )
        self.say(Notice("idle", "Not asked yet.", "Greeks take a request for each option, betas bars of a year."))

    def say(self, notice: Notice) -> None:
        """Show how it stands."""
        self._notice.value = notice_html(notice)

    def said(self) -> str:
        """Return the HTML of how it stands."""
        return str(self._notice.value)

    def clear(self) -> None:
        """Show nothing, as for another account."""
        self._sums.value = self._bars.value = self._lines.value = ""
        self.say(Notice("idle", "Not asked yet.", "Press Ask for risk."))

    def draw(self, rows: pd.DataFrame, grid: pd.DataFrame, choice: Choice) -> tuple[str, str, str]:
        """Return the HTML of sums, bars and lines; takes a moment, and may be called from any thread."""
        by: Any = choice.group or "symbol"
        what: Any = self.what.value
        bars: Any = plot_risk(rows, what=what, by=by, top=_TOP)
        lines: Any = plot_risk(grid)
        return sums_html(rows), bars.html(), lines.html()

    def show(self, sums: str, bars: str, lines: str) -> None:
        """Show all three."""
        self._sums.value, self._bars.value, self._lines.value = sums, bars, lines


def sums_html(rows: pd.DataFrame) -> Html:
    """Return the sums of rows of a frame of risk, each with its unit."""
    base = Html.escape(str(rows.attrs.get("base_currency") or ""), 8)
    tile = Html('<div><dt>{}</dt><dd class="ibnb-figure">{} <span class="ibnb-unit">{}</span></dd></div>')
    units = {"gamma": " / 1 %", "vega": " / point", "theta": " / day"}

    def one(key: str, name: str) -> Html:
        known = rows[f"{key}_base"].dropna()
        value = float(known.sum()) if len(known) else None
        return tile.format(name, money(value, sign=True), Html("{}{}").format(base, units.get(key, "")))

    tiles = joined(one(key, name) for key, (name, _) in WHAT.items())
    return Html('<dl class="ibnb-tiles ibnb-risk-tiles">{}</dl>').format(tiles)
