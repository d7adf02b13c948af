"""How the market, and the TWS before it, take orders at present; a scenario may change it at any time."""

from __future__ import annotations

from typing import Protocol

#: Stands for every symbol.
ALL = "*"


class Ways(Protocol):
    """What the engine asks; see `ibnb.simulator.scenarios.ways.Habits`."""

    @property
    def fills_in_parts(self) -> int:
        """In how many parts at least each order is filled, one a moment."""

    @property
    def seconds_between_fills(self) -> float:
        """How many seconds the parts are apart, at least."""

    @property
    def cancels_too_late(self) -> str:
        """How an order that is cancelled is filled: "pending", "refused", or "" where it is cancelled."""

    @property
    def halted(self) -> str:
        """The symbol of what does not trade; "" for nothing."""

    @property
    def rejections(self) -> str:
        """In which sequence a rejection is told: "shown", "error-first" or "accepted"."""

    @property
    def order_ids_reused(self) -> bool:
        """Whether the number of an order that is over may be given to another."""

    @property
    def what_if_costs(self) -> str:
        """What a what-if tells of its commission: "alone", "range", "both" or "none"."""


class Usual:
    """As much at once as the market shows, of everything, while it is open."""

    fills_in_parts, seconds_between_fills = 1, 0.0
    cancels_too_late = halted = ""
    rejections, order_ids_reused, what_if_costs = "shown", False, "alone"


def is_meant(symbol: str, wanted: str) -> bool:
    """Return whether a symbol is the one that is wanted, or all are."""
    return wanted in (symbol, ALL)
