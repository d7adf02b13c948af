"""Exchange rates for valuation: every currency through the US dollar, so that all triangles close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.simulator.market.bar_sizes import MarketError

if TYPE_CHECKING:
    from ibnb.simulator.market.market import Market


class Rates:
    """The value of currencies in one another, from the midpoints of their dollar pairs.

    Parameters
    ----------
    market : Market
        Whose pairs and quotes are used.
    """

    def __init__(self, market: Market) -> None:
        self._market = market
        self._pairs = {
            (listing.instrument.symbol, listing.instrument.currency): listing.instrument
            for listing in market.instruments.listings.values()
            if listing.instrument.sec_type == "CASH"
        }

    def between(self, from_currency: str, to_currency: str, moment: float) -> float:
        """Return the units of `to_currency` that one of `from_currency` is worth."""
        if from_currency == to_currency:
            return 1.0
        return self._dollars(from_currency, moment) / self._dollars(to_currency, moment)

    def _dollars(self, currency: str, moment: float) -> float:
        if currency == "USD":
            return 1.0
        direct, inverse = self._pairs.get((currency, "USD")), self._pairs.get(("USD", currency))
        if direct is not None:
            quote = self._market.quote(direct, moment)
            return (quote.bid + quote.ask) / 2
        if inverse is not None:
            quote = self._market.quote(inverse, moment)
            return 2 / (quote.bid + quote.ask)
        raise MarketError(200, f"No currency pair is known for {currency}")
