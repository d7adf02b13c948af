"""Alerts in the real JupyterLab: told in every open widget and by its notification, once, after a reload too."""

from __future__ import annotations

import nbformat
import pytest
from browser.lab import LabServer, accessibility_problems, open_notebook, run_all, screenshot
from playwright.sync_api import Page, expect

CELLS = (
    """import ibnb
sim = ibnb.simulate(clock="2026-11-18T11:00:00-05:00")
tws = ibnb.connect(port=sim.port)
board = tws.watch(["AAPL", "EUR.USD"])
board""",
    "blotter = ibnb.blotter(tws)\nblotter",
    "waits = tws.alert(['AAPL', 'MSFT'], above=100_000, change=-50)\nwaits",
    "told = tws.alert('AAPL', above=1)\ntold",
)
TOLD = "AAPL is at or above 1: "
RUN_LAST = """() => {
    const content = window.kept.shell.currentWidget.content
    content.activeCellIndex = content.widgets.length - 1
    window.kept.commands.execute('notebook:run-cell')
}"""
TOASTS = ".Toastify__toast"
#: Widths of an output: of a phone, of half a screen, of a screen.
WIDTHS = (400, 900, 1400)
TOO_WIDE = """() => [...document.querySelectorAll(".ibnb-told, .ibnb-alert")].flatMap(box => {
    const edge = box.getBoundingClientRect().right + 1
    return [...box.querySelectorAll('*')].filter(node => node.getBoundingClientRect().right > edge)
        .map(node => node.className)
})"""


def write(server: LabServer, name: str, *cells: str) -> str:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, server.root / name)
    return name


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_an_alert_is_told_in_every_widget_and_notified_once(page: Page, lab: LabServer, theme: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 1000})
    open_notebook(page, lab, write(lab, "alerts.ipynb", *CELLS))
    run_all(page)
    board, blotter = page.locator(".ibnb-board .ibnb-told"), page.locator(".ibnb-blotter > .ibnb-told")
    for head in (board, blotter):
        expect(head.get_by_role("alert")).to_contain_text(TOLD)
        expect(head).to_contain_text("simulated")
    toast = page.locator(TOASTS)
    expect(toast).to_have_count(1)
    expect(toast).to_contain_text(f"simulated: {TOLD}")

    waits, told = page.locator(".ibnb-alert").nth(0), page.locator(".ibnb-alert").nth(1)
    expect(waits.get_by_role("status")).to_contain_text("armed, now AAPL")
    expect(told.get_by_role("status")).to_contain_text("AAPL at or above 1 · told")
    expect(told.get_by_role("button", name="Cancel")).to_be_hidden()
    expect(page.get_by_role("button", name="Notify me in this browser")).to_have_count(0)
    for place in (".ibnb-alert", ".ibnb-told"):
        assert accessibility_problems(page, place) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        if width == WIDTHS[0]:
            page.evaluate("window.jupyterapp.shell.collapseLeft()")
        page.wait_for_timeout(400)
        assert page.evaluate(TOO_WIDE) == []
        for name, shown in (("told", board), ("alert", waits)):
            shown.scroll_into_view_if_needed()
            screenshot(page, f"alerts-{name}-{width}-{theme}")

    waits.get_by_role("button", name="Cancel").click()
    expect(waits.get_by_role("status")).to_contain_text("ended: cancelled")
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.reload()
    page.locator(".ibnb-board").wait_for(timeout=30_000)
    expect(board.get_by_role("alert")).to_contain_text(TOLD)
    page.wait_for_timeout(500)
    expect(toast).to_have_count(0)

    board.get_by_role("button", name="Dismiss").click()
    for head in (board, blotter):
        expect(head).to_be_hidden()


@pytest.mark.parametrize("theme", ["light"])
def test_a_page_that_cannot_reach_jupyterlab_uses_the_browsers_notification(
    page: Page, lab: LabServer, theme: str
) -> None:
    page.add_init_script("""
        window.notified = []
        window.Notification = class {
            static permission = 'default'
            static requestPermission() { this.permission = 'granted'; return Promise.resolve('granted') }
            constructor(title, options) { window.notified.push(options.body) }
        }
    """)
    open_notebook(page, lab, write(lab, "alerts-page.ipynb", *CELLS[:3], "tws.alert('AAPL', above=1);"))
    page.evaluate("() => { window.kept = window.jupyterapp; delete window.jupyterapp }")
    assert page.evaluate("() => window.jupyterapp === undefined")
    page.evaluate("() => { window.kept.commands.execute('notebook:run-cell-and-select-next') }")
    page.locator(".ibnb-board").wait_for(timeout=60_000)
    for _ in range(2):
        page.evaluate("() => { window.kept.commands.execute('notebook:run-cell-and-select-next') }")
    page.locator(".ibnb-alert").wait_for(timeout=30_000)
    page.get_by_role("button", name="Notify me in this browser").click()
    expect(page.get_by_role("button", name="Notify me in this browser")).to_have_count(0)
    page.evaluate(RUN_LAST)
    page.locator(".ibnb-board .ibnb-told").get_by_role("alert").wait_for()

    assert page.evaluate("() => window.notified.map(text => text.split(':').slice(0, 2).join(':'))") == [
        "simulated: AAPL is at or above 1"
    ]
