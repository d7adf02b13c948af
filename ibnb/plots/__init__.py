"""Pictures of frames: candles of bars, their gaps, the allocation and the profit of a portfolio, as matplotlib figures.

Importing this room costs nothing: matplotlib is loaded when the first picture is drawn.
"""

from ibnb.plots.allocation import plot_allocation
from ibnb.plots.bars import plot_bars
from ibnb.plots.gaps import plot_gaps
from ibnb.plots.profit import plot_pnl

__all__ = ["plot_allocation", "plot_bars", "plot_gaps", "plot_pnl"]
