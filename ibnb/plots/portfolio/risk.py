"""`plot_risk`: what moves a portfolio, as bars by underlying, or what it gains at other prices, as lines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from ibnb.errors import BadInput
from ibnb.plots.drawing.theme import Style, check_style
from ibnb.plots.drawing.words import number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: What may be drawn of a frame of risk: how it is called, and what its amounts are.
WHAT = {
    "delta": ("Delta", "money that moves with the underlying"),
    "gamma": ("Gamma", "change of delta with 1 % of the underlying"),
    "vega": ("Vega", "gain with one point of volatility"),
    "theta": ("Theta", "gain with one day"),
    "beta_delta": ("Beta-weighted delta", "money that moves with the index"),
}


def plot_risk(
    frame: pd.DataFrame,
    *,
    what: Literal["delta", "gamma", "vega", "theta", "beta_delta"] = "delta",
    by: Literal["symbol", "contract", "sec_type", "currency", "sector", "tag"] = "symbol",
    top: int = 15,
    title: str | None = None,
    style: Style = "auto",
) -> Figure:
    """Draw what a portfolio risks, or what it would gain.

    Parameters
    ----------
    frame : DataFrame
        As ``tws.risk()`` gives it: a bar an underlying, to the right where the position gains with it, hatched to the
        left where it loses; the sums stand below. Or as ``tws.what_if()`` gives it: profit over the change of prices,
        a line for each change of volatility.
    what : {"delta", "gamma", "vega", "theta", "beta_delta"}
        Which of a frame of risk, in base currency.
    by : {"symbol", "contract", "sec_type", "currency", "sector", "tag"}
        What makes a bar; ``"symbol"`` is that of the underlying.
    top : int
        The most bars in a currency; the others are added up in one.
    title : str, optional
        In place of the name of what is drawn.
    style : {"auto", "light", "dark"}
        ``"auto"`` follows the notebook's theme, also when it is switched later.

    Returns
    -------
    matplotlib.figure.Figure
        It shows itself in a notebook.

    Raises
    ------
    BadInput
        Neither of the two frames, or an argument out of range.

    Notes
    -----
    Asks TWS nothing.

    Examples
    --------
    >>> import ibnb
    >>> tws = ibnb.start()  # doctest: +SKIP
    >>> ibnb.plot_risk(tws.risk(), what="vega")  # doctest: +SKIP
    >>> ibnb.plot_risk(tws.what_if([-0.2, -0.1, 0, 0.1, 0.2], [-0.05, 0, 0.05]))  # doctest: +SKIP
    """
    check_style(style)
    if what not in WHAT:
        raise BadInput("what", what, f"one of {', '.join(WHAT)}", 'what="delta"')
    if is_grid(frame):
        from ibnb.plots.portfolio.profit_lines import lines

        return lines(frame, title or "Profit at other prices", style)
    name, measure = WHAT[what]
    from ibnb.plots.portfolio.exposure import accounts_in, exposure

    shown = exposure(_as_values(frame, what), by, top, missing=name)
    shown = replace(shown, notes=(*shown.notes, *_sums(frame)))
    from ibnb.plots.portfolio.panels import picture
    from ibnb.plots.portfolio.risk_bars import look

    nothing = None
    if not any(panel.gross for panel in shown.panels):
        nothing = f"No {name.lower()}", "No positions that move with it" if shown.panels else "No positions with any"
    return picture(shown, look(measure), title or name, by, accounts_in(frame), style, nothing)


def is_grid(frame: Any) -> bool:
    """Return whether a frame is of ``tws.what_if()``."""
    index, columns = (getattr(frame, name, None) for name in ("index", "columns"))
    return (getattr(index, "name", ""), getattr(columns, "name", "")) == ("price", "volatility")


def _as_values(frame: pd.DataFrame, what: str) -> pd.DataFrame:
    """Return a frame of risk as of positions whose values are what is drawn, in each contract's currency and in base.

    Raises
    ------
    BadInput
    """
    import pandas as pd

    column = f"{what}_base"
    if not isinstance(frame, pd.DataFrame) or column not in frame.columns or "underlying" not in frame.columns:
        told = list(frame.columns) if isinstance(frame, pd.DataFrame) else type(frame).__name__
        hint = "plot_risk(tws.risk()), or plot_risk(tws.what_if())"
        raise BadInput("frame", told, "the DataFrame of tws.risk() or tws.what_if()", hint)
    shown = frame[frame[column] != 0].copy()  # shares have no vega, say: nothing of them is left out
    shown["symbol"] = shown["underlying"].where(shown["underlying"] != "", shown["symbol"])
    shown["market_value_base"] = shown[column]
    shown["market_value"] = shown[column] / shown["exchange_rate"]
    return shown


def _sums(frame: pd.DataFrame) -> list[str]:
    """Return the sums of a frame of risk in words, where its accounts have one base currency."""
    bases = set(frame["base_currency"]) if "base_currency" in frame.columns else set()
    if len(bases) != 1:
        return []
    told = {name: frame[f"{key}_base"] for key, (name, _) in WHAT.items() if f"{key}_base" in frame.columns}
    words = [f"{name.lower()} {number(value.sum())}" for name, value in told.items() if value.notna().any()]
    index = frame.attrs.get("index")
    unit = f" {bases.pop()}" + (f" (beta to {str(index).split()[0]})" if index else "")
    return [f"in all: {', '.join(words)}{unit}"] if words else []
