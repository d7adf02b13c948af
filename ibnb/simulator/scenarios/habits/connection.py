"""Habits of connecting, and of what a TWS says about its own connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.scenarios.fault import Fault
from ibnb.simulator.scenarios.habit import plain_habit
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.server.client import ClientConnection

_UPON_DEMAND = "upon demand."


class _NamesIdleFarmsAfterAColon(Fault):
    """Farms that sleep are named after a colon, as all others are."""

    def responding(self, client: ClientConnection, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Change the mark before the farm's name."""
        if response != Response.ERROR or _UPON_DEMAND not in values["message"]:
            return values
        return {**values, "message": values["message"].replace(_UPON_DEMAND, _UPON_DEMAND.replace(".", ":"))}


plain_habit(
    "idle-farms-after-colon",
    "Farms that sleep (2107, 2108, 2159) are named after a colon rather than after a full stop.",
    _NamesIdleFarmsAfterAColon(),
)
