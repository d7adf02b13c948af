"""What the bars of an allocation mean, which numbers stand beside them, and what is told of them in words."""

from __future__ import annotations

from ibnb.plots.drawing.words import number
from ibnb.plots.portfolio.exposure import Panel, Row
from ibnb.plots.portfolio.panels import Look, Numbers


def _share(row: Row, panel: Panel) -> str:
    return f"{number(100 * panel.part * row.net / panel.gross, 1)} %" if panel.gross else ""


def _profit(row: Row, _panel: Panel) -> str:
    return "unknown" if row.unrealized_pnl is None else number(row.unrealized_pnl, sign=True)


def _told(panel: Panel) -> str:
    """Return what a panel shows, in words."""
    largest = max((row for row in panel.rows if not row.others), key=lambda row: row.gross)
    shorts = sum(1 for row in panel.rows if row.net < 0)
    pnl = sum(row.unrealized_pnl or 0 for row in panel.rows)
    share = f" with {number(100 * panel.part * abs(largest.net) / panel.gross, 1)} %" if panel.gross else ""
    return (
        f"gross value {number(panel.gross)} {panel.currency}, largest {largest.label}{share}, "
        f"{number(shorts)} short, unrealized P&L {number(pnl, sign=True)}"
    )


LOOK = Look(
    "long",
    "short",
    "market value",
    (
        Numbers(1.15, "market value", lambda row, _panel: number(row.net)),
        Numbers(1.85, "of gross", _share),
        Numbers(2.95, "unrealized P&L", _profit, lambda row: row.unrealized_pnl),
    ),
    _told,
)
