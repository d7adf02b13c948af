"""The contract that an order is for: one instrument, or a combination of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.accounts.trades.combos import Leg, bag
from ibnb.simulator.market.bar_sizes import MarketError
from ibnb.simulator.matching.refusal import Refused, invalid

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument, Market

_MOST_RATIO = 1_000_000
NO_DEFINITION = "No security definition has been found for the request"


def contract_of(market: Market, values: dict[str, Any]) -> Instrument:
    """Return the instrument that placeOrder names, at the exchange that it names.

    Parameters
    ----------
    market : Market
        Where to look.
    values : dict
        The values of placeOrder.

    Raises
    ------
    Refused
        321 without an exchange or for a continuous future, 200 where no contract, or more than one, is meant.
    """
    if not values.get("exchange"):
        raise invalid("Missing order exchange")
    if values.get("sec_type") == "BAG":
        return bag(values, read_legs(market, values.get("combo_legs")))
    try:
        found = market.instruments.match(values)
    except MarketError as error:
        raise Refused(error.code, error.text) from None
    if not found:
        raise Refused(200, NO_DEFINITION)
    if len(found) > 1:
        raise Refused(200, f"The contract description specified for {values.get('symbol')} is ambiguous.")
    if found[0].sec_type == "CONTFUT":  # it has history only
        raise invalid("Please enter a valid security type")
    return found[0]


def read_legs(market: Market, given: list[dict[str, Any]] | None) -> list[Leg]:
    """Return the legs of a combination as a request gives them.

    Parameters
    ----------
    market : Market
        Where to look.
    given : list of dict or None
        `con_id`, `ratio` and `action` of each.

    Raises
    ------
    Refused
        321 for legs that are none, 200 for a contract that there is not.
    """
    if not given:
        raise invalid("Missing or invalid combo legs")
    legs = []
    for leg in given:
        instrument = market.instruments.by_con_id(leg["con_id"] or 0)
        if instrument is None:
            raise Refused(200, NO_DEFINITION)
        if not 0 < (leg["ratio"] or 0) <= _MOST_RATIO or leg["action"] not in ("BUY", "SELL"):
            raise invalid("Invalid combo leg: a leg is BUY or SELL, with a ratio of 1 or more")
        legs.append(Leg(instrument, leg["ratio"] if leg["action"] == "BUY" else -leg["ratio"]))
    return legs
