"""Habits of accounts, positions, orders and executions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ibnb.simulator.scenarios.fault import Fault
from ibnb.simulator.scenarios.habit import Has, habit, plain_habit
from ibnb.simulator.scenarios.registry import Faults
from ibnb.simulator.scenarios.settings import at_least, one_of
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

_OF_ORDERS = (Response.OPEN_ORDER, Response.ORDER_STATUS)
_MADE_IN_TWS = -2


class _TellsOrdersAgain(Fault):
    """Each message about an order comes several times over."""

    def __init__(self, times: int) -> None:
        self.times = times

    def framing(self, client: Client, response: Response, data: bytes) -> list[bytes]:
        """Send it so many times."""
        return [data] * self.times if response in _OF_ORDERS else [data]


class _NumbersOrdersOfTws(Fault):
    """Orders that were made in TWS itself carry another id than 0."""

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Change the id, which several orders share."""
        is_one = response in (*_OF_ORDERS, Response.EXECUTION_DATA) and values.get("order_id") == 0
        return {**values, "order_id": _MADE_IN_TWS} if is_one else values


class _CutsReferences(Fault):
    """References of orders are told up to a length, whatever was given."""

    def __init__(self, length: int) -> None:
        self.length = length

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Cut the reference, where there is one."""
        told = values.get("order_ref") or ""
        return {**values, "order_ref": told[: self.length]} if len(told) > self.length else values


class _NeverEndsPortfolio(Fault):
    """The portfolio of one of several accounts has no rows and no end marker."""

    def __init__(self, place: int) -> None:
        self.place = place

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Drop its rows and its end."""
        if response not in (Response.PORTFOLIO_VALUE, Response.ACCOUNT_DOWNLOAD_END):
            return values
        accounts = client.books.accounts
        return None if values["account"] in accounts[self.place - 1 : self.place] else values


class _TellsPositionsLate(Fault):
    """A position is told as it was, in whatever answer, until it has changed for so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._told: dict[tuple[Client, str, int], Any] = {}
        self._new: dict[tuple[Client, str, int], dict[str, Any]] = {}

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Tell the figure of before, and have the new one follow."""
        if response != Response.POSITION:
            return values
        key = (client, str(values["account"]), int(values["con_id"]))
        told = self._told.setdefault(key, values["position"])
        if values["position"] == told:
            return values
        if key not in self._new:
            asyncio.get_running_loop().call_later(self.seconds, self._tell, key)
        self._new[key] = values
        return {**values, "position": told}

    def _tell(self, key: tuple[Client, str, int]) -> None:
        values = self._new.pop(key)
        self._told[key] = values["position"]
        key[0].send(Response.POSITION, values)


plain_habit(
    "realized-of-untraded",
    "reqPnLSingle tells 0 as realised profit of a position that was not traded today, rather than leaving it unset.",
    Has(realized_of_untraded=True),
)
plain_habit(
    "inactive-orders-left-out",
    "Orders that were de-activated are not among the open ones, as before TWS 10.48.",
    Has(lists_inactive_orders=False),
)
plain_habit(
    "corrected-fills-left-out",
    "Lists of executions have a correction alone, not what it corrects beside it.",
    Has(lists_corrected_fills=False),
)


@habit("fills-of-days", "Lists of executions have the fills of so many days, as the Trade Log of TWS is set.")
def _fills_of_days(days: int = 7) -> Faults:
    at_least("days", days, 1)
    return (Has(lists_fills_of_days=days),)


plain_habit("tws-orders-minus-two", "Orders made in TWS itself carry the id -2 rather than 0.", _NumbersOrdersOfTws())
plain_habit(
    "what-if-range",
    "A what-if answer leaves the commission unset and has only its least and its most.",
    Has(what_if_costs="range"),
)
plain_habit(
    "what-if-costs-both", "A what-if answer has the commission, and its least and its most.", Has(what_if_costs="both")
)
plain_habit(
    "what-if-no-costs",
    "A what-if answer leaves the commission, its range and its currency unset.",
    Has(what_if_costs="none"),
)


@habit(
    "rejections",
    "A rejected order is told by its error first (told=error-first), or is PreSubmitted before it is Inactive "
    "(told=accepted).",
)
def _rejections(told: str = "error-first") -> Faults:
    return (Has(rejections=one_of("told", told, {"error-first": "error-first", "accepted": "accepted"})),)


@habit("orders-told-again", "openOrder and orderStatus come so many times over.")
def _orders_told_again(times: int = 3) -> Faults:
    at_least("times", times, 1)
    return (_TellsOrdersAgain(times),)


@habit("references-cut", "References of orders (orderRef) are told up to so many characters: 36 as a rule.")
def _references_cut(length: int = 36) -> Faults:
    at_least("length", length, 1)
    return (_CutsReferences(length),)


@habit("portfolio-never-ends", "Of several accounts, one has neither portfolio rows nor an end of them: the second.")
def _portfolio_never_ends(place: int = 2) -> Faults:
    at_least("place", place, 1)
    return (_NeverEndsPortfolio(place),)


@habit("positions-late", "Positions, also when asked for anew, are told as before a fill for so many seconds.")
def _positions_late(seconds: float = 3.0) -> Faults:
    at_least("seconds", seconds, 0)
    return (_TellsPositionsLate(seconds),)
