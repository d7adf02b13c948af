"""Clients that others wrote, unmodified, preview, place, change and cancel orders: no line in their error logs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ibnb
from ibnb.simulator.process import Simulator, simulate

SCRIPTS = Path(__file__).parent / "scripts"
#: Client, the server's version, and the version that they agree on.
RUNS = [
    ("ib_insync", 157, 157),
    ("ib_insync", 200, 176),
    ("ib_async", 157, 157),
    ("ib_async", 200, 178),
    ("ibapi", 200, 157),
    ("ibapi-latest", 157, 157),
    ("ibapi-latest", 200, 200),
]


def _run(python: Path, name: str, sim: Simulator) -> dict[str, Any]:
    command: list[object] = [python, SCRIPTS / "threaded_orders.py"]
    if name in ("ib_insync", "ib_async"):
        command = [python, SCRIPTS / "asyncio_orders.py", name]
    run = subprocess.run(
        [*map(str, command), sim.host, str(sim.port)], capture_output=True, text=True, timeout=90, check=False
    )
    assert run.returncode == 0, run.stderr
    return dict(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize(("name", "version", "agreed"), RUNS)
def test_client_trades(client_python: Callable[[str], Path], name: str, version: int, agreed: int) -> None:
    with simulate(server_version=version) as sim:
        got = _run(client_python(name), name, sim)

    assert got["log"] == []
    # What is cancelled is told by 202, and nothing else happened.
    assert got["errors"] == [202]
    assert got["version"] == agreed
    margin, equity, commission = got["preview"]
    assert 0 < margin < equity
    assert commission == 1.0
    assert got["fill"] == [5, 1.0]
    assert got["changed"] == [True, "Cancelled"]
    assert got["held"] == ["", "child", "child,trigger"]
    assert got["combination"] == [["BAG", 2.0], ["STK", 2.0], ["STK", 2.0]]
    # The bracket's three and the conditional order.
    assert got["open"] == 4
    assert got["position"][0] > 5


def test_ibapi_sees_our_orders_and_cannot_end_them(
    client_python: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IBNB_DATA", str(tmp_path))
    with simulate() as sim, ibnb.connect(port=sim.port, readonly=False, client_id=30, timeout=20) as tws:
        trade = tws.limit("BUY", 7, "AAPL", 100.0, ref="seen by all").submit()
        before = tws.orders()
        command = [client_python("ibapi"), SCRIPTS / "threaded_open_orders.py", sim.host, sim.port, trade.order_id]
        run = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 0, run.stderr
        got = json.loads(run.stdout.splitlines()[-1])

        assert [trade.order_id, 30, f"ibnb:{trade.ref} seen by all", "AAPL", 7.0] in got["orders"]
        assert got["code"] == 10147
        assert trade.state == "working"
        # and ours changes none of theirs
        tws.cancel_all(confirm=True)
        others = before[before["client_id"] != 30]["perm_id"].tolist()
        assert tws.orders()["perm_id"].tolist() == others
