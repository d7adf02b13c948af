"""`plot_pnl`: where a portfolio gains and loses, gains to the right and losses to the left, with the amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ibnb.errors import BadInput
from ibnb.ground.waits import waiting
from ibnb.plots.drawing.theme import Style, check_style

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.plots.drawing.figure import ChartFigure

#: What may be drawn, by the word for it.
WHAT = {
    "daily": ("daily_pnl", "P&L of the day"),
    "unrealized": ("unrealized_pnl", "Unrealized P&L"),
    "realized": ("realized_pnl", "Realized P&L of the day"),
    "total": ("total_pnl", "Unrealized and realized P&L"),
}


@waiting("the picture")
def plot_pnl(
    portfolio: pd.DataFrame,
    *,
    what: Literal["daily", "unrealized", "realized", "total"] = "daily",
    by: Literal["symbol", "contract", "sec_type", "currency", "sector", "tag"] = "symbol",
    top: int = 15,
    title: str | None = None,
    style: Style = "auto",
) -> ChartFigure:
    """Draw where a portfolio gains and where it loses.

    A bar to the right is a gain, a hatched bar to the left a loss; where a row has both, both are drawn and a diamond
    marks what is left.

    Parameters
    ----------
    portfolio : DataFrame
        As ``tws.portfolio()`` gives it; used are ``symbol local_symbol sec_type currency position account`` and the
        profit, in the account's base currency where it is known there.
    what : {"daily", "unrealized", "realized", "total"}
        Which profit: of the day, not taken, taken today, or not taken and taken together.
    by : {"symbol", "contract", "sec_type", "currency", "sector", "tag"}
        What makes a row.
    top : int
        The most rows in a currency, those that moved most; the others are added up in one.
    title : str, optional
        In place of the name of the profit.
    style : {"auto", "light", "dark"}
        ``"auto"`` follows the notebook's theme, also when it is switched later.

    Returns
    -------
    matplotlib.figure.Figure
        It shows itself in a notebook; one pair of axes for each currency.

    Raises
    ------
    BadInput
        Not a frame of positions with that profit, or an argument out of range.

    Notes
    -----
    Asks TWS nothing; the profit comes from ``reqAccountUpdates``, that of the day from ``reqPnLSingle``.

    Examples
    --------
    >>> import ibnb
    >>> tws = ibnb.start()  # doctest: +SKIP
    >>> ibnb.plot_pnl(tws.portfolio(), what="daily")  # doctest: +SKIP
    """
    check_style(style)
    if what not in WHAT:
        raise BadInput("what", what, f"one of {', '.join(WHAT)}", 'what="daily"')
    column, name = WHAT[what]
    from ibnb.plots.portfolio.exposure import accounts_in, exposure

    moved = exposure(_as_values(portfolio, column), by, top, missing=name)
    from ibnb.plots.portfolio.panels import picture
    from ibnb.plots.portfolio.profit_bars import LOOK

    nothing = None
    if not any(panel.gross for panel in moved.panels):
        reason = "No position has gained or lost" if moved.panels else "No positions with a known profit"
        nothing = "Nothing gained or lost", reason
    return picture(moved, LOOK, title or name, by, accounts_in(portfolio), style, nothing)


def _as_values(portfolio: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a portfolio with its profit in place of its values: what adds up the ones adds up the others."""
    import pandas as pd

    if not isinstance(portfolio, pd.DataFrame):
        raise BadInput(
            "portfolio", type(portfolio).__name__, "the DataFrame of tws.portfolio()", "plot_pnl(tws.portfolio())"
        )
    if column not in portfolio.columns:
        hint = "tws.portfolio() has it; tws.positions() has none"
        raise BadInput("portfolio", list(portfolio.columns), f"the column {column} is missing", hint)
    frame = portfolio.copy()
    frame["market_value"] = frame[column]
    if f"{column}_base" in frame.columns:
        frame["market_value_base"] = frame[f"{column}_base"]
    elif "market_value_base" in frame.columns:
        frame = frame.drop(columns="market_value_base")
    return frame
