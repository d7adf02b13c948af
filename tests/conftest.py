"""Fixtures that every room may use, and how the tests share two cores; what guards every test is a folder above."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import settings
from isolation import isolated
from waiting import until

import ibnb

ROOT = Path(__file__).resolve().parent.parent

# A shell that runs us in the background leaves SIGINT ignored, which every process that a test starts would inherit:
# Ctrl-C would then end nothing.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Hypothesis: a machine that is busy with other work is no failure of an example.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give one worker all that opens a browser, from the start: two at once are too much for two cores."""
    from xdist.scheduler import LoadFileScheduling

    class OneBrowser(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "tests/browser" if nodeid.startswith("tests/browser/") else str(super()._split_scope(nodeid))

    return OneBrowser(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the README's picture."""
    parser.addoption("--write-picture", action="store_true", help="write docs/images from the browser's run")


@pytest.fixture(scope="module")
def tws(simulator: ibnb.Simulator) -> Iterator[ibnb.Session]:
    """Return a session with the room's simulator, which is the room's own fixture."""
    with ibnb.connect(port=simulator.port, timeout=20) as session:
        yield session


@pytest.fixture
def healthy_again(simulator: ibnb.Simulator) -> Iterator[None]:
    """Put the shared simulator right after a test that breaks it."""
    yield
    simulator.scenario("healthy")


@pytest.fixture
def connect(simulator: ibnb.Simulator) -> Iterator[Callable[..., ibnb.Session]]:
    """Return a function that opens sessions which may trade with the room's simulator, right again afterwards."""
    with ExitStack() as opened:

        def open_one(**options: Any) -> ibnb.Session:
            terms = {"port": simulator.port, "readonly": False, "timeout": 20, **options}
            session = opened.enter_context(ibnb.connect(**terms))
            opened.callback(_tidy, session)
            return session

        yield open_one
        simulator.scenario("healthy")


def _tidy(session: ibnb.Session) -> None:
    """Leave no order working in the simulator that the next test shares."""
    if session.is_connected() and not session.readonly:
        session.run(lambda ib: ib.reqGlobalCancel())


@pytest.fixture
def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def isolated_jupyter() -> Callable[[Path], dict[str, str]]:
    """Return the function that makes an environment whose Jupyter knows nothing of this machine's user."""
    return isolated


@pytest.fixture(scope="session")
def captures() -> list[dict[str, Any]]:
    """Return the frames seen on real connections; skips where the file is not beside the checkout.

    ``IBNB_CAPTURES`` names another folder.
    """
    folder = Path(os.environ.get("IBNB_CAPTURES", ROOT.parent / "shared" / "captures"))
    file = folder / "frames.jsonl"
    if not file.exists():
        pytest.skip("the captured frames are not here: set IBNB_CAPTURES to the folder that holds frames.jsonl")
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


@pytest.fixture
def no_leaks() -> Iterator[None]:
    """Fail a test that leaves a thread, a child process or an open connection behind, also after a generous time."""
    process = psutil.Process()

    def standing() -> set[Any]:
        threads = {("thread", thread.name, thread.ident) for thread in threading.enumerate()}
        children = {("process", child.pid) for child in process.children()}
        sockets = {("socket", each.fd, each.laddr) for each in process.net_connections("tcp")}
        return threads | children | sockets

    before = standing()
    yield
    assert until(lambda: not standing() - before, 10), f"left behind: {standing() - before}"
