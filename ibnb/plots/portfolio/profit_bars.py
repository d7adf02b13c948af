"""What the bars of gains and losses mean, which amount stands beside them, and what is told of them in words."""

from __future__ import annotations

from ibnb.plots.drawing.words import number
from ibnb.plots.portfolio.exposure import Panel
from ibnb.plots.portfolio.panels import Look, Numbers


def _told(panel: Panel) -> str:
    """Return what a panel shows, in words."""
    rows = [row for row in panel.rows if not row.others] or list(panel.rows)
    best, worst = max(rows, key=lambda row: row.net), min(rows, key=lambda row: row.net)
    net = sum(row.net for row in panel.rows)
    parts = [f"{number(net, sign=True)} {panel.currency} in all"]
    if best.net > 0:
        parts.append(f"most gained by {best.label} ({number(best.net, sign=True)})")
    if worst.net < 0:
        parts.append(f"most lost by {worst.label} ({number(worst.net, sign=True)})")
    return ", ".join(parts)


LOOK = Look(
    "gain",
    "loss",
    "P&L",
    (Numbers(1.15, "", lambda row, _panel: number(row.net, sign=True), lambda row: row.net),),
    _told,
)
