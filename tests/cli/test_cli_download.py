"""`ibnb download`: what it says, what it keeps, and its exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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
