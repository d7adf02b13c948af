"""The guards: a person's own limits, each a verdict in a sentence with its figures. Pure.

What ends a position (an order against what is held and not being closed already, no larger than it) may be as large as
it is: there the guards of quantity, value and share pass, as nobody is to be kept from getting out. Those of prices, of
hours and of what may be ordered at all go for it, too: a position is lost by a bad price as it is by a large order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ibnb.ground.numerals import shown_number
from ibnb.tables.order.preview import GUARDS
from ibnb.trading.check.case import Case
from ibnb.trading.values.plan import plain

#: How much is at stake: what ends a position passes these.
_SIZES = frozenset(
    {"quantity_per_order", "quantity_per_day", "value_per_order", "value_per_day", "share_per_order", "share_per_day"}
)
#: Where not knowing is as dangerous as a no: how much is at stake, and what a person has asked for by a limit that is
#: off as a rule. A limit price without a quote to compare it with bounds the loss by itself; without known hours an
#: order at the market's price still needs a quote of now.
_DANGEROUS_UNKNOWN = _SIZES | {"distance", "symbols"}
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


def judge(case: Case) -> tuple[Verdict, ...]:
    """Return what each guard says of an order."""
    return tuple(_verdict(name, case) for name in GUARDS)


def stops(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Return the verdicts for which an order is not to be sent."""
    return [verdict for verdict in verdicts if verdict.stops]


def _verdict(name: str, case: Case) -> Verdict:
    bound = getattr(case.limits, name)
    if bound is None or (name == "market_order_outside_hours" and bound):
        return Verdict(name, True, _OFF)
    if name in _SIZES and case.ends_a_position:
        return Verdict(name, True, _PASSES)
    why = _JUDGES[name](case, bound)
    if isinstance(why, _Unknown):
        return Verdict(name, None, f"not known: {why}")
    if why and name in _SIZES and case.is_against_a_position and case.facts.closing:
        why += f"; orders for {plain(case.facts.closing)} that work are to close what is held already"
    return Verdict(name, not why, why or _PASSES)


def _not_valued(case: Case) -> _Unknown:
    """Return why it is not known what an order is worth."""
    facts, contract = case.facts, case.details.contract
    if facts.rate is None:
        base = facts.base_currency or "the account's base currency"
        return _Unknown(f"there is no exchange rate from {contract.currency} to {base}")
    if facts.unit is None:
        return _Unknown("what one of the combination is worth, as its legs have not come or have several multipliers")
    if math.isnan(facts.gross):
        return _Unknown("what the legs of the combination are worth, as not all of them have a price")
    return _Unknown(f"there is no price of {contract.symbol}")


def _uncounted(case: Case) -> _Unknown:
    """Return why it is not known how much an amount of money buys."""
    return _Unknown(
        f"how much {plain(case.order.cashQty)} buys, as there is no price of {case.details.contract.symbol}"
    )


# Each returns why an order is not to pass, "" where it is to, and an _Unknown where that is not known. --------------


def _quantity_per_order(case: Case, most: float) -> str:
    if math.isnan(case.quantity):
        return _uncounted(case)
    if case.quantity <= most:
        return ""
    return f"{plain(case.quantity)} is more than the {plain(most)} that one order may be for"


def _quantity_per_day(case: Case, most: float) -> str:
    total = case.facts.ordered_quantity + case.quantity
    if math.isnan(total):
        return _uncounted(case)
    if total <= most:
        return ""
    return f"{plain(total)} with what was ordered today is more than the {plain(most)} of a day"


def _value_per_order(case: Case, most: float) -> str:
    if case.value is None:
        return _not_valued(case)
    if case.value <= most:
        return ""
    return f"{_money(case, case.value)} is more than the {_money(case, most)} that one order may be worth"


def _value_per_day(case: Case, most: float) -> str:
    if case.value is None:
        return _not_valued(case)
    total = case.facts.ordered_value + case.value
    if total <= most:
        return ""
    return f"{_money(case, total)} with what was ordered today is more than the {_money(case, most)} of a day"


def _share_per_order(case: Case, most: float) -> str:
    return _share(case, 0.0, most, "one order may be worth")


def _share_per_day(case: Case, most: float) -> str:
    return _share(case, case.facts.ordered_value, most, "a day's orders may be worth")


def _share(case: Case, before: float, most: float, what: str) -> str:
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


def _through_market(case: Case, most: float) -> str:
    if case.limit is None:
        return ""
    met = case.meets
    if met != met:
        return _Unknown(f"there is no price to compare {plain(case.limit)} with")
    beyond = case.sign * (case.limit - met)
    if beyond <= most * abs(met):
        return ""
    share = f" {beyond / abs(met):.1%}" if met else ""
    return f"{plain(case.limit)} lies{share} {_side(case)} of {plain(met)}, and {most:.1%} is allowed"


def _side(case: Case) -> str:
    """Return which side of which price a limit lies on that is beyond it."""
    where = "above" if case.sign > 0 else "below"
    if not case.is_awake:
        return f"{where} the stop"
    if case.meets == case.facts.prices.other_side(case.sign):
        return f"{where} the {'ask' if case.sign > 0 else 'bid'}"
    return f"{where} the last price"


def _distance(case: Case, most: float) -> str:
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


def _seconds_between(case: Case, least: float) -> str:
    if case.facts.seconds_since >= least:
        return ""
    return f"the last order was sent {case.facts.seconds_since:.1f} s ago, and {plain(least)} s are to lie between two"


def _quote_age(case: Case, most: float) -> str:
    if not case.is_at_market:
        return ""
    prices, needs = case.facts.prices, "and an order at the market's price needs one"
    quote = prices.other_side(case.sign)
    if quote != quote or not prices.time:
        return f"there is no {'ask' if case.sign > 0 else 'bid'}: no quote, {needs}"
    if prices.data_type in _NOT_OF_NOW:
        return f"the quote is {_NOT_OF_NOW[prices.data_type]}, {needs} of now"
    age = case.facts.at - prices.time
    if abs(age) <= most:
        return ""
    if age < 0:
        return f"the clock was set back by {-age:.0f} s since the quote came, {needs} of {plain(most)} s at most"
    return f"the quote is {age:.0f} s old, {needs} of {plain(most)} s at most"


def _market_order_outside_hours(case: Case, _allowed: bool) -> str:
    if not case.is_at_market:
        return ""
    # of shares TWS holds what has no limit of its own until regular hours, outsideRth or not (2109)
    waits_anyhow = case.details.contract.secType == "STK"
    is_open = case.facts.in_regular_hours if waits_anyhow or not case.order.outsideRth else case.facts.is_open
    if is_open is None:
        return _Unknown("the contract's details do not tell its hours of today")
    return "" if is_open else "the market is closed, and an order at its price may be filled at any price when it opens"


def _sec_types(case: Case, allowed: frozenset[str]) -> str:
    kind = case.details.contract.secType
    return "" if kind in allowed else f"{kind} is not among {', '.join(sorted(allowed))}"


def _symbols(case: Case, allowed: frozenset[str]) -> str:
    contract = case.details.contract
    if contract.secType == "BAG" and not case.facts.leg_symbols:
        return _Unknown("the legs of the combination have not come")
    symbols = case.facts.leg_symbols or (contract.symbol,)
    others = sorted(set(symbols) - allowed)
    return f"{', '.join(others)} is not among {', '.join(sorted(allowed))}" if others else ""


def _money(case: Case, value: float) -> str:
    return f"{shown_number(f'{value:,.0f}')} {case.facts.base_currency}".rstrip()


_JUDGES: dict[str, Callable[[Case, Any], str]] = {
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
