"""The option chain in the real JupyterLab: tabs and rows by clicks and keys, live where it is seen, at every width."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from browser.lab import LabServer, accessibility_problems, open_notebook, run_all, screenshot
from playwright.sync_api import Locator, Page, expect

CHAIN = ".ibnb-chain"
BEGIN = (
    "import ibnb, warnings\nwarnings.simplefilter('ignore')\n"
    "sim = ibnb.simulate({scenario}clock='2026-11-18T11:00:00-05:00')\n"
    "tws = ibnb.connect(port=sim.port{more})\n"
)
LIVE = 60_000


def write(root: Path, name: str, *cells: str) -> str:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, root / name)
    return name


def opened(page: Page, lab: LabServer, *cells: str, scenario: str = "", more: str = "") -> Locator:
    begin = BEGIN.format(scenario=scenario, more=more)
    open_notebook(page, lab, write(lab.root, "chain.ipynb", begin + cells[0], *cells[1:]))
    run_all(page)
    return page.locator(CHAIN).first


def test_it_is_readable_at_every_width(page: Page, lab: LabServer, theme: str) -> None:
    chain = opened(page, lab, "chain = ibnb.chain(tws, 'SPX')\nchain")
    expect(chain.locator(".ibnb-live-words")).to_contain_text("live", timeout=LIVE)
    for width in (1400, 900, 400):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("() => { window.jupyterapp.shell.collapseLeft(); window.jupyterapp.shell.collapseRight() }")
        page.wait_for_timeout(1500)
        screenshot(page, f"chain-{width}-{theme}")
        assert accessibility_problems(page, CHAIN) == []


@pytest.mark.parametrize("theme", ["light"])
def test_tabs_and_rows_are_reached_by_the_keyboard_and_an_option_is_opened(page: Page, lab: LabServer) -> None:
    count = "print('sent', sim.received().get('PLACE_ORDER', 0), chain.expiry, chain.ticket is not None)"
    chain = opened(page, lab, "chain = ibnb.chain(tws, 'SPX')\nchain", count, more=", readonly=False")
    expect(chain.locator(".ibnb-live-words")).to_contain_text("40 live", timeout=LIVE)

    tab = chain.get_by_role("tab", selected=True)
    tab.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(chain.get_by_role("tab").nth(2)).to_be_focused()
    expect(tab).to_contain_text("2026-11-18")  # only Enter opens
    page.keyboard.press("Enter")
    expect(chain.get_by_role("tab", selected=True)).to_contain_text("2 days · monthly · SPX", timeout=30_000)
    expect(chain.locator("table")).to_have_count(1, timeout=30_000)
    expect(chain.locator(".ibnb-live-words")).to_contain_text("live", timeout=30_000)
    expect(chain.get_by_role("tab").nth(2)).to_be_focused()

    at = chain.locator("tr.ibnb-at")
    expect(at).to_be_in_viewport()
    mark = at.locator(".ibnb-state").first
    mark.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    below = at.locator("xpath=following-sibling::tr[1]").locator(".ibnb-state").nth(1)
    expect(below).to_be_focused()
    before = chain.locator("table").inner_text()
    expect(chain.locator("table")).not_to_have_text(before, timeout=30_000)  # figures move
    expect(below).to_be_focused()  # and leave the keyboard where it is
    page.keyboard.press("Enter")
    head = chain.locator(".ibnb-opened-head")
    expect(head).to_contain_text("SPX 2026-11-20", timeout=30_000)
    expect(head).to_contain_text("put")
    expect(chain.locator(".ibnb-ticket .ibnb-quote")).to_contain_text("SPX", timeout=LIVE)
    expect(chain.locator(".ibnb-chart").first.get_by_role("status").first).to_contain_text("loaded", timeout=LIVE)
    expect(head).to_be_in_viewport()
    page.set_viewport_size({"width": 1400, "height": 900})
    page.wait_for_timeout(1500)
    screenshot(page, "chain-opened-light")
    assert accessibility_problems(page, CHAIN) == []
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:move-cursor-down')")
    chain.get_by_role("button", name="Back to the chain").click()
    expect(chain.locator(".ibnb-ticket")).to_have_count(0)
    page.locator(".jp-Cell").nth(1).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    sent = page.locator(".jp-OutputArea-output").filter(has_text="sent 0 ('2026-11-20', 'SPX') False")
    expect(sent.first).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("theme", ["light"])
def test_two_views_a_reload_and_a_cleared_output_each_show_what_is_true(page: Page, lab: LabServer) -> None:
    look = "import time\ntime.sleep(1)\nprint('lines', tws.lines.used)"
    first = opened(page, lab, "chain = ibnb.chain(tws, 'SPX', strikes=None)\nchain", "chain", look)
    second = page.locator(CHAIN).nth(1)
    for view in (first, second):
        expect(view.locator(".ibnb-live-words")).to_contain_text("live", timeout=LIVE)
        expect(view.locator("tr.ibnb-at .ibnb-state").first).to_have_text("●", timeout=30_000)

    second.locator(".ibnb-strikes").evaluate("node => { node.scrollTop = 0 }")
    for view in (first, second):  # what the second has scrolled to is live in both
        expect(view.locator("tr[data-row='2'] .ibnb-state").first).to_have_text("●", timeout=30_000)
    assert first.locator(".ibnb-strikes").evaluate("node => node.scrollTop") > 500

    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.reload()
    page.wait_for_function("() => document.querySelectorAll('.ibnb-chain table').length === 2", timeout=LIVE)
    expect(first.locator("tr.ibnb-at .ibnb-state").first).to_have_text("●", timeout=30_000)
    same = "() => { const [a, b] = [...document.querySelectorAll('.ibnb-options tbody')].map(each => each.innerText);"
    page.wait_for_function(same + " return a && a === b }", timeout=30_000)
    page.wait_for_timeout(1_000)  # the new page tells what it shows
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    expect(page.locator(CHAIN)).to_have_count(0)
    page.locator(".jp-Cell").nth(2).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".jp-OutputArea-output").filter(has_text="lines 0").first).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("theme", ["dark"])
def test_few_lines_delayed_prices_and_adjusted_classes_are_said(page: Page, lab: LabServer) -> None:
    before = "sim.scenario('delayed-data')\ntws.lines.limit = 20\n"
    chain = opened(page, lab, before + "chain = ibnb.chain(tws, 'IBM', trading_class='IBM1')\nchain")
    words = chain.locator(".ibnb-live-words")
    expect(words).to_contain_text("delayed", timeout=LIVE)
    expect(words).to_contain_text("no market data line is free")
    expect(chain).to_contain_text("IBM1: these options deliver something else")
    page.set_viewport_size({"width": 1400, "height": 900})
    page.wait_for_timeout(1000)
    screenshot(page, "chain-few-lines-dark")
    assert accessibility_problems(page, CHAIN) == []
    field = chain.get_by_label("Underlying")
    field.fill("VOD@LSE")
    field.press("Enter")
    expect(chain).to_contain_text("TWS lists no options on VOD", timeout=30_000)
    expect(chain.locator("table")).to_have_count(0)
    screenshot(page, "chain-none-dark")
    assert accessibility_problems(page, CHAIN) == []
