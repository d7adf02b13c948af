"""Markets that are closed whatever the hour, as a scenario has them: from then on their prices stand still."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import floor, inf

from ibnb.simulator.market.hours.clock import Clock

#: Whose symbol is closed ("" for nobody's, ``*`` for all), and since when (`time.monotonic`).
Told = tuple[str, float]
ALL = "*"


class Closures:
    """What is closed at present.

    Parameters
    ----------
    clock : Clock
        The market's.

    Attributes
    ----------
    told : callable
        Returns what is closed, by symbol.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.told: Callable[[], Told] = _none
        self._known: Told = _none()
        self._moment = inf

    def since(self, symbol: str) -> float:
        """Return the moment, in epoch seconds, from which on a symbol does not trade; infinity where it does."""
        told = self.told()
        if not told[0] or told[0] not in (symbol, ALL):
            return inf
        if told != self._known:
            ago = (time.monotonic() - told[1]) * self._clock.speed
            self._known, self._moment = told, float(floor(self._clock.now() - ago))
        return self._moment


def _none() -> Told:
    return "", 0.0
