"""Imports go down the floors of the house only, and heavy libraries load when used: the rules hold, and are seen to.

They stand in `pyproject.toml` (floors, by import-linter; heavy libraries, by ruff's TID253) and `siblings.toml`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RULES = ("pyproject.toml", "siblings.toml")
IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def imports(house: Path, rules: str) -> tuple[int, str]:
    """Return the exit code of import-linter and what it says of the package in a folder."""
    command = [sys.executable, "-c", IMPORTS, "--no-cache", str(house / rules)]
    run = subprocess.run(command, cwd=house, capture_output=True, text=True, timeout=50, check=False)
    return run.returncode, run.stdout + run.stderr


def heavy(house: Path) -> tuple[int, str]:
    """Return the exit code of ruff and what it says of heavy libraries in the package in a folder."""
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "TID253", "--output-format", "concise"]
    run = subprocess.run([*command, "ibnb"], cwd=house, capture_output=True, text=True, timeout=30, check=False)
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize("rules", RULES)
def test_imports_go_one_way(rules: str) -> None:
    code, said = imports(ROOT, rules)

    assert code == 0, said


def test_heavy_libraries_load_when_used() -> None:
    code, said = heavy(ROOT)

    assert code == 0, said


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give a copy of the package and its rules, to break them in."""
    shutil.copytree(ROOT / "ibnb", tmp_path / "ibnb", ignore=shutil.ignore_patterns("__pycache__"))
    for rules in RULES:
        shutil.copy(ROOT / rules, tmp_path)
    return tmp_path


def test_a_breach_of_the_floors_is_seen(house: Path) -> None:
    """An upward, a relative and a nested import, a library that a room does without, and a room without a floor."""
    (house / "ibnb" / "wire" / "bad.py").write_text(
        "from ibnb.tws.reach import probe\nfrom ..tables import catalog\nfrom . import framing\n"
        "def f():\n    from ibnb import session\n    import pandas.core\n    import ibnb.errors\n"
    )
    (house / "ibnb" / "live" / "bad.py").write_text("from ibnb.simulator.process import simulate\n")
    (house / "ibnb" / "attic.py").touch()

    code, said = imports(house, "pyproject.toml")

    assert code == 1
    for imported in ("ibnb.tws.reach.probe (l.1)", "ibnb.tables.catalog (l.2)", "ibnb.session (l.5)", "pandas (l.6)"):
        assert f"ibnb.wire.bad -> {imported}" in said
    assert "ibnb.live.bad -> ibnb.simulator.process (l.1)" in said
    assert "ibnb.attic" in said
    assert said.count("ibnb.wire.bad ->") == 4


def test_a_circle_of_rooms_is_seen(house: Path) -> None:
    (house / "ibnb" / "tables" / "schema" / "bad.py").write_text("from ibnb.tables.account import pnl\n")

    code, said = imports(house, "siblings.toml")

    assert code == 1
    assert "No cycles are allowed in ibnb.tables." in said


def test_a_heavy_library_at_the_top_of_a_module_is_seen(house: Path) -> None:
    bad = house / "ibnb" / "tables" / "bad.py"
    bad.write_text("import pyarrow\ndef f():\n    import matplotlib\n")
    (house / "ibnb" / "plots" / "good.py").write_text("import matplotlib\n")

    code, said = heavy(house)

    assert code == 1
    assert [line.partition(": ")[0] for line in said.splitlines() if "TID253" in line] == ["ibnb/tables/bad.py:1:8"]
