"""A simulated TWS in the middle of a trading day and a session with it, shared by the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import ibnb

#: A Wednesday while New York trades.
OPEN = "2026-11-18T11:00:00-05:00"


@pytest.fixture(scope="session")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate(clock=OPEN) as sim:
        yield sim
