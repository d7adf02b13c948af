"""The ledger: cash by currency and positions, both made by deposits and trades alone.

Every movement of cash is written down with its time and kind, so balances, interest and the proof that
nothing was lost all come from the same journal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from ibnb.simulator.accounts.money import ZERO, unit_size

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument


@dataclass(frozen=True)
class CashEntry:
    """One movement of cash.

    Parameters
    ----------
    time : float
        Seconds since the epoch, UTC.
    currency : str
        The balance that moves.
    amount : Decimal
        What is added to it.
    kind : str
        ``"deposit"``, ``"trade"``, ``"exchange"`` (one side of a currency trade), ``"variation"`` (a future's
        profit on closing) or ``"commission"``.
    con_id : int
        The contract traded; 0 for a deposit.
    """

    time: float
    currency: str
    amount: Decimal
    kind: str
    con_id: int = 0


class Accrual(NamedTuple):
    """The interest of one balance as far as the journal was read for it.

    Parameters
    ----------
    read : int
        How many entries of the journal.
    time : float
        When the last of them was booked, in seconds since the epoch.
    balance, interest : Decimal
        Then.
    """

    read: int = 0
    time: float = 0.0
    balance: Decimal = ZERO
    interest: Decimal = ZERO


@dataclass
class Position:
    """What is held of one contract.

    `cost` is what the open quantity has cost (negative for a short one), commissions included; `fees` is the
    part of it that is commissions. Both are in the contract's currency. A currency pair's cost leaves
    commissions out: they are charged in the account's currency.
    """

    instrument: Instrument
    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    fees: Decimal = ZERO
    realized: Decimal = ZERO

    @property
    def average_cost(self) -> Decimal:
        """Cost per unit as TWS counts it: commission included, times the multiplier; 0 when flat."""
        return self.cost / self.quantity if self.quantity else ZERO


@dataclass
class Ledger:
    """Cash balances, positions and the journal that made them."""

    cash: dict[str, Decimal] = field(default_factory=dict)
    positions: dict[int, Position] = field(default_factory=dict)
    journal: list[CashEntry] = field(default_factory=list)
    accruals: dict[str, Accrual] = field(default_factory=dict)  # by currency

    def book(self, entry: CashEntry) -> None:
        """Write one movement of cash into the journal and the balance."""
        self.journal.append(entry)
        self.cash[entry.currency] = self.cash.get(entry.currency, ZERO) + entry.amount

    def trade(
        self,
        instrument: Instrument,
        quantity: Decimal,
        price: Decimal,
        commission: Decimal,
        commission_currency: str,
        time: float,
    ) -> Decimal | None:
        """Book one fill.

        Parameters
        ----------
        instrument : Instrument
            The contract.
        quantity : Decimal
            Signed: positive for a purchase.
        price : Decimal
            As quoted.
        commission : Decimal
            A positive amount, charged to the cash of `commission_currency`.
        commission_currency : str
            The contract's currency, or the account's for a currency pair.
        time : float
            Seconds since the epoch.

        Returns
        -------
        Decimal or None
            The profit realised after commissions, in the contract's currency; None where nothing was closed,
            and for currency pairs, which only turn one balance into another.
        """
        position = self.positions.setdefault(instrument.con_id, Position(instrument))
        is_pair = instrument.sec_type == "CASH"
        in_cost = ZERO if is_pair else commission
        amount = quantity * price * unit_size(instrument)
        closing = _closing_part(position.quantity, quantity)
        realized: Decimal | None = None
        gross = ZERO

        if closing:
            share, part = closing / quantity, -closing / position.quantity
            released_cost, released_fees = position.cost * part, position.fees * part
            gross = -amount * share - (released_cost - released_fees)
            if not is_pair:
                realized = -amount * share - in_cost * share - released_cost
                position.realized += realized
            position.quantity += closing
            # A flat position costs nothing, whatever the last digit of a division says.
            position.cost = position.cost - released_cost if position.quantity else ZERO
            position.fees = position.fees - released_fees if position.quantity else ZERO
        opening = quantity - closing
        if opening:
            share = opening / quantity
            position.quantity += opening
            position.cost += amount * share + in_cost * share
            position.fees += in_cost * share

        con_id = instrument.con_id
        if is_pair:
            self.book(CashEntry(time, instrument.symbol, quantity, "exchange", con_id))
            self.book(CashEntry(time, instrument.currency, -amount, "exchange", con_id))
        elif instrument.sec_type == "FUT":
            if gross:
                self.book(CashEntry(time, instrument.currency, gross, "variation", con_id))
        else:
            self.book(CashEntry(time, instrument.currency, -amount, "trade", con_id))
        if commission:
            self.book(CashEntry(time, commission_currency, -commission, "commission", con_id))
        return realized


def _closing_part(held: Decimal, quantity: Decimal) -> Decimal:
    """Return the part of a signed fill that reduces what is held; the rest opens."""
    if held * quantity >= 0:
        return ZERO
    return quantity if abs(quantity) <= abs(held) else -held
