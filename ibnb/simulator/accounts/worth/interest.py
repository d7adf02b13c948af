"""Interest on cash: what a balance has earned or cost since the account was opened.

A year has 360 days. Balances earn on what lies above the first 10,000; debts cost on the whole. Interest
accrues and is not paid out. Rates a year: 3 % on US dollars, 1.5 % on euros, 2.5 % on pounds, nothing on
others; debts cost 5.5 %.
"""

from __future__ import annotations

from decimal import Decimal

from ibnb.simulator.accounts.ledger import Accrual, Ledger
from ibnb.simulator.accounts.money import ZERO, exact

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
    known, journal = ledger.accruals.get(currency, Accrual()), ledger.journal
    fresh = [entry for entry in journal[known.read :] if entry.currency == currency]
    if any(entry.time < known.time for entry in fresh):  # booked for an earlier day
        known, fresh = Accrual(), [entry for entry in journal if entry.currency == currency]
    interest, balance, since = known.interest, known.balance, known.time
    for entry in sorted(fresh, key=lambda entry: entry.time):
        interest += _interest(balance, since, entry.time, currency)
        balance += entry.amount
        since = entry.time
    ledger.accruals[currency] = Accrual(len(journal), since, balance, interest)
    return interest + _interest(balance, since, now, currency)


def _interest(balance: Decimal, start: float, end: float, currency: str) -> Decimal:
    if not balance:
        return ZERO
    seconds = exact(max(0.0, end - start))
    if balance < 0:
        return balance * _CHARGED * seconds / _YEAR
    return max(ZERO, balance - _FREE) * _EARNED.get(currency, ZERO) * seconds / _YEAR
