"""A simulated TWS while New York trades, and sessions that may trade with it, each with an audit log of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ibnb

#: A Wednesday while New York trades.
OPEN = "2026-11-18T11:00:00-05:00"
Connect = Callable[..., ibnb.Session]


@pytest.fixture(scope="module")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate(clock=OPEN) as sim:
        yield sim


@pytest.fixture(autouse=True)
def own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an audit log of its own."""
    monkeypatch.setenv("IBNB_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "audit"


@pytest.fixture(autouse=True)
def usual_limits() -> Iterator[None]:
    """Put the limits back that a test has set."""
    yield
    ibnb.options.limits = type(ibnb.options.limits)()


@pytest.fixture
def tws(connect: Connect) -> ibnb.Session:
    return connect()
