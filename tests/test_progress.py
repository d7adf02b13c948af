"""Progress: honest numbers, lines in logs, a bar where somebody watches, nothing where it is not wanted."""

from __future__ import annotations

import io
import sys
import time

import pytest
from waiting import until

from ibnb.ground import progress as module
from ibnb.ground.progress import Progress, Shown


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BEFORE_BAR", 0.01)
    monkeypatch.setattr(module, "_REFRESH", 0.01)


def test_the_time_left_is_never_less_than_the_limits_ask() -> None:
    numbers = Progress("AAPL", planned=100, least_seconds=600)

    assert numbers.eta() == pytest.approx(600, abs=1)
    numbers.done, numbers.began = 50, time.monotonic() - 10
    assert numbers.eta() == pytest.approx(600, abs=1)
    numbers.least_seconds = 0
    assert numbers.eta() == pytest.approx(10, abs=1)


def test_the_line_tells_rows_requests_pacing_and_time_left() -> None:
    numbers = Progress("AAPL", planned=4, done=1, rows=12_345, state="pacing: 90 s", least_seconds=90)

    assert numbers.line() == "AAPL: 1 of 4 requests, 12,345 bars, pacing: 90 s, about 1 min 30 s left"
    assert Progress("AAPL").line() == "AAPL: looks what is missing"
    numbers.done, numbers.state = 4, ""
    assert numbers.line() == "AAPL: 4 of 4 requests, 12,345 bars"


def test_a_log_gets_lines(capsys: pytest.CaptureFixture[str]) -> None:
    numbers, said = Progress("AAPL", planned=2), [""]

    def something_is_said() -> str:
        said.append(capsys.readouterr().err)
        return said[-1]

    with Shown(numbers):
        assert until(something_is_said)
        numbers.done = 2

    lines = "".join([*said, capsys.readouterr().err]).splitlines()
    assert lines[0] == "AAPL: 0 of 2 requests, 0 bars"
    assert lines[-1] == "AAPL: 2 of 2 requests, 0 bars"


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    numbers = Progress("MSFT", planned=4, rows=10)
    with Shown(numbers):
        assert until(lambda: "MSFT" in screen.getvalue())
        numbers.done = 4

    assert "4/4 requests" in screen.getvalue()
    assert "10 bars" in screen.getvalue()


@pytest.mark.usefixtures("no_leaks")
def test_nothing_is_shown_where_it_is_not_wanted_or_over_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with Shown(Progress(), wanted=False):
        time.sleep(0.03)
    module._BEFORE_BAR = 5
    with Shown(Progress()):
        pass

    assert capsys.readouterr().err == ""
