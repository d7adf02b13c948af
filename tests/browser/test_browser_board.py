"""The board in the real JupyterLab: repaints while a cell computes and only while shown, in both themes, and narrow."""

from __future__ import annotations

import nbformat
from lab import LabServer, accessibility_problems, code_cells, open_notebook, run_all, screenshot
from playwright.sync_api import Page

BOARD = ".ibnb-board"
PHONE = 400  # pixels
START = """import ibnb
sim = ibnb.simulate(clock="2026-11-18T11:00:00-05:00", speed=3)
tws = ibnb.connect(port=sim.port)
board = tws.watch(["AAPL", "MSFT", "SPY", "EUR.USD", "NOPE"])
board"""
#: How often the table is painted from now on, and how many milliseconds lay between at least.
COUNT = """() => {
    const place = document.querySelector('.ibnb-board table').parentNode
    window.paints = []
    new MutationObserver(() => window.paints.push(performance.now())).observe(place, {childList: true})
}"""
TOO_WIDE = """() => {
    const board = document.querySelector('.ibnb-board'), edge = board.getBoundingClientRect().right + 1
    return [...board.querySelectorAll('*')].filter(node => node.getBoundingClientRect().right > edge)
        .map(node => node.className || node.tagName)
}"""


def write(lab: LabServer, name: str, *cells: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, lab.root / name)


AGAIN = "() => window.jupyterapp.commands.execute('notebook:run-cell')"
CLEAR = """() => {
    const content = window.jupyterapp.shell.currentWidget.content
    content.activeCellIndex = 0
    content.widgets[0].model.clearExecution()
    content.activeCellIndex = 1
}"""


def test_x(page: Page, lab: LabServer, theme: str) -> None:
    write(lab, "board.ipynb", START, "print(board.view.view._view_count, board.state)")
    open_notebook(page, lab, "board.ipynb")
    run_all(page)
    page.locator(BOARD).wait_for()
    page.wait_for_timeout(1500)
    page.evaluate(AGAIN)
    page.wait_for_timeout(1500)
    print(code_cells(page)[1]["outputs"])
    page.evaluate(COUNT)
    page.wait_for_timeout(2000)
    print(page.evaluate("() => window.paints"))
    screenshot(page, f"board-{theme}")
    print(accessibility_problems(page, BOARD))
    page.set_viewport_size({"width": PHONE, "height": 900})
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    page.wait_for_timeout(500)
    print(page.evaluate(TOO_WIDE))
    screenshot(page, f"board-narrow-{theme}")
    page.evaluate(CLEAR)
    page.wait_for_timeout(1500)
    page.evaluate(AGAIN)
    page.wait_for_timeout(1500)
    print(code_cells(page)[1]["outputs"])
