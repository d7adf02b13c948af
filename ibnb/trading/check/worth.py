"""What one of a contract is worth: by its multiplier, and of combinations by what their legs move. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ibnb.trading.check.quotes import Prices
from ibnb.tws.client.values import Contract, ContractDetails
from ibnb.tws.units.price_units import whole_magnifier

#: A bond's price is in per cent of its face value, which is its multiplier: 1,000 where it tells none.
_FACE_VALUE, _PER_CENT = 1000.0, 100.0
OPTIONS = frozenset({"OPT", "FOP"})


def unit_of(details: ContractDetails, legs: Sequence[ContractDetails] = ()) -> float | None:
    """Return what one of a contract is worth at a price of 1, in its currency.

    Parameters
    ----------
    details : ContractDetails
        Of the contract.
    legs : sequence of ContractDetails
        Of a combination's legs: it is worth what they are. Where one of them counts otherwise than another, or none is
        known, it is not known what its price stands for.
    """
    contract, magnifier = details.contract, whole_magnifier(details.priceMagnifier) or 1
    if contract.secType == "BAG":
        units = {unit_of(leg) for leg in legs}
        return units.pop() if len(units) == 1 else None
    if contract.secType == "BOND":
        return (number_of(contract.multiplier) or _FACE_VALUE) / _PER_CENT / magnifier
    return (number_of(contract.multiplier) or 1.0) / magnifier


def gross_of(details: ContractDetails, legs: Sequence[ContractDetails], prices: Sequence[Prices], sign: int) -> float:
    """Return what the legs of one combination are worth together, whichever way they go; 0 for what has none.

    Parameters
    ----------
    details : ContractDetails
        Of the contract.
    legs : sequence of ContractDetails
        Of its legs, where it is a combination.
    prices : sequence of Prices
        Of each of these.
    sign : int
        1 where it is bought; -1 where it is sold: then the legs that it buys are sold.

    Returns
    -------
    float
        In the contract's currency; NaN where a leg has no price. Options that are sold count by what they may cost:
        their strike, or the distance to that of an option on the same that is bought beside them.
    """
    contract = details.contract
    if contract.secType != "BAG":
        return 0.0
    if len(legs) < len(contract.comboLegs):
        return float("nan")
    total, sold, bought = 0.0, list[_Option](), list[_Option]()
    for leg, known, quote in zip(contract.comboLegs, legs, prices, strict=True):
        price = max(abs(quote.at(1)), abs(quote.at(-1))) if quote.at(1) == quote.at(1) else quote.at(-1)
        total += leg.ratio * price * (unit_of(known) or float("nan"))
        if known.contract.secType in OPTIONS:
            is_sold = (leg.action == "SELL") == (sign > 0)
            (sold if is_sold else bought).append(_Option(known.contract, leg.ratio, unit_of(known) or float("nan")))
    return total + _at_risk(sold, bought)


@dataclass
class _Option:
    contract: Contract
    left: float
    unit: float

    def risk_beside(self, other: _Option) -> float | None:
        """Return what one that is sold may cost with another that is bought; None where that covers nothing of it."""
        mine, theirs = self.contract, other.contract
        same = mine.symbol == theirs.symbol and mine.right[:1] == theirs.right[:1] and self.unit == other.unit
        if not same or theirs.lastTradeDateOrContractMonth < mine.lastTradeDateOrContractMonth:
            return None
        distance = mine.strike - theirs.strike if mine.right[:1] == "P" else theirs.strike - mine.strike
        return max(float(distance), 0.0)


def _at_risk(sold: Sequence[_Option], bought: Sequence[_Option]) -> float:
    """Return what options that are sold may cost, each covered as well as those that are bought allow."""
    risk = 0.0
    for one in sold:
        beside = [(each, other) for other in bought if (each := one.risk_beside(other)) is not None]
        for distance, other in sorted(beside, key=lambda pair: pair[0]):
            covered = min(one.left, other.left)
            risk += covered * distance * one.unit
            one.left, other.left = one.left - covered, other.left - covered
        risk += one.left * float(one.contract.strike) * one.unit
    return risk


def number_of(text: Any) -> float | None:
    """Return the number that a text or a figure says; None where it says none, or one that is unset."""
    try:
        found = float(text)
    except (TypeError, ValueError):
        return None
    return found if found == found and abs(found) < 1e300 else None
