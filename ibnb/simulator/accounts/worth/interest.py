"""Interest on cash: what a balance has earned or cost since the account was opened.

A year has 360 days. Balances earn on what lies above the first 10,000; debts cost on the whole. Interest
accrues and is not paid out. Rates a year: 3 % on US dollars, 1.5 % on euros, 2.5 % on pounds, nothing on
others; debts cost 5.5 %.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ibnb.simulator.accounts.money import ZERO, exact

if TYPE_CHECKING:
    from ibnb.simulator.accounts.ledger import Ledger

_EARNED = {"USD": Decimal("0.03"), "EUR": Decimal("0.015"), "GBP": Decimal("0.025")}
_CHARGED = Decimal("0.055")
_FREE = Decimal(10_000)
_YEAR = Decimal(360 * 86_400)


def accrued_interest(ledger: Ledger, currency: str, now: float) -> Decimal:
    """Return the interest of one currency's balance up to `now`, in that currency; negative where it is owed.

    Parameters
    ----------
    ledger : Ledger
        Its journal tells the balance at every moment.
    currency : str
        Which balance.
    now : float
        Seconds since the epoch.
    """
    entries = sorted((entry for entry in ledger.journal if entry.currency == currency), key=lambda entry: entry.time)
    total = balance = ZERO
    since = now
    for entry in entries:
        total += _interest(balance, since, entry.time, currency)
        balance += entry.amount
        since = entry.time
    return total + _interest(balance, since, now, currency)


def _interest(balance: Decimal, start: float, end: float, currency: str) -> Decimal:
    seconds = exact(max(0.0, end - start))
    if balance < 0:
        return balance * _CHARGED * seconds / _YEAR
    return max(ZERO, balance - _FREE) * _EARNED.get(currency, ZERO) * seconds / _YEAR
