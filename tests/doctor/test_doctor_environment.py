"""Python and its packages: all that is lacking is told at once, and nothing is where all is there."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from ibnb.doctor.checks import environment
from ibnb.doctor.front_end import describe_front_end, look_at_front_end
from ibnb.doctor.runner import examine, make_context
from ibnb.errors import IBNBError

EXTENSION = "share/jupyter/labextensions/@jupyter-widgets/jupyterlab-manager/package.json"


def look():
    return asyncio.run(examine(make_context(), [environment.CHECK])).check("environment")


@pytest.fixture
def versions(monkeypatch):
    """Let packages have other versions; None is not installed."""
    changed: dict[str, str | None] = {}
    real = metadata.version

    def version(package: str) -> str:
        if package not in changed:
            return real(package)
        told = changed[package]
        if told is None:
            raise metadata.PackageNotFoundError(package)
        return told

    monkeypatch.setattr(metadata, "version", version)
    return changed


def test_all_is_there():
    check = look()

    assert check.status == "pass" and check.cause is None
    for word in ("Python 3", "ib_", "pandas", "ipywidgets", "no notebook kernel"):
        assert word in check.evidence


@pytest.mark.parametrize(
    ("package", "version", "status"),
    [
        ("pandas", "1.5.3", "fail"),
        ("pandas", None, "fail"),
        ("ipywidgets", "7.7.2", "warn"),
        ("ipywidgets", None, "warn"),
        ("jupyterlab_widgets", None, "warn"),
        ("pandas", "2.2.0rc1", "pass"),
    ],
)
def test_what_is_missing_or_too_old_is_told_with_its_command(versions, package, version, status):
    versions[package] = version
    check = look()

    assert check.status == status
    if status != "pass":
        assert check.cause == "environment" and package in check.summary
        assert f'pip install --upgrade "{package}>=' in check.fix[0]
        assert check.fix[-1] == "Then restart the kernel."


def test_several_are_told_at_once_the_vital_first(versions):
    versions.update(ipywidgets=None, pandas="1.5.3")
    check = look()

    assert check.status == "fail"
    assert "pandas" in check.fix[0] and "ipywidgets" in check.fix[1] and len(check.fix) == 3


@pytest.mark.parametrize(
    "error", [IBNBError("ib_insync is not installed."), SyntaxError("broken"), RuntimeError("loop")]
)
def test_without_a_client_library_nothing_goes(monkeypatch, error):
    def load():
        raise error

    monkeypatch.setattr(environment, "load", load)
    report = asyncio.run(examine(make_context(host="127.0.0.77", port=7497, timeout=1)))

    assert report.check("environment").status == "fail"
    assert report.check("environment").fix[0] == "Run: pip install ib_async"
    assert report.check("port").status == "fail"  # what can be looked at without it still is
    assert report.cause == "environment"


def test_outside_of_a_notebook_no_front_end_is_missed():
    assert look_at_front_end() is None and describe_front_end() == "no notebook kernel"


@pytest.mark.parametrize("there", [True, False])
def test_a_jupyter_of_another_environment_is_looked_into(tmp_path, there):
    """A kernel whose server lies in an environment of its own, which has the extension for widgets or has not."""
    server = tmp_path / "env" / "bin" / "jupyter-lab"
    server.parent.mkdir(parents=True)
    kernel = (
        "import sys, types; ipython = types.ModuleType('IPython');"
        "ipython.get_ipython = lambda: types.SimpleNamespace(kernel=1); sys.modules['IPython'] = ipython;"
        "from ibnb.doctor.front_end import *; print(describe_front_end(), look_at_front_end(), sep='\\n')"
    )
    server.write_text(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {kernel!r}])\n")
    if there:
        extension = tmp_path / "env" / EXTENSION
        extension.parent.mkdir(parents=True)
        extension.write_text("{}")
    home = {"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).resolve().parents[2])}

    done = subprocess.run([sys.executable, str(server)], capture_output=True, text=True, env=home)

    assert "kernel of a Jupyter server" in done.stdout, done.stderr
    assert ("None" in done.stdout) is there
    assert ("pip install jupyterlab_widgets" in done.stdout) is not there
