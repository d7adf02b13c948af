"""What a TWS checks in an order before it takes it: sizes, types, prices, times, conditions. Each with its own code."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import isinf
from typing import TYPE_CHECKING, Any

from ibnb.simulator.accounts.money import exact
from ibnb.simulator.market.contracts.steps import rule_at
from ibnb.simulator.matching.conditions import WITH_CONTRACT
from ibnb.simulator.matching.contract import NO_DEFINITION
from ibnb.simulator.matching.refusal import Refused, invalid
from ibnb.simulator.matching.terms import (
    AT_CLOSE,
    COMBO_KINDS,
    KEYS,
    LIMITED,
    TIFS,
    TRAILING,
    TRIGGERED,
    WITH_TRIGGER,
    kind_of,
)
from ibnb.simulator.texts import read_time
from ibnb.wire.messages.order_parts import EXECUTION, MARGIN, PRICE, TIME

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument, Market

_FRACTIONAL = frozenset({"CRYPTO", "CASH"})
_MAY_BE_INFINITE = frozenset({"compete_against_best_offset"})  # infinity there is "up to the middle"
_MOST = 10**9  # units, or currency: beyond that no order is meant
_PRICES = ("lmt_price", "aux_price", "trail_stop_price", "lmt_price_offset", "percent_offset")
_METHODS = frozenset({0, 1, 2, 3, 4, 7, 8})
#: Times in force that are taken of what lists them among its order types alone. Others are not always listed.
_LISTED_TIFS = frozenset({"FOK", "OPG"})
_ANY_PRICE = frozenset({"BAG", "FUT", "FOP"})  # these trade at nothing and below, too


def check_order(market: Market, instrument: Instrument, values: dict[str, Any]) -> None:
    """Refuse an order that a TWS does not take.

    Parameters
    ----------
    market : Market
        For price increments and the contracts of conditions.
    instrument : Instrument
        What is traded.
    values : dict
        The values of placeOrder.

    Raises
    ------
    Refused
        With the code and the text of a real server.
    """
    for name, value in values.items():
        if isinstance(value, float) and isinf(value) and name not in _MAY_BE_INFINITE:
            raise Refused(320, f"Error reading request. Unable to parse data: {name}")
    if values["action"] not in ("BUY", "SELL"):
        raise invalid("Invalid side field was entered")
    _check_size(instrument, values)
    kind = kind_of(values["order_type"] or "")
    if not kind:
        raise invalid("Invalid order type was entered")
    if not takes(instrument, kind):
        raise Refused(387, "Unsupported order type for this exchange and security type.")
    _check_time_in_force(kind, values)
    _check_prices(instrument, kind, values)
    _check_conditions(market, instrument, kind, values)


def takes(instrument: Instrument, kind: str) -> bool:
    """Return whether a contract takes an order type."""
    if instrument.sec_type == "BAG":
        return kind in COMBO_KINDS
    return kind in KEYS and KEYS[kind] in instrument.order_types.split(",")


def tif_rejection(instrument: Instrument, values: dict[str, Any]) -> str:
    """Return why an order is rejected for its time in force once it is booked, or nothing."""
    tif = (values.get("tif") or "").upper()
    listed = instrument.order_types.split(",")
    if instrument.sec_type == "BAG" or tif not in _LISTED_TIFS or tif in listed:
        return ""
    return f"The time-in-force {tif} is invalid for this combination of exchange and security type."


def _check_size(instrument: Instrument, values: dict[str, Any]) -> None:
    size = values["total_quantity"] or Decimal(0)
    if max(size, exact(values.get("cash_qty") or 0)) > _MOST:
        text = "The size specified violates the size constraint specified in the default order settings."
        raise Refused(383, text)
    if values.get("cash_qty") and not size:
        if instrument.sec_type not in _FRACTIONAL:
            raise Refused(10244, "Cash quantity cannot be used for this order.")
        return
    if size <= 0:
        raise Refused(434, "The order size cannot be zero.")
    if instrument.sec_type not in _FRACTIONAL and size != size.to_integral_value():
        text = "Fractional-sized order cannot be placed via API. Please use desktop version to place this order."
        raise Refused(10243, text)
    if size < exact(instrument.min_size):
        raise Refused(388, "Order size is smaller than the minimum requirement.")
    step = exact(instrument.size_increment)
    if (Fraction(size) / Fraction(step)).denominator != 1:
        raise Refused(10250, f"The size does not conform to the minimum variation of {step} for this contract.")


def _check_time_in_force(kind: str, values: dict[str, Any]) -> None:
    tif = (values.get("tif") or "DAY").upper()
    if tif not in TIFS:
        raise Refused(10052, f"Invalid time in force:{values['tif']}.")
    if kind in AT_CLOSE and tif != "DAY":
        raise Refused(113, "The Tif option should be set to DAY for MOC and LOC orders.")
    if (tif == "OPG" and kind not in ("MKT", "LMT")) or (tif in ("IOC", "FOK") and kind in TRIGGERED):
        raise Refused(111, "The TIF (Tif type) and the order type are incompatible.")


def _check_prices(instrument: Instrument, kind: str, values: dict[str, Any]) -> None:
    if kind in TRIGGERED and (values.get("trigger_method") or 0) not in _METHODS:
        raise Refused(146, "Invalid trigger method.")
    limit, aux = values.get("lmt_price"), values.get("aux_price")
    start, percent = values.get("trail_stop_price"), values.get("trailing_percent")
    if any(abs(values.get(name) or 0) > _MOST for name in _PRICES):
        text = (
            "Price is out of the range defined by the Percentage setting at order defaults frame. "
            "The order will not be transmitted."
        )
        raise Refused(109, text)
    needed = [limit] * (kind in LIMITED) + [aux] * (kind in WITH_TRIGGER)
    if any(price is None or (price <= 0 and instrument.sec_type not in _ANY_PRICE) for price in needed):
        raise Refused(463, "You must enter a valid price.")
    if kind in TRAILING:
        if aux and percent is not None:
            text = "Error reading request: Cannot specify Trailing Amount and Trailing Percent at the same time"
            raise Refused(320, text)
        if not aux and not percent:
            raise Refused(158, "You must specify an offset amount or a percent offset value.")
        if percent is not None and not 0 < percent < 100:
            raise Refused(159, "The percent offset value must be between 0% and 100%.")
        needed.append(start)
        if kind == "TRAIL LIMIT":
            needed.append(limit)
    if kind in ("REL", "PEG MID"):
        needed.append(limit)
    for price in needed:
        if price and not conforms(instrument, price, values.get("exchange") or instrument.exchange):
            raise Refused(110, "The price does not conform to the minimum price variation for this contract.")


def conforms(instrument: Instrument, price: float, exchange: str) -> bool:
    """Return whether a price is a multiple of the contract's step at that price, by the rule of an exchange."""
    step = Fraction(*instrument.tick)
    for low, increment in rule_at(instrument, exchange):
        if abs(price) >= low * instrument.price_magnifier:
            step = Fraction(exact(increment)) * instrument.price_magnifier
    return (Fraction(exact(price)) / step).denominator == 1


def _check_conditions(market: Market, instrument: Instrument, kind: str, values: dict[str, Any]) -> None:
    for condition in values.get("conditions") or ():
        number = condition["type"]
        if number not in (*WITH_CONTRACT, TIME, MARGIN, EXECUTION):
            raise invalid("Invalid condition type")
        if number in WITH_CONTRACT and market.instruments.by_con_id(condition.get("con_id") or 0) is None:
            raise Refused(200, NO_DEFINITION)
        if number == EXECUTION and not condition.get("symbol"):
            raise Refused(147, "The conditional contract info is incomplete.")
        if number in (*WITH_CONTRACT, MARGIN) and condition.get("value") is None:
            raise Refused(147, "The conditional contract info is incomplete.")
        if number == PRICE and (condition.get("trigger_method") or 0) not in _METHODS:
            raise Refused(146, "Invalid trigger method.")
        if number == TIME:
            try:
                read_time(condition["time"], instrument.time_zone_id)
            except ValueError:
                raise invalid("Invalid date/time format in a time condition") from None
