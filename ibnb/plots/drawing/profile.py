"""Volume at price: how much was traded at which prices. A bar's volume is spread evenly from its low to its high."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ibnb.plots.drawing.barframe import Bars, Floats

#: How many steps of price a profile has.
STEPS = 40


@dataclass(frozen=True)
class Profile:
    """Volume by steps of price, from the lowest to the highest.

    Attributes
    ----------
    edges : array of float64
        Prices, one more than there are steps.
    volume : array of float64
        What was traded in each step; all of it adds up to that of the bars.
    """

    edges: Floats
    volume: Floats

    @property
    def most(self) -> float:
        """The price in the middle of the step with the most volume; NaN where nothing was traded."""
        if not self.volume.any():
            return float("nan")
        step = int(self.volume.argmax())
        return float(self.edges[step] + self.edges[step + 1]) / 2


def volume_at_price(bars: Bars, start: int = 0, stop: int | None = None, steps: int = STEPS) -> Profile:
    """Return the profile of the bars from `start` to `stop`."""
    part = slice(max(0, start), stop)
    volume = np.nan_to_num(bars.volume[part])
    traded = bars.drawable[part] & (volume > 0)
    low, high, volume = bars.low[part][traded], bars.high[part][traded], volume[traded]
    if not len(volume):
        return Profile(np.array([0.0, 1.0]), np.array([0.0]))
    bottom, top = float(low.min()), float(high.max())
    if top <= bottom:  # one price alone: a step around it
        return Profile(np.array([bottom - 0.005, bottom + 0.005]), np.array([volume.sum()]))
    edges = np.linspace(bottom, top, steps + 1)
    wide = high > low
    per_price = volume[wide] / (high - low)[wide]
    below = np.array([(np.clip(edge - low[wide], 0, (high - low)[wide]) * per_price).sum() for edge in edges])
    spread = np.diff(below)
    # What traded at one price alone goes to its step whole.
    step = np.clip(np.searchsorted(edges, low[~wide], side="right") - 1, 0, steps - 1)
    return Profile(edges, spread + np.bincount(step, volume[~wide], minlength=steps))
