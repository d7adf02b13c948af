"""Every shipped notebook runs on the simulator, in a kernel that knows nothing of this machine."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbmake.nb_result import NotebookResult
from nbmake.nb_run import NotebookRun

import ibnb

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
SHIPPED = sorted(NOTEBOOKS.glob("*.ipynb"))
# One in the first stage, the others in the second.
FIRST = "00_setup.ipynb"
RUNS = [pytest.param(path, id=path.name, marks=[] if path.name == FIRST else pytest.mark.second) for path in SHIPPED]
# A reader may come on any day: on one when little or nothing trades, or years from now.
SUNDAY, GOOD_FRIDAY = "2026-12-06T14:00:00+00:00", "2027-03-26T11:00:00-04:00"
YEARS_AHEAD = "2029-11-27T11:00:00-05:00"
DAYS = [
    ("04_live_data.ipynb", SUNDAY),
    ("05_options.ipynb", SUNDAY),
    ("05_options.ipynb", GOOD_FRIDAY),
    ("05_options.ipynb", YEARS_AHEAD),
]

Run = Callable[[Path], NotebookResult]


@pytest.fixture
def run_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, isolated_jupyter: Callable[[Path], dict[str, str]]
) -> Run:
    """Return a function that runs a copy of a notebook with nbmake; `ibnb.start()` in it simulates."""
    monkeypatch.delenv("MPLBACKEND", raising=False)
    for name, value in isolated_jupyter(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("IBNB_SIMULATOR", "1")
    work = tmp_path / "work"
    work.mkdir()

    def run(path: Path) -> NotebookResult:
        return NotebookRun(Path(shutil.copy(path, work)), default_timeout=90, kernel="python3").execute()

    return run


@pytest.mark.second
@pytest.mark.timeout(180)
@pytest.mark.parametrize("path", RUNS)
def test_a_notebook_runs(path: Path, run_notebook: Run) -> None:
    result = run_notebook(path)

    assert result.error is None, f"{path.name}: {result.error and result.error.trace}"


@pytest.mark.second
@pytest.mark.timeout(180)
@pytest.mark.parametrize(("name", "clock"), DAYS)
def test_a_notebook_runs_on_another_day(name: str, clock: str, tmp_path: Path, run_notebook: Run) -> None:
    startup = tmp_path / "home" / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    with ibnb.simulate(clock=clock) as sim:
        (startup / "00.py").write_text(f"import ibnb\nibnb.start = lambda: ibnb.connect(port={sim.port})\n")

        result = run_notebook(NOTEBOOKS / name)

        assert sim.received(), "the notebook asked another TWS"
    assert result.error is None, f"{name} at {clock}: {result.error and result.error.trace}"


@pytest.mark.second
def test_a_failing_notebook_is_seen(tmp_path: Path, run_notebook: Run) -> None:
    cells = [nbformat.v4.new_code_cell(text) for text in ("import ibnb", "1 / 0")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "failing.ipynb")

    error = run_notebook(tmp_path / "failing.ipynb").error

    assert error is not None
    assert (error.failing_cell_index, "ZeroDivisionError" in error.trace) == (1, True)


@pytest.mark.second
def test_the_kernel_is_this_python_on_the_simulator(tmp_path: Path, run_notebook: Run) -> None:
    code = "import os, sys; print(sys.executable, os.environ['IBNB_SIMULATOR'], os.environ['HOME'])"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]), tmp_path / "where.ipynb")

    result = run_notebook(tmp_path / "where.ipynb")

    assert result.nb.cells[0].outputs[0].text.split() == [sys.executable, "1", str(tmp_path / "home")]
