"""All scenarios, events and causes as a person reads them: ``ibnb simulator --list-scenarios``."""

from __future__ import annotations

from ibnb.simulator.scenarios import list_scenarios
from ibnb.simulator.scenarios.events import list_events
from ibnb.simulator.scenarios.library import NOT_FOR_A_SERVER


def listing() -> str:
    """Return a line for each: how it is called, with its usual settings, and what it does."""
    listed = {
        "": list_scenarios(),
        "Events, for one that runs: a line `event NAME` on its standard input, or sim.event(NAME):": list_events(),
        "Causes that no server can act out, and how to have them:": sorted(NOT_FOR_A_SERVER.items()),
    }
    width = max(len(name) for rows in listed.values() for name, _ in rows)
    lines = []
    for title, rows in listed.items():
        lines += [title] if title else []
        lines += [f"{name:<{width}}  {text}" for name, text in rows]
    return "\n".join(lines)
