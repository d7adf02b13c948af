"""The present: by TWS's clock where that is of another day; asked for once, and not waited for twice."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pandas as pd
import pytest

import ibnb
from ibnb.tws import ask
from ibnb.tws.client.ib import IB

MARCH = pd.Timestamp("2026-03-02 11:10", tz="America/New_York")


@pytest.fixture
def simulator(request: pytest.FixtureRequest) -> Iterator[ibnb.Simulator]:
    with ibnb.simulate(clock=getattr(request, "param", MARCH).to_pydatetime()) as sim:
        yield sim


@pytest.fixture
def tws(simulator: ibnb.Simulator) -> Iterator[ibnb.Session]:
    with ibnb.connect(port=simulator.port) as session:
        yield session


def test_a_clock_of_another_day_is_heeded_and_asked_for_once(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    before = simulator.received().get("CURRENT_TIME", 0)
    told = [tws.run(ask.find_present) for _ in range(3)]

    assert all(0 <= moment - MARCH.timestamp() < 600 for moment in told) and told == sorted(told)
    assert simulator.received()["CURRENT_TIME"] == before + 1


@pytest.mark.parametrize("simulator", [pd.Timestamp.now("UTC") - pd.Timedelta("3h")], indirect=True)
def test_clocks_that_are_hours_apart_are_taken_for_one(tws: ibnb.Session) -> None:
    before = time.time()
    assert before <= tws.run(ask.find_present) <= time.time()


def test_a_clock_that_is_not_told_is_waited_for_once(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    simulator.scenario("ignored:request=CURRENT_TIME")
    asked = simulator.received().get("CURRENT_TIME", 0)

    async def twice(ib: IB) -> list[float]:
        return [await ask.find_present(ib, timeout=0.2) for _ in range(2)]

    before = time.time()
    assert all(before <= moment <= time.time() for moment in tws.run(twice))
    assert simulator.received()["CURRENT_TIME"] == asked + 1
