"""One order as the guards look at it: what it would meet in the market, at which price, what it is worth. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ibnb.settings import Limits
from ibnb.trading.check.facts import Facts, worth_of
from ibnb.trading.values.kinds import AT_CLOSE, CAPPED, LIMITED, TOUCHED, TRAILING, TRIGGERED, kind_of
from ibnb.trading.values.plan import BUY, figure_of, given
from ibnb.tws.client.values import ContractDetails, Order

_NAN = float("nan")
#: A limit this close to the quote, as a share of it, may be filled any moment.
_NEAR = 0.01


@dataclass(frozen=True)
class Case:
    """One order, with all that guards look at; what several of them ask for is worked out once.

    Attributes
    ----------
    limits : Limits
        A person's.
    facts : Facts
        What is known.
    details : ContractDetails
        Of the contract.
    order : Order
        The client's.
    """

    limits: Limits
    facts: Facts
    details: ContractDetails
    order: Order

    @cached_property
    def sign(self) -> int:
        """1 for a purchase, -1 for a sale."""
        return 1 if self.order.action == BUY else -1

    @cached_property
    def kind(self) -> str:
        """Its order type, under its one name."""
        return kind_of(self.order)

    @cached_property
    def quantity(self) -> float:
        """How much it is for; of an amount of money what that buys now, NaN where that is not known."""
        if given(self.order.cashQty) and not given(self.order.totalQuantity):
            one = self.facts.prices.at(self.sign) * (self.facts.unit or _NAN)
            return abs(float(self.order.cashQty) / one) if one else _NAN
        return float(self.order.totalQuantity or 0)

    @cached_property
    def value(self) -> float | None:
        """What it is worth in the base currency."""
        return value_of(self.facts, self.order)

    # Whether it ends a position ---------------------------------------------------------------------------------------

    @property
    def is_against_a_position(self) -> bool:
        """Whether it goes the other way than what is held."""
        return (self.facts.position or 0.0) * self.sign < 0

    @property
    def ends_a_position(self) -> bool:
        """Whether it does no more than end what is held and not being closed already."""
        held = self.facts.position or 0.0
        return self.is_against_a_position and 0 < self.quantity <= abs(held) - self.facts.closing

    # What it would meet -----------------------------------------------------------------------------------------------

    @property
    def limit(self) -> float | None:
        """The worst price that it may be filled at; None for whatever price there is."""
        order = self.order
        if self.kind in TRAILING:
            return self._trailing_limit
        if self.kind in LIMITED:
            limit, more = figure_of(order.lmtPrice), getattr(order, "discretionaryAmt", None)
            return limit if limit is None or not given(more) else limit + self.sign * float(more)
        cap = float(order.lmtPrice) if given(order.lmtPrice) else None
        pegged = self._pegged
        if pegged is None or cap is None:
            return cap if pegged is None else pegged
        return min(pegged, cap) if self.sign > 0 else max(pegged, cap)

    @property
    def _trailing_limit(self) -> float | None:
        """Where the limit of a trailing stop that has one stands at first."""
        offset, start = getattr(self.order, "lmtPriceOffset", None), self._trailing_stop
        if self.kind != "TRAILLMT" or start != start:
            return None
        if given(offset):
            return start + self.sign * float(offset)
        return float(self.order.lmtPrice) if given(self.order.lmtPrice) else None

    @property
    def _trailing_stop(self) -> float:
        """Where a trailing stop stands at first; NaN where that is not known."""
        start, percent = self.wakes_at, getattr(self.order, "trailingPercent", None)
        if start is not None:
            return start
        market = self.facts.prices.at(self.sign)
        if given(percent):
            return market * (1 + self.sign * float(percent) / 100)
        return market + self.sign * float(self.order.auxPrice) if given(self.order.auxPrice) else _NAN

    @property
    def _pegged(self) -> float | None:
        """Where an order that follows its own side's quote (REL) stands, by how much it is to be better than that."""
        percent = getattr(self.order, "percentOffset", None)
        own_side = self.facts.prices.other_side(-self.sign)
        if self.kind != "REL" or own_side != own_side:
            return None
        if given(self.order.auxPrice):
            return own_side + self.sign * float(self.order.auxPrice)
        return own_side * (1 + self.sign * float(percent)) if given(percent) else None

    @cached_property
    def wakes_at(self) -> float | None:
        """The price that it waits for; None for one that does not."""
        if self.kind in TRIGGERED:
            return figure_of(self.order.auxPrice)
        start = getattr(self.order, "trailStopPrice", None)
        return figure_of(start) if self.kind in TRAILING and given(start) else None

    @cached_property
    def is_awake(self) -> bool:
        """Whether it waits for no price, or for one that the market has reached."""
        price = self.wakes_at
        if price is None:
            return self.kind not in TRAILING
        beyond = self.facts.prices.at(self.sign) - price
        return (beyond if self.kind not in TOUCHED else -beyond) * self.sign >= 0

    @property
    def meets(self) -> float:
        """The price that its limit is to be compared with: the market's, or the one that it waits for; NaN for none."""
        if self.is_awake:
            return self.facts.prices.at(self.sign)
        return self._trailing_stop if self.kind in TRAILING else self.wakes_at or _NAN

    @property
    def may_fill_soon(self) -> bool:
        """Whether it waits for no price that lies well away from the market's; so, too, where that is not known."""
        if not self.is_awake:
            return self.wakes_at is not None and self.facts.prices.at(self.sign) != self.facts.prices.at(self.sign)
        market, limit = self.facts.prices.at(self.sign), self.limit
        return not (self.kind in LIMITED and limit is not None and self.sign * (market - limit) > _NEAR * abs(market))

    @property
    def is_at_market(self) -> bool:
        """Whether it is filled at whatever price there is as soon as it arrives, or as soon as the market opens.

        One for the opening or the closing is meant to wait for that, and a fund is bought at the price that is worked
        out afterwards. A type that bounds its price in no way that is known here counts as one at the market's,
        whatever limit it carries.
        """
        if str(self.order.tif or "").upper() == "OPG" or self.details.contract.secType == "FUND":
            return False
        if self.kind in LIMITED or self.kind in AT_CLOSE:
            return False
        if self.kind in TRIGGERED or self.kind in TRAILING:
            return self.is_awake and self.kind != "TRAILLMT"
        return self.kind not in CAPPED or not given(self.order.lmtPrice)


def value_of(facts: Facts, order: Order) -> float | None:
    """Return what an order is worth in the base currency: at its own price, at the market's where that is higher."""
    if given(order.cashQty) and not given(order.totalQuantity):
        return float(order.cashQty) * facts.rate if facts.rate is not None else None
    sign, kind = 1 if order.action == BUY else -1, kind_of(order)
    market = facts.prices.at(sign)
    own = figure_of(order.lmtPrice if kind in LIMITED else order.auxPrice if kind in TRIGGERED else market)
    if own is None:
        return None
    if kind in LIMITED and given(more := getattr(order, "discretionaryAmt", None)):
        own += sign * float(more)
    # a purchase costs its limit at most; a sale below the market is worth what the market pays
    costs_its_limit = kind in LIMITED and sign > 0
    if market != market and not costs_its_limit:
        return None
    price = abs(own) if costs_its_limit else max(abs(own), abs(market))
    quantity = float(order.totalQuantity or 0)
    worth = worth_of(facts, quantity, max(price, facts.at_stake if sign < 0 else 0.0))
    gross = facts.gross if sign > 0 else facts.gross_sold
    if worth is None or not gross:
        return worth
    # a combination moves all of its legs, whatever their difference costs
    return max(worth, quantity * gross * (facts.rate or 0.0)) if gross == gross else None
