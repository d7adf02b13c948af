"""Greeks as ticks: of the bid, the ask, the last price and the model, and of what a client computes itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ibnb.simulator.market.prices.implied import computed, implied_volatility
from ibnb.simulator.server.streams.tick_messages import Message
from ibnb.simulator.server.streams.tick_types import Tick
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument, Market
    from ibnb.simulator.market.prices.greeks import Greeks
    from ibnb.simulator.market.ticks.tape import Top

_BY_PRICE = 1  # the attribute of greeks that follow from a price, not from a yield


def computations(market: Market, option: Instrument, top: Top, delay: float = 0.0) -> list[Message]:
    """Return the option computations (message 21) for what is on an option's tape."""
    moment = market.clock.now() - delay
    model = market.greeks(option, moment)
    years, spot = market.years_left(option, moment), model.und_price
    out = []
    for tick, price in ((Tick.BID_OPTION, top.bid), (Tick.ASK_OPTION, top.ask), (Tick.LAST_OPTION, top.last)):
        found = None
        if years > 0 and price > 0:
            found = implied_volatility(price, spot, option.strike, years, option.right, model.implied_volatility)
        if found is None:
            out.append(_message(tick, {"option_price": price, "under_price": spot}))
        else:
            out.append(greeks_message(tick, computed(spot, option.strike, years, found, option.right), price))
    out.append(greeks_message(Tick.MODEL_OPTION, model))
    return out


def greeks_message(tick: int, greeks: Greeks, price: float | None = None) -> Message:
    """Return message 21; `price` stands in for the computed one where it is what they were computed from."""
    values = asdict(greeks)
    values["option_price"], values["under_price"] = values.pop("price"), values.pop("und_price")
    if price is not None:
        values["option_price"] = price
    return _message(tick, values)


def _message(tick: int, values: dict[str, Any]) -> Message:
    return Response.TICK_OPTION_COMPUTATION, {"tick_type": int(tick), "attributes": _BY_PRICE, **values}
