"""What a trade costs: one short schedule by security type.

It is modelled on fixed pricing, not a copy of anybody's price list:

==================  ==================================  ===========================
security type       commission                          minimum an order
==================  ==================================  ===========================
STK (and funds)     0.005 a share                       1.00, at most 1 % of value
OPT, FOP, WAR       0.65 a contract                     1.00
FUT                 2.25 a contract
CASH                0.2 basis points of the value       2.00 USD
CRYPTO              0.18 % of the value                 1.75, at most 1 % of value
BOND                0.10 % of face value                1.00
CFD, CMDTY          0.05 % of the value                 1.00
==================  ==================================  ===========================

Amounts are in the contract's currency; for a currency pair in the account's base currency.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ibnb.simulator.accounts.money import ZERO, unit_size

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument

_PAIR_RATE, _PAIR_MINIMUM_USD = Decimal("0.00002"), Decimal(2)


@dataclass(frozen=True)
class Tariff:
    """A price a unit, a share of the value, the least for an order, the most as a share of value."""

    per_unit: Decimal = ZERO
    of_value: Decimal = ZERO
    minimum: Decimal = ZERO
    most_of_value: Decimal | None = None


_OPTIONS = Tariff(per_unit=Decimal("0.65"), minimum=Decimal("1.00"))
_OVER_THE_COUNTER = Tariff(of_value=Decimal("0.0005"), minimum=Decimal("1.00"))
TARIFFS = {
    "STK": Tariff(per_unit=Decimal("0.005"), minimum=Decimal("1.00"), most_of_value=Decimal("0.01")),
    "OPT": _OPTIONS,
    "FOP": _OPTIONS,
    "WAR": _OPTIONS,
    "FUT": Tariff(per_unit=Decimal("2.25")),
    "CRYPTO": Tariff(of_value=Decimal("0.0018"), minimum=Decimal("1.75"), most_of_value=Decimal("0.01")),
    "BOND": Tariff(per_unit=Decimal("1.00"), minimum=Decimal("1.00")),
    "CFD": _OVER_THE_COUNTER,
    "CMDTY": _OVER_THE_COUNTER,
}


def order_commission(
    instrument: Instrument,
    quantity: Decimal,
    value: Decimal,
    base_currency: str,
    rate: Callable[[str, str], Decimal],
) -> tuple[Decimal, str]:
    """Return what an order costs that has traded so much.

    Parameters
    ----------
    instrument : Instrument
        The contract.
    quantity : Decimal
        Units traded by the order so far, unsigned.
    value : Decimal
        What they were worth, in the contract's currency, unsigned.
    base_currency : str
        The account's currency.
    rate : callable
        ``rate(from_currency, to_currency)``.

    Returns
    -------
    tuple of Decimal and str
        The commission, rounded to four decimals, and its currency.
    """
    if instrument.sec_type == "CASH":
        in_base = value * rate(instrument.currency, base_currency) * _PAIR_RATE
        minimum = _PAIR_MINIMUM_USD * rate("USD", base_currency)
        return round(max(in_base, minimum), 4), base_currency
    tariff = TARIFFS.get(instrument.sec_type, _OVER_THE_COUNTER)
    charge = max(tariff.per_unit * quantity + tariff.of_value * value, tariff.minimum)
    if tariff.most_of_value is not None:
        charge = min(charge, tariff.most_of_value * value)
    return round(charge, 4), instrument.currency


def trade_value(instrument: Instrument, quantity: Decimal, price: Decimal) -> Decimal:
    """Return what a quantity is worth at a price, in the contract's currency, unsigned."""
    return abs(quantity * price * unit_size(instrument))
