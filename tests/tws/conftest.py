"""One simulated TWS for the tests of this room, and a short way to a session with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ibnb.simulator.process import Simulator, simulate
from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with simulate() as running:
        yield running


@pytest.fixture
def session(simulator: Simulator) -> Iterator[Connection]:
    with open_connection(Connection, port=simulator.port) as connection:
        yield connection


@pytest.fixture
def client(session: Connection) -> Any:
    """Return the client library that is under test here."""
    return session.backend.module
