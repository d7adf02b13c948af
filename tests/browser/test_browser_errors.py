"""Errors in a real JupyterLab: a message that is read without scrolling, and the traceback for those who ask."""

from __future__ import annotations

import nbformat
from browser.lab import LabServer, open_notebook, outputs, run_all, screenshot
from playwright.sync_api import Page

#: Run one after the other inside of cells that succeed: JupyterLab runs no cell below one that fails.
FAILING = [
    'tws.positions()\ntws.history("ZZZZQ", duration="5 D")',
    'tws.positions(account="U7654321")',
    "ibnb.connect(port=9)",
    "%tb",
]
CELLS = ["import ibnb\n\ntws = ibnb.start()", *(f"_ = get_ipython().run_cell({cell!r})" for cell in FAILING)]


def test_an_error_is_read_without_scrolling(page: Page, lab: LabServer, theme: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    for cell in notebook.cells[1:]:
        cell.metadata["tags"] = ["raises-exception"]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, lab.root / "errors.ipynb")

    open_notebook(page, lab, "errors.ipynb")
    run_all(page)

    screenshot(page, f"errors-{theme}")
    shown = ["\n".join(output["traceback"]) for cell in outputs(page) for output in cell if "traceback" in output]
    assert [len(text.splitlines()) < 15 for text in shown] == [True, True, True, False]
    assert [text.count("%tb") for text in shown[:3]] == [1, 1, 1]
    assert "U7654321" not in shown[1] and "U***321" in shown[1]
    assert "Traceback" in shown[3] and "[port-refused]" in shown[3]
