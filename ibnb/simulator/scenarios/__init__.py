"""What can go wrong at the simulated TWS, and when it does."""

from ibnb.simulator.scenarios.library import AREAS, list_scenarios
from ibnb.simulator.scenarios.stack import Scenarios

__all__ = ["AREAS", "Scenarios", "list_scenarios"]
