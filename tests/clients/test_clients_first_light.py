"""Clients that others wrote, unmodified, get account, orders, contracts and bars from the simulated TWS."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ibnb.simulator.process import Simulator, simulate

SCRIPTS = Path(__file__).parent / "scripts"
#: Client, and the highest version it speaks.
CLIENTS = {"ib_insync": 176, "ib_async": 178, "ibapi": 157, "ibapi-latest": 200}


@pytest.fixture(scope="module", params=(157, 176, 200))
def simulator(request: pytest.FixtureRequest) -> Iterator[tuple[Simulator, int]]:
    with simulate(server_version=request.param) as sim:
        yield sim, request.param


def _ask(python: Path, name: str, sim: Simulator) -> dict[str, Any]:
    if name in ("ib_insync", "ib_async"):
        command = [python, SCRIPTS / "asyncio_client.py", name]
    else:
        command = [python, SCRIPTS / "threaded_client.py"]
    run = subprocess.run(
        [*map(str, command), sim.host, str(sim.port)], capture_output=True, text=True, timeout=90, check=False
    )
    assert run.returncode == 0, run.stderr
    return dict(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize("name", CLIENTS)
def test_client_gets_everything_without_a_line_in_its_error_log(
    client_python: Callable[[str], Path], simulator: tuple[Simulator, int], name: str
) -> None:
    sim, version = simulator

    got = _ask(client_python(name), name, sim)

    assert got["version"] == min(version, CLIENTS[name])
    assert got["log"] == []
    assert got["errors"] == []
    assert len(got["accounts"]) == 1
    assert got["accounts"][0].startswith("DU")
    assert {"NetLiquidation", "TotalCashValue", "BuyingPower", "ExchangeRate"} <= set(got["values"])
    assert float(got["summary"]["NetLiquidation"]) > 0
    assert len(got["positions"]) >= 6
    assert len(got["portfolio"]) >= 6
    assert got["orders"]
    assert got["completed"]
    assert got["executions"]
    assert all(commission is not None for *_, commission in got["executions"])
    assert sum(commission for *_, commission in got["executions"]) > 0
    [details] = got["details"]
    assert details[0] == 265598
    assert details[2] == 0.01
    assert len(got["days"]) == 20
    assert len(got["bars"]) >= 5 * 4
    assert all(low <= min(open_, close) and high >= max(open_, close) for _, open_, high, low, close, _ in got["days"])
    bid, ask, last = got["quote"]
    assert 0 < bid <= ask
    assert last > 0
    assert "AAPL" in got["samples"]
    assert abs(got["time"] - time.time()) < 5


def test_all_clients_see_the_same_account(client_python: Callable[[str], Path]) -> None:
    with simulate() as sim:
        answers = {name: _ask(client_python(name), name, sim) for name in CLIENTS}

    first = answers["ib_insync"]
    for name, got in answers.items():
        for part in ("accounts", "positions", "portfolio", "orders", "completed", "executions"):
            assert got[part] == first[part], f"{name} differs in {part}"
        assert [bar[1:] for bar in got["days"][:-1]] == [bar[1:] for bar in first["days"][:-1]]


@pytest.mark.parametrize("version", [118, 144])
def test_older_servers_speak_to_the_client_that_still_asks_for_them(
    client_python: Callable[[str], Path], version: int
) -> None:
    with simulate(server_version=version) as sim:
        got = _ask(client_python("ibapi"), "ibapi", sim)

    assert got["version"] == version
    assert got["log"] == []
    assert got["errors"] == []
    assert len(got["orders"]) == 5
    assert len(got["bars"]) >= 5 * 4
