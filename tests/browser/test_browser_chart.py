"""The chart in the real JupyterLab: loaded, read under the pointer, zoomed, by keyboard, narrow, in both themes."""

from __future__ import annotations

import re

import nbformat
import pytest
from browser.lab import PICTURES, UNDISTURBED, LabServer, accessibility_problems, open_notebook, run_all, screenshot
from PIL import Image
from playwright.sync_api import Locator, Page, expect

CHART = ".ibnb-chart"
# what reaches beyond the chart's edge
TOO_WIDE = """() => {
    const chart = document.querySelector('.ibnb-chart'), edge = chart.getBoundingClientRect().right + 1
    return [...chart.querySelectorAll('*')].map(node => [node, node.getBoundingClientRect()])
        .filter(([_, box]) => box.width && box.right > edge).map(([node]) => node.className || node.tagName)
}"""
PHONE = 400  # pixels
SOON = 20_000  # milliseconds


def open_chart(page: Page, lab: LabServer, options: str = "") -> Locator:
    """Open a notebook with a chart of AAPL in it, and wait until that is loaded."""
    code = f"import ibnb\ntws = ibnb.start()\nchart = ibnb.chart(tws, 'AAPL', duration='1 Y', {options})\nchart"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, lab.root / "chart.ipynb")
    open_notebook(page, lab, "chart.ipynb")
    run_all(page)
    page.evaluate(UNDISTURBED)
    chart = page.locator(CHART)
    expect(chart.get_by_role("status").first).to_contain_text("AAPL loaded", timeout=SOON)
    return chart


def reading(chart: Locator) -> Locator:
    return chart.locator(".ibnb-reading")


def press(chart: Locator, name: str) -> None:
    chart.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_it_is_loaded_changed_read_and_zoomed(page: Page, lab: LabServer, theme: str) -> None:
    pytest.importorskip("ipympl")
    chart = open_chart(page, lab, "profile=True")
    canvas = chart.locator(".jupyter-matplotlib-canvas-div canvas").last
    expect(canvas).to_be_visible(timeout=SOON)
    latest = reading(chart).inner_text()
    assert re.search(r"Open\s*[\d.]+\s*High\s*[\d.]+\s*Low\s*[\d.]+\s*Close\s*[\d.]+\s*Volume", latest)
    assert accessibility_problems(page, CHART) == []
    screenshot(page, f"chart-loaded-{theme}")

    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.move(box["x"] + 304, box["y"] + 204)
    expect(reading(chart)).not_to_have_text(latest)
    expect(reading(chart)).to_contain_text("MA 50")
    page.wait_for_timeout(300)
    page.screenshot(path=PICTURES / f"chart-read-{theme}.png")
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(700)
    page.keyboard.press("Tab")  # nothing on the page has the focus yet
    canvas.click(position={"x": 300, "y": 200})
    page.keyboard.press("ArrowLeft")
    expect(reading(chart)).not_to_have_text(latest, timeout=SOON)
    page.keyboard.press("Tab")
    expect(chart.get_by_role("button", name="Zoom in")).to_be_focused(timeout=SOON)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(chart.get_by_label("Live")).to_be_focused(timeout=SOON)

    chart.get_by_label("Range").select_option(label="5 days")
    expect(chart.get_by_role("heading", name="AAPL")).to_be_visible()
    expect(chart.locator(".ibnb-picture .ibnb-detail")).to_contain_text("10 min bars", timeout=SOON)
    assert "1 day" not in chart.get_by_label("Bars").locator("option").all_text_contents()
    chart.get_by_label("VWAP").check()
    expect(reading(chart)).to_contain_text("VWAP by session", timeout=SOON)
    chart.get_by_label("Compare with").fill("SPY, MSFT")
    page.keyboard.press("Enter")
    expect(chart.get_by_role("heading", name="AAPL, SPY and MSFT")).to_be_visible(timeout=SOON)
    expect(reading(chart)).to_contain_text("MSFT")
    expect(chart.locator(".jupyter-matplotlib")).to_have_count(1)
    chart.get_by_label("Compare with").fill("ZZZZQ, SPY")
    page.keyboard.press("Enter")
    expect(chart.get_by_role("status").first).to_contain_text("AAPL and SPY loaded, without ZZZZQ", timeout=SOON)
    expect(chart.get_by_role("heading", name="AAPL and SPY")).to_be_visible(timeout=SOON)
    chart.get_by_label("Contract", exact=True).fill("ZZZZQ")
    page.keyboard.press("Enter")
    expect(chart.get_by_role("status").first).to_contain_text("TWS finds no such contract", timeout=SOON)
    expect(chart.get_by_role("heading", name="AAPL and SPY")).to_be_visible()
    screenshot(page, f"chart-refused-{theme}")
    assert accessibility_problems(page, CHART) == []


@pytest.mark.parametrize("theme", ["light"])
def test_a_contract_is_searched_as_one_types_and_files_come(page: Page, lab: LabServer) -> None:
    chart = open_chart(page, lab, "interactive=False, rsi=True")
    field = chart.get_by_label("Contract", exact=True)
    top = chart.bounding_box()
    picture = chart.get_by_role("img", name="Candle chart of AAPL").bounding_box()
    assert top and picture and picture["y"] - top["y"] < 260, "the content comes first"

    field.click()
    field.fill("")
    field.press_sequentially("micros", delay=30)
    expect(chart.get_by_role("option").first).to_contain_text("MICROSOFT", timeout=SOON)
    page.keyboard.press("ArrowDown")
    expect(chart.locator("[role=option][aria-selected=true]")).to_contain_text("MSFT")
    assert accessibility_problems(page, CHART) == []
    screenshot(page, "chart-searched-light")
    field.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(chart.get_by_role("heading", name="MSFT")).to_be_visible(timeout=SOON)
    expect(field).to_have_value("MSFT")
    page.keyboard.press("Escape")
    expect(chart.get_by_role("listbox")).to_be_hidden()

    for button, ending in (("Save picture", ".png"), ("Save data", ".csv")):
        with page.expect_download() as download:
            press(chart, button)
        assert re.fullmatch(rf"MSFT-\d{{8}}-\d{{6}}\{ending}", download.value.suggested_filename)


@pytest.mark.parametrize("theme", ["dark"])
def test_on_a_narrow_page_without_ipympl_and_by_keyboard(page: Page, lab: LabServer) -> None:
    page.set_viewport_size({"width": PHONE, "height": 900})
    chart = open_chart(page, lab, "vwap=True, interactive=False")
    picture = chart.get_by_role("img", name="Candle chart of AAPL")
    expect(picture).to_have_count(1)
    expect(picture).to_be_visible()
    before, latest = picture.get_attribute("src"), reading(chart).inner_text()
    assert page.evaluate(TOO_WIDE) == []
    assert accessibility_problems(page, CHART) == []

    chart.get_by_role("button", name="Zoom in").focus()
    page.keyboard.press("Enter")
    expect(picture).not_to_have_attribute("src", before or "")
    chart.get_by_role("button", name="Previous bar").focus()
    page.keyboard.press("Space")
    expect(reading(chart)).not_to_have_text(latest)
    path = screenshot(page, "chart-narrow-dark")
    with Image.open(path) as image:
        assert image.convert("L").getpixel((image.width // 2, image.height - 30)) < 100
    assert page.evaluate(TOO_WIDE) == []
