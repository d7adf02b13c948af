"""A simulated TWS and a session with it, shared by the tests of what people call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import ibnb


@pytest.fixture(scope="module")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate() as sim:
        yield sim


@pytest.fixture(scope="module")
def tws(simulator: ibnb.Simulator) -> Iterator[ibnb.Session]:
    with ibnb.connect(port=simulator.port) as session:
        yield session
