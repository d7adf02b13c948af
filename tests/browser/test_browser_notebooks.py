"""Every shipped notebook, run in the real JupyterLab; the pictures are for looking at.

A notebook takes its time in a browser: by default each runs in one theme, in turns; `-m slow` runs it in the other.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lab import LabServer, open_notebook, run_all, screenshot
from playwright.sync_api import Page

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


THEMES = ("light", "dark")
RUNS = [
    pytest.param(path, theme, id=f"{path.stem}-{theme}", marks=() if number % 2 == place else pytest.mark.slow)
    for number, path in enumerate(SHIPPED)
    for place, theme in enumerate(THEMES)
]


@pytest.mark.parametrize(("path", "theme"), RUNS, indirect=["theme"])
def test_a_shipped_notebook_runs_without_a_page_error(path: Path, page: Page, lab: LabServer, theme: str) -> None:
    shutil.copy(path, lab.root)
    open_notebook(page, lab, path.name)

    run_all(page, seconds=90)

    picture = screenshot(page, f"{path.stem}-{theme}")
    assert picture.stat().st_size > 10_000
