"""The simulated time, and that nothing heavy is loaded before it is used."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from ibnb.errors import BadInput
from ibnb.simulator.market import Clock


def test_wall_time_by_default() -> None:
    assert Clock().now() == pytest.approx(time.time(), abs=1)


def test_another_time_and_pace() -> None:
    start = datetime(2024, 2, 29, tzinfo=UTC)
    assert Clock(start=start, speed=0).now() == start.timestamp()
    fast = Clock(start=start, speed=100_000)
    first = fast.now()
    time.sleep(0.01)
    assert fast.now() - first >= 900


@pytest.mark.parametrize(
    "arguments",
    [{"speed": -1}, {"start": 0.0}, {"start": 1e12}, {"start": float("nan")}, {"start": datetime(2024, 1, 1)}],  # noqa: DTZ001
)
def test_what_is_no_time_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        Clock(**arguments)


def test_importing_the_market_loads_nothing_heavy() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, ibnb.simulator.market; print({'pandas', 'exchange_calendars', 'pyarrow'} & set(sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "set()"
