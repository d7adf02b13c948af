"""The command: exit codes, watching, the bundle, and text that stays text when it is piped."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import zipfile
from typing import Any

import pytest
from doctor.answers_of_tws import healthy
from tws.raw_servers import Script, Server, free_port, silence

from ibnb.doctor import diagnose, watch
from ibnb.doctor.bundle import Bundle
from ibnb.doctor.console import run
from ibnb.doctor.report.lines import lines_of
from ibnb.doctor.report.report import CheckResult, Report, Status
from ibnb.doctor.report.text import print_lines
from ibnb.doctor.watch import changes
from ibnb.doctor.wirelog import WireLog
from ibnb.errors import BadInput


def doctor(*arguments: object, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ibnb", "doctor", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, input=given, timeout=30)


def report(**statuses: Status) -> Report:
    checks = tuple(
        CheckResult(name, name.title(), status, f"{name} is {status}.", None if status == "pass" else "no-positions")
        for name, status in statuses.items()
    )
    return Report(checks, "127.0.0.1", 7497, "TWS paper", 176, 0.5)


@pytest.mark.second
def test_the_command_tells_by_text_json_and_exit_code():
    with Server(Script(healthy())) as server:
        fine, data = doctor("--port", server.port), doctor("--port", server.port, "--json")
    failed = doctor("--port", free_port())
    wrong = doctor("--port", "0")

    assert (fine.returncode, data.returncode, failed.returncode, wrong.returncode) == (0, 0, 1, 2)
    assert fine.stdout.startswith("✓ Everything works.") and "\x1b" not in fine.stdout + failed.stdout
    assert json.loads(data.stdout)["verdict"] == "pass"
    assert "[port-refused]" in failed.stdout and not failed.stderr


@pytest.mark.second
def test_an_account_is_taken_by_the_command():
    with Server(Script(healthy())) as server:
        done = doctor("--port", server.port, "--account", "DU9000002", "--timeout", "1")

    assert done.returncode == 1 and "[account-unknown]" in done.stdout


@pytest.mark.second
def test_watching_ends_when_it_works_and_says_what_turned(simulators):
    sim = simulators()
    sim.scenario("no-positions")
    command = [sys.executable, "-m", "ibnb", "doctor", "--port", str(sim.port), "--watch", "--timeout", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        first = [process.stdout.readline()]
        while not first[-1].startswith("Watching"):
            first.append(process.stdout.readline())
        sim.scenario()
        rest = process.stdout.read()

    assert process.returncode == 0
    assert "Positions: FAIL → pass" in rest and "Everything works." in rest
    assert "Executions" not in rest  # what stayed as it was is not said again


@pytest.mark.second
def test_ctrl_c_ends_the_watching_cleanly():
    command = [sys.executable, "-m", "ibnb", "doctor", "--watch", "--timeout", "0.3"]
    with Server(silence) as server:
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen([*command, "--port", str(server.port)], **pipes) as process:
            while not process.stdout.readline().startswith("Watching"):
                pass
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "Stopped." in said and "Traceback" not in said


def test_watch_pauses_between_looks_and_stops_at_the_first_that_is_no_failure():
    reports = iter([report(port="fail"), report(port="fail"), report(port="warn"), report(port="pass")])
    pauses: list[float] = []

    seen = list(watch(lambda: next(reports), 2.5, pauses.append))

    assert [each.verdict for each in seen] == ["fail", "fail", "warn"]
    assert pauses == [2.5, 2.5]


def test_changes_tell_only_what_differs():
    before, after = report(port="pass", api="fail"), report(port="pass", api="pass")

    said = "\n".join(line.text for line in changes(before, after, "10:00:00"))

    assert "10:00:00 ✓ Api: FAIL → pass" in said and "Port" not in said
    assert changes(after, after, "10:00:00") == []


@pytest.mark.parametrize("width", [40, 200])
def test_a_terminal_gets_colours_and_wrapped_lines(monkeypatch, width):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.delenv("NO_COLOR", raising=False)
    made = diagnose(port=free_port())
    out = io.StringIO()

    print_lines(lines_of(made), out)

    plain = "".join(
        part.partition("m")[2] if index else part for index, part in enumerate(out.getvalue().split("\x1b["))
    )
    assert "\x1b[" in out.getvalue()
    assert max(map(len, plain.splitlines())) <= width
    assert "".join(plain.split()) == "".join(made.text().split())


def test_a_pipe_gets_every_line_as_it_is():
    made, out = report(port="fail"), io.StringIO()

    print_lines(lines_of(made), out)

    assert out.getvalue() == made.text() + "\n"


def test_markup_in_a_text_is_only_text():
    check = CheckResult("port", "Port", "fail", "[bold]x[/bold] :warning:", "port-refused")
    out = io.StringIO()

    print_lines(lines_of(Report((check,), "h", 1, "k", None, 0.1)), out)

    assert "[bold]x[/bold] :warning:" in out.getvalue()


@pytest.fixture
def bundle(simulators, tmp_path):
    """Write a bundle of a healthy run and return its files by name."""
    path = tmp_path / "help.zip"
    code = run("127.0.0.1", simulators().port, None, 2.0, None, as_json=True, bundle=path, yes=True)
    with zipfile.ZipFile(path) as archive:
        return code, {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_bundle_holds_versions_report_and_wire_log_all_masked(bundle):
    code, files = bundle

    assert code == 0 and set(files) == {"versions.txt", "report.txt", "report.json", "wire.log"}
    assert "ibnb " in files["versions.txt"] and "Python " in files["versions.txt"]
    assert json.loads(files["report.json"])["checklist"]
    for text in files.values():
        assert "DU1234567" not in text


def test_the_wire_log_names_messages_and_leaves_figures_out(bundle):
    log = bundle[1]["wire.log"]

    for name in (
        "> 71 START_API",
        "< 15 MANAGED_ACCTS",
        "> 61 POSITIONS",
        "< 62 POSITION_END",
        "< 54 ACCOUNT_DOWNLOAD_END",
    ):
        assert name in log
    values = [line for line in log.splitlines() if "< 6 ACCOUNT_VALUE" in line]
    assert values and not any(character.isdigit() for line in values for character in line.partition("VALUE")[2])


@pytest.mark.second
def test_a_bundle_is_listed_and_asked_about_before_it_is_written(tmp_path):
    path = tmp_path / "help.zip"
    with Server(Script(healthy())) as server:
        refused = doctor("--port", server.port, "--bundle", path, given="n\n")
        silent = doctor("--port", server.port, "--bundle", path)
        assert not path.exists()
        agreed = doctor("--port", server.port, "--bundle", path, given="show\nyes\n")

    assert "wire.log" in refused.stderr and "Nothing was written." in refused.stderr + silent.stderr
    assert path.exists() and "START_API" in agreed.stderr
    assert {refused.returncode, silent.returncode, agreed.returncode} == {0}


def test_a_bundle_into_no_folder_is_refused_before_anything_is_sent(tmp_path):
    with Server(silence) as server, pytest.raises(BadInput):
        run("127.0.0.1", server.port, None, 1.0, None, bundle=tmp_path / "none" / "help.zip")
    assert server.connections == 0


def test_a_bundle_names_no_user():
    log = WireLog()
    log.lines.append("read /home/jane.doe/Jts/jts.ini and C:\\Users\\Jane\\x")
    text = Bundle(report(port="fail"), log).files()["wire.log"]

    assert "jane" not in text.lower()
