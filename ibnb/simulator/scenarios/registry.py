"""The scenarios by name: entered by the modules that make them, listed, and built from texts.

A name may carry parameters, as in ``slow:seconds=1.5``; several scenarios are put in force together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from ibnb.simulator.scenarios import settings
from ibnb.simulator.scenarios.fault import Fault

Faults: TypeAlias = tuple[Fault, ...]


class Entry(NamedTuple):
    """A scenario: what it acts out, and the function that makes its faults; its parameters are the scenario's."""

    text: str
    make: Callable[..., Faults]


#: Every scenario, in the order in which they are listed.
SCENARIOS: dict[str, Entry] = {}


def scenario(name: str, text: str) -> Callable[[Callable[..., Faults]], Callable[..., Faults]]:
    """Enter a function that makes a scenario's faults from its parameters."""

    def enter(make: Callable[..., Faults]) -> Callable[..., Faults]:
        SCENARIOS[name] = Entry(text, make)
        return make

    return enter


def plain(name: str, text: str, *faults: Fault) -> None:
    """Enter a scenario that has no parameters."""
    SCENARIOS[name] = Entry(text, lambda: faults)


def build(text: str) -> Faults:
    """Return the faults of a scenario, such as ``no-positions`` or ``slow:seconds=1.5``.

    Raises
    ------
    BadInput
        For a name or a parameter that there is none of, or a value that is not of its kind.
    """
    entry, rest = settings.choose("scenario", text, SCENARIOS)
    made: Faults = entry.make(**settings.read("scenario", text, rest, settings.parameters(entry.make)))
    return made


def list_scenarios() -> list[tuple[str, str]]:
    """Return all scenarios: name with its parameters, and what it acts out."""
    return [(settings.describe(name, settings.parameters(entry.make)), entry.text) for name, entry in SCENARIOS.items()]
