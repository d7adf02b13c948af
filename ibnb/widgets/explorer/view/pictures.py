"""The pictures of an explorer: what is held and what it gains, of the positions that the filter leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from ibnb.plots import plot_allocation, plot_pnl
from ibnb.widgets.explorer.rows import Choice
from ibnb.widgets.kit.controls import classed

if TYPE_CHECKING:
    import pandas as pd

_WHAT = (("Day", "daily"), ("Unrealized", "unrealized"), ("Realized today", "realized"), ("Total", "total"))
#: So many rows a picture has.
_TOP = 12


class ExplorerPictures:
    """The two pictures, and which profit the second shows.

    Attributes
    ----------
    view : ipywidgets.Widget
        What to display.
    what : ipywidgets.Dropdown
        Which profit.
    """

    def __init__(self) -> None:
        self.what = ipywidgets.Dropdown(description="P&L picture", options=_WHAT)
        self._allocation, self._profit = ipywidgets.HTML(), ipywidgets.HTML()
        self.view = classed(
            ipywidgets.VBox(
                [
                    self._allocation,
                    classed(ipywidgets.Box([classed(ipywidgets.VBox([self.what]), "ibnb-field")]), "ibnb-fields"),
                    self._profit,
                ]
            ),
            "ibnb-pictures",
        )

    def draw(self, rows: pd.DataFrame, whole: pd.DataFrame, choice: Choice, base: str) -> tuple[str, str]:
        """Return the HTML of both; takes a moment, and may be called from any thread.

        Parameters
        ----------
        rows, whole : DataFrame
            What the filter leaves, and all that is held: shares are of that.
        choice : Choice
            What makes a bar.
        base : str
            The currency.
        """
        return _draw(_in_base(rows, base), _in_base(whole, base), choice.group or "symbol", self.what.value)

    def show(self, allocation: str, profit: str) -> None:
        """Show both."""
        self._allocation.value, self._profit.value = allocation, profit


def _in_base(rows: pd.DataFrame, base: str) -> pd.DataFrame:
    """Return the rows as of one account: all that is in base currency is in that of the first."""
    rows = rows.reset_index(drop=True)
    rows["base_currency"] = base
    rows.attrs = {"base_currency": base}
    return rows


def _draw(rows: pd.DataFrame, whole: pd.DataFrame, by: Any, what: Any) -> tuple[str, str]:
    held: Any = plot_allocation(rows, by=by, top=_TOP, whole=whole if len(whole) > len(rows) else None)
    figures: tuple[Any, Any] = held, plot_pnl(rows, what=what, by=by, top=_TOP)
    one, other = (str(figure._repr_mimebundle_()["text/html"]) for figure in figures)
    return one, other
