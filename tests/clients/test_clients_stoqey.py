"""@stoqey/ib, a client of Node.js: draws account, orders, data and fills from the simulated TWS."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from clients.make_environments import UnavailableError, node_folder

from ibnb.simulator.process import simulate

SCRIPT = Path(__file__).parent / "scripts" / "stoqey_client.cjs"
#: Its decoder of completed orders is wrong below 177; 193 is the highest it speaks.
VERSIONS = {177: 177, 185: 185, 200: 193}


@pytest.fixture(scope="module")
def package() -> Path:
    try:
        return node_folder("stoqey")
    except UnavailableError as error:
        pytest.skip(f"@stoqey/ib is not available here: {error}")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_client_of_another_language_gets_everything(package: Path, version: int) -> None:
    with simulate(server_version=version) as sim:
        command = ["node", str(SCRIPT), sim.host, str(sim.port), str(package)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert run.returncode == 0, run.stderr
    got = json.loads(run.stdout)
    assert got["version"] == VERSIONS[version]
    assert got["errors"] == []
    assert got["account"].startswith("DU")
    assert got["details"]["conId"] == 265598
    assert got["counts"]["completedOrder"] >= 4
    assert got["counts"]["historicalData"] > 20
