"""In which unit sizes of shares are sent: in shares, or in lots where TWS is set so for older programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument
    from ibnb.simulator.server.client import ClientConnection

_ROUND_LOT = 100


def lot_of(client: ClientConnection, instrument: Instrument) -> int:
    """Return how many shares a size of 1 stands for."""
    in_lots = client.server.scenarios.habits.sizes_in_lots
    return _ROUND_LOT if in_lots and instrument.sec_type == "STK" and instrument.kind == "US" else 1
