"""Output that cannot be written: one line and an exit code, never a traceback; whoever stops reading hears nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FULL = "/dev/full"
needs_full = pytest.mark.skipif(not Path(FULL).exists(), reason="this system has no device that is always full")


def ibnb(arguments: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ibnb", *arguments]
    return subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=60, check=False, **options)


@needs_full
@pytest.mark.parametrize(
    "arguments",
    [
        ["doctor", "--host", "127.0.0.99", "--port", "9", "--timeout", "0.2"],
        ["simulator", "--port", "0"],
        ["notebooks", "."],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_a_full_disk_is_one_line(arguments: list[str], tmp_path: Path) -> None:
    with Path(FULL).open("w") as full:
        done = ibnb(arguments, stdout=full, cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})

    assert done.returncode == 1
    assert done.stderr.startswith("ibnb: ") and done.stderr.count("\n") == 1
    assert "space" in done.stderr


@needs_full
def test_standard_error_may_be_full_too() -> None:
    with Path(FULL).open("w") as full:
        command = [sys.executable, "-m", "ibnb", "--version"]
        assert subprocess.run(command, stdout=full, stderr=full, timeout=60, check=False).returncode == 1


@pytest.mark.second
@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
def test_whoever_stops_reading_hears_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        done = ibnb(["doctor", "--port", "9", "--timeout", "0.2"], stdout=pipe)

    assert done.stderr == ""
    assert done.returncode == 1


@pytest.mark.skipif(os.name == "nt", reason="folders are named otherwise there")
def test_jupyterlab_without_a_home_that_can_be_written_is_one_line(tmp_path: Path) -> None:
    nowhere = {**os.environ, "HOME": "/dev/null/x", "PYTHONPATH": os.pathsep.join(sys.path)}
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "XDG_RUNTIME_DIR"):
        nowhere.pop(name, None)
    done = ibnb(["lab", "--no-browser", "--dir", str(tmp_path)], stdout=subprocess.DEVNULL, env=nowhere)

    assert done.returncode == 1
    assert done.stderr.startswith("ibnb: JupyterLab cannot keep its files") and done.stderr.count("\n") == 1
    assert "HOME" in done.stderr
