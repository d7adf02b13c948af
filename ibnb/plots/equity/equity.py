"""`plot_equity`: what accounts were worth day by day, and how far below their highest they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.errors import BadInput
from ibnb.ground.waits import waiting
from ibnb.plots.drawing.theme import Style, check_style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_NEEDED = ("account", "date", "net_liquidation", "drawdown", "base_currency")


@waiting("the picture")
def plot_equity(equity: pd.DataFrame, *, title: str | None = None, style: Style = "auto") -> Figure:
    """Draw the equity curve of a journal, and below it the drawdown.

    Parameters
    ----------
    equity : DataFrame
        From ``journal.equity()``: one row an account and day; each account has a line.
    title : str, optional
        In place of "Equity".
    style : {"auto", "light", "dark"}
        ``"auto"`` follows the notebook's theme.

    Returns
    -------
    matplotlib.figure.Figure
        Above what the accounts are worth, each in its base currency, with a mark where money was paid in or out; below
        how far, in percent, each is below its highest, deposits aside. Account numbers are masked.

    Raises
    ------
    BadInput
        Not a frame of a journal's equity.

    Examples
    --------
    >>> import ibnb
    >>> ibnb.plot_equity(ibnb.Journal().equity())  # doctest: +SKIP
    """
    check_style(style)
    missing = [name for name in _NEEDED if name not in getattr(equity, "columns", ())]
    if missing:
        allowed = f"a frame of journal.equity(); it lacks {', '.join(missing)}"
        raise BadInput("equity", type(equity).__name__, allowed, "plot_equity(tws.journal().equity())")
    from ibnb.plots.drawing.figure import new_figure, say_instead
    from ibnb.plots.equity.curve import curves_of, draw, in_words

    heading, curves = title or "Equity", curves_of(equity)
    if not curves:
        figure = new_figure(10, 2.4, style)
        say_instead(figure, f"{heading}: nothing kept yet", "tws.journal().sync() keeps today's value")
        return figure
    figure = new_figure(10, 5.2, style)
    draw(figure, curves, heading)
    figure.alt_text = in_words(curves, heading)
    return figure
