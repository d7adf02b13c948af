"""The shipped notebooks as they stand in git: no outputs, linted, with a title and a plain kernel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from ibnb.serving.lab import FIRST_NOTEBOOK

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))

LANDING = "index.ipynb"

every_notebook = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)


def _tool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.second
@every_notebook
def test_it_holds_no_outputs(path: Path) -> None:
    run = _tool("nbstripout", "--keep-id", "--verify", path)

    assert run.returncode == 0, f"run nbstripout --keep-id on it: {run.stdout}{run.stderr}"


@every_notebook
def test_it_is_linted_and_formatted(path: Path) -> None:
    for command in (["check"], ["format", "--check"]):
        run = _tool("ruff", *command, path)

        assert run.returncode == 0, run.stdout + run.stderr


@every_notebook
def test_it_is_sound(path: Path) -> None:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)

    nbformat.validate(notebook)
    assert notebook.nbformat == 4
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    assert notebook.cells[-1].source.strip(), "the last cell is empty"
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


@every_notebook
def test_it_says_first_what_one_has_at_its_end_and_leaves_that_open(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    last = next((cell.source for cell in reversed(cells) if cell.cell_type == "code"), "")

    assert "At its end you" in cells[0].source or path.name == LANDING
    assert not last.rstrip().endswith(".close()"), "say in words how it is closed, for whoever likes to"


def test_the_landing_notebook_leads_to_all_others_with_a_picture_each() -> None:
    cells = nbformat.read(SHIPPED[0].parent / LANDING, as_version=4).cells
    others = [path for path in SHIPPED if path.name != LANDING]

    for path in others:
        cell = next(each for each in cells if f"]({path.name})" in each.source)
        assert f"(attachment:{path.stem}.webp)]({path.name})" in cell.source
        assert 0 < len(cell.attachments[f"{path.stem}.webp"]["image/webp"]) < 30_000, "run docs/make_landing.py"


@pytest.mark.second
def test_the_check_for_outputs_can_fail(tmp_path: Path) -> None:
    """The output alone makes the difference; the ids of cells stay, so that a change reads well in git."""
    path = tmp_path / "notebook.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]), path)
    _tool("nbstripout", "--keep-id", path)
    clean = _tool("nbstripout", "--keep-id", "--verify", path)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text="2")]
    nbformat.write(notebook, path)

    ran = _tool("nbstripout", "--keep-id", "--verify", path)

    assert (clean.returncode, ran.returncode) == (0, 1)


def test_the_setup_notebook_is_shipped() -> None:
    """`ibnb lab` opens there; without this test an empty folder would pass all of the above."""
    assert FIRST_NOTEBOOK in [path.name for path in SHIPPED]
