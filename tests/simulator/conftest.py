"""Simulated TWSs for the tests of the simulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from simulator.running import Running

from ibnb.simulator.world import build_world


@pytest.fixture(scope="session")
def sim_world() -> Any:
    """Return one market with the demo account, for all tests that change neither."""
    return build_world(seed=7)


@pytest.fixture
def serve(sim_world: Any) -> Iterator[Callable[..., Running]]:
    """Return a function that starts a simulated TWS with scenarios and settings."""
    running: list[Running] = []

    def start(*scenarios: str, **settings: Any) -> Running:
        running.append(Running(settings.pop("world", sim_world), *scenarios, **settings))
        return running[-1]

    yield start
    for each in running:
        each.close()
