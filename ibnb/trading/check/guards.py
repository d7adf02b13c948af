"""The guards: a person's own limits, each a verdict in a sentence with its figures. Pure.

What ends a position (an order against what is held, no larger than it) may be as large as it is: there the guards of
size and value pass, as nobody is to be kept from getting out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ibnb.settings import Limits
from ibnb.tables.order.preview import GUARDS
from ibnb.trading.check.facts import Facts, worth_of
from ibnb.trading.values.plan import BUY, given, plain

#: Where not knowing is as dangerous as a no. What a limit may cost is known without a quote to compare it with.
_DANGEROUS_UNKNOWN = frozenset({"value_per_order", "value_per_day", "share_per_order", "share_per_day"})
#: Filled at once at whatever price there is.
_AT_MARKET = frozenset({"MKT", "MTL"})
_OFF, _PASSES = "off", "passes"


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
        ``"passes"``, ``"off"``, or why it does not pass, with the figures.
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
    details: Any
    order: Any
    value: float | None

    @property
    def sign(self) -> int:
        return 1 if self.order.action == BUY else -1

    @property
    def kind(self) -> str:
        return "".join(str(self.order.orderType).upper().split())

    @property
    def quantity(self) -> float:
        return float(self.order.totalQuantity or 0)

    @property
    def ends_a_position(self) -> bool:
        held = self.facts.position or 0.0
        return held * self.sign < 0 and 0 < self.quantity <= abs(held)

    @property
    def limit(self) -> float | None:
        """The limit price of an order that has one and is in the market at once."""
        return float(self.order.lmtPrice) if self.kind == "LMT" and self.order.lmtPrice < 1e300 else None


def judge(limits: Limits, facts: Facts, details: Any, order: Any) -> tuple[Verdict, ...]:
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
    case = _Case(limits, facts, details, order, value_of(facts, details, order))
    return tuple(_verdict(name, case) for name in GUARDS)


def stops(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Return the verdicts for which an order is not to be sent."""
    return [verdict for verdict in verdicts if verdict.stops]


def value_of(facts: Facts, details: Any, order: Any) -> float | None:
    """Return what an order is worth in the base currency: at its own price, at the market's where that is higher."""
    if given(order.cashQty) and not given(order.totalQuantity):
        return float(order.cashQty) * facts.rate if facts.rate is not None else None
    sign = 1 if order.action == BUY else -1
    kind = "".join(str(order.orderType).upper().split())
    market = facts.prices.at(sign)
    field = "lmtPrice" if kind in ("LMT", "STPLMT", "LIT", "LOC") else "auxPrice" if kind in ("STP", "MIT") else ""
    own = getattr(order, field) if field else market
    if not abs(own) < 1e300:
        return None
    # a purchase costs its limit at most; a sale below the market is worth what the market pays
    price = abs(own) if field == "lmtPrice" and sign > 0 else max(abs(own), abs(market) if market == market else 0.0)
    return worth_of(facts, details, float(order.totalQuantity or 0), price)


def _verdict(name: str, case: _Case) -> Verdict:
    bound = getattr(case.limits, name)
    if bound is None or (name == "market_order_outside_hours" and bound):
        return Verdict(name, True, _OFF)
    why = _JUDGES[name](case, bound)
    if why is None:
        return Verdict(name, None, "not known")
    return Verdict(name, not why, why or _PASSES)


# Each returns why an order is not to pass, "" where it is to, and None where that is not known. --------------------


def _quantity_per_order(case: _Case, most: float) -> str | None:
    if case.ends_a_position or case.quantity <= most:
        return ""
    return f"{plain(case.quantity)} is more than the {plain(most)} that one order may be for"


def _quantity_per_day(case: _Case, most: float) -> str | None:
    total = case.facts.ordered_quantity + case.quantity
    if case.ends_a_position or total <= most:
        return ""
    return f"{plain(total)} with what was ordered today is more than the {plain(most)} of a day"


def _value_per_order(case: _Case, most: float) -> str | None:
    if case.ends_a_position:
        return ""
    if case.value is None:
        return None
    if case.value <= most:
        return ""
    return f"{_money(case, case.value)} is more than the {_money(case, most)} that one order may be worth"


def _value_per_day(case: _Case, most: float) -> str | None:
    if case.ends_a_position:
        return ""
    if case.value is None:
        return None
    total = case.facts.ordered_value + case.value
    if total <= most:
        return ""
    return f"{_money(case, total)} with what was ordered today is more than the {_money(case, most)} of a day"


def _share_per_order(case: _Case, most: float) -> str | None:
    if case.ends_a_position:
        return ""
    return _share(case, case.value, most, "one order may be worth")


def _share_per_day(case: _Case, most: float) -> str | None:
    if case.ends_a_position:
        return ""
    total = None if case.value is None else case.value + case.facts.ordered_value
    return _share(case, total, most, "a day's orders may be worth")


def _share(case: _Case, value: float | None, most: float, what: str) -> str | None:
    worth = case.facts.net_liquidation
    if value is None or worth is None:
        return None
    if worth > 0 and value <= most * worth:
        return ""
    share = f"{value / worth:.0%} of net liquidation" if worth > 0 else "more than the account is worth"
    return f"{_money(case, value)} is {share}, more than the {most:.0%} that {what}"


def _through_market(case: _Case, most: float) -> str | None:
    if case.limit is None:
        return ""
    quote = case.facts.prices.at(case.sign)
    if quote != quote:
        return None
    beyond = case.sign * (case.limit - quote)
    if beyond <= most * abs(quote):
        return ""
    side = "above the ask" if case.sign > 0 else "below the bid"
    share = f" {beyond / abs(quote):.1%}" if quote else ""
    return f"{plain(case.limit)} lies{share} {side} of {plain(quote)}, and {most:.1%} is allowed"


def _distance(case: _Case, most: float) -> str | None:
    if case.limit is None:
        return ""
    prices = case.facts.prices
    last = prices.last if prices.last == prices.last else prices.at(case.sign)
    if last != last or not last:
        return None
    share = abs(case.limit - last) / abs(last)
    if share <= most:
        return ""
    return f"{plain(case.limit)} lies {share:.1%} from the last price of {plain(last)}, more than {most:.1%}"


def _seconds_between(case: _Case, least: float) -> str | None:
    if case.facts.seconds_since >= least:
        return ""
    return f"the last order was sent {case.facts.seconds_since:.1f} s ago, and {plain(least)} s are to lie between two"


def _quote_age(case: _Case, most: float) -> str | None:
    if case.kind not in _AT_MARKET:
        return ""
    prices = case.facts.prices
    if prices.at(case.sign) != prices.at(case.sign) or not prices.time:
        return "there is no quote, and an order at the market's price needs one"
    if prices.data_type in (3, 4):
        return "the quote is delayed, and an order at the market's price needs one of now"
    age = time.time() - prices.time
    if age <= most:
        return ""
    return f"the quote is {age:.0f} s old, and an order at the market's price needs one of {plain(most)} s at most"


def _market_order_outside_hours(case: _Case, _allowed: bool) -> str | None:
    if case.kind not in _AT_MARKET:
        return ""
    is_open = case.facts.is_open if case.order.outsideRth else case.facts.in_regular_hours
    if is_open is None:
        return None
    return "" if is_open else "the market is closed, and an order at its price may be filled at any price when it opens"


def _sec_types(case: _Case, allowed: frozenset[str]) -> str | None:
    kind = case.details.contract.secType
    return "" if kind in allowed else f"{kind} is not among {', '.join(sorted(allowed))}"


def _symbols(case: _Case, allowed: frozenset[str]) -> str | None:
    symbol = case.details.contract.symbol
    return "" if symbol in allowed else f"{symbol} is not among {', '.join(sorted(allowed))}"


def _money(case: _Case, value: float) -> str:
    return f"{value:,.0f} {case.facts.base_currency}".rstrip()


_JUDGES: dict[str, Callable[[_Case, Any], str | None]] = {
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
