"""Live data in the real JupyterLab: each kind moves in its cell, and none claims to be live without its kernel."""

from __future__ import annotations

import nbformat
import pytest
from browser.lab import LabServer, accessibility_problems, open_notebook, run_all, screenshot
from playwright.sync_api import Page, expect

START = """import ibnb
sim = ibnb.simulate(clock="2026-11-18T11:00:00-05:00", speed=5)
tws = ibnb.connect(port=sim.port)"""
KINDS = {
    "depth": 'tws.depth("AAPL", limit=3)',
    "ticks": 'tws.tick_by_tick("EUR.USD", what="BidAsk")',
    "five seconds": 'tws.realtime_bars("AAPL")',
    "bars": 'tws.live_bars("AAPL", "300 S", "5 secs")',
    "pnl": "tws.watch_pnl(positions=True)",
}
BOARD = 'board = tws.watch(["AAPL", "EUR.USD"])\nboard'
EXPLORER = "ibnb.explorer(tws)"
#: Counts from now on how often each table is painted.
WATCH = """() => {
    window.painted = [...document.querySelectorAll('.ibnb-live .ibnb-shown')].map(table => {
        const count = {times: 0}
        new MutationObserver(() => { count.times += 1 }).observe(table.parentNode, {childList: true})
        return count
    })
}"""
ALL_PAINTED = "() => window.painted.every(count => count.times > 1)"
#: How a kernel may end, by what does it.
ENDS = {
    "restarted": "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()",
    "killed": """() => { window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute(
        {code: 'import os; os.kill(os.getpid(), 9)'}) }""",
    "shut down": "() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()",
}
#: Words and tones that claim that something goes on.
CLAIMS = """() => [...document.querySelectorAll('.ibnb-panel *')].filter(node =>
    node.checkVisibility() && !node.closest('.ibnb-gone') && node.closest('[role=status], .ibnb-is-now')
    && /live|connected/i.test(node.textContent)).map(node => node.outerHTML)"""
UNGREY = """() => [...document.querySelectorAll('.ibnb-panel')].flatMap(panel => [...panel.children]
    .filter(part => part.checkVisibility() && !part.matches('.ibnb-alive')
        && getComputedStyle(part).filter !== 'grayscale(1)').map(part => part.className))"""


def write(server: LabServer, name: str, *cells: str) -> str:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, server.root / name)
    return name


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_each_kind_moves_in_its_cell(page: Page, lab: LabServer, theme: str) -> None:
    open_notebook(page, lab, write(lab, "live.ipynb", START, *KINDS.values()))
    run_all(page)
    tables = page.locator(".ibnb-live")
    expect(tables).to_have_count(len(KINDS))
    page.evaluate(WATCH)
    page.wait_for_function(ALL_PAINTED)

    assert accessibility_problems(page, ".ibnb-live") == []
    screenshot(page, f"live-{theme}")
    tables.first.get_by_role("button", name="Stop").click()
    expect(tables.first.get_by_role("status").first).to_contain_text("stopped")


@pytest.mark.parametrize("theme", ["light"])
@pytest.mark.parametrize("end", ENDS)
def test_none_says_that_it_is_live_once_its_kernel_is_gone(page: Page, lab: LabServer, end: str) -> None:
    open_notebook(page, lab, write(lab, "gone.ipynb", START, BOARD, KINDS["depth"], EXPLORER))
    run_all(page)
    expect(page.locator(".ibnb-live")).to_have_count(2)
    expect(page.locator(".ibnb-gone").first).to_be_hidden()
    page.wait_for_timeout(5_000)  # the page has heard the kernel
    assert page.evaluate(CLAIMS)

    page.evaluate(ENDS[end])

    expect(page.locator(".ibnb-panel > .ibnb-alive .ibnb-gone").last).to_be_visible(timeout=30_000)  # by the silence
    expect(page.locator(".ibnb-gone:visible")).to_have_count(3)
    assert page.evaluate(CLAIMS) == [] and page.evaluate(UNGREY) == []
    assert accessibility_problems(page, ".ibnb-gone") == []
    screenshot(page, f"gone-{end.replace(' ', '-')}")
