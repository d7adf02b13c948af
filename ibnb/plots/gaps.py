"""`plot_gaps`: which days of a series have all their bars, and where some are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput
from ibnb.ground.waits import waiting
from ibnb.plots.drawing.theme import Style, check_style
from ibnb.plots.drawing.words import number

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.plots.drawing.figure import ChartFigure

_NEEDED = ("start", "end", "session", "bars", "reason")
#: So many sessions are named in the alt text.
_SHOWN = 4


@waiting("the picture")
def plot_gaps(gaps: pd.DataFrame, *, title: str | None = None, style: Style = "auto") -> ChartFigure:
    """Draw how many bars are missing on each day.

    Parameters
    ----------
    gaps : DataFrame
        From ``tws.gaps``: one row a stretch of missing bars.
    title : str, optional
        In place of the symbol.
    style : {"auto", "light", "dark"}
        ``"auto"`` follows the notebook's theme.

    Returns
    -------
    matplotlib.figure.Figure
        A column a session, as high as bars are missing; what was never asked for apart from what TWS has no bars of.

    Raises
    ------
    BadInput
        Not a frame of gaps.

    Examples
    --------
    >>> import ibnb
    >>> tws = ibnb.start()  # doctest: +SKIP
    >>> ibnb.plot_gaps(tws.gaps("AAPL", start="2026-01-02", bar_size="1 min"))  # doctest: +SKIP
    """
    check_style(style)
    missing = [name for name in _NEEDED if name not in getattr(gaps, "columns", ())]
    if missing:
        raise BadInput("gaps", type(gaps).__name__, f"a frame of tws.gaps; it lacks {', '.join(missing)}")
    from ibnb.plots.drawing.figure import new_figure, say_instead

    heading = title or str(gaps.attrs.get("symbol") or "Gaps")
    asked = " · ".join(str(gaps.attrs[name]) for name in ("bar_size", "what") if gaps.attrs.get(name))
    if gaps.empty:
        figure = new_figure(10, 2.4, style)
        say_instead(figure, f"{heading}: no gaps", asked)
        return figure
    figure = new_figure(10, 2.8, style)
    palette = figure.palette
    axes = figure.add_axes((0.06, 0.2, 0.92, 0.56), facecolor=palette.background)
    counts = gaps.groupby(["session", "reason"])["bars"].sum().unstack(fill_value=0)
    looks: dict[str, dict[str, Any]] = {
        "TWS has no bars": {"facecolor": palette.down, "edgecolor": palette.down},
        "not asked for": {"facecolor": palette.background, "edgecolor": palette.up, "hatch": "////"},
    }
    below = counts.iloc[:, 0] * 0
    for reason, look in looks.items():
        if reason in counts:
            axes.bar(counts.index, counts[reason], width=0.8, bottom=below, label=reason, **look)
            below = below + counts[reason]
    total = int(gaps["bars"].sum())
    axes.set_title(heading, loc="left", pad=18, size=14, weight="bold", color=palette.text, parse_math=False)
    subtitle = f"{asked} · {number(total)} bars missing in {number(counts.shape[0])} sessions".lstrip(" ·")
    axes.annotate(
        subtitle,
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 5),
        textcoords="offset points",
        color=palette.muted,
        parse_math=False,
    )
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1.02), ncols=2, frameon=False, labelcolor=palette.muted)
    axes.tick_params(colors=palette.muted)
    axes.set_ylabel("missing bars", color=palette.muted)
    for name, spine in axes.spines.items():
        spine.set_visible(name in ("bottom", "left"))
        spine.set_color(palette.line)
    figure.alt_text = (
        f"Missing bars of {heading}: {number(total)} in {number(counts.shape[0])} sessions, {_days(counts.index)}."
    )
    return figure


def _days(sessions: pd.Index) -> str:
    """Return the first sessions in words, and how many more there are."""
    shown = ", ".join(f"{day:%Y-%m-%d}" for day in sessions[:_SHOWN])
    more = len(sessions) - _SHOWN
    return shown + (f" and {number(more)} more" if more > 0 else "")
