"""Copying the notebooks: what a person changed stays, everything else is brought up to date."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from ibnb.cli import app
from ibnb.errors import IBNBError
from ibnb.serving import shipped as shipping
from ibnb.serving.shipped import copy_notebooks


def _write(path: Path, *cells: str, output: str = "") -> None:
    code = [nbformat.v4.new_code_cell(text) for text in cells]
    if output:
        code[0].outputs = [nbformat.v4.new_output("stream", text=output)]
        code[0].execution_count = 1
    nbformat.write(nbformat.v4.new_notebook(cells=code), path)


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for the notebooks of an installed version, so that a test can release the next one."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    _write(folder / "00_setup.ipynb", "import ibnb")
    _write(folder / "01_portfolio.ipynb", "ibnb.start()")
    (folder / ".keep").touch()
    monkeypatch.setattr(shipping, "shipped_notebooks", lambda: folder)
    return folder


def test_the_first_copy_is_all_new(shipped: Path, tmp_path: Path) -> None:
    done = copy_notebooks(tmp_path / "mine" / "deep")

    assert done.new == ["00_setup.ipynb", "01_portfolio.ipynb"]
    assert (done.folder / "00_setup.ipynb").read_bytes() == (shipped / "00_setup.ipynb").read_bytes()
    assert not (done.folder / ".keep").exists()


def test_the_second_copy_changes_nothing(shipped: Path, tmp_path: Path) -> None:
    copy_notebooks(tmp_path / "mine")

    done = copy_notebooks(tmp_path / "mine")

    assert done.unchanged == ["00_setup.ipynb", "01_portfolio.ipynb"]
    assert done.lines() == [f"Notebooks in {done.folder}: 2 unchanged"]


def test_a_notebook_that_was_only_run_is_updated(shipped: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    copy_notebooks(mine)
    _write(mine / "00_setup.ipynb", "import ibnb", output="hello")
    _write(shipped / "00_setup.ipynb", "import ibnb", "ibnb.setup()")

    done = copy_notebooks(mine)

    assert done.updated == ["00_setup.ipynb"]
    assert "ibnb.setup()" in (mine / "00_setup.ipynb").read_text()


def test_outputs_stay_while_there_is_no_newer_version(shipped: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    copy_notebooks(mine)
    _write(mine / "00_setup.ipynb", "import ibnb", output="hello")

    done = copy_notebooks(mine, force=True)

    assert "00_setup.ipynb" in done.unchanged
    assert "hello" in (mine / "00_setup.ipynb").read_text()


def test_a_changed_notebook_is_kept_and_the_newer_version_put_beside_it_once(shipped: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    copy_notebooks(mine)
    _write(mine / "00_setup.ipynb", "my own work")
    _write(shipped / "00_setup.ipynb", "the next version")

    first, second = copy_notebooks(mine), copy_notebooks(mine)

    assert first.kept == {"00_setup.ipynb": "00_setup.new.ipynb"}
    assert "my own work" in (mine / "00_setup.ipynb").read_text()
    assert "the next version" in (mine / "00_setup.new.ipynb").read_text()
    assert second.kept == {"00_setup.ipynb": None}


def test_a_newer_version_that_the_person_worked_on_is_not_overwritten_either(shipped: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    copy_notebooks(mine)
    _write(mine / "00_setup.ipynb", "my own work")
    _write(mine / "00_setup.new.ipynb", "my own second work")
    _write(shipped / "00_setup.ipynb", "the next version")

    done = copy_notebooks(mine)

    assert done.kept == {"00_setup.ipynb": "00_setup.new2.ipynb"}
    assert "my own second work" in (mine / "00_setup.new.ipynb").read_text()


def test_force_overwrites_what_was_changed(shipped: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    copy_notebooks(mine)
    _write(mine / "00_setup.ipynb", "my own work")

    done = copy_notebooks(mine, force=True)

    assert done.overwritten == ["00_setup.ipynb"]
    assert "my own work" not in (mine / "00_setup.ipynb").read_text()


@pytest.mark.parametrize("memory", ["", "[1, 2]", '{"00_setup.ipynb": 3}', "not json"])
def test_without_its_memory_the_folder_is_the_persons(shipped: Path, tmp_path: Path, memory: str) -> None:
    mine = tmp_path / "mine"
    copy_notebooks(mine)
    (mine / shipping.MEMORY).write_text(memory)
    _write(shipped / "00_setup.ipynb", "the next version")

    done = copy_notebooks(mine)

    assert done.kept == {"00_setup.ipynb": "00_setup.new.ipynb"}


def test_a_file_that_is_no_notebook_any_more_is_kept(shipped: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    copy_notebooks(mine)
    (mine / "00_setup.ipynb").write_text("{broken")

    done = copy_notebooks(mine)

    assert "00_setup.ipynb" in done.kept
    assert (mine / "00_setup.ipynb").read_text() == "{broken"


def test_the_shipped_folder_itself_is_left_alone(shipped: Path) -> None:
    before = sorted(shipped.iterdir())

    done = copy_notebooks(shipped)

    assert done.unchanged == ["00_setup.ipynb", "01_portfolio.ipynb"]
    assert sorted(shipped.iterdir()) == before


def test_a_folder_that_cannot_be_made_is_said(shipped: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(IBNBError, match="Choose another folder"):
        copy_notebooks(tmp_path / "file" / "below")


def test_the_command_says_what_it_did(shipped: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    CliRunner().invoke(app, ["notebooks", str(mine)])
    _write(mine / "00_setup.ipynb", "my own work")
    _write(shipped / "00_setup.ipynb", "the next version")

    kept = CliRunner().invoke(app, ["notebooks", str(mine)])
    forced = CliRunner().invoke(app, ["notebooks", str(mine), "--force"])

    assert (kept.exit_code, forced.exit_code) == (0, 0)
    assert "00_setup.ipynb is yours and was kept; the newer version is 00_setup.new.ipynb" in kept.stdout
    assert "1 overwritten" in forced.stdout


def test_the_installation_has_its_notebooks() -> None:
    assert shipping.shipped_notebooks().is_dir()
