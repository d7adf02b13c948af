"""What an order would do to its account: margins before and after, commission. For what-if, and for the credit check.

The order is booked in a copy of the ledger, at once and whole, and the copy is valued like any account.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ibnb.simulator.accounts.ledger import Ledger
from ibnb.simulator.accounts.money import ZERO, number
from ibnb.simulator.accounts.trades.commissions import order_commission, trade_value
from ibnb.simulator.accounts.worth.segments import Segment, segments
from ibnb.simulator.accounts.worth.valuation import value

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book
    from ibnb.simulator.market import Instrument

#: The dearest exchange costs so much of the cheapest, as a what-if was seen to say.
_DEAREST = Decimal("1.2")


@dataclass(frozen=True)
class Effect:
    """An account before and after an order, and what the order costs."""

    before: Segment
    after: Segment
    commission: Decimal
    commission_currency: str
    currency: str

    @property
    def lacks_funds(self) -> bool:
        """Whether the order would leave the account short of margin, and shorter than it is."""
        return self.after.available < 0 and self.after.available < self.before.available

    @property
    def reason(self) -> str:
        """Why it is rejected where it lacks funds, as a real TWS says it."""
        return (
            "YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR EQUITY WITH LOAN VALUE "
            f"[{self.after.equity_with_loan:.2f} {self.currency}] MUST EXCEED THE INITIAL MARGIN "
            f"[{self.after.initial:.2f} {self.currency}]"
        )

    def fields(self, costs: str = "alone") -> dict[str, Any]:
        """Return the margin and commission fields of openOrder.

        Parameters
        ----------
        costs : str
            ``alone``: the commission without its least and its most, as of a share; ``range``: these two without the
            commission, as of an option at SMART; ``both``; or ``none``, as of some futures.
        """
        found: dict[str, Any] = {}
        for name, figure in (
            ("init_margin", "initial"),
            ("maint_margin", "maintenance"),
            ("equity_with_loan", "equity_with_loan"),
        ):
            before, after = getattr(self.before, figure), getattr(self.after, figure)
            found[f"{name}_before"] = number(before, 2)
            found[f"{name}_change"] = number(after - before, 2)
            found[f"{name}_after"] = number(after, 2)
        return {
            **found,
            **self._costs(costs),
            "margin_currency": self.currency,
            "warning_text": self.reason if self.lacks_funds else "",
            "reject_reason": self.reason if self.lacks_funds else "",
        }

    def _costs(self, told: str) -> dict[str, Any]:
        is_range, is_alone = told in ("range", "both"), told in ("alone", "both")
        return {
            "commission": number(self.commission, 4) if is_alone else None,
            "min_commission": number(self.commission, 4) if is_range else None,
            "max_commission": number(self.commission * _DEAREST, 4) if is_range else None,
            "commission_currency": self.commission_currency if is_range or is_alone else "",
        }


def effect(book: Book, trades: list[tuple[Instrument, Decimal, Decimal]]) -> Effect:
    """Return what trades would do to an account.

    Parameters
    ----------
    book : Book
        The account; nothing in it changes.
    trades : list of (Instrument, Decimal, Decimal)
        The contract, the signed quantity, the price.
    """
    trial = copy.copy(book)
    trial.ledger = Ledger(
        cash=dict(book.ledger.cash),
        positions={con_id: replace(held) for con_id, held in book.ledger.positions.items()},
        journal=list(book.ledger.journal),
        accruals=dict(book.ledger.accruals),
    )
    now = book.market.clock.now()
    total, charged_in = ZERO, book.base_currency
    for instrument, quantity, price in trades:
        amount = trade_value(instrument, quantity, price)
        commission, charged_in = order_commission(instrument, abs(quantity), amount, book.base_currency, book.rate)
        trial.ledger.trade(instrument, quantity, price, commission, charged_in, now)
        total += commission
    before = segments(book, value(book))[""]
    after = segments(trial, value(trial))[""]
    return Effect(before, after, total, charged_in, book.base_currency)
