"""Pictures of frames as matplotlib figures: bars and their gaps, a portfolio's allocation and profit, option smiles.

Importing this room costs nothing: matplotlib is loaded when the first picture is drawn.
"""

from ibnb.plots.allocation import plot_allocation
from ibnb.plots.bars import plot_bars
from ibnb.plots.gaps import plot_gaps
from ibnb.plots.profit import plot_pnl
from ibnb.plots.smile import plot_smile

__all__ = ["plot_allocation", "plot_bars", "plot_gaps", "plot_pnl", "plot_smile"]
