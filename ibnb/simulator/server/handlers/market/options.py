"""Answers to computations: an option's volatility from its price, and its price from a volatility."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.market import Instrument
from ibnb.simulator.market.contracts.instruments import OPTIONS
from ibnb.simulator.market.prices.greeks import Greeks
from ibnb.simulator.market.prices.implied import computed, implied_volatility
from ibnb.simulator.server.handlers.reference.contracts import instrument_or_error
from ibnb.simulator.server.streams.option_ticks import greeks_message
from ibnb.simulator.server.streams.tick_types import Tick
from ibnb.wire.ids import Request

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

_INVALID = "Error validating request.-'{}' : cause - {}"


def volatility(client: Client, values: dict[str, Any]) -> None:
    """54: the volatility at which the option has the price, where the underlying has its."""
    found = _option(client, values, "option_price", "bs")
    if found is None:
        return
    option, years = found
    price, spot = values["option_price"], values["under_price"]
    implied = implied_volatility(price, spot, option.strike, years, option.right)
    if implied is None:
        text = f"Can not compute implied volatility: no volatility gives the price {price:g}"
        client.error(321, _INVALID.format("bs", text), values["request_id"])
        return
    _send(client, values, computed(spot, option.strike, years, implied, option.right), price)


def price(client: Client, values: dict[str, Any]) -> None:
    """55: the price of the option at the volatility, where the underlying has its price."""
    found = _option(client, values, "volatility", "bt")
    if found is not None:
        option, years = found
        greeks = computed(values["under_price"], option.strike, years, values["volatility"], option.right)
        _send(client, values, greeks)


def _option(client: Client, values: dict[str, Any], figure: str, mark: str) -> tuple[Instrument, float] | None:
    """Return the option and its years to expiry; else send the error, and None."""
    option = instrument_or_error(client, values)
    if option is None:
        return None
    years, reason = 0.0, ""
    if option.sec_type not in OPTIONS:
        reason = f"{option.sec_type} is no option"
    elif not (values[figure] or 0) > 0 or not (values["under_price"] or 0) > 0:
        reason = f"{figure.replace('_', ' ')} and underlying price must be over 0"
    else:
        years = client.server.market.years_left(option)
        reason = "" if years > 0 else "the option has expired"
    if reason:
        client.error(321, _INVALID.format(mark, reason), values["request_id"])
        return None
    return option, years


def _send(client: Client, values: dict[str, Any], greeks: Greeks, option_price: float | None = None) -> None:
    response, row = greeks_message(Tick.CUSTOM_OPTION, greeks, option_price)
    client.send(response, {**row, "request_id": values["request_id"]})


def nothing_under_way(client: Client, values: dict[str, Any]) -> None:
    """56, 57: the answer came at once."""


HANDLERS = {
    Request.CALC_IMPLIED_VOLATILITY: volatility,
    Request.CANCEL_CALC_IMPLIED_VOLATILITY: nothing_under_way,
    Request.CALC_OPTION_PRICE: price,
    Request.CANCEL_CALC_OPTION_PRICE: nothing_under_way,
}
