"""Scenarios of how clients learn of their orders: late, in another sequence, not at all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ibnb.simulator.scenarios.fault import Fault
from ibnb.simulator.scenarios.habit import Has
from ibnb.simulator.scenarios.placing.reaching import is_new
from ibnb.simulator.scenarios.registry import Faults, plain, scenario
from ibnb.simulator.scenarios.settings import at_least, one_of
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client
    from ibnb.wire.codec import Message

_FIRST = {"": "", "PendingSubmit": "PendingSubmit", "ApiPending": "ApiPending"}


class _TellsPending(Fault):
    """An order has a status, and no permanent id, before anybody has acknowledged it.

    Who changes it before it is booked is told that its number is taken.
    """

    def __init__(self, status: str, seconds: float) -> None:
        self.status, self.seconds = status, seconds
        self._booked: dict[tuple[int | None, int], float] = {}

    async def requested(self, client: Client, request: Message) -> float | None:
        """Tell the status, where one is to be told; and have the order taken later, where it is."""
        if not is_new(request):
            return 0.0
        values, now = request.values, time.monotonic()
        key = client.client_id, values["order_id"]
        if key in self._booked and now < self._booked[key]:
            client.error(103, "Duplicate order id", values["order_id"])
            return None
        self._booked.setdefault(key, now + self.seconds)
        if self.status:
            client.send(
                Response.ORDER_STATUS,
                {
                    "order_id": values["order_id"],
                    "status": self.status,
                    "filled": 0,
                    "remaining": values["total_quantity"] or 0,
                    "avg_fill_price": 0.0,
                    "perm_id": 0,
                    "parent_id": values.get("parent_id") or 0,
                    "last_fill_price": 0.0,
                    "client_id": client.client_id,
                    "why_held": "",
                    "mkt_cap_price": 0.0,
                },
            )
        return self.seconds


plain(
    "orders-untold",
    "Orders are booked and filled, and nothing is told of them unless it is asked for.",
    Has(tells_orders=False),
)


@scenario(
    "orders-slow",
    "What becomes of orders is told so many seconds late, and a status at once, if wanted (PendingSubmit, ApiPending); "
    "with booked=false they are not booked either until then.",
)
def _slow(seconds: float = 2.0, first: str = "PendingSubmit", booked: bool = True) -> Faults:
    at_least("seconds", seconds, 0)
    pending = _TellsPending(one_of("first", first, _FIRST), 0.0 if booked else seconds)
    return (pending, Has(tells_orders_after=seconds)) if booked else (pending,)


plain("fills-first", "Executions come before the first status of their order.", Has(tells_fills_first=True))
plain(
    "fills-without-status",
    "Executions come, and no status ever says that their order is filled.",
    Has(tells_filled=False),
)


@scenario("commissions-late", "Commission reports come so many seconds after their fill, and so many times over.")
def _commissions_late(seconds: float = 1.0, times: int = 1) -> Faults:
    at_least("seconds", seconds, 0)
    at_least("times", times, 0)
    return (Has(tells_commissions_after=seconds, tells_commissions=times),)
