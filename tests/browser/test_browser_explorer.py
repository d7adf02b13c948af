"""The portfolio explorer in the real JupyterLab and in Voila, in both themes: clicked through as a person does."""

from __future__ import annotations

import io
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from browser.dashboard import VoilaServer, open_dashboard, picture_of_dashboard
from browser.lab import LabServer, accessibility_problems, open_notebook, run_all, screenshot
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

EXPLORER = ".ibnb-explorer"
#: Two accounts, the first with more positions than a page holds.
MANY = 'ibnb.simulate(["several-accounts", "holdings:count=30"])'
TOO_WIDE = """() => {
    const panel = document.querySelector('.ibnb-explorer'), edge = panel.getBoundingClientRect().right + 1
    return [...panel.querySelectorAll('*')].filter(node => node.getBoundingClientRect().right > edge
        && !node.closest('.ibnb-scroll')).map(node => node.className || node.tagName)
}"""


def write(root: Path, name: str, *cells: str) -> str:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, root / name)
    return name


def first_column(table: Locator) -> list[str]:
    return [text.split()[0] for text in table.locator("tbody th").all_text_contents()]


def drawn_chart(explorer: Locator) -> Locator:
    """Return the chart's picture: a canvas where ipympl is installed, else an image."""
    return explorer.locator(".ibnb-chart canvas:visible, .ibnb-chart img:visible").first


@pytest.fixture
def explorer(page: Page, lab: LabServer) -> Locator:
    cells = "import ibnb, warnings\nwarnings.simplefilter('ignore')\n"
    cells += f"sim = {MANY}\ntws = ibnb.connect(port=sim.port)\nexplorer = ibnb.explorer(tws)"
    open_notebook(page, lab, write(lab.root, "explorer.ipynb", cells, "explorer"))
    run_all(page)
    shown = page.locator(EXPLORER)
    expect(shown.get_by_role("status").filter(has_text="positions.")).to_be_visible(timeout=60_000)
    return shown


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_an_account_is_chosen_filtered_sorted_grouped_opened_and_exported(
    page: Page, explorer: Locator, theme: str
) -> None:
    table = explorer.locator("table.ibnb-held").first
    expect(table.locator("caption")).to_have_text("30 positions, page 1 of 2")
    expect(explorer.get_by_role("img", name="Allocation of")).to_be_visible(timeout=30_000)
    screenshot(page, f"explorer-all-{theme}")
    assert accessibility_problems(page, EXPLORER) == []

    explorer.get_by_label("Account").select_option(label="DU***321")
    expect(explorer.get_by_role("status").filter(has_text="Nothing is held")).to_be_visible(timeout=30_000)
    expect(table).to_be_hidden()
    expect(explorer.get_by_role("tab", name="Holdings")).to_be_hidden()
    screenshot(page, f"explorer-nothing-{theme}")
    explorer.get_by_label("Account").select_option(label="DU***567")
    expect(table.locator("caption")).to_have_text("30 positions, page 1 of 2", timeout=30_000)

    heading = table.get_by_role("button", name="Contract")
    heading.focus()
    page.keyboard.press("Enter")
    expect(table.get_by_role("columnheader", name="Contract")).to_have_attribute("aria-sort", "ascending")
    assert first_column(table)[0] == "AAPL" and first_column(table) == sorted(first_column(table))
    expect(heading).to_be_focused()  # the repaint has left the keyboard where it was
    explorer.get_by_label("Group by").select_option(label="Asset class")
    expect(table).to_contain_text("Asset class, 30")
    explorer.get_by_label("Group by").select_option(label="None")
    explorer.get_by_label("Filter").fill("msft")
    expect(table.locator("caption")).to_have_text("1 of 30 positions")
    expect(explorer.get_by_role("img", name="Allocation of 1 position")).to_be_visible(timeout=30_000)

    table.get_by_role("button", name="MSFT").click()
    expect(explorer.locator(".ibnb-chosen-one .ibnb-facts")).to_be_in_viewport()
    expect(drawn_chart(explorer)).to_be_visible(timeout=60_000)
    expect(explorer.get_by_text("Fills of today: none.")).to_be_visible()
    screenshot(page, f"explorer-opened-{theme}")
    assert accessibility_problems(page, EXPLORER) == []
    explorer.get_by_role("button", name="Order ticket").click()
    expect(explorer.locator(".ibnb-ticket .ibnb-quote")).to_contain_text("MICROSOFT", timeout=30_000)
    expect(explorer.locator(".ibnb-ticket")).to_contain_text("Orders: read-only")
    screenshot(page, f"explorer-ticket-{theme}")
    assert accessibility_problems(page, EXPLORER) == []
    explorer.get_by_label("Filter").fill("")
    expect(table.locator("caption")).to_have_text("30 positions, page 1 of 2")

    with page.expect_download() as csv:
        explorer.get_by_role("button", name="Export CSV").click()
    told = pd.read_csv(io.BytesIO(Path(csv.value.path()).read_bytes()))
    assert len(told) == 30 and told["symbol"].is_monotonic_increasing and set(told["account"]) == {"DU***567"}
    with page.expect_download() as excel:
        explorer.get_by_role("button", name="Export Excel").click()
    sheet = load_workbook(io.BytesIO(Path(excel.value.path()).read_bytes())).active
    assert sheet.max_row == 31 and [cell.value for cell in sheet[1]] == list(told.columns)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light"])
def test_it_moves_while_live_and_keeps_its_place_and_fits_a_narrow_page(page: Page, explorer: Locator) -> None:
    table = explorer.locator("table.ibnb-held").first
    table.get_by_role("button", name="Day P&L").click()
    explorer.get_by_role("button", name="Live").click()
    expect(explorer.get_by_role("status").filter(has_text="Live.")).to_be_visible(timeout=30_000)
    opened = table.locator("tbody button").first
    opened.focus()
    page.wait_for_timeout(3_000)
    assert page.evaluate("document.activeElement.className") == "ibnb-open"
    explorer.get_by_role("button", name="Live").click()
    expect(explorer.get_by_role("status").filter(has_text="30 positions.")).to_be_visible()

    page.set_viewport_size({"width": 420, "height": 900})
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    page.wait_for_timeout(500)
    screenshot(page, "explorer-narrow")
    assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("theme", [pytest.param("light", marks=pytest.mark.slow), "dark"])
def test_it_is_a_dashboard_in_voila(voila_page: Page, voila: VoilaServer, theme: str) -> None:
    cells = "import ibnb\nsim = ibnb.simulate()\ntws = ibnb.connect(port=sim.port)\nibnb.explorer(tws)"
    open_dashboard(voila_page, voila, write(voila.root, "explorer.ipynb", cells), theme)

    explorer = voila_page.locator(EXPLORER)
    table = explorer.locator("table.ibnb-held").first
    expect(table.locator("caption")).to_have_text("13 positions", timeout=30_000)
    table.get_by_role("button", name="Weight").click()
    expect(table.get_by_role("columnheader", name="Weight")).to_have_attribute("aria-sort", "descending")
    table.get_by_role("button", name="JNJ").click()
    expect(drawn_chart(explorer)).to_be_visible(timeout=60_000)
    with voila_page.expect_download() as csv:
        explorer.get_by_role("button", name="Export CSV").click()
    assert len(pd.read_csv(io.BytesIO(Path(csv.value.path()).read_bytes()))) == 13
    expect(explorer.get_by_role("img", name="P&L of the day")).to_be_visible(timeout=30_000)
    picture_of_dashboard(voila_page, f"explorer-voila-{theme}")
    assert accessibility_problems(voila_page, EXPLORER) == []
