"""The account's segments: securities (S), commodities (C), crypto (P), and the whole.

Cash lies in securities. The commodities segment holds what its futures need as initial margin, so it has
nothing to spare; the parts add up to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ibnb.simulator.accounts.money import ZERO
from ibnb.simulator.accounts.worth.valuation import PositionValue, Valuation

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book

# Four times what is available: the intraday leverage of a margin account.
_BUYING_POWER = Decimal(4)


@dataclass(frozen=True)
class Segment:
    """One segment's figures, in the base currency. Crypto and accrued interest lend nothing."""

    net_liquidation: Decimal
    cash: Decimal
    accrued: Decimal
    crypto: Decimal
    gross: Decimal
    initial: Decimal
    maintenance: Decimal
    reg_t_margin: Decimal
    previous_equity: Decimal

    @property
    def equity_with_loan(self) -> Decimal:
        """What margin is held against."""
        return self.net_liquidation - self.accrued - self.crypto

    @property
    def available(self) -> Decimal:
        """Equity beyond initial margin."""
        return self.equity_with_loan - self.initial

    @property
    def excess(self) -> Decimal:
        """Equity beyond maintenance margin; when it is gone, positions are liquidated."""
        return self.equity_with_loan - self.maintenance

    @property
    def buying_power(self) -> Decimal:
        """What could be bought, fully leveraged."""
        return max(ZERO, self.available * _BUYING_POWER)

    @property
    def reg_t_equity(self) -> Decimal:
        """Equity as Regulation T counts it."""
        return self.net_liquidation - self.crypto

    @property
    def cushion(self) -> Decimal:
        """Excess liquidity as a share of net liquidation."""
        return self.excess / self.net_liquidation if self.net_liquidation else ZERO

    @property
    def leverage(self) -> Decimal:
        """Gross positions as a multiple of net liquidation."""
        return self.gross / self.net_liquidation if self.net_liquidation else ZERO


def segments(book: Book, valuation: Valuation) -> dict[str, Segment]:
    """Return the whole account under ``""``, its segments under ``"S"``, ``"C"`` and, where held, ``"P"``."""
    net = valuation.base(lambda part: part.net_liquidation)
    cash = valuation.base(lambda part: part.cash)
    accrued = valuation.base(lambda part: part.accrued)
    crypto = valuation.base(lambda part: part.market_value("crypto"))
    futures = valuation.base(lambda part: part.market_value("future"))

    def is_future(each: PositionValue) -> bool:
        return each.asset_class == "future"

    gross = valuation.total(lambda each: ZERO if is_future(each) else abs(each.market_value))
    initial = valuation.total(lambda each: each.margin.initial)
    maintenance = valuation.total(lambda each: each.margin.maintenance)
    initial_c = valuation.total(lambda each: each.margin.initial if is_future(each) else ZERO)
    maintenance_c = valuation.total(lambda each: each.margin.maintenance if is_future(each) else ZERO)
    reg_t = valuation.total(lambda each: each.margin.reg_t)
    # Yesterday's equity is today's without today's profit and deposits.
    since = book.day_start()
    deposits = sum(
        (
            entry.amount * book.rate(entry.currency, book.base_currency)
            for entry in book.ledger.journal
            if entry.kind == "deposit" and entry.time >= since
        ),
        ZERO,
    )
    previous = net - accrued - crypto - valuation.total(lambda each: each.daily) - deposits

    found = {
        "": Segment(net, cash, accrued, crypto, gross, initial, maintenance, reg_t, previous),
        "C": Segment(initial_c, initial_c - futures, ZERO, ZERO, ZERO, initial_c, maintenance_c, ZERO, ZERO),
    }
    if any(each.asset_class == "crypto" for each in valuation.positions):
        found["P"] = Segment(crypto, ZERO, ZERO, crypto, crypto, ZERO, ZERO, ZERO, ZERO)
    found["S"] = Segment(
        net_liquidation=net - initial_c - crypto,
        cash=cash - (initial_c - futures),
        accrued=accrued,
        crypto=ZERO,
        gross=gross - abs(crypto),
        initial=initial - initial_c,
        maintenance=maintenance - maintenance_c,
        reg_t_margin=reg_t,
        previous_equity=previous,
    )
    return found
