"""What holds for all that is run as a test, the examples of the docstrings included.

Nothing is kept among the user's own files, no window opens, and no connection leaves this machine: one that tries to
fails its test, also where the code under test swallowed the error. Processes that a test starts are not watched.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from _pytest.doctest import DoctestItem, DoctestModule

HERE = Path(__file__).resolve().parent

# Set before anything imports them: no window opens, and jupyter_core asks for no decision about its folders.
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
# Bars, the count of requests and choices are kept away from those of the user who runs the tests.
_KEPT = tempfile.TemporaryDirectory(prefix="ibnb-tests-")
os.environ["IBNB_DATA"] = str(Path(_KEPT.name, "data"))
os.environ["IBNB_STATE"] = str(Path(_KEPT.name, "state"))
os.environ["IBNB_CONFIG"] = str(Path(_KEPT.name, "config"))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the examples of the package alone: `--doctest-modules` would import every file of the tests, too."""
    ours = file_path.suffix == ".py" and HERE / "ibnb" in file_path.parents
    return DoctestModule.from_parent(parent, path=file_path) if ours else None


class OutsideLoopbackError(PermissionError):
    """A test tried to reach another machine."""


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):  # a Unix socket's path
        return True
    host = str(address[0])
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="session", autouse=True)
def _connection_guard() -> Iterator[list[Any]]:
    """Patch `socket.connect` for the whole run; gives the list of refused addresses."""
    refused: list[Any] = []

    def guarded(original: Callable[..., Any]) -> Callable[..., Any]:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family != getattr(socket, "AF_UNIX", None) and not _is_loopback(address):
                refused.append(address)
                raise OutsideLoopbackError(f"tests stay on loopback, this one went to {address!r}")
            return original(self, address)

        return connect

    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
    yield refused
    patch.undo()


@pytest.fixture(autouse=True)
def _only_loopback(_connection_guard: list[Any]) -> Iterator[None]:
    _connection_guard.clear()
    yield
    assert not _connection_guard, f"tried to reach {_connection_guard}: tests stay on loopback"


@pytest.fixture(scope="session")
def example_simulator() -> Iterator[Any]:
    """Give the simulated TWS that the examples share."""
    from ibnb.simulator.process import simulate

    with simulate() as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def _one_simulator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the plain `ibnb.simulate()` of an example give the shared one, right again afterwards.

    The example of an event has its own, which goes on for a while.
    """
    if not isinstance(request.node, DoctestItem) or request.node.name.endswith(".Simulator.event"):
        return
    import ibnb

    @contextmanager
    def shared() -> Iterator[Any]:
        simulator = request.getfixturevalue("example_simulator")
        yield simulator
        simulator.scenario("healthy")

    monkeypatch.setattr(ibnb, "simulate", shared)
