"""Scenarios of orders: dropped, not told of, cut off in the middle, rejected, filled in parts, halted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ibnb.simulator.scenarios.fault import Fault
from ibnb.simulator.scenarios.habit import Has
from ibnb.simulator.scenarios.message_faults import Answers
from ibnb.simulator.scenarios.registry import Faults, plain, scenario
from ibnb.simulator.scenarios.settings import at_least, one_of
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client
    from ibnb.wire.codec import Message

#: Why orders are rejected, as real servers have put it.
REASONS = {
    "margin": (
        "YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR EQUITY WITH LOAN VALUE "
        "[1000.00 USD] MUST EXCEED THE INITIAL MARGIN [25000.00 USD]"
    ),
    "permission": "No trading permissions.",
    "short": "The contract is not available for short sale.",
    "closed": "Exchange is closed.",
    "price": "Limit price too far outside of NBBO.",
}
#: Refusals by an error alone, of orders that TWS's own precautions hold back.
PRECAUTIONS = {
    "percentage": (
        163,
        "The following order would violate percentage constraint specified in the default order settings.",
    ),
    "range": (
        109,
        "Price is out of the range defined by the Percentage setting at order defaults frame. The order will not be "
        "transmitted.",
    ),
    "permission": (460, "No trading permissions."),
}


def _is_new(request: Message) -> bool:
    return request.id == Request.PLACE_ORDER and not request.values.get("what_if")


class _Drops(Fault):
    """Of the orders that come, some are taken for nothing."""

    def __init__(self, every: int) -> None:
        self.every, self.seen = every, 0

    async def requested(self, client: Client, request: Message) -> float | None:
        """Swallow every so-many-th."""
        if not _is_new(request):
            return 0.0
        self.seen += 1
        return None if self.seen % self.every == 0 else 0.0


class _Cuts(Fault):
    """The connection ends around an order: before it is read, or once it is booked and nothing was told of it yet."""

    def __init__(self, before: bool, nth: int, times: int) -> None:
        self.before, self.nth, self.times = before, nth, times
        self.seen = 0
        self.cut: set[Client] = set()

    async def requested(self, client: Client, request: Message) -> float | None:
        """Count the orders, and end the connection of the one that is meant."""
        if not _is_new(request):
            return None if client in self.cut else 0.0
        self.seen += 1
        if self.seen % self.nth or self.times <= 0:
            return 0.0
        self.times -= 1
        if self.before:
            client.hang_up()
            return None
        self.cut.add(client)
        return 0.0

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Say nothing of the order, and hang up."""
        if client not in self.cut:
            return values
        client.hang_up()
        return None


class _Rejects(Fault):
    """New orders are rejected: shown as Inactive, with the reason in error 201."""

    def __init__(self, reason: str, symbol: str, side: str) -> None:
        self.reason, self.symbol, self.side = reason, symbol, side

    def rejecting(self, order: Mapping[str, Any]) -> str:
        """Return the reason where the order is meant."""
        is_meant = self.symbol in ("", order.get("symbol")) and self.side in ("", order.get("action"))
        return self.reason if is_meant else ""


@scenario("orders-dropped", "Every so-many-th order is lost: it is not booked, and nothing is ever said of it.")
def _dropped(every: int = 2) -> Faults:
    at_least("every", every, 1)
    return (_Drops(every),)


plain(
    "orders-untold",
    "Orders are booked and filled, and nothing is told of them unless it is asked for.",
    Has(tells_orders=False),
)


@scenario(
    "cut-at-order",
    "The connection ends at every so-many-th order, so often: before it is read, or after it is booked and before "
    "anything is told of it.",
)
def _cut_at_order(when: str = "after", nth: int = 1, times: int = 1) -> Faults:
    at_least("nth", nth, 1)
    at_least("times", times, 1)
    return (_Cuts(one_of("when", when, {"before": True, "after": False}), nth, times),)


@scenario(
    "orders-rejected",
    "New orders are rejected (201, Inactive): for margin, permission, short, closed, price, or in a text of your own; "
    "all, or those of a symbol or a side.",
)
def _rejected(why: str = "margin", symbol: str = "", side: str = "", text: str = "") -> Faults:
    return (_Rejects(text or one_of("why", why, REASONS), symbol, side),)


@scenario(
    "orders-held-back",
    "Orders are refused by an error alone, as by TWS's precautions: percentage (163), range (109), permission (460).",
)
def _held_back(why: str = "percentage", symbol: str = "") -> Faults:
    code, text = one_of("why", why, PRECAUTIONS)
    return (Answers(code, text, Request.PLACE_ORDER, symbol=symbol),)


@scenario("fills-in-parts", "Each order is filled in so many parts at least, one a moment of the market.")
def _in_parts(parts: int = 4) -> Faults:
    at_least("parts", parts, 1)
    return (Has(fills_in_parts=parts),)


@scenario("halted", "Trading in a symbol is halted (* for all): orders for it wait as PreSubmitted.")
def _halted(symbol: str = "*") -> Faults:
    return (Has(halted=symbol),)
