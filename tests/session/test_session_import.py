"""Importing the package loads nothing heavy and starts nothing; a first table loads what it needs, and no more."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ibnb

LOOK = """
import sys, threading, ibnb
heavy = {"pandas", "numpy", "matplotlib", "ipywidgets", "pyarrow", "ib_insync", "ib_async", "anyio", "dask", "typer"}
print(sorted(heavy & set(sys.modules)), threading.active_count(), sorted(set(ibnb.__all__) - set(dir(ibnb))))
"""
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


def test_import_loads_nothing_heavy_and_starts_no_thread() -> None:
    run = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[] 1 []"


def test_every_public_name_is_there() -> None:
    for name in ibnb.__all__:
        assert getattr(ibnb, name) is not None


def test_a_wrong_name_is_answered_with_the_right_ones() -> None:
    with pytest.raises(AttributeError, match="diagnose"):
        ibnb.diagnoze  # type: ignore[attr-defined]  # noqa: B018  # mistyped


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
        ibnb.aio.nothing_such  # type: ignore[attr-defined]  # noqa: B018
