"""All scenarios: loads the modules that enter them, and says which causes a server cannot act out.

The names are those of the diagnosis where there is one; the others are ways in which a healthy TWS is awkward.
"""

from __future__ import annotations

from importlib import import_module

from ibnb.simulator.scenarios.registry import build, list_scenarios

# Loading them enters their scenarios, in the order in which they are listed: a connection's first, the habits last.
for _subject in ("starting", "account_data"):
    import_module(f"ibnb.simulator.scenarios.{_subject}")
for _subject in ("reaching", "refusals", "telling", "market"):
    import_module(f"ibnb.simulator.scenarios.placing.{_subject}")
for _subject in ("market_data", "awkward"):
    import_module(f"ibnb.simulator.scenarios.{_subject}")
for _subject in ("calendars", "history", "connection", "contracts", "accounts", "quotes"):
    import_module(f"ibnb.simulator.scenarios.habits.{_subject}")

#: Causes that lie before any server, or outside of it, and where they are to be had instead.
NOT_FOR_A_SERVER = {
    "host-unresolved": "a name that no name server knows, such as `no-such-host.invalid`",
    "host-unreachable": "an address that swallows what is sent to it, such as 192.0.2.1",
    "port-refused": "a port that nothing listens on",
    "wrong-port": "a simulator on 7497, 7496, 4002 or 4001, and a client that tries another of them",
    "environment": "an environment that lacks a package",
    "crashed": "a check that raises",
}

__all__ = ["NOT_FOR_A_SERVER", "build", "list_scenarios"]
