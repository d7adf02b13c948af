"""Scenarios of orders on their way: dropped, and cut off in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.scenarios.fault import Fault
from ibnb.simulator.scenarios.registry import Faults, scenario
from ibnb.simulator.scenarios.settings import at_least, one_of
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client
    from ibnb.wire.codec import Message


def is_new(request: Message) -> bool:
    """Return whether a request places an order or changes one; a what-if does neither."""
    return request.id == Request.PLACE_ORDER and not request.values.get("what_if")


class _Drops(Fault):
    """Of the orders that come, some are taken for nothing."""

    def __init__(self, every: int) -> None:
        self.every, self.seen = every, 0

    async def requested(self, client: Client, request: Message) -> float | None:
        """Swallow every so-many-th."""
        if not is_new(request):
            return 0.0
        self.seen += 1
        return None if self.seen % self.every == 0 else 0.0


class _Cuts(Fault):
    """The connection ends around an order: before it is read, or once it is booked and nothing was told of it yet."""

    def __init__(self, before: bool, nth: int, times: int, client_id: int, by_reset: bool) -> None:
        self.before, self.nth, self.times, self.client_id, self.by_reset = before, nth, times, client_id, by_reset
        self.seen = 0
        self.cut: set[Client] = set()

    async def requested(self, client: Client, request: Message) -> float | None:
        """Count the orders, and end the connection of the one that is meant."""
        if not is_new(request) or self.client_id not in (-1, client.client_id):
            return None if client in self.cut else 0.0
        self.seen += 1
        if self.seen % self.nth or self.times <= 0:
            return 0.0
        self.times -= 1
        if self.before:
            self._end(client)
            return None
        self.cut.add(client)
        return 0.0

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Say nothing of the order, and hang up."""
        if client not in self.cut:
            return values
        self._end(client)
        return None

    def _end(self, client: Client) -> None:
        client.reset() if self.by_reset else client.hang_up()


@scenario("orders-dropped", "Every so-many-th order is lost: it is not booked, and nothing is ever said of it.")
def _dropped(every: int = 2) -> Faults:
    at_least("every", every, 1)
    return (_Drops(every),)


@scenario(
    "cut-at-order",
    "The connection (of one client id, if wanted) ends at every so-many-th order, so often: before it is read, or "
    "after it is booked and before anything is told of it; by a reset, if wanted.",
)
def _cut_at_order(when: str = "after", nth: int = 1, times: int = 1, client: int = -1, reset: bool = False) -> Faults:
    at_least("nth", nth, 1)
    at_least("times", times, 1)
    is_before = one_of("when", when, {"before": True, "after": False})
    return (_Cuts(is_before, nth, times, client, reset),)
