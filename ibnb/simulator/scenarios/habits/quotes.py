"""Habits of quotes and other streams of market data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.scenarios.fault import Fault
from ibnb.simulator.scenarios.habit import Has, plain_habit
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

#: Tick types of the last trade and of its size, live and delayed.
_LASTS, _LAST_SIZES = frozenset((4, 68)), frozenset((5, 71))


class _ValuesPricesInWholeUnits(Fault):
    """Portfolio rows give the price in the whole unit of its currency, also where quotes are in pence or cents."""

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Change the price of a holding."""
        if response != Response.PORTFOLIO_VALUE:
            return values
        held = client.server.market.instruments.by_con_id(values["con_id"])
        magnifier = 1 if held is None else held.price_magnifier
        return {**values, "market_price": values["market_price"] / magnifier}


class _SaysNoLastByZero(Fault):
    """As before the open with delayed data: the last trade is 0.0 with a size of 0."""

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Change what is said of the last trade."""
        if response == Response.TICK_PRICE and values["tick_type"] in _LASTS:
            return {**values, "price": 0.0, "size": 0.0}
        if response == Response.TICK_SIZE and values["tick_type"] in _LAST_SIZES:
            return {**values, "size": 0.0}
        return values


class _LeavesSizesEmpty(Fault):
    """Ticks of prices come with an empty size."""

    def responding(self, client: Client, response: Response, values: dict[str, Any]) -> dict[str, Any] | None:
        """Leave the size empty; what says it alone does not come."""
        if response == Response.TICK_SIZE:
            return None
        return {**values, "size": None} if response == Response.TICK_PRICE else values


plain_habit(
    "nobody-quotes",
    "Nobody bids or offers: bid and ask are -1, or -100 where prices are in pence or cents, with a size of 0.",
    Has(nobody_quotes=True),
)
plain_habit(
    "no-price-as-minus-one",
    "Where there is no price, -1 is sent also for contracts whose prices are in pence or cents, rather than -100.",
    Has(no_price_magnified=False),
)
plain_habit(
    "portfolio-prices-in-whole-units",
    "Portfolio rows give prices in pounds and dollars, also where quotes are in pence and cents.",
    _ValuesPricesInWholeUnits(),
)
plain_habit("last-of-zero", "The last trade is 0.0 with size 0, as before the open.", _SaysNoLastByZero())
plain_habit("prices-without-size", "Ticks of prices have an empty size.", _LeavesSizesEmpty())
plain_habit(
    "streams-silent-after-reset",
    "After the uplink is back (1102) the streams of market data stay open and send nothing any more.",
    Has(streams_go_on=False),
)
plain_habit(
    "contfut-live",
    "A continuous future has quotes, ticks and depth of its own, where it is known to have history only.",
    Has(contfut_live=True),
)
plain_habit(
    "sizes-in-lots",
    "Sizes and volumes of US shares are sent in lots of 100, as for older programs.",
    Has(sizes_in_lots=True),
)
