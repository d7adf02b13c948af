"""A session in a process that was forked from its own: said at once, never hung, and the maker's goes on."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from waiting import until

import ibnb

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
#: Seconds after which a child counts as hanging.
PATIENCE = 20.0


@pytest.fixture(scope="module")
def tws(simulator: ibnb.Simulator) -> Any:
    with ibnb.connect(port=simulator.port) as session:
        yield session


def in_a_fork(what: Callable[[], Any], *, clean_exit: bool = False) -> Any:
    """Return what a call brings in a forked process, or the error that it raises there."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking while threads run, which is what is tried
        child = os.fork()
    if not child:
        os.close(reading)
        try:
            brought = what()
        except BaseException as error:
            brought = type(error).__mro__[1].__name__, isinstance(error, ibnb.IBNBError), str(error)
        os.write(writing, pickle.dumps(brought))
        os.close(writing)
        if clean_exit:
            import atexit

            sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115
            atexit._run_exitfuncs()
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        if not until(lambda: os.waitpid(child, os.WNOHANG) != (0, 0), PATIENCE):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            pytest.fail("the forked process hangs")
        return pickle.loads(pipe.read())


USES: dict[str, Callable[[Any], Any]] = {
    "positions": lambda tws: tws.positions(timeout=5),
    "portfolio": lambda tws: tws.portfolio(timeout=5),
    "history": lambda tws: tws.history("AAPL", duration="1 D", store=False),
    "watch": lambda tws: tws.watch(["AAPL"]),
    "run": lambda tws: tws.run(lambda ib: 1),
    "ib": lambda tws: tws.ib,
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in ("positions", "ib") else [pytest.mark.slow]) for name in USES]
)
def test_any_use_of_a_session_in_a_fork_says_whose_it_is(tws: ibnb.Session, name: str) -> None:
    _, ours, text = in_a_fork(lambda: USES[name](tws))

    assert ours
    assert f"process {os.getpid()}" in text and "ibnb.connect()" in text and "store" in text
    assert len(tws.positions()) > 0, "the maker's own session goes on"


def test_what_a_session_says_of_itself_in_a_fork(tws: ibnb.Session) -> None:
    connected, status, shown = in_a_fork(lambda: (tws.is_connected(), tws.status, repr(tws)))

    assert connected is False
    assert "forked from" in status and "forked from" in shown


@pytest.mark.parametrize(
    "use", ["frame", *(pytest.param(use, marks=pytest.mark.slow) for use in ("wait", "state", "on_update"))]
)
def test_a_board_in_a_fork_says_whose_it_is(tws: ibnb.Session, use: str) -> None:
    with tws.watch(["AAPL"]) as board:

        def used() -> Any:
            found = getattr(board, use)
            return found(lambda *_: None) if use == "on_update" else found() if callable(found) else found

        _, ours, text = in_a_fork(used)
        shown = in_a_fork(lambda: (repr(board), board._repr_html_()))

        assert ours and "forked" in text
        assert all("forked" in each for each in shown)
        assert board.state == "live"


@pytest.mark.second
def test_a_fork_that_ends_leaves_session_board_and_simulator_alone() -> None:
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws, tws.watch(["AAPL"]) as board:

        def ended() -> str:
            board.stop()
            tws.close()
            sim.close()
            return "ended"

        assert in_a_fork(lambda: "left", clean_exit=True) == "left"
        assert in_a_fork(ended, clean_exit=True) == "ended"
        assert sim.is_running() and tws.is_connected()
        assert sim.clients() == [tws.client_id]
        assert len(board.wait(1, timeout=20)) > 0 and board.state == "live"
