"""What a call waits for: a line where somebody watches, after a while, gone in the end; nothing elsewhere."""

from __future__ import annotations

import io
import sys
import threading
from types import SimpleNamespace
from typing import Any

import IPython
import pytest
from waiting import until

import ibnb
from ibnb.ground import views, waits
from ibnb.ground.progress import Progress, Shown
from ibnb.ground.waits import Stage, quietly, waiting


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    made = io.StringIO()
    monkeypatch.setattr(waits, "sys", SimpleNamespace(stderr=made))  # pytest sets sys.stderr anew for the test itself
    monkeypatch.setattr(waits, "watched", lambda: True)
    monkeypatch.setattr(waits, "_BEFORE", 0.01)
    monkeypatch.setattr(waits, "_REFRESH", 0.01)
    return made


def last_line(screen: io.StringIO) -> str:
    """Return what stands in the terminal's last line, in which each carriage return goes back to the beginning."""
    line: list[str] = []
    for text in screen.getvalue().split("\r"):
        line[: len(text)] = text
    return "".join(line).rstrip()


@pytest.mark.usefixtures("no_leaks")
def test_a_terminal_has_one_line_that_goes(screen: io.StringIO) -> None:
    with waiting("TWS: positions"):
        assert until(lambda: last_line(screen) == "Waits for TWS: positions ... 0 s")

    assert last_line(screen) == "" and "\n" not in screen.getvalue()


def test_the_innermost_call_tells_and_the_outer_one_again(screen: io.StringIO) -> None:
    with waiting("the outer"):
        with waiting("the inner, which is longer"), waiting():
            assert until(lambda: last_line(screen).startswith("Waits for the inner, which"))
        assert until(lambda: last_line(screen) == "Waits for the outer ... 0 s")
    assert last_line(screen) == ""


def test_an_error_ends_the_line(screen: io.StringIO) -> None:
    with pytest.raises(KeyError), waiting("TWS"):
        assert until(lambda: last_line(screen))
        raise KeyError

    assert last_line(screen) == ""


def test_what_is_waited_for_may_change(screen: io.StringIO) -> None:
    stage = Stage("a TWS")
    with waiting(stage):
        assert until(lambda: "a TWS" in last_line(screen))
        stage.words = "its answers"
        assert until(lambda: "its answers" in last_line(screen))


def test_nothing_is_said_of_what_is_soon_over(screen: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits, "_BEFORE", 30)

    with waiting("TWS"):
        pass

    assert screen.getvalue() == ""


@pytest.mark.parametrize("quiet", [quietly(), Shown(Progress(), wanted=False)])
def test_what_shows_its_own_progress_or_none_is_left_in_peace(screen: io.StringIO, quiet: Any) -> None:
    before = threading.active_count()
    with quiet, waiting("TWS"):
        assert threading.active_count() == before
    with waiting("TWS"):
        assert threading.active_count() == before + 1


def test_a_terminal_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not views.watched()
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: True))
    assert views.watched()


def test_nobody_watches_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(waits, "_BEFORE", 0)
    before = threading.active_count()

    with waiting("TWS"):
        assert threading.active_count() == before

    assert capsys.readouterr() == ("", "")


def test_a_notebook_has_an_output_that_is_written_over_and_empty_in_the_end(
    screen: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs: list[str] = []

    class Handle:
        def update(self, bundle: dict[str, str], raw: bool) -> None:
            outputs.append(bundle["text/html"])

    def display(bundle: dict[str, str], raw: bool, display_id: bool) -> Handle:
        outputs.append(bundle["text/html"])
        return Handle()

    monkeypatch.setattr(waits, "in_notebook", lambda: True)
    monkeypatch.setattr(IPython.display, "display", display)

    with waiting("<b>TWS</b>"):
        assert until(lambda: len(outputs) > 1)

    assert all("Waits for &lt;b&gt;TWS&lt;/b&gt; ... 0 s" in html for html in outputs[:-1])
    assert outputs[-1] == "" and screen.getvalue() == ""


def test_the_end_of_the_interpreter_is_no_error(screen: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_thread: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refused)

    with waiting("TWS"):
        pass


@pytest.mark.second
def test_a_session_says_what_it_waits_for(screen: io.StringIO) -> None:
    said: list[str] = []
    with ibnb.simulate("slow:seconds=0.2") as sim, ibnb.connect(port=sim.port) as tws:
        tws.quotes(["AAPL", "EUR.USD"])
        tws.account_summary()
        said = screen.getvalue().split("\r")

    for words in (
        "a simulated TWS to start",
        f"the API of {sim.host}:{sim.port}",
        f"the first answers of {sim.host}:{sim.port}: positions, account, orders",
        "TWS: quotes (AAPL, EUR.USD)",
        "TWS: account summary (DU***567)",
    ):
        assert any(line.startswith(f"Waits for {words} ...") for line in said), words
    assert last_line(screen) == ""


@pytest.mark.second
def test_a_lost_connection_is_what_is_waited_for(screen: io.StringIO) -> None:
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        sim.event("restart", seconds=1)
        assert until(lambda: not tws.is_connected())

        assert len(tws.positions()) > 0

    assert "Waits for TWS: connection lost at " in screen.getvalue()
