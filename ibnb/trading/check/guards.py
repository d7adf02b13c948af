"""The guards: a person's own limits, each a verdict in a sentence with its figures. Pure.

What ends a position (an order against what is held and not being closed already, no larger than it) may be as large as
it is: there the guards of quantity, value and share pass, as nobody is to be kept from getting out. Those of prices, of
hours and of what may be ordered at all go for it, too: a position is lost by a bad price as it is by a large order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ibnb.settings import Limits
from ibnb.tables.order.preview import GUARDS
from ibnb.trading.check.facts import Facts, worth_of
from ibnb.trading.values.kinds import AT_MARKET, LIMITED, TRIGGERED, kind_of
from ibnb.trading.values.plan import BUY, figure_of, given, plain
from ibnb.tws.client.values import ContractDetails, Order

#: Where not knowing is as dangerous as a no: how much is at stake, and what a person has asked for by a limit that is
#: off as a rule. A limit price without a quote to compare it with bounds the loss by itself; without known hours an
#: order at the market's price still needs a quote of now.
_DANGEROUS_UNKNOWN = frozenset({"value_per_order", "value_per_day", "share_per_order", "share_per_day", "distance"})
#: Market data types whose prices are not of now.
_NOT_OF_NOW = {2: "frozen, from when the market closed", 3: "delayed", 4: "delayed, from when the market closed"}
_OFF, _PASSES = "off", "passes"


class _Unknown(str):
    """Why it is not known whether an order passes."""


@dataclass(frozen=True)
class Verdict:
    """What one guard says of one order.

    Attributes
    ----------
    guard : str
        Its name, as in ``ibnb.options.limits``.
    passes : bool or None
        None where it is not known.
    text : str
        ``"passes"``, ``"off"``, why it does not pass with the figures, or ``"not known: "`` and what is lacking.
    """

    guard: str
    passes: bool | None
    text: str

    @property
    def stops(self) -> bool:
        """Whether the order is not to be sent for it."""
        return self.passes is False or (self.passes is None and self.guard in _DANGEROUS_UNKNOWN)


@dataclass(frozen=True)
class _Case:
    """One order, with all that guards look at."""

    limits: Limits
    facts: Facts
    details: ContractDetails
    order: Order
    value: float | None

    @property
    def sign(self) -> int:
        return _sign(self.order)

    @property
    def kind(self) -> str:
        return kind_of(self.order)

    @property
    def is_at_market(self) -> bool:
        """Whether it is filled at whatever price there is as soon as it arrives.

        One for the opening is meant to wait for that, and a fund is bought at the price that is worked out afterwards.
        """
        waits = str(self.order.tif or "").upper() == "OPG" or self.details.contract.secType == "FUND"
        return self.kind in AT_MARKET and not waits

    @property
    def quantity(self) -> float:
        return float(self.order.totalQuantity or 0)

    @property
    def ends_a_position(self) -> bool:
        held = self.facts.position or 0.0
        return held * self.sign < 0 and 0 < self.quantity <= abs(held) - self.facts.closing

    @property
    def limit(self) -> float | None:
        """The limit price of an order that has one and is in the market at once."""
        return figure_of(self.order.lmtPrice) if self.kind == "LMT" else None


def judge(limits: Limits, facts: Facts, details: ContractDetails, order: Order) -> tuple[Verdict, ...]:
    """Return what each guard says of an order.

    Parameters
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
    case = _Case(limits, facts, details, order, value_of(facts, order))
    return tuple(_verdict(name, case) for name in GUARDS)


def stops(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Return the verdicts for which an order is not to be sent."""
    return [verdict for verdict in verdicts if verdict.stops]


def value_of(facts: Facts, order: Order) -> float | None:
    """Return what an order is worth in the base currency: at its own price, at the market's where that is higher."""
    if given(order.cashQty) and not given(order.totalQuantity):
        return float(order.cashQty) * facts.rate if facts.rate is not None else None
    sign, kind = _sign(order), kind_of(order)
    market = facts.prices.at(sign)
    own = figure_of(order.lmtPrice if kind in LIMITED else order.auxPrice if kind in TRIGGERED else market)
    if own is None:
        return None
    # a purchase costs its limit at most; a sale below the market is worth what the market pays
    costs_its_limit = kind in LIMITED and sign > 0
    price = abs(own) if costs_its_limit else max(abs(own), abs(market) if market == market else 0.0)
    return worth_of(facts, float(order.totalQuantity or 0), price)


def _sign(order: Order) -> int:
    return 1 if order.action == BUY else -1


def _verdict(name: str, case: _Case) -> Verdict:
    bound = getattr(case.limits, name)
    if bound is None or (name == "market_order_outside_hours" and bound):
        return Verdict(name, True, _OFF)
    why = _JUDGES[name](case, bound)
    if isinstance(why, _Unknown):
        return Verdict(name, None, f"not known: {why}")
    return Verdict(name, not why, why or _PASSES)


def _not_valued(case: _Case) -> _Unknown:
    """Return why it is not known what an order is worth."""
    facts, contract = case.facts, case.details.contract
    if facts.rate is None:
        base = facts.base_currency or "the account's base currency"
        return _Unknown(f"there is no exchange rate from {contract.currency} to {base}")
    if facts.unit is None:
        return _Unknown("what one of the combination is worth, as its legs have not come or have several multipliers")
    return _Unknown(f"there is no price of {contract.symbol}")


# Each returns why an order is not to pass, "" where it is to, and an _Unknown where that is not known. --------------


def _quantity_per_order(case: _Case, most: float) -> str:
    if case.ends_a_position or case.quantity <= most:
        return ""
    return f"{plain(case.quantity)} is more than the {plain(most)} that one order may be for"


def _quantity_per_day(case: _Case, most: float) -> str:
    total = case.facts.ordered_quantity + case.quantity
    if case.ends_a_position or total <= most:
        return ""
    return f"{plain(total)} with what was ordered today is more than the {plain(most)} of a day"


def _value_per_order(case: _Case, most: float) -> str:
    if case.ends_a_position:
        return ""
    if case.value is None:
        return _not_valued(case)
    if case.value <= most:
        return ""
    return f"{_money(case, case.value)} is more than the {_money(case, most)} that one order may be worth"


def _value_per_day(case: _Case, most: float) -> str:
    if case.ends_a_position:
        return ""
    if case.value is None:
        return _not_valued(case)
    total = case.facts.ordered_value + case.value
    if total <= most:
        return ""
    return f"{_money(case, total)} with what was ordered today is more than the {_money(case, most)} of a day"


def _share_per_order(case: _Case, most: float) -> str:
    return _share(case, 0.0, most, "one order may be worth")


def _share_per_day(case: _Case, most: float) -> str:
    return _share(case, case.facts.ordered_value, most, "a day's orders may be worth")


def _share(case: _Case, before: float, most: float, what: str) -> str:
    if case.ends_a_position:
        return ""
    worth = case.facts.net_liquidation
    if worth is None:
        return _Unknown("the account's net liquidation has not come")
    if case.value is None:
        return _not_valued(case)
    value = before + case.value
    if worth > 0 and value <= most * worth:
        return ""
    share = f"{value / worth:.1%} of net liquidation" if worth > 0 else "more than the account is worth"
    return f"{_money(case, value)} is {share}, more than the {most:.1%} that {what}"


def _through_market(case: _Case, most: float) -> str:
    if case.limit is None:
        return ""
    quote = case.facts.prices.at(case.sign)
    if quote != quote:
        return _Unknown(f"there is no price to compare {plain(case.limit)} with")
    beyond = case.sign * (case.limit - quote)
    if beyond <= most * abs(quote):
        return ""
    if quote == case.facts.prices.other_side(case.sign):
        side = "above the ask" if case.sign > 0 else "below the bid"
    else:
        side = "above the last price" if case.sign > 0 else "below the last price"
    share = f" {beyond / abs(quote):.1%}" if quote else ""
    return f"{plain(case.limit)} lies{share} {side} of {plain(quote)}, and {most:.1%} is allowed"


def _distance(case: _Case, most: float) -> str:
    if case.limit is None:
        return ""
    prices = case.facts.prices
    last = prices.last if prices.last == prices.last else prices.at(case.sign)
    if last != last or not last:
        return _Unknown(f"there is no price to compare {plain(case.limit)} with")
    share = abs(case.limit - last) / abs(last)
    if share <= most:
        return ""
    return f"{plain(case.limit)} lies {share:.1%} from the last price of {plain(last)}, more than {most:.1%}"


def _seconds_between(case: _Case, least: float) -> str:
    if case.facts.seconds_since >= least:
        return ""
    return f"the last order was sent {case.facts.seconds_since:.1f} s ago, and {plain(least)} s are to lie between two"


def _quote_age(case: _Case, most: float) -> str:
    if not case.is_at_market:
        return ""
    prices, needs = case.facts.prices, "and an order at the market's price needs one"
    quote = prices.other_side(case.sign)
    if quote != quote or not prices.time:
        return f"there is no {'ask' if case.sign > 0 else 'bid'}: no quote, {needs}"
    if prices.data_type in _NOT_OF_NOW:
        return f"the quote is {_NOT_OF_NOW[prices.data_type]}, {needs} of now"
    age = case.facts.at - prices.time
    if age <= most:
        return ""
    return f"the quote is {age:.0f} s old, {needs} of {plain(most)} s at most"


def _market_order_outside_hours(case: _Case, _allowed: bool) -> str:
    if not case.is_at_market:
        return ""
    is_open = case.facts.is_open if case.order.outsideRth else case.facts.in_regular_hours
    if is_open is None:
        return _Unknown("the contract's details do not tell its hours of today")
    return "" if is_open else "the market is closed, and an order at its price may be filled at any price when it opens"


def _sec_types(case: _Case, allowed: frozenset[str]) -> str:
    kind = case.details.contract.secType
    return "" if kind in allowed else f"{kind} is not among {', '.join(sorted(allowed))}"


def _symbols(case: _Case, allowed: frozenset[str]) -> str:
    symbol = case.details.contract.symbol
    return "" if symbol in allowed else f"{symbol} is not among {', '.join(sorted(allowed))}"


def _money(case: _Case, value: float) -> str:
    return f"{value:,.0f} {case.facts.base_currency}".rstrip()


_JUDGES: dict[str, Callable[[_Case, Any], str]] = {
    "quantity_per_order": _quantity_per_order,
    "quantity_per_day": _quantity_per_day,
    "value_per_order": _value_per_order,
    "value_per_day": _value_per_day,
    "share_per_order": _share_per_order,
    "share_per_day": _share_per_day,
    "through_market": _through_market,
    "distance": _distance,
    "seconds_between": _seconds_between,
    "quote_age": _quote_age,
    "market_order_outside_hours": _market_order_outside_hours,
    "sec_types": _sec_types,
    "symbols": _symbols,
}
