"""What a position must be backed with: one short schedule, a share of value for each kind of contract.

=====================  ==============================  =======================  =========
position               initial                         maintenance              Reg T
=====================  ==============================  =======================  =========
stock, long            27.5 %                          25 %                     50 %
stock, short           33 %                            30 %                     50 %
bond                   11 %                            10 %                     25 %
crypto                 0 (paid in full; lends nothing) 0                        0
option, long           100 % of premium                100 % of premium         100 %
option, short          premium + the larger of 20 % of the underlying less what the option is out of
                       the money, and 10 % of the underlying; all three columns alike
future                 6.25 % of notional              5 % of notional          0
currency pair          0 (both sides are cash already)
=====================  ==============================  =======================  =========
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ibnb.simulator.accounts.money import ZERO, exact, unit_size

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument

OPTION_TYPES = frozenset({"OPT", "FOP", "WAR"})
_SHARES_LONG = (Decimal("0.275"), Decimal("0.25"), Decimal("0.5"))
_SHARES_SHORT = (Decimal("0.33"), Decimal("0.30"), Decimal("0.5"))
_BONDS = (Decimal("0.11"), Decimal("0.10"), Decimal("0.25"))
_FUTURES = (Decimal("0.0625"), Decimal("0.05"), ZERO)


@dataclass(frozen=True)
class Requirement:
    """Margin of one position, in its contract's currency."""

    initial: Decimal = ZERO
    maintenance: Decimal = ZERO
    reg_t: Decimal = ZERO


def requirement(
    instrument: Instrument, quantity: Decimal, market_value: Decimal, under_price: Decimal | None = None
) -> Requirement:
    """Return the margin of a position.

    Parameters
    ----------
    instrument : Instrument
        The contract.
    quantity : Decimal
        Signed.
    market_value : Decimal
        Signed, in the contract's currency; the notional for a future.
    under_price : Decimal, optional
        Price of an option's underlying; without it the strike stands in.
    """
    kind, value = instrument.sec_type, abs(market_value)
    if kind in ("CASH", "CRYPTO") or not quantity:
        return Requirement()
    if kind in OPTION_TYPES:
        if quantity > 0:
            return Requirement(value, value, value)
        strike = exact(instrument.strike or 0)
        under = under_price if under_price is not None else strike
        is_call = instrument.right.upper().startswith("C")
        out_of_money = max(ZERO, strike - under if is_call else under - strike)
        covered = max(under * Decimal("0.2") - out_of_money, under * Decimal("0.1"))
        total = value + covered * abs(quantity) * unit_size(instrument)
        return Requirement(total, total, total)
    if kind == "FUT":
        shares = _FUTURES
    elif kind == "BOND":
        shares = _BONDS
    else:
        shares = _SHARES_LONG if quantity > 0 else _SHARES_SHORT
    return Requirement(*(value * share for share in shares))
