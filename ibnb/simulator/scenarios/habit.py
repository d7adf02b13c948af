"""Scenarios that set a way in which real TWSs differ (`ibnb.simulator.scenarios.ways`) to the other way.

A habit that changes what a message says is a fault like any other. One that changes what the market or the accounts
do is a field there: whoever answers a request reads it from ``server.scenarios.habits``, and the scenarios in
`ibnb.simulator.scenarios.habits` set it to the other way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ibnb.simulator.scenarios.fault import Fault
from ibnb.simulator.scenarios.registry import Faults, plain, scenario
from ibnb.simulator.scenarios.ways import Habits


class Has(Fault):
    """Some habits are others than a current TWS's.

    Parameters
    ----------
    **habits
        Fields of `Habits`, and the values that they have instead.
    """

    def __init__(self, **habits: Any) -> None:
        replace(Habits(), **habits)  # a field that there is none of is said now
        self.habits = habits


def habits_of(faults: Faults) -> Habits:
    """Return the habits that faults in force amount to; of two that set one field the later one counts."""
    chosen: dict[str, Any] = {}
    for fault in faults:
        chosen.update(fault.habits)
    return replace(Habits(), **chosen)


def habit(name: str, text: str) -> Callable[[Callable[..., Faults]], Callable[..., Faults]]:
    """Enter a function that makes the faults of the scenario ``habit-NAME`` from its parameters."""
    return scenario(f"habit-{name}", text)


def plain_habit(name: str, text: str, *faults: Fault) -> None:
    """Enter the scenario ``habit-NAME``, which has no parameters."""
    plain(f"habit-{name}", text, *faults)
