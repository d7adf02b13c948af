"""Errors and waits in a real JupyterLab: a message read without scrolling; a line while a cell waits, gone after it."""

from __future__ import annotations

import nbformat
from browser.lab import LabServer, open_notebook, outputs, run_all, screenshot
from playwright.sync_api import Page, expect

#: Run one after the other inside of cells that succeed: JupyterLab runs no cell below one that fails.
FAILING = [
    'tws.positions()\ntws.history("ZZZZQ", duration="5 D")',
    'tws.positions(account="U7654321")',
    "ibnb.connect(port=9)",
    "%tb",
]
CELLS = ["import ibnb\n\ntws = ibnb.start()", *(f"_ = get_ipython().run_cell({cell!r})" for cell in FAILING)]
#: Waits for the simulator, then for an answer of it.
WAITING = """\
import ibnb

tws = ibnb.start()
tws.simulator.scenario("slow:seconds=3")
tws.positions()
"""


def test_an_error_is_read_without_scrolling(page: Page, lab: LabServer, theme: str) -> None:
    _write(lab, "errors.ipynb", CELLS)
    open_notebook(page, lab, "errors.ipynb")
    run_all(page)

    screenshot(page, f"errors-{theme}")
    shown = ["\n".join(output["traceback"]) for cell in outputs(page) for output in cell if "traceback" in output]
    assert [len(text.splitlines()) < 15 for text in shown] == [True, True, True, False]
    assert [text.count("%tb") for text in shown[:3]] == [1, 1, 1]
    assert "U7654321" not in shown[1] and "U***321" in shown[1]
    assert "Traceback" in shown[3] and "[port-refused]" in shown[3]


def test_a_wait_is_told_while_it_lasts(page: Page, lab: LabServer, theme: str) -> None:
    _write(lab, "waits.ipynb", [WAITING])
    open_notebook(page, lab, "waits.ipynb")

    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")
    told = page.get_by_role("status").filter(has_text="Waits for")
    expect(told.filter(has_text="TWS: positions (DU***567)")).to_be_visible(timeout=60_000)
    screenshot(page, f"waits-{theme}")
    expect(told).to_have_count(0, timeout=60_000)
    expect(page.locator(".ibnb-shown")).to_be_visible(timeout=60_000)
    screenshot(page, f"waited-{theme}")


def _write(lab: LabServer, name: str, cells: list[str]) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    for cell in notebook.cells[1:]:
        cell.metadata["tags"] = ["raises-exception"]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, lab.root / name)
