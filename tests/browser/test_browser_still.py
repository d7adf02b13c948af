"""A saved notebook opened again without its kernel, and exported: each widget is there as its last picture."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from browser.lab import PICTURES, LabServer, open_notebook, run_all, screenshot
from browser.test_browser_live import EXPLORER, KINDS, START, write
from nbconvert import HTMLExporter
from playwright.sync_api import Page, expect

BOARD = 'board = tws.watch(["AAPL", "EUR.USD"])\nboard'
SAVE = "() => window.jupyterapp.shell.currentWidget.context.save()"
NO_KERNEL = "() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()"
#: Whether each picture has come: the output before each widget is filled.
FILLED = """() => document.querySelectorAll('[class^="ibnb-still-"] > template').length === 3"""
ERRORS = """() => [...document.querySelectorAll('.jp-OutputArea-output')].filter(node =>
    node.checkVisibility() && /model not found|Loading widget/.test(node.textContent)).length"""


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_a_saved_notebook_shows_the_last_picture_of_each_widget(
    page: Page, lab: LabServer, page_errors: list[str], theme: str
) -> None:
    name = write(lab, "saved.ipynb", START, BOARD, KINDS["depth"], EXPLORER)
    open_notebook(page, lab, name)
    run_all(page)
    expect(page.locator(".ibnb-panel")).to_have_count(3)
    page.wait_for_function(FILLED, timeout=45_000)
    assert page.locator(".ibnb-pictured").count() == 0, "as long as the widget is there"
    page.evaluate(SAVE)
    page.evaluate(NO_KERNEL)
    page.goto(lab.address(name))
    pictures = page.locator(".ibnb-pictured:visible")
    expect(pictures.first).to_be_visible(timeout=30_000)
    expect(pictures).to_have_count(3)
    page.wait_for_function(f"() => !({ERRORS})()")

    expect(pictures.nth(0)).to_contain_text("Not live: what was shown at 20")
    expect(pictures.nth(0).get_by_role("row", name="AAPL")).to_be_visible()
    expect(pictures.nth(1).get_by_role("columnheader", name="bid_maker")).to_be_visible()
    expect(pictures.nth(2)).to_contain_text("Net liquidation")
    assert pictures.get_by_role("status").count() == 0, "nothing says that it is live"
    screenshot(page, f"saved-{theme}")
    exported = Path(lab.root / "saved.html")
    exported.write_text(html_of(lab.root / name), encoding="utf-8")
    page.goto("about:blank")
    page.set_content(exported.read_text(encoding="utf-8"))
    expect(page.locator(".ibnb-pictured:visible").first).to_contain_text("Not live")
    expect(page.locator('[class^="ibnb-first-"]:visible')).to_have_count(0)
    (PICTURES / f"exported-{theme}.png").write_bytes(page.screenshot(full_page=True))
    # What JupyterLab says of widgets that it does not know, and requests of the page that was left.
    page_errors[:] = [each for each in page_errors if "model not found" not in each and "ERR_ABORTED" not in each]


def html_of(notebook: Path) -> str:
    """Return a notebook as nbconvert exports it."""
    read = nbformat.reads(notebook.read_text(encoding="utf-8"), as_version=4)
    assert "widget-view" in json.dumps(read)
    body, _ = HTMLExporter().from_notebook_node(read)
    return str(body)
