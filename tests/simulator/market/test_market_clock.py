"""The simulated time, and that nothing heavy is loaded before it is used."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from ibnb.errors import BadInput
from ibnb.simulator.accounts import demo_account
from ibnb.simulator.market import Clock, Market


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
    [
        {"speed": -1},
        {"start": 0.0},
        {"start": datetime(2012, 12, 31, tzinfo=UTC)},
        {"start": 1e12},
        {"start": float("nan")},
        {"start": datetime(2024, 1, 1)},  # noqa: DTZ001
    ],
)
def test_what_is_no_time_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        Clock(**arguments)


@pytest.mark.parametrize("moment", [datetime(2013, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC)])
def test_a_world_begins_at_the_first_and_at_the_last_moment_there_is(moment: datetime) -> None:
    market = Market(7, Clock(start=moment, speed=0))
    held = [each.instrument for each in demo_account(market).ledger.positions.values() if each.quantity]
    # A future's distance to its path is a line of the years: in 2013 it lies below nothing.
    assert len(held) == 13 and all(market.price(each) > 0 for each in held if each.sec_type != "FUT")
    fund = market.instruments.match({"symbol": "SPY", "sec_type": "STK"})[0]
    assert len(market.bars(fund, None, "1 Y", "1 day", "TRADES", True)) in (250, 251, 252, 253)


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
