"""Every shipped notebook, run in the real JupyterLab; the pictures are for looking at.

A notebook takes its time in a browser. By default the three that most people open run in one theme each; `-m slow` runs
all the others, and every one in the other theme. Without a browser all of them run by default (tests/notebooks).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from browser.lab import LabServer, open_notebook, run_all, screenshot
from playwright.sync_api import Page

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


THEMES = ("light", "dark")
BY_DEFAULT = {("00_setup", "light"), ("02_portfolio", "light"), ("03_historical_bars", "dark")}
RUNS = [
    pytest.param(
        path, theme, id=f"{path.stem}-{theme}", marks=() if (path.stem, theme) in BY_DEFAULT else pytest.mark.slow
    )
    for path in SHIPPED
    for theme in THEMES
]


@pytest.mark.parametrize(("path", "theme"), RUNS, indirect=["theme"])
def test_a_shipped_notebook_runs_without_a_page_error(path: Path, page: Page, lab: LabServer, theme: str) -> None:
    shutil.copy(path, lab.root)
    open_notebook(page, lab, path.name)

    run_all(page, seconds=90)

    picture = screenshot(page, f"{path.stem}-{theme}")
    assert picture.stat().st_size > 10_000
