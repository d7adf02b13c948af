"""How long is waited before something is tried again: seconds before each attempt, growing while it does not help."""

from __future__ import annotations

from collections.abc import Sequence

#: To connect: a TWS that restarts is back within a minute, and asked for ever.
CONNECT = (0.0, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0, 5.0)
#: To be served by a TWS that is there: after a loss, or where its servers, a farm or its pace refuse for a while.
SERVE = (0.0, 2.0, 10.0, 30.0, 60.0, 120.0)
#: To ask again for what is silent since a loss that is over.
SILENCE = (8.0, 30.0, 120.0, 600.0)
#: To find a contract that TWS does not find: its maintenance takes hours of the night.
MAINTENANCE = (30.0, 120.0, 600.0, 1_800.0)


def pause(table: Sequence[float], attempt: int) -> float:
    """Return the seconds before an attempt, counted from 0; the last are for all that follow.

    Examples
    --------
    >>> pause(SERVE, 1), pause(SERVE, 99)
    (2.0, 120.0)
    """
    return table[min(attempt, len(table) - 1)]
