"""Pictures of frames as matplotlib figures: bars, gaps, a portfolio's allocation, profit, risk, equity, option smiles.

Importing this room costs nothing: matplotlib is loaded when the first picture is drawn.
"""

from ibnb.plots.bars import plot_bars
from ibnb.plots.equity.equity import plot_equity
from ibnb.plots.gaps import plot_gaps
from ibnb.plots.options.smile import plot_smile
from ibnb.plots.portfolio.allocation import plot_allocation
from ibnb.plots.portfolio.profit import plot_pnl
from ibnb.plots.portfolio.risk import plot_risk

__all__ = ["plot_allocation", "plot_bars", "plot_equity", "plot_gaps", "plot_pnl", "plot_risk", "plot_smile"]
