"""The command line as a person meets it: help at once, wrong usage answered with exit code 2 and a hint."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from ibnb.cli import app
from ibnb.errors import BadInput, IBNBError

COMMANDS = ("dashboard", "lab", "notebooks", "doctor", "simulator")


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ibnb", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_help_names_every_command() -> None:
    run = _run("--help")

    assert run.returncode == 0
    assert all(f"  {command} " in run.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_loads_nothing_heavy(command: str) -> None:
    """What keeps the help within half a second, on a busy machine, too."""
    code = (
        "import sys\nfrom ibnb.cli import app\n"
        f"try:\n    app({[command, '--help'] if command else ['--help']!r})\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "heavy = {'pandas', 'numpy', 'ib_insync', 'matplotlib', 'ipywidgets', 'rich', 'asyncio'}\n"
        "print('loaded', sorted(heavy & set(sys.modules)))"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)

    assert run.stdout.splitlines()[-1] == "loaded []"


def test_the_version_is_that_of_the_package() -> None:
    run = _run("--version")

    assert (run.returncode, run.stdout) == (0, f"ibnb {version('ibnb')}\n")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["doctr"], "doctor"),
        (["simulator", "--port", "70000"], "65535"),
        (["simulator", "--server-version", "201"], "200"),
        (["simulator", "--bars", "/no/such/folder"], "does not exist"),
        (["doctor", "--client-id", "-1"], "--client-id"),
        (["doctor", "--timeout", "soon"], "--timeout"),
        (["lab", "--port", "0"], "--port"),
        (["dashboard", "--port", "65536"], "--port"),
        (["notebooks"], "PATH"),
    ],
)
def test_wrong_usage_exits_2_with_a_hint(arguments: list[str], hint: str) -> None:
    result = CliRunner().invoke(app, arguments)

    assert result.exit_code == 2
    assert hint in result.output


@pytest.mark.parametrize(
    ("error", "code"), [(BadInput("scenario", "x", "one of healthy"), 2), (IBNBError("no room"), 1)]
)
def test_our_own_errors_become_one_message_and_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, error: IBNBError, code: int
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("ibnb.serving.shipped.copy_notebooks", fails)

    result = CliRunner().invoke(app, ["notebooks", "anywhere"])

    assert result.exit_code == code
    assert result.stderr == f"ibnb: {error}\n"


@pytest.mark.parametrize(("verdict", "code"), [("pass", 0), ("warn", 0), ("fail", 1)])
def test_the_doctors_verdict_becomes_the_exit_code(monkeypatch: pytest.MonkeyPatch, verdict: str, code: int) -> None:
    """Only the mapping: what the doctor finds is tested in its own room."""
    asked: dict[str, object] = {}

    def diagnose(**arguments: object) -> SimpleNamespace:
        asked.update(arguments)
        return SimpleNamespace(verdict=verdict, text=lambda: "in words", json=lambda: '{"verdict": 1}')

    monkeypatch.setattr("ibnb.doctor.diagnose", diagnose, raising=False)

    words = CliRunner().invoke(app, ["doctor", "--port", "4002", "--client-id", "7"])
    data = CliRunner().invoke(app, ["doctor", "--json"])

    assert (words.exit_code, words.stdout) == (code, "in words\n")
    assert (data.exit_code, data.stdout) == (code, '{"verdict": 1}\n')
    assert asked == {"host": "127.0.0.1", "port": None, "client_id": None, "timeout": 4.0}
