"""Money and quantities as exact decimals, and the texts that TWS makes of them.

The ledger never adds floats: a price becomes the decimal that its shortest text shows, and stays one.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING

from ibnb.errors import BadInput

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument

ZERO = Decimal(0)
CENT = Decimal("0.01")

# A bond's price is in per cent of its face value, which stands as the multiplier: 1,000 where none does.
_FACE_VALUE, _PER_CENT = "1000", Decimal(100)


def exact(value: float | int | str | Decimal) -> Decimal:
    """Return a number as the decimal that its shortest text shows.

    Raises
    ------
    BadInput
        For what is no finite number.

    Examples
    --------
    >>> exact(0.1)
    Decimal('0.1')
    """
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadInput("value", value, "a finite number")
    return number


def to_cents(value: Decimal) -> Decimal:
    """Round to two decimals, halves away from zero, as account statements do."""
    return value.quantize(CENT, ROUND_HALF_UP)


def unit_size(instrument: Instrument) -> Decimal:
    """Return what one unit of the contract is worth at a price of 1, in the contract's currency.

    Examples
    --------
    An option on 100 shares gives 100, an E-mini future 50, a stock 1, one that is quoted in pence 0.01, a
    bond of 1,000 face value 10.
    """
    quoted = exact(instrument.price_magnifier or 1)
    if instrument.sec_type == "BOND":
        return exact(instrument.multiplier or _FACE_VALUE) / _PER_CENT / quoted
    return exact(instrument.multiplier or 1) / quoted


def text(value: Decimal, most: int = 2, least: int = 2) -> str:
    """Format as TWS does: at least `least` and at most `most` decimals, never a negative zero.

    Examples
    --------
    >>> text(Decimal("994859.28480"), most=4)
    '994859.2848'
    >>> text(Decimal("-0.001"))
    '0.00'
    """
    rounded = value.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    if rounded.is_zero():
        rounded = abs(rounded)
    whole, _, decimals = f"{rounded:f}".partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    return f"{whole}.{decimals}" if decimals else whole


def number(value: Decimal, decimals: int = 8) -> float:
    """Return the float that goes into a record, rounded as TWS rounds prices and costs."""
    return float(round(value, decimals)) + 0.0
