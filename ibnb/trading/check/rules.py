"""The rules of a contract that an order is held to before it is sent. Pure.

Only what no server would take is refused: prices between two steps, fractions of what trades whole, order types that
the contract's exchange does not have. All else is TWS's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from ibnb.errors import BadInput
from ibnb.trading.values.plan import given, plain
from ibnb.tws.units.price_units import price_unit, whole_magnifier
from ibnb.tws.units.prices import NEGATIVE_PRICES

#: Contracts that the API trades in fractions; all else in whole units.
FRACTIONAL = frozenset({"CRYPTO", "CASH"})
#: What a price is called by the order's field; those of a trailing stop's amount are distances, not prices.
_PRICES = {"lmtPrice": "price", "auxPrice": "stop_price", "trailStopPrice": "stop_price"}
#: Order types whose ``auxPrice`` is a distance.
_DISTANCES = frozenset({"TRAIL", "TRAILLIMIT", "REL", "PEGMID"})
#: By order type, as people and TWS write them, its name in a contract's list.
_KEYS = {"STOP": "STP", "STOPLIMIT": "STPLMT", "TRAILLMT": "TRAILLMT", "TRAILLIMIT": "TRAILLMT", "MOC": "MOC"}
#: Order types that are looked up in a contract's list; others are TWS's to judge.
_LISTED = frozenset({"MKT", "LMT", "STP", "STPLMT", "TRAIL", "TRAILLMT", "MIT", "LIT", "MOC", "LOC", "REL"})
_TIFS = frozenset({"DAY", "GTC", "IOC", "FOK", "GTD", "OPG", "DTC"})


@dataclass(frozen=True)
class Rules:
    """What a contract takes.

    Attributes
    ----------
    bands : tuple of (Decimal, Decimal)
        From which price on, in either direction, which step; ascending, in the unit that prices are in.
    unit : str
        What prices are in: ``"USD"``, ``"GBp"``.
    sec_type : str
        TWS's.
    min_size, size_increment : Decimal or None
        Of quantities; None where TWS does not say.
    order_types : frozenset of str
        As TWS lists them, times in force among them; empty where it lists none.
    any_price : bool
        Whether prices can be 0 or negative.
    """

    bands: tuple[tuple[Decimal, Decimal], ...]
    unit: str
    sec_type: str
    min_size: Decimal | None = None
    size_increment: Decimal | None = None
    order_types: frozenset[str] = frozenset()
    any_price: bool = False

    def step(self, price: float) -> Decimal | None:
        """Return the step of prices around one; None where none is known."""
        found = None
        for low, increment in self.bands:
            if abs(_exact(price)) >= low:
                found = increment
        return found


def rules_of(details: Any, bands: Sequence[tuple[float, float]] = ()) -> Rules:
    """Return the rules of a contract.

    Parameters
    ----------
    details : ContractDetails
        Of the contract.
    bands : sequence of (float, float)
        Its market rule (reqMarketRule); without one its smallest step goes for all prices.
    """
    contract, magnifier = details.contract, whole_magnifier(details.priceMagnifier) or 1
    if not bands and given(details.minTick) and contract.secType != "BAG":
        bands = ((0.0, details.minTick),)
    scaled = sorted((_exact(low) * magnifier, _exact(step) * magnifier) for low, step in bands if step > 0)
    kinds = str(details.orderTypes or "")
    return Rules(
        tuple(scaled),
        price_unit(contract.currency, magnifier),
        contract.secType,
        _size(getattr(details, "minSize", None)),
        _size(getattr(details, "sizeIncrement", None)),
        frozenset(kinds.upper().split(",")) - {""},
        contract.secType in NEGATIVE_PRICES,
    )


def check_order(rules: Rules, order: Any) -> None:
    """Refuse an order that no server would take.

    Parameters
    ----------
    rules : Rules
        Of its contract.
    order : Order
        The client's.

    Raises
    ------
    BadInput
        Naming the value, what is allowed, and the nearest of it.
    """
    kind = "".join(str(order.orderType).upper().split())
    kind = _KEYS.get(kind, kind)
    listed = rules.order_types
    if kind in _LISTED and listed and kind not in listed:
        known = ", ".join(sorted(_LISTED & listed)) or "none of the usual ones"
        raise BadInput("order type", order.orderType, f"one that this contract's exchange takes: {known}")
    tif = str(order.tif or "DAY").upper()
    if tif != "DAY" and tif in _TIFS and _TIFS & listed and tif not in listed:
        known = ", ".join(sorted(_TIFS & listed))
        raise BadInput("tif", tif, f"one that this contract's exchange takes: {known}")
    _check_size(rules, order)
    for field, name in _PRICES.items():
        price = getattr(order, field)
        if field == "auxPrice" and kind in _DISTANCES:
            continue
        if given(price):
            _check_price(rules, name, float(price))


def _check_size(rules: Rules, order: Any) -> None:
    if given(order.cashQty) and not given(order.totalQuantity):
        if rules.sec_type not in FRACTIONAL and rules.order_types and "CASHQTY" not in rules.order_types:
            raise BadInput("cash_quantity", order.cashQty, "None: this contract is ordered by quantity")
        return
    size = _exact(order.totalQuantity)
    if rules.sec_type not in FRACTIONAL:
        if size != size.to_integral_value():
            lower, upper = (size.to_integral_value(rounding) for rounding in (ROUND_FLOOR, ROUND_CEILING))
            near = f"{upper}" if lower == 0 else f"{lower} or {upper}"
            allowed = "a whole number: TWS's API takes no fractions"
            raise BadInput("quantity", order.totalQuantity, allowed, f"nearest: {near}")
        return
    if rules.min_size is not None and size < rules.min_size:
        raise BadInput("quantity", order.totalQuantity, f"at least {plain(rules.min_size)}, the smallest order")


def _check_price(rules: Rules, name: str, price: float) -> None:
    if price < 0 and not rules.any_price:
        raise BadInput(name, price, f"above 0: prices of {rules.sec_type} are not negative")
    below, above = nearest(rules, price)
    if below != above:
        step = rules.step(price)
        raise BadInput(
            name,
            price,
            f"a multiple of {plain(step)} {rules.unit}, the step of prices there",
            f"nearest: {plain(below)} or {plain(above)}",
        )


def nearest(rules: Rules, price: float) -> tuple[float, float]:
    """Return the nearest allowed prices, not above and not below one; twice the same where it is allowed itself.

    Examples
    --------
    >>> rules = Rules(((Decimal(0), Decimal("0.05")), (Decimal(3), Decimal("0.1"))), "USD", "OPT")
    >>> nearest(rules, 2.97), nearest(rules, 3.0), nearest(rules, 3.04)
    ((2.95, 3.0), (3.0, 3.0), (3.0, 3.1))
    """
    step = rules.step(price)
    if step is None:
        return price, price
    steps = _exact(price) / step
    return float(steps.to_integral_value(ROUND_FLOOR) * step), float(steps.to_integral_value(ROUND_CEILING) * step)


def _exact(number: Any) -> Decimal:
    """Return a number as it is written: 0.1 is a tenth."""
    return number if isinstance(number, Decimal) else Decimal(repr(float(number)))


def _size(value: Any) -> Decimal | None:
    return _exact(value) if isinstance(value, int | float | Decimal) and given(float(value)) else None
