"""All scenarios: loads the modules that enter them, and says which causes a server cannot act out.

The names are those of the diagnosis where there is one; the others are ways in which a healthy TWS is awkward.
"""

from __future__ import annotations

from importlib import import_module

from ibnb.simulator.scenarios.registry import SCENARIOS, build, list_scenarios

_HABITS = ("calendars", "history", "connection", "contracts", "accounts", "quotes")
#: By what they are about: the modules that enter scenarios, in the order in which these are listed.
_MODULES = {
    "From the port to the account": ("starting",),
    "Account data": ("account_data",),
    "Orders": tuple(f"placing.{name}" for name in ("reaching", "refusals", "telling", "market")),
    "Market data and history": ("market_data",),
    "A slow or broken line": ("awkward",),
    "Habits in which one TWS differs from another": tuple(f"habits.{name}" for name in _HABITS),
}
#: What scenarios are about, and their names.
AREAS: dict[str, tuple[str, ...]] = {}
for _area, _modules in _MODULES.items():
    _before = set(SCENARIOS)
    for _module in _modules:
        import_module(f"ibnb.simulator.scenarios.{_module}")
    AREAS[_area] = tuple(name for name in SCENARIOS if name not in _before)

#: Causes that lie before any server, or outside of it, and where they are to be had instead.
NOT_FOR_A_SERVER = {
    "host-unresolved": "a name that no name server knows, such as `no-such-host.invalid`",
    "host-unreachable": "an address that swallows what is sent to it, such as 192.0.2.1",
    "port-refused": "a port that nothing listens on",
    "wrong-port": "a simulator on 7497, 7496, 4002 or 4001, and a client that tries another of them",
    "environment": "an environment that lacks a package",
    "crashed": "a check that raises",
}

__all__ = ["AREAS", "NOT_FOR_A_SERVER", "build", "list_scenarios"]
