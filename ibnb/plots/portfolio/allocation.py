"""`plot_allocation`: what a portfolio holds, longs to the right and shorts to the left, with its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ibnb.ground.waits import waiting
from ibnb.plots.drawing.theme import Style, check_style

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.plots.drawing.figure import ChartFigure


@waiting("the picture")
def plot_allocation(
    portfolio: pd.DataFrame,
    *,
    by: Literal["symbol", "contract", "sec_type", "currency", "sector", "tag"] = "symbol",
    top: int = 15,
    title: str | None = None,
    whole: pd.DataFrame | None = None,
    style: Style = "auto",
) -> ChartFigure:
    """Draw what a portfolio holds, and how it stands.

    A bar to the right is long, a bar to the left short; where a row has both, both are drawn and a diamond
    marks their net value. Shares are of the gross value: longs and shorts, both counted as positive. Cash is
    no position.

    Parameters
    ----------
    portfolio : DataFrame
        As ``tws.portfolio()`` gives it; used are ``symbol local_symbol sec_type currency position
        market_value unrealized_pnl account``, values in each contract's currency. Several currencies are
        added where there is a column ``market_value_base`` without gaps, or where
        ``portfolio.attrs["exchange_rates"]`` gives the value of one unit of each (by currency, or by account
        and currency) in ``portfolio.attrs["base_currency"]``; else each currency has bars of its own.
    by : {"symbol", "contract", "sec_type", "currency", "sector", "tag"}
        What makes a row; ``"sector"`` and ``"tag"`` where the frame has a column of that name.
    top : int
        The most rows in a currency; the others are added up in one.
    title : str, optional
        In place of "Allocation".
    whole : DataFrame, optional
        All that is held, where `portfolio` is a part of it: shares are of this.
    style : {"auto", "light", "dark"}
        ``"auto"`` follows the notebook's theme, also when it is switched later.

    Returns
    -------
    matplotlib.figure.Figure
        It shows itself in a notebook; one pair of axes for each currency.

    Raises
    ------
    BadInput
        Not a frame of positions with market values, or an argument out of range.

    Notes
    -----
    Asks TWS nothing; the positions come from ``reqAccountUpdates``.

    Examples
    --------
    >>> import ibnb
    >>> tws = ibnb.start()  # doctest: +SKIP
    >>> ibnb.plot_allocation(tws.portfolio(), by="sec_type")  # doctest: +SKIP
    """
    check_style(style)
    from ibnb.plots.portfolio.exposure import accounts_in, exposure
    from ibnb.plots.portfolio.part import as_part_of

    held = exposure(portfolio, by, top)
    if whole is not None:
        held = as_part_of(held, portfolio, whole)
    from ibnb.plots.portfolio.allocation_bars import LOOK
    from ibnb.plots.portfolio.panels import picture

    nothing = None if held.panels else ("Nothing held", "No open positions")
    return picture(held, LOOK, title or "Allocation", by, accounts_in(portfolio), style, nothing)
