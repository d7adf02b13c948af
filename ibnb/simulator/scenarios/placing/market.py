"""Scenarios of how the market takes orders: in parts, against a cancellation, not while it is halted or closed."""

from __future__ import annotations

import time

from ibnb.simulator.scenarios.habit import Has
from ibnb.simulator.scenarios.registry import Faults, scenario
from ibnb.simulator.scenarios.settings import at_least, one_of


@scenario(
    "fills-in-parts",
    "Each order is filled in so many parts at least, one a moment of the market, or so many seconds of its "
    "clock apart.",
)
def _in_parts(parts: int = 4, seconds: float = 0.0) -> Faults:
    at_least("parts", parts, 1)
    at_least("seconds", seconds, 0)
    return (Has(fills_in_parts=parts, seconds_between_fills=seconds),)


@scenario(
    "cancel-too-late",
    "Who cancels an order finds it filled: after PendingCancel (told=pending), or before TWS has read it, so that "
    "10148 answers (told=refused).",
)
def _cancel_too_late(told: str = "pending") -> Faults:
    return (Has(cancels_too_late=one_of("told", told, {"pending": "pending", "refused": "refused"})),)


@scenario(
    "halted",
    "Trading in a symbol is halted (* for all): orders for it wait as PreSubmitted, and its quotes say so (tick 49: 1 "
    "a general halt, 2 one for volatility).",
)
def _halted(symbol: str = "*", kind: int = 1) -> Faults:
    one_of("kind", str(kind), {"1": 1, "2": 2})
    return (Has(halted=symbol, halt=kind),)


@scenario(
    "market-closed",
    "The market of a symbol is closed (* for all): its prices stand still, orders for it are PreSubmitted, 399 says "
    "until when, and they work once it is open.",
)
def _market_closed(symbol: str = "*") -> Faults:
    return (Has(closed=symbol, closed_since=time.monotonic()),)
