"""What a first table loads, and what is left until somebody wants it: a new kernel waits for the one alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ibnb

FIRST_TABLE = """
import sys, ibnb
with ibnb.connect(port=int(sys.argv[1]), timeout=20) as tws:
    tws.positions()
print(*sorted(sys.modules))
"""
#: What streams, downloads, orders, alerts, the journal and a look at this machine's programs stand on.
LEFT = (
    "ibnb.live.board.board",
    "ibnb.live.profit.feed",
    "ibnb.history.bars.history",
    "ibnb.history.store.store",
    "ibnb.trading.orders",
    "ibnb.alerts.book",
    "ibnb.journal.journal",
    "ibnb.risk.risk",
    "ibnb.tws.reach.local",
    "psutil",
    "matplotlib",
    "ipywidgets",
)


@pytest.mark.second
def test_a_first_table_loads_nothing_that_it_does_not_need() -> None:
    with ibnb.simulate() as sim:
        told = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", FIRST_TABLE, str(sim.port)],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )

    loaded = set(told.stdout.split())
    assert {"ibnb.session", "pandas"} <= loaded
    assert not loaded & set(LEFT)


def test_a_coroutine_is_the_function_of_its_room() -> None:
    from ibnb.history.bars.side_by_side import history

    assert ibnb.aio.history is history
    assert "history" in dir(ibnb.aio)
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = ibnb.aio.nothing_such  # type: ignore[attr-defined]
