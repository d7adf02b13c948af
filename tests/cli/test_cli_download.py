"""`ibnb download`: what it says, what it keeps, and its exit codes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import ibnb
from ibnb.cli import app

RANGE = ("--start", "2026-03-02", "--end", "2026-03-06")


@pytest.fixture(scope="module")
def port() -> Iterator[str]:
    with ibnb.simulate() as sim:
        yield str(sim.port)


def test_bars_are_kept_and_not_asked_for_again(port: str, tmp_path: Path) -> None:
    command = ["download", "AAPL", "MSFT", *RANGE, "--bar-size", "1 hour", "--store", str(tmp_path), "--port", port]

    first, second = (CliRunner().invoke(app, command) for _ in range(2))

    assert first.exit_code == second.exit_code == 0
    assert "AAPL: complete, 35 bars" in first.output
    assert "MSFT: complete, 35 bars, 0 requests." in second.output
    assert f"Kept in {tmp_path}" in first.output
    assert len(ibnb.store(tmp_path).bars(265598, "1 hour")) == 35


def test_one_refusal_is_a_failure_and_the_others_are_kept(port: str, tmp_path: Path) -> None:
    command = ["download", "ZZZZQ", "AAPL", *RANGE, "--no-rth", "--store", str(tmp_path), "--port", port, "--quiet"]

    outcome = CliRunner().invoke(app, command)

    assert outcome.exit_code == 1
    assert "ZZZZQ: refused" in outcome.output
    assert "AAPL: complete, 4,800 bars" in outcome.output


class Terminal:
    """A program in a terminal of its own, as somebody sits before it."""

    def __init__(self, *arguments: str) -> None:
        pty = pytest.importorskip("pty")
        self.pid, self._file = pty.fork()
        if not self.pid:
            os.execv(sys.executable, [sys.executable, "-m", "ibnb", *arguments])
        self.shown = ""

    def until(self, pattern: str) -> None:
        """Read until what a pattern fits has been shown; "" for all there is."""
        while not pattern or re.search(pattern, self.shown) is None:
            try:
                found = os.read(self._file, 4096)
            except OSError:  # as Linux says the end
                found = b""
            if not found:
                assert not pattern, self.shown
                return
            self.shown += found.decode()

    def interrupt(self) -> None:
        os.write(self._file, b"\x03")

    def exit_code(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.mark.second
def test_in_a_terminal_there_is_a_bar_and_after_ctrl_c_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """The terminal is real, and so is the key."""
    with ibnb.simulate(scenario="history-slow:seconds=1") as sim:
        command = ["download", "AAPL", "--start", "2025-10-01", "--end", "2026-03-27", "--store", str(tmp_path)]
        command += ["--port", str(sim.port), "--oldest-first"]
        first = Terminal(*command)
        first.until(r"[1-9][0-9]*,[0-9]{3} bars")
        first.interrupt()
        first.until("")

        assert first.exit_code() == 130
        assert "requests [" in first.shown
        assert "What came is kept; the same command goes on there." in first.shown
        assert "Traceback" not in first.shown
        kept = ibnb.store(tmp_path).frame()
        assert kept["bars"].tolist() > [0]
        assert kept["first"][0] == pd.Timestamp("2025-10-01 13:30", tz="UTC")

        sim.scenario("healthy")
        outcome = CliRunner().invoke(app, command)
        again = CliRunner().invoke(app, command)
    assert outcome.exit_code == again.exit_code == 0
    requests = int(outcome.output.split(" requests")[0].split()[-1])
    assert 0 < requests < 34
    assert "AAPL: complete, 47,610 bars, 0 requests." in again.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--bar-size", "7 mins"], "5 mins"),
        (["--start", "2999-01-01"], "past"),
        (["--what", "TRADE"], "TRADES"),
        (["--store", "/dev/null"], "is a file"),
        ([], "simulated TWS"),
        (["--port", "0"], "--port"),
    ],
)
def test_wrong_usage(port: str, options: list[str], said: str) -> None:
    outcome = CliRunner().invoke(app, ["download", "AAPL", "--port", port, *options])

    assert outcome.exit_code == 2
    assert said in outcome.output


def test_without_a_tws_it_fails_with_the_reason(free_port: int) -> None:
    outcome = CliRunner().invoke(app, ["download", "AAPL", "--port", str(free_port)])

    assert outcome.exit_code == 1
    assert "port-refused" in outcome.output
