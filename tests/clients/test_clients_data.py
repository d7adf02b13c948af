"""Clients that others wrote draw every callback of market data, with nothing in their error logs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ibnb.simulator.process import simulate

SCRIPTS = Path(__file__).parent / "scripts"
#: Client, and the highest version it speaks.
CLIENTS = {"ib_insync": 176, "ib_async": 178, "ibapi": 157, "ibapi-latest": 200}
#: A Wednesday, 11:00 in New York: what takes minutes at night takes seconds.
MOMENT = "2026-11-18T11:00:00-05:00"


def _start(python: Path, name: str, port: int, client_id: int) -> subprocess.Popen[str]:
    own = [SCRIPTS / "asyncio_data.py", name] if name.startswith("ib_") else [SCRIPTS / "threaded_data.py"]
    command = [str(each) for each in (python, *own, "127.0.0.1", port, client_id)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def answers(client_python: Callable[[str], Path]) -> Iterator[dict[str, dict[str, Any]]]:
    """Return what each client got, all at the same time: the limits of one log-in are off."""
    with simulate(clock=MOMENT, limits=False) as sim:
        running = {
            name: _start(client_python(name), name, sim.port, client_id) for client_id, name in enumerate(CLIENTS, 31)
        }
        got = {}
        for name, process in running.items():
            out, error = process.communicate(timeout=120)
            assert process.returncode == 0, f"{name}: {error}"
            got[name] = json.loads(out.splitlines()[-1])
        yield got


@pytest.mark.parametrize("name", CLIENTS)
def test_client_draws_every_callback_without_a_line_in_its_error_log(
    answers: dict[str, dict[str, Any]], name: str
) -> None:
    got = answers[name]

    assert got["version"] == CLIENTS[name]
    assert got["log"] == []
    assert got["errors"] == []
    assert len(got["drawn"]) >= 43
    assert [what for what, came in got["drawn"].items() if not came] == []
