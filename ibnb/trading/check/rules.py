"""The rules of a contract that an order is held to before it is sent. Pure.

Only what no server would take is refused: prices between two steps, sizes that do not trade, order types that the
contract's exchange does not have, prices that are missing. All else is TWS's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from numbers import Real
from typing import Any

from ibnb.errors import BadInput
from ibnb.trading.values.kinds import CAPPED, LIMITED, LISTED, TRAILING, TRIGGERED, kind_of
from ibnb.trading.values.plan import UNSET, given, plain
from ibnb.tws.client.values import ContractDetails, Order
from ibnb.tws.units.price_units import price_unit, whole_magnifier
from ibnb.tws.units.prices import NEGATIVE_PRICES

#: Contracts that the API trades in fractions; all else in whole units.
FRACTIONAL = frozenset({"CRYPTO", "CASH"})
#: The time in force that is refused wherever a contract does not list it (201). Of no other that was seen: IOC is taken
#: of contracts that do not list it.
_LISTED_TIF = "FOK"
#: What an order's figures are called in our functions.
_NAMES = {
    "totalQuantity": "quantity",
    "cashQty": "cash_quantity",
    "lmtPrice": "price",
    "auxPrice": "stop_price",
    "trailStopPrice": "stop_price",
    "trailingPercent": "percent",
}
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Rules:
    """What a contract takes.

    Attributes
    ----------
    bands : tuple of (Decimal, Decimal)
        From which price on, in either direction, which step; ascending from 0, in the unit that prices are in. Empty
        where no step is known.
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

    @property
    def size_step(self) -> float:
        """What quantities are multiples of."""
        told = self.size_increment or Decimal(1)
        return float(told if self.sec_type in FRACTIONAL else max(told, Decimal(1)))

    def step(self, price: float) -> Decimal | None:
        """Return the step of prices around one; None where none is known."""
        size = abs(_exact(price))
        return next((step for low, step in reversed(self.bands) if size >= low), None)


def rules_of(details: ContractDetails, bands: Sequence[tuple[float, float]] = ()) -> Rules:
    """Return the rules of a contract.

    Parameters
    ----------
    details : ContractDetails
        Of the contract.
    bands : sequence of (float, float)
        Its market rule (reqMarketRule); below its first price, and without one, the contract's smallest step goes.
        Both are told in the whole unit of the currency, also where prices are in pence or cents.
    """
    contract, magnifier = details.contract, whole_magnifier(details.priceMagnifier) or 1
    known = {_exact(low): _exact(step) for low, step in bands if step > 0}
    if given(details.minTick):
        known.setdefault(_ZERO, _exact(details.minTick))
    return Rules(
        tuple((low * magnifier, step * magnifier) for low, step in sorted(known.items())),
        price_unit(contract.currency, magnifier),
        contract.secType,
        _size(getattr(details, "minSize", None)),
        _size(getattr(details, "sizeIncrement", None)),
        frozenset(str(details.orderTypes or "").upper().split(",")) - {""},
        contract.secType in NEGATIVE_PRICES,
    )


def check_order(rules: Rules, order: Order, role: str = "") -> None:
    """Refuse an order that no server would take.

    Parameters
    ----------
    rules : Rules
        Of its contract.
    order : Order
        The client's.
    role : str
        What it is in a bracket (``"take profit"``), by which its price is then called.

    Raises
    ------
    BadInput
        Naming the value, what is allowed, and the nearest of it.
    """
    for field, name in _NAMES.items():
        _check_number(name, getattr(order, field, UNSET))
    kind = kind_of(order)
    _check_listed(rules, kind, order)
    _check_size(rules, order)
    own = role.replace(" ", "_") if role not in ("", "parent") else ""
    if kind in LIMITED or (kind in CAPPED and given(order.lmtPrice)):
        _check_price(rules, own or "price", order.lmtPrice, needed=kind in LIMITED)
    if kind in TRIGGERED:
        _check_price(rules, own or "stop_price", order.auxPrice, needed=True)
    if kind in TRAILING:
        _check_trail(order)
        if given(order.trailStopPrice):
            _check_price(rules, "stop_price", order.trailStopPrice, needed=False)


def _check_number(name: str, value: Any) -> None:
    is_number = isinstance(value, Real | Decimal) and not isinstance(value, bool)
    if value is not None and not (is_number and abs(float(value)) < float("inf")):
        raise BadInput(name, value, "a finite number")


def _check_listed(rules: Rules, kind: str, order: Order) -> None:
    listed = rules.order_types
    if kind in LISTED and listed and kind not in listed:
        known = ", ".join(sorted(LISTED & listed)) or "none of the usual ones"
        raise BadInput("order type", order.orderType, f"one that this contract's exchange takes: {known}")
    tif = str(order.tif or "").upper()
    if tif == _LISTED_TIF and listed and tif not in listed:
        hint = "IOC with allOrNone comes near it, where the contract takes both" if "AON" in listed else ""
        raise BadInput("tif", tif, "one that this contract's exchange takes: FOK is not among its order types", hint)


def _check_size(rules: Rules, order: Order) -> None:
    if given(order.cashQty) and not given(order.totalQuantity):
        if rules.sec_type not in FRACTIONAL and rules.order_types and "CASHQTY" not in rules.order_types:
            raise BadInput("cash_quantity", order.cashQty, "None: this contract is ordered by quantity")
        if order.cashQty < 0:
            raise BadInput("cash_quantity", order.cashQty, "an amount above 0")
        return
    asked, size = order.totalQuantity, _exact(order.totalQuantity)
    if size <= 0 or not given(asked):
        raise BadInput("quantity", asked, "a number above 0", "the side says whether to buy or to sell")
    if rules.sec_type not in FRACTIONAL and size != size.to_integral_value():
        allowed = "a whole number: TWS's API takes no fractions"
        raise BadInput("quantity", asked, allowed, _near(*_multiples(size, Decimal(1)), above_0=True))
    if rules.min_size is not None and size < rules.min_size:
        raise BadInput("quantity", asked, f"at least {plain(rules.min_size)}, the smallest order")
    if rules.size_increment is not None:
        below, above = _multiples(size, rules.size_increment)
        if below != above:
            allowed = f"a multiple of {plain(rules.size_increment)}, the step of quantities"
            raise BadInput("quantity", asked, allowed, _near(below, above, above_0=True))


def _check_price(rules: Rules, name: str, price: Any, *, needed: bool) -> None:
    above_0 = not rules.any_price
    if needed and (price is None or abs(price) >= UNSET):
        raise BadInput(name, None, "a price: an order of this type has one")
    if needed and above_0 and price <= 0:
        raise BadInput(name, price, f"above 0: prices of {rules.sec_type} are not negative, and not 0")
    below, above = nearest(rules, price)
    if below != above:
        allowed = f"a multiple of {plain(rules.step(price))} {rules.unit}, the step of prices there"
        raise BadInput(name, price, allowed, _near(below, above, above_0=above_0))


def _check_trail(order: Order) -> None:
    by_amount = given(order.auxPrice)
    if by_amount == given(order.trailingPercent):
        amount = order.auxPrice if by_amount else None
        raise BadInput("amount", amount, "either amount= (in prices) or percent=, by which the stop trails")
    if given(order.trailingPercent) and not 0 < order.trailingPercent < 100:
        raise BadInput("percent", order.trailingPercent, "above 0 and below 100")


def nearest(rules: Rules, price: float) -> tuple[float, float]:
    """Return the nearest allowed prices, not above and not below one; twice the same where it is allowed itself.

    Examples
    --------
    >>> rules = Rules(((Decimal(0), Decimal("0.05")), (Decimal(3), Decimal("0.1"))), "USD", "OPT")
    >>> nearest(rules, 2.97), nearest(rules, 3.0), nearest(rules, 3.04)
    ((2.95, 3.0), (3.0, 3.0), (3.0, 3.1))
    """
    exact = _exact(price)
    if not rules.bands:
        return float(price), float(price)
    below, above = _around(rules.bands, abs(exact))
    if exact < 0:
        below, above = -above, -below
    return float(below) + 0.0, float(above) + 0.0


def _around(bands: tuple[tuple[Decimal, Decimal], ...], size: Decimal) -> tuple[Decimal, Decimal]:
    """Return the nearest allowed prices around one of 0 or more, each by the step of the band that it lies in."""
    below, above = _ZERO, None
    for number, (low, step) in enumerate(bands):
        end = bands[number + 1][0] if number + 1 < len(bands) else None
        _, first = _multiples(max(size, low), step)
        if above is None and (end is None or first < end):
            above = first
        last, _ = _multiples(size, step)
        if end is not None and last >= end:
            last = _multiples(end, step)[1] - step
        if low <= last:
            below = last
    assert above is not None, "the last band has no end"
    return below, above


def _multiples(number: Decimal, step: Decimal) -> tuple[Decimal, Decimal]:
    """Return the multiples of a step below and above a number; twice itself where it is one."""
    steps = number / step
    return steps.to_integral_value(ROUND_FLOOR) * step, steps.to_integral_value(ROUND_CEILING) * step


def _near(below: Any, above: Any, *, above_0: bool) -> str:
    return f"nearest: {plain(above)}" if above_0 and below <= 0 else f"nearest: {plain(below)} or {plain(above)}"


def _exact(number: Any) -> Decimal:
    """Return a number as it is written: 0.1 is a tenth."""
    return number if isinstance(number, Decimal) else Decimal(repr(float(number)))


def _size(value: Any) -> Decimal | None:
    return _exact(value) if isinstance(value, Real | Decimal) and given(value) else None
