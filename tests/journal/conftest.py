"""A simulated TWS while New York trades, sessions that may trade with it, and a folder for the journal of each test."""

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
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a data folder of its own, so that no journal of a person's is touched."""
    monkeypatch.setenv("IBNB_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def tws(connect: Connect) -> ibnb.Session:
    return connect()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the journal is to be; nothing is there yet."""
    return tmp_path / "journal"
