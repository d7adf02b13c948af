"""Every shipped notebook, run in the real JupyterLab in both themes; the pictures are for looking at."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lab import LabServer, open_notebook, run_all, screenshot
from playwright.sync_api import Page

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_notebook_runs_without_a_page_error(path: Path, page: Page, lab: LabServer, theme: str) -> None:
    shutil.copy(path, lab.root)
    open_notebook(page, lab, path.name)

    run_all(page, seconds=90)

    picture = screenshot(page, f"{path.stem}-{theme}")
    assert picture.stat().st_size > 10_000
