"""A simulated TWS in the middle of a trading day, and accounts whose risk is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import ibnb

#: A Wednesday while New York and London trade.
OPEN = "2026-11-18T11:00:00-05:00"


@pytest.fixture(scope="session")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate(clock=OPEN) as sim:
        yield sim


@pytest.fixture(scope="module", params=["healthy", pytest.param("holdings:count=172", marks=pytest.mark.second)])
def still(request: pytest.FixtureRequest) -> Iterator[ibnb.Session]:
    """Return a session with an account whose prices stand still: a usual one, and one that has all kinds, short too."""
    with (
        ibnb.simulate(request.param, clock=OPEN, speed=0) as sim,
        ibnb.connect(port=sim.port, timeout=20) as session,
    ):
        yield session


@pytest.fixture
def stopped() -> Iterator[ibnb.Session]:
    """Return a session whose clock stands still, so that the day under way, asked for again, is what it was before."""
    with ibnb.simulate(clock=OPEN, speed=0) as sim, ibnb.connect(port=sim.port, timeout=20) as session:
        yield session


@pytest.fixture(scope="module")
def risk(still: ibnb.Session, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Return the risk of that account, without betas."""
    folder: Path = tmp_path_factory.mktemp("bars")
    return still.risk(index=None, pnl=False, store=folder)
