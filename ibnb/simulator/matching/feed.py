"""The quotes that orders meet: of one contract or of a combination, and what is left of the sizes that they show.

What an order has taken of a quote is gone for those after it, until the next quote.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ibnb.simulator.accounts.money import ZERO, exact
from ibnb.simulator.accounts.trades.combos import Leg
from ibnb.simulator.market import Quote

if TYPE_CHECKING:
    from ibnb.simulator.accounts.trades.orders import OrderRecord
    from ibnb.simulator.market import Instrument, Market


class Feed:
    """The quotes of a market, with what was taken of them.

    Parameters
    ----------
    market : Market
        Where they come from.
    """

    def __init__(self, market: Market) -> None:
        self.market = market
        self._taken: dict[tuple[int, int], tuple[float, Decimal]] = {}

    def quote(self, order: OrderRecord, moment: float) -> Quote:
        """Return the quote that an order meets."""
        legs = self.legs(order)
        if not legs:
            return self.market.quote(order.instrument, moment)
        return combined([(leg.ratio, self.market.quote(leg.instrument, moment)) for leg in legs])

    def legs(self, order: OrderRecord) -> list[Leg]:
        """Return the legs of an order for a combination, none for any other."""
        if order.instrument.sec_type != "BAG":
            return []
        found = []
        for leg in order.fields["combo_legs"]:
            instrument = self.market.instruments.by_con_id(leg["con_id"])
            assert instrument is not None, "legs are looked up before an order is taken"
            found.append(Leg(instrument, leg["ratio"] if leg["action"] == "BUY" else -leg["ratio"]))
        return found

    def taken(self, instrument: Instrument, sign: int, quote: Quote) -> Decimal:
        """Return what orders of one side have taken of a quote."""
        time, size = self._taken.get((instrument.con_id, sign), (0.0, ZERO))
        return size if time == quote.time else ZERO

    def take(self, instrument: Instrument, sign: int, quote: Quote, size: Decimal) -> None:
        """Note what an order has taken of a quote."""
        before = self.taken(instrument, sign, quote)
        self._taken[instrument.con_id, sign] = quote.time, before + size


def combined(legs: list[tuple[int, Quote]]) -> Quote:
    """Return the quote of a combination: to buy it, what is bought is bought at the ask and what is sold at the bid.

    Parameters
    ----------
    legs : list of (int, Quote)
        The ratio of each, negative where it is sold.
    """

    def total(bought: str, sold: str) -> float:
        return float(sum((exact(getattr(quote, bought if ratio > 0 else sold)) * ratio for ratio, quote in legs), ZERO))

    def size(bought: str, sold: str) -> float:
        return min(float(getattr(quote, bought if ratio > 0 else sold)) // abs(ratio) for ratio, quote in legs)

    return Quote(
        bid=total("bid", "ask"),
        ask=total("ask", "bid"),
        last=total("last", "last"),
        bid_size=size("bid_size", "ask_size"),
        ask_size=size("ask_size", "bid_size"),
        last_size=size("last_size", "last_size"),
        volume=0.0,
        open=total("open", "open"),
        high=total("high", "low"),
        low=total("low", "high"),
        close=total("close", "close"),
        time=max(quote.time for _, quote in legs),
    )
