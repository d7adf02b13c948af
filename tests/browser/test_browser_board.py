"""The board in the real JupyterLab: it moves while a cell computes, seldom enough, in both themes, and on a phone."""

from __future__ import annotations

from itertools import pairwise

import nbformat
import pytest
from browser.dashboard import VoilaServer, open_dashboard, picture_of_dashboard
from browser.lab import LabServer, accessibility_problems, code_cells, open_notebook, run_all, screenshot
from playwright.sync_api import Page, expect

BOARD = ".ibnb-board"
PHONE = 400  # pixels
START = """import ibnb
sim = ibnb.simulate(clock="2026-11-18T11:00:00-05:00", speed=3)
tws = ibnb.connect(port=sim.port)
board = tws.watch(["AAPL", "MSFT", "SPY", "EUR.USD", "NOPE"])
board"""
OWN = """board.add_column("spread", lambda q: q.ask - q.bid, format=".5f")
board.add_column("odd", lambda q: 1 / 0 if q.name == "AAPL" else "fine")
board"""
WIDTHS = (1400, 900, 400)
BUSY = "import pathlib, time\nwhile not pathlib.Path('board-seen').exists():\n    time.sleep(0.01)"
COUNTED = "print(board.view.view._view_count, board.state)"
#: Notes from now on when the table is painted.
WATCH = """() => {
    const place = document.querySelector('.ibnb-board table').parentNode
    window.painted = []
    new MutationObserver(() => window.painted.push(performance.now())).observe(place, {childList: true})
}"""
CLEAR_FIRST = """() => {
    const content = window.jupyterapp.shell.currentWidget.content
    content.widgets[0].model.clearExecution()
    content.activeCellIndex = content.widgets.length - 1
}"""
RUN_ACTIVE = "() => window.jupyterapp.commands.execute('notebook:run-cell')"
TOO_WIDE = """() => {
    const board = document.querySelector('.ibnb-board'), edge = board.getBoundingClientRect().right + 1
    return [...board.querySelectorAll('*')].filter(node => node.getBoundingClientRect().right > edge)
        .map(node => node.className?.baseVal ?? node.className ?? node.tagName)
}"""

#: As that, but for what scrolls: columns of one's own may be many.
SPILLS = TOO_WIDE.replace("filter(node =>", "filter(node => !node.closest('.ibnb-data') &&")


def write(server: LabServer | VoilaServer, name: str, *cells: str) -> str:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, server.root / name)
    return name


@pytest.mark.parametrize("theme", ["dark", pytest.param("light", marks=pytest.mark.slow)])
def test_a_board_moves_while_a_cell_computes_and_rests_while_nobody_looks(
    page: Page, lab: LabServer, theme: str
) -> None:
    (lab.root / "board-seen").unlink(missing_ok=True)
    open_notebook(page, lab, write(lab, "board.ipynb", START, BUSY, COUNTED))
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")
    board = page.locator(BOARD)
    expect(board.get_by_role("row", name="AAPL")).to_contain_text("live", timeout=30_000)
    page.evaluate(WATCH)
    page.wait_for_timeout(4_000)

    painted = page.evaluate("() => window.painted")
    assert code_cells(page)[1]["execution_count"] is None, "the cell still computes"
    assert 4 <= len(painted) <= 17, "four times a second at most"
    assert min(later - earlier for earlier, later in pairwise(painted)) > 100
    expect(board.get_by_role("status")).to_contain_text("live · 5 contracts · 4 live · 1 without prices")
    expect(board.get_by_role("row", name="NOPE")).to_contain_text("No prices: TWS finds no such contract")
    assert board.get_by_role("table", name="Quotes, one row a contract").get_by_role("img").count() >= 3
    assert accessibility_problems(page, BOARD) == []
    screenshot(page, f"board-{theme}")

    page.set_viewport_size({"width": PHONE, "height": 900})
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    page.wait_for_timeout(400)
    assert page.evaluate(TOO_WIDE) == []
    screenshot(page, f"board-narrow-{theme}")

    (lab.root / "board-seen").touch()
    page.locator(".jp-InputArea-prompt", has_text="[3]").wait_for()
    board.get_by_role("button", name="Stop").click()
    expect(board.get_by_role("status")).to_contain_text("stopped")
    expect(board.get_by_role("button", name="Start")).to_be_enabled()
    assert accessibility_problems(page, BOARD) == []
    page.evaluate(CLEAR_FIRST)
    board.wait_for(state="detached")
    for number in range(4, 9):  # the page tells the kernel of the view that has gone when it comes to it
        page.evaluate(RUN_ACTIVE)
        page.locator(".jp-InputArea-prompt", has_text=f"[{number}]").wait_for()
        told = code_cells(page)[2]["outputs"][0]["text"]
        if told == "0 stopped\n":
            break
    assert told == "0 stopped\n"


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_a_board_is_sorted_edited_and_started_again(page: Page, lab: LabServer, theme: str) -> None:
    open_notebook(page, lab, write(lab, "edited.ipynb", START.removesuffix("board") + OWN))
    run_all(page)
    board = page.locator(BOARD)
    rows = board.locator("tbody th")
    board.get_by_role("button", name="Contract").click()
    expect(rows.first).to_contain_text("AAPL")
    board.get_by_role("button", name="Contract").click()
    expect(rows.first).to_contain_text("SPY")
    expect(board.get_by_role("columnheader", name="Contract")).to_have_attribute("aria-sort", "descending")

    board.get_by_role("button", name="Edit").click()
    board.get_by_role("textbox", name="Contracts").fill("NVDA")
    board.get_by_role("button", name="Add").click()
    expect(board.get_by_role("row", name="NVDA")).to_contain_text("live", timeout=15_000)
    board.get_by_role("combobox", name="Row").select_option("NOPE")
    board.get_by_role("textbox", name="Called").fill("Nowhere")
    board.get_by_role("button", name="Rename").click()
    expect(board.get_by_role("row", name="Nowhere")).to_be_visible()
    board.get_by_role("combobox", name="Watchlist").fill("mine")
    board.get_by_role("button", name="Save").click()
    expect(board).to_contain_text("Kept as mine.")
    board.get_by_role("button", name="Remove").click()
    expect(board.get_by_role("row", name="Nowhere")).to_have_count(0)
    board.get_by_role("button", name="Open").click()
    expect(board.get_by_role("row", name="Nowhere")).to_be_visible()
    expect(board).to_contain_text("ZeroDivisionError")
    assert accessibility_problems(page, BOARD) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("window.jupyterapp.shell.collapseLeft()")
        page.wait_for_timeout(400)
        assert page.evaluate(SPILLS) == []
        screenshot(page, f"board-edited-{width}-{theme}")

    board.get_by_role("button", name="Stop").click()
    expect(board.get_by_role("status").first).to_contain_text("stopped")
    board.get_by_role("button", name="Start").click()
    expect(board.get_by_role("status").first).to_contain_text("live", timeout=15_000)


@pytest.mark.parametrize("theme", ["dark"])
def test_a_board_in_voila(voila_page: Page, voila: VoilaServer, theme: str) -> None:
    open_dashboard(voila_page, voila, write(voila, "board.ipynb", START), theme)
    board = voila_page.locator(BOARD)

    expect(board.get_by_role("row", name="AAPL")).to_contain_text("live")
    voila_page.evaluate(WATCH)
    voila_page.wait_for_timeout(2_000)
    assert 1 <= len(voila_page.evaluate("() => window.painted")) <= 9
    assert accessibility_problems(voila_page, BOARD) == []
    picture_of_dashboard(voila_page, f"board-voila-{theme}")
    board.get_by_role("button", name="Stop").click()
    expect(board.get_by_role("status")).to_contain_text("stopped")
