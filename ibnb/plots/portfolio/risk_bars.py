"""What the bars of a risk mean, which amount stands beside them, and what is told of them in words."""

from __future__ import annotations

from ibnb.plots.drawing.words import number
from ibnb.plots.portfolio.exposure import Panel
from ibnb.plots.portfolio.panels import Look, Numbers


def look(measure: str) -> Look:
    """Return how bars are drawn that measure something, in words."""
    amount = Numbers(1.15, "", lambda row, _panel: number(row.net, sign=True))
    return Look("gains with it", "loses with it", measure, (amount,), _told)


def _told(panel: Panel) -> str:
    """Return what a panel shows, in words."""
    largest = max((row for row in panel.rows if not row.others), key=lambda row: row.gross)
    net = sum(row.net for row in panel.rows)
    return (
        f"{number(net, sign=True)} {panel.currency} in all, most of it {largest.label} "
        f"({number(largest.net, sign=True)})"
    )
