"""In which unit TWS tells a contract's prices: in the currency's own, or in pence and cents.

Contract details name it: ``priceMagnifier`` is how many of the units that prices are in make one of the currency.
Average costs, values and profits are in the whole unit all the same. What details have said is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.values import Contract, ContractDetails

#: By conId.
_MAGNIFIERS: Slot[dict[int, int]] = Slot("price magnifiers", "session", lambda _: {})
#: What hundredths of a currency are called.
_HUNDREDTHS = {"GBP": "GBp", "USD": "US cents", "EUR": "euro cents", "ZAR": "ZAc", "ILS": "ILA", "CAD": "CA cents"}


def price_unit(currency: str, magnifier: float | None) -> str:
    """Return what prices are in.

    Parameters
    ----------
    currency : str
        The contract's.
    magnifier : float or None
        Of the contract's details; None or NaN where it is not known, which counts as 1.

    Examples
    --------
    >>> price_unit("GBP", 100), price_unit("GBP", 1), price_unit("CHF", 100)
    ('GBp', 'GBP', '1/100 CHF')
    """
    number = whole_magnifier(magnifier)
    if number in (None, 1):
        return currency
    return _HUNDREDTHS.get(currency, f"1/100 {currency}") if number == 100 else f"1/{number} {currency}"


def whole_magnifier(magnifier: Any) -> int | None:
    """Return a magnifier as TWS means it, or None for what is none: some kinds of contract come without."""
    try:
        number = int(magnifier)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 1 <= number < 2**31 - 1 else None


def remember(ib: IB, details: Iterable[ContractDetails]) -> None:
    """Keep what contract details say of their prices."""
    known = state_of(ib)[_MAGNIFIERS]
    for each in details:
        number = whole_magnifier(getattr(each, "priceMagnifier", None))
        if number is not None and each.contract is not None and each.contract.conId:
            known[each.contract.conId] = number


def magnifier_of(ib: IB, contract: Contract) -> int | None:
    """Return the magnifier of a contract's prices, or None where no details of it have come."""
    return state_of(ib)[_MAGNIFIERS].get(contract.conId)


def magnifiers(ib: IB) -> dict[int, int]:
    """Return all that are known, by conId."""
    return state_of(ib)[_MAGNIFIERS].copy()


def unit_attrs(currency: str, magnifier: int | None) -> dict[str, Any]:
    """Return what a frame of one contract's prices tells of their unit in its ``attrs``; nothing if it is unknown."""
    if magnifier is None:
        return {}
    return {"price_magnifier": magnifier, "price_unit": price_unit(currency, magnifier)}


def unit_of(ib: IB, contract: Contract) -> dict[str, Any]:
    """Return the same for a contract, where details of it have come."""
    return unit_attrs(str(contract.currency), magnifier_of(ib, contract))
