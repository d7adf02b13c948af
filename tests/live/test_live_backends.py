"""The same through ib_async, in an environment of its own: both clients install `eventkit/`."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

import pytest
from clients.make_environments import UnavailableError, python_of

import ibnb

HERE = Path(__file__).resolve().parent


@pytest.mark.second
@pytest.mark.clients
@pytest.mark.timeout(180)
def test_the_other_client_brings_the_same(simulator: ibnb.Simulator) -> None:
    try:
        python = python_of("ib_async")
    except UnavailableError as error:
        pytest.skip(str(error))
    added = [str(HERE.parents[1]), sysconfig.get_paths()["purelib"]]

    done = subprocess.run(
        [str(python), str(HERE / "backend_script.py"), str(simulator.port), *added],
        env={**os.environ, "IBNB_BACKEND": "ib_async"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "backend": "ib_async",
        "prices": [True, True, False],
        "kinds": ["live", "live", ""],
        "stale": [False, False, True],
        "ticks": [True, True, False],
        "levels": 3,
        "states": ["live"] * 4,
        "columns": ["bid", "ask", "bid_size", "ask_size", "bid_past_low", "ask_past_high"],
        "bars": True,
        "lines": 2,
    }
