"""Habits of connecting, and of what a TWS says about its own connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.scenarios.fault import Fault
from ibnb.simulator.scenarios.habit import Has, habit, plain_habit
from ibnb.simulator.scenarios.registry import Faults
from ibnb.simulator.scenarios.texts import DATA_LOST, FARMS
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client
    from ibnb.wire.codec import Message

#: A code of the warnings (2100 to 2199) that no list has.
_UNKNOWN = 2198
_UPON_DEMAND = "upon demand."


class _NamesIdleFarmsAfterAColon(Fault):
    """Farms that sleep are named after a colon, as all others are."""

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Change the mark before the farm's name."""
        if response != Response.ERROR or _UPON_DEMAND not in values["message"]:
            return values
        return {**values, "message": values["message"].replace(_UPON_DEMAND, _UPON_DEMAND.replace(".", ":"))}


plain_habit(
    "idle-farms-after-colon",
    "Farms that sleep (2107, 2108, 2159) are named after a colon rather than after a full stop.",
    _NamesIdleFarmsAfterAColon(),
)


class _RestoredWithoutFarms(Fault):
    """1102 says that the servers are back, and not what became of the farms."""

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Cut the text before its lists."""
        if response != Response.ERROR or values["code"] != 1102:
            return values
        said = values["message"].partition("maintained.")
        return {**values, "message": said[0] + said[1]}


class _DataLostListsFarms(Fault):
    """1101 lists the farms as 1102 does."""

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Put the list behind the text."""
        if response != Response.ERROR or values["code"] != DATA_LOST[0]:
            return values
        return {**values, "message": f"{values['message']} All data farms are connected: {'; '.join(FARMS)}."}


class _NoticesUnderZero(Fault):
    """What belongs to no request comes under the id 0."""

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Change the id."""
        notice = response == Response.ERROR and values["request_id"] == -1
        return {**values, "request_id": 0} if notice else values


class _RemarksOnRequests(Fault):
    """Before the answer a warning comes under the request's own id, with a number that nobody knows yet."""

    async def requested(self, client: Client, request: Message) -> float | None:
        """Send it."""
        own = request.values.get("request_id")
        if client.started and own is not None:
            client.error(_UNKNOWN, "Warning: a remark that no list of codes has.", own)
        return 0.0


plain_habit(
    "restored-without-farms",
    "1102 does not list the data farms.",
    _RestoredWithoutFarms(),
)
plain_habit(
    "data-lost-lists-farms",
    "1101 lists the data farms, as 1102 does.",
    _DataLostListsFarms(),
)
plain_habit(
    "account-updates-a-client",
    "Each client is served the account updates of the account that it asks for, whatever others ask for.",
    Has(one_account_for_all=False),
)
plain_habit(
    "notices-under-zero",
    "Notices that belong to no request come under the id 0 rather than -1.",
    _NoticesUnderZero(),
)
plain_habit(
    "remarks-on-requests",
    "Before its answer each request with an id gets a warning under that id, of a code that no list has.",
    _RemarksOnRequests(),
)


@habit(
    "order-ids-go-back",
    "The next order id is 1 at each connection, also where ids above it were used; those of orders that are over may "
    "be used again, if wanted, as if TWS had forgotten them.",
)
def _order_ids_go_back(reused: bool = False) -> Faults:
    return (Has(order_ids_go_on=False, order_ids_reused=reused),)
