"""The programs of `docs`: each stands on what it imports of the package and the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = sorted((Path(__file__).resolve().parent.parent / "docs").glob("*.py"))


@pytest.mark.parametrize("program", PROGRAMS, ids=[each.stem for each in PROGRAMS])
def test_a_program_finds_all_that_it_imports(program: Path, tmp_path: Path) -> None:
    code = f"import runpy; runpy.run_path({str(program)!r}, run_name='looked at')"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)

    assert run.returncode == 0, run.stderr
