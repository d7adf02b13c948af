"""A plan: one order, or several that belong together, for one contract and one account; what is said of it in words.

The orders in it are the client library's own, so that any kind that TWS takes can be planned. They are never changed:
what is sent is a copy.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any, TypeGuard

from ibnb.ground.masking import mask_account
from ibnb.ground.numerals import shown_number
from ibnb.trading.values.kinds import kind_of
from ibnb.trading.values.references import token_of
from ibnb.tws.client.values import Contract, ContractDetails, Order
from ibnb.tws.contracts import label
from ibnb.tws.units.price_units import price_unit, whole_magnifier

#: What a client library leaves in a field that is unset.
UNSET = 1.7976931348623157e308
#: The same of a whole number.
_UNSET_WHOLE = 2**31 - 1
BUY, SELL = "BUY", "SELL"


@dataclass(frozen=True)
class Line:
    """One order of a plan.

    Attributes
    ----------
    role : str
        What it is in a plan of several: ``"parent"``, ``"take profit"``, ``"stop loss"``; "" where it is alone.
    order : Order
        The client's.
    """

    role: str
    order: Order

    @property
    def token(self) -> str:
        """What tells it from all other orders."""
        return token_of(self.order.orderRef)


@dataclass(frozen=True)
class Plan:
    """Orders that are sent together, or not at all.

    Attributes
    ----------
    details : ContractDetails
        Of the contract; ``details.contract`` is what is ordered, at the exchange that was asked for.
    account : str
        Whose.
    lines : tuple of Line
        The first is the parent of the others.
    """

    details: ContractDetails
    account: str
    lines: tuple[Line, ...]

    @property
    def contract(self) -> Contract:
        """What is ordered."""
        return self.details.contract

    @property
    def sentences(self) -> tuple[str, ...]:
        """What each order asks for."""
        return tuple(sentence(line, self.details, self.account) for line in self.lines)

    def orders(self) -> list[Order]:
        """Return copies of the orders, to be sent."""
        return [copy.copy(line.order) for line in self.lines]


def sentence(line: Line, details: ContractDetails, account: str) -> str:
    """Return what an order asks for, in words a person can check.

    Parameters
    ----------
    line : Line
        The order.
    details : ContractDetails
        Of its contract.
    account : str
        Whose.
    """
    order = line.order
    head = f"{line.role[0].upper()}{line.role[1:]}: " if line.role else ""
    side = {BUY: "Buy", SELL: "Sell"}.get(order.action, order.action)
    words = [
        f"{side} {amount(order, details)} {named(details)}",
        *_how(order, details),
        _until(order),
        *_besides(order),
    ]
    if order.outsideRth:
        words.append("also outside regular trading hours")
    if order.ocaGroup:
        words.append(f"cancelled with the others of group {order.ocaGroup}")
    return f"{head}{', '.join(word for word in words if word)}; account {mask_account(account)}."


def amount(order: Order, details: ContractDetails) -> str:
    """Return how much an order is for."""
    if given(order.cashQty) and not given(order.totalQuantity):
        return f"for {plain(order.cashQty)} {details.contract.currency} of"
    return plain(order.totalQuantity)


def named(details: ContractDetails) -> str:
    """Return a contract's name, with what one of it stands for where that is more than one."""
    contract = details.contract
    text = label(contract)
    multiplier = str(contract.multiplier or "")
    if multiplier not in ("", "1") and contract.secType != "BAG":
        text += f" (each stands for {multiplier})"
    return text


def _how(order: Order, details: ContractDetails) -> list[str]:
    unit = price_unit(details.contract.currency, whole_magnifier(details.priceMagnifier))
    kind = kind_of(order)
    limit, aux = order.lmtPrice, order.auxPrice
    at_limit = [f"at {plain(limit)} {unit} or better"] if given(limit) else []
    if kind == "LMT":
        return at_limit
    if kind == "MKT":
        return ["at the market's price"]
    if kind in ("STP", "STPLMT"):
        then = at_limit if kind == "STPLMT" else ["at the market's price"]
        return [f"as soon as the price reaches {plain(aux)} {unit}", *then]
    if kind in ("TRAIL", "TRAILLMT"):
        by = f"{plain(order.trailingPercent)} %" if given(order.trailingPercent) else f"{plain(aux)} {unit}"
        start = [f"beginning at {plain(order.trailStopPrice)} {unit}"] if given(order.trailStopPrice) else []
        offset = order.lmtPriceOffset
        beyond = [f"with a limit {plain(offset)} {unit} beyond it"] if kind != "TRAIL" and given(offset) else []
        return [f"when the price turns by {by}", *start, *beyond]
    prices = [f"limit {plain(limit)} {unit}"] * given(limit) + [f"price {plain(aux)} {unit}"] * given(aux)
    return [f"as {order.orderType}", *prices]


#: What else an order of the client's may say that changes how it is filled, by the client's fields.
_BESIDES = {
    "algoStrategy": "worked by the algorithm {}",
    "hedgeType": "with a hedge order of kind {}",
    "scaleInitLevelSize": "scaled, {} at first",
    "scaleSubsLevelSize": "{} at each step of the scale",
    "discretionaryAmt": "up to {} beyond its limit at discretion",
    "displaySize": "showing {} at a time",
    "minQty": "at least {} at once",
    "allOrNone": "all or none",
    "sweepToFill": "swept to fill",
    "hidden": "hidden",
    "goodAfterTime": "not before {}",
    "conditions": "only where its {} conditions are met",
}


def _besides(order: Order) -> list[str]:
    found = []
    for name, words in _BESIDES.items():
        value = getattr(order, name, None)
        if isinstance(value, list):
            value = len(value)
        is_number = isinstance(value, Real | Decimal) and not isinstance(value, bool)
        if value and (not is_number or abs(value) < _UNSET_WHOLE):
            found.append(words.format(plain(value) if is_number else value))
    return found


_TIFS = {
    "": "for today",
    "DAY": "for today",
    "GTC": "until it is cancelled",
    "IOC": "what can be had at once",
    "FOK": "all at once or not at all",
    "OPG": "at the opening",
    "DTC": "for today, then cancelled",
}


def _until(order: Order) -> str:
    tif = str(order.tif or "").upper()
    return f"until {order.goodTillDate}" if tif == "GTD" else _TIFS.get(tif, f"time in force {tif}")


def given(value: object) -> TypeGuard[float | Decimal]:
    """Return whether a number of an order is one: neither unset nor 0, which says the same in most fields.

    Examples
    --------
    >>> given(UNSET), given(0.0), given(-1.5)
    (False, False, True)
    """
    return isinstance(value, Real | Decimal) and bool(value) and abs(float(value)) < UNSET


def figure_of(value: object) -> float | None:
    """Return a figure of an order, which may be 0; None where it is unset, whatever the client has for that.

    Examples
    --------
    >>> figure_of(0.0), figure_of(Decimal("1.5")), figure_of(UNSET), figure_of(None)
    (0.0, 1.5, None, None)
    """
    return float(value) if isinstance(value, Real | Decimal) and abs(float(value)) < UNSET else None


def plain(number: Any) -> str:
    """Return a number without needless digits and without exponents.

    Examples
    --------
    >>> plain(180.0), plain(1250000.0), plain(0.00005)
    ('180', '1,250,000', '0.00005')
    """
    text = f"{float(number):,.8f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else shown_number(text)


def tokens(lines: Sequence[Line]) -> list[str]:
    """Return the tokens of orders."""
    return [line.token for line in lines]
