"""Frames in a real JupyterLab, in both themes: what a cell shows by itself, and what a person does with it."""

from __future__ import annotations

import json

import nbformat
import pytest
from browser.lab import LabServer, accessibility_problems, open_notebook, outputs, run_all, screenshot
from playwright.sync_api import Page, expect

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


def shown(page: Page, lab: LabServer, cells: list[str]) -> None:
    """Open a notebook of these cells, and run it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, lab.root / "frames.ipynb")
    open_notebook(page, lab, "frames.ipynb")
    run_all(page)


def test_a_frame_is_shown_to_be_read(page: Page, lab: LabServer, theme: str) -> None:
    shown(page, lab, CELLS)

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
    page.locator(".ibnb-shown").nth(1).get_by_text("Columns:").click()
    page.locator(".ibnb-shown").nth(1).get_by_role("button", name="All", exact=True).click()
    assert wide.evaluate("box => box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX === 'auto'")
    assert wide.evaluate("box => box.clientWidth <= box.closest('.jp-OutputArea-output').clientWidth")
    wide.evaluate("box => { box.scrollLeft = 900 }")
    left, label = wide.bounding_box(), wide.locator("tbody .ibnb-label").first.bounding_box()
    assert left is not None and label is not None and abs(label["x"] - left["x"]) < 3, "the symbol stays in sight"
    assert accessibility_problems(page, ".ibnb-shown") == []


@pytest.mark.second
def test_a_frame_is_sorted_filtered_turned_and_copied(page: Page, lab: LabServer, theme: str) -> None:
    """By the keyboard alone, but for a look at narrower pages."""
    shown(
        page, lab, ["import ibnb\n\ntws = ibnb.start()", "tws.portfolio()", "tws.account_values()", 'tws.news("AAPL")']
    )
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    portfolio, values, news = (page.locator(".ibnb-shown").nth(place) for place in range(3))

    names = portfolio.locator("tbody .ibnb-label").all_inner_texts()
    symbol = portfolio.get_by_role("button", name="symbol")
    symbol.focus()
    page.keyboard.press("Enter")
    assert portfolio.locator("tbody .ibnb-label").all_inner_texts() == sorted(names)
    expect(symbol).to_be_focused()
    page.keyboard.press("Enter")
    assert portfolio.locator("tbody .ibnb-label").all_inner_texts() == sorted(names, reverse=True)
    expect(portfolio.locator("th[aria-sort=descending]")).to_contain_text("symbol ▾")
    portfolio.get_by_role("button", name="market_value").click()
    worths = portfolio.locator("tbody tr td:nth-child(8)").all_inner_texts()
    assert len(worths) == len(names)

    portfolio.locator("summary", has_text="Columns:").focus()
    page.keyboard.press("Enter")
    portfolio.get_by_label("con_id", exact=True).press("Space")
    expect(portfolio.get_by_role("button", name="con_id")).to_be_visible()
    portfolio.get_by_label("con_id", exact=True).press("Escape")
    expect(portfolio.locator("summary", has_text="Columns:")).to_be_focused()
    portfolio.locator("summary", has_text="Columns:").press("Enter")
    screenshot(page, f"frames-columns-{theme}")
    portfolio.get_by_label("Filter").fill("AAPL opt")
    expect(portfolio.locator("tbody tr")).to_have_count(1)
    portfolio.get_by_role("button", name="Copy").press("Enter")
    expect(portfolio).to_contain_text("Copied 1 row.")
    copied = page.evaluate("() => navigator.clipboard.readText()").splitlines()
    assert len(copied) == 2 and copied[0].startswith("symbol\tsec_type\t") and copied[1].startswith("AAPL\tOPT\t")
    portfolio.get_by_label("Filter").fill("nothing of that")
    expect(portfolio).to_contain_text("No row fits the filter.")

    expect(values).to_contain_text("1 to 40 of ")
    values.get_by_role("button", name="Later rows").press("Enter")
    expect(values).to_contain_text("41 to 80 of ")
    expect(news.locator("tbody tr")).to_have_count(40)
    assert accessibility_problems(page, ".ibnb-shown") == []
    for width in (1400, 900, 400):
        page.set_viewport_size({"width": width, "height": 900})
        assert values.evaluate("node => node.scrollWidth <= node.clientWidth + 1"), "only the box scrolls sideways"
        screenshot(page, f"frames-{width}-{theme}")
