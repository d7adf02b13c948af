"""A simulated TWS and a session with it, shared by the tests of history; folders for stores."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting import until_async

import ibnb
from ibnb.ground.progress import Progress
from ibnb.history.pacing.ledger import SharedLedger
from ibnb.history.pacing.pace import PACE, Pace, pace_of
from ibnb.tws.client.state import state_of


@pytest.fixture(scope="module")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate() as sim:
        yield sim


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def asked(simulator: ibnb.Simulator) -> Callable[[], int]:
    """Return how many requests for bars or schedules have come since the test began."""
    before = simulator.received().get("HISTORICAL_DATA", 0)
    return lambda: simulator.received().get("HISTORICAL_DATA", 0) - before


@pytest.fixture
def interrupt(tws: ibnb.Session) -> Callable[[Callable[[Any, Progress], Awaitable[Any]]], None]:
    """Return a function that lets work on the session's loop do three requests, and cancels it."""

    def interrupted(begin: Callable[[Any, Progress], Awaitable[Any]]) -> None:
        async def run(ib: Any) -> None:
            progress = Progress()
            task = asyncio.ensure_future(begin(ib, progress))
            assert await until_async(lambda: progress.done >= 3)
            task.cancel()
            await asyncio.wait({task})
            assert task.cancelled()

        tws.run(run, timeout=50)

    return interrupted


@pytest.fixture
def quick_pace(tws: ibnb.Session, tmp_path: Path) -> Iterator[None]:
    """Let the session's waits for its pace pass a hundred times faster."""

    def clock() -> float:
        return time.time() * 100

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / 100)

    before = pace_of(tws.ib)
    state_of(tws.ib)[PACE] = Pace(SharedLedger("quick", tmp_path / "pacing.json"), clock, sleep)
    yield
    state_of(tws.ib)[PACE] = before
