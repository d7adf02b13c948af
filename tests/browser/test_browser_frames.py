"""Frames in a real JupyterLab: what a cell's last line shows by itself, in both themes."""

from __future__ import annotations

import json

import nbformat
from browser.lab import LabServer, accessibility_problems, open_notebook, outputs, run_all, screenshot
from playwright.sync_api import Page

CELLS = [
    "import ibnb\n\ntws = ibnb.start()",
    "tws.positions()",
    "tws.portfolio()",
    "tws.orders()",
    'tws.quotes(["AAPL", "EUR.USD", "ES DEC26"])',
    'tws.history(["AAPL", "MSFT"], duration="5 D", bar_size="1 hour")',
    'tws.news("AAPL")',
    'import pandas as pd\n\nibnb.show(pd.DataFrame({"symbol": ["<script>alert(1)</script>"], "price": [251.4]}))',
    'pd.DataFrame({"left": ["to pandas"]})',
    "ibnb.options.show_frames = False\ntws.positions().head(3)",
]


def test_a_frame_is_shown_to_be_read(page: Page, lab: LabServer, theme: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, lab.root / "frames.ipynb")

    open_notebook(page, lab, "frames.ipynb")
    run_all(page)

    told = outputs(page)
    screenshot(page, f"frames-{theme}")
    for number in range(1, 8):
        assert "ibnb-shown" in "".join(told[number][0]["data"]["text/html"])
        assert "DU1234567" not in json.dumps(told[number][0]["data"])
    for number in (8, 9):
        assert "ibnb-shown" not in "".join(told[number][0]["data"]["text/html"])
    boxes = page.locator(".ibnb-shown .ibnb-box")
    assert boxes.count() == 7
    wide = boxes.nth(1)
    assert wide.evaluate("box => box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX === 'auto'")
    assert wide.evaluate("box => box.clientWidth <= box.closest('.jp-OutputArea-output').clientWidth")
    wide.evaluate("box => { box.scrollLeft = 900 }")
    left, label = wide.bounding_box(), wide.locator("tbody .ibnb-label").first.bounding_box()
    assert left is not None and label is not None and abs(label["x"] - left["x"]) < 3, "the symbol stays in sight"
    assert accessibility_problems(page, ".ibnb-shown") == []
