"""What the tests of the doctor share: raw servers, a simulator of each version, and the other client's environment."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ibnb.doctor import diagnose
from ibnb.simulator.process import Simulator, simulate

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def simulators() -> Iterator[Callable[[int], Simulator]]:
    """Return a function from a server version to a simulated TWS that has built its market already."""
    running: dict[int, Simulator] = {}

    def simulator(version: int = 200) -> Simulator:
        if version not in running:
            running[version] = simulate(server_version=version)
            diagnose(port=running[version].port)
        running[version].scenario()
        return running[version]

    simulator()  # before a test looks at what it leaves behind
    yield simulator
    for each in running.values():
        each.close()


@pytest.fixture
def sim(simulators: Callable[[int], Simulator]) -> Simulator:
    return simulators(200)


@pytest.fixture(scope="session")
def ib_async_report() -> Iterator[Callable[..., dict[str, Any]]]:
    """Return `diagnose` as it is through ib_async, in the environment that holds it; gives the report's data."""
    folder = Path(os.environ.get("IBNB_CLIENTS", ROOT / ".clients"))
    python = folder / "ib_async" / "bin" / "python"
    if not python.exists():
        pytest.skip("there is no environment with ib_async: set IBNB_CLIENTS to a folder with ib_async/bin/python")
    # all else that the doctor needs comes from where the tests run
    paths = os.pathsep.join((str(ROOT), sysconfig.get_path("purelib")))
    with subprocess.Popen(
        [python, "-W", "error::RuntimeWarning", str(Path(__file__).with_name("examiner.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": paths, "IBNB_BACKEND": "ib_async"},
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"backend": "ib_async"}

        def report(**arguments: object) -> dict[str, Any]:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(json.dumps(arguments) + "\n")
            process.stdin.flush()
            data: dict[str, Any] = json.loads(process.stdout.readline())
            return data

        yield report
        process.stdin.close()


@pytest.fixture
def host_server() -> Callable[..., Any]:
    """Return a function that serves on a usual port, at an address of loopback where nothing else listens."""
    from tws.raw_servers import Server

    def serve(talk: Any, port: int) -> Any:
        return Server(talk, port, host="127.0.0.77")

    return serve
