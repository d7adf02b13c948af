"""The conditions of an order: prices, times, margin, executions, volume, changes; joined by and and or.

Pure: what they look at comes as a `Sight`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from ibnb.simulator.accounts.money import exact
from ibnb.simulator.matching.core import trigger_prices
from ibnb.simulator.texts import read_time
from ibnb.wire.messages.order_parts import EXECUTION, MARGIN, PERCENT_CHANGE, PRICE, TIME, VOLUME

if TYPE_CHECKING:
    from ibnb.simulator.market import Quote

#: Conditions by type that name a contract.
WITH_CONTRACT = (PRICE, VOLUME, PERCENT_CHANGE)
_LAST = 2


class Sight(Protocol):
    """What conditions look at."""

    def now(self) -> float:
        """Return the moment, in epoch seconds."""

    def quote_of(self, con_id: int) -> Quote:
        """Return the quote of a contract."""

    def cushion(self) -> Decimal:
        """Return excess liquidity as per cent of net liquidation."""

    def has_executed(self, symbol: str, sec_type: str, exchange: str) -> bool:
        """Return whether the account has traded this since the order came."""


def are_met(conditions: Sequence[Mapping[str, Any]], sight: Sight, zone: str) -> bool:
    """Return whether all conditions together are met.

    Parameters
    ----------
    conditions : sequence of mapping
        As in placeOrder. The conjunction of each (``"a"`` and, ``"o"`` or) joins it to the next; and binds tighter.
    sight : Sight
        What they look at.
    zone : str
        The zone of times that name none.
    """
    groups: list[list[Mapping[str, Any]]] = [[]]
    for condition in conditions:
        groups[-1].append(condition)
        if condition.get("conjunction") == "o":
            groups.append([])
    return any(group and all(_is_met(each, sight, zone) for each in group) for group in groups)


def _is_met(condition: Mapping[str, Any], sight: Sight, zone: str) -> bool:
    kind = condition["type"]
    if kind == EXECUTION:
        return sight.has_executed(condition["symbol"], condition["sec_type"], condition["exchange"])
    is_more = bool(condition["is_more"])
    if kind == TIME:
        when = read_time(condition["time"], zone)
        return sight.now() >= when if is_more else sight.now() <= when
    wanted = exact(condition["value"])
    sign = 1 if is_more else -1
    return any(sign * (value - wanted) >= 0 for value in _values(condition, sight, sign))


def _values(condition: Mapping[str, Any], sight: Sight, sign: int) -> tuple[Decimal, ...]:
    kind = condition["type"]
    if kind == MARGIN:
        return (sight.cushion(),)
    quote = sight.quote_of(condition["con_id"])
    if kind == VOLUME:
        return (exact(quote.volume),)
    if kind == PERCENT_CHANGE:
        return ((exact(quote.last) / exact(quote.close) - 1) * 100,) if quote.close else ()
    return trigger_prices(condition.get("trigger_method") or _LAST, sign, quote)
