"""Order matching: what a quote does to an order, and the engine that keeps all orders of a simulated TWS.

`terms`, `core` and `conditions` are pure; `engine` applies them to the accounts' books as the simulated clock goes
on; `desk` runs it beside the server and tells the clients.
"""

from __future__ import annotations

from ibnb.simulator.matching.core import Match, Progress, match
from ibnb.simulator.matching.engine import Engine
from ibnb.simulator.matching.matcher import Note
from ibnb.simulator.matching.refusal import Refused
from ibnb.simulator.matching.terms import Terms

__all__ = ["Engine", "Match", "Note", "Progress", "Refused", "Terms", "match"]
