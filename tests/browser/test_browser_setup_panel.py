"""The setup panel in the real JupyterLab: as a person uses it, in both themes, by keyboard, on a narrow screen."""

from __future__ import annotations

import re

import nbformat
import pytest
from browser.lab import UNDISTURBED, LabServer, accessibility_problems, code_cells, open_notebook, run_all, screenshot
from playwright.sync_api import Locator, Page, expect

PANEL = ".ibnb-setup"
# what reaches beyond the panel's edge, or has more in it than it shows
TOO_WIDE = """() => {
    const panel = document.querySelector('.ibnb-setup'), edge = panel.getBoundingClientRect().right + 1
    return [...panel.querySelectorAll('*')].filter(node => node.getBoundingClientRect().right > edge)
        .map(node => node.className || node.tagName)
}"""
PHONE = 400  # pixels


def write(lab: LabServer, name: str, *cells: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, lab.root / name)


@pytest.fixture
def panel(page: Page, lab: LabServer) -> Locator:
    """Give the panel of a notebook that has been run."""
    write(lab, "panel.ipynb", "import ibnb\npanel = ibnb.setup(timeout=1)\npanel")
    open_notebook(page, lab, "panel.ipynb")
    run_all(page)
    shown = page.locator(PANEL)
    shown.wait_for()
    return shown


def press(panel: Locator, name: str) -> None:
    panel.get_by_role("button", name=name, exact=True).click()


def top_of_steps(panel: Locator) -> float:
    """Return where the steps begin, in pixels below the panel's edge."""
    outer, inner = panel.bounding_box(), panel.locator(".ibnb-steps").bounding_box()
    assert outer and inner
    return inner["y"] - outer["y"]


def choose(panel: Locator, scenario: str) -> None:
    """Choose what is acted out, by the beginning of its label."""
    chooser = panel.get_by_label("Act out a failure")
    labels = chooser.locator("option").all_text_contents()
    chooser.select_option(index=next(at for at, label in enumerate(labels) if label.startswith(f"{scenario}:")))


@pytest.mark.parametrize("theme", ["dark", pytest.param("light", marks=pytest.mark.slow)])
def test_a_failure_is_chosen_watched_fixed_and_seen_to_turn(page: Page, panel: Locator, theme: str) -> None:
    status = panel.locator(".ibnb-notice")
    expect(status).to_contain_text("Not tried yet")
    page.evaluate(UNDISTURBED)
    top = top_of_steps(panel)

    choose(panel, "no-account-data")
    expect(status).to_contain_text("Connected, but no account data comes", timeout=15_000)
    press(panel, "Watch")
    expect(panel.get_by_text("Looked once")).to_be_visible(timeout=15_000)
    positions = panel.get_by_role("group", name="Positions: FAIL")
    positions.locator("summary").click()
    evidence = positions.get_by_text("no end marker")
    expect(evidence).to_be_visible()
    expect(panel.get_by_text("Looked 2 times")).to_be_visible(timeout=15_000)
    expect(evidence).to_be_visible()  # a look that finds the same leaves what is open open
    screenshot(page, f"panel-watching-{theme}")
    assert accessibility_problems(page, PANEL) == []

    choose(panel, "healthy")
    expect(status).to_contain_text("Everything works", timeout=15_000)
    expect(panel.get_by_text("What changed")).to_be_visible()
    assert top_of_steps(panel) == pytest.approx(top, abs=1), "the steps have jumped"
    press(panel, "Connect")
    expect(status).to_contain_text("Connected", timeout=15_000)
    expect(panel.get_by_role("table", name="Positions")).to_contain_text("AAPL")
    screenshot(page, f"panel-connected-{theme}")
    assert accessibility_problems(page, PANEL) == []


@pytest.mark.parametrize("theme", ["light"])
def test_on_a_narrow_screen_and_by_keyboard(page: Page, panel: Locator) -> None:
    page.set_viewport_size({"width": PHONE, "height": 900})
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    status, port = panel.locator(".ibnb-notice"), panel.get_by_role("textbox", name="Port", exact=True)
    port.fill("70000")
    panel.get_by_role("textbox", name="Client id").fill("abc")
    panel.get_by_role("button", name="Run", exact=True).focus()
    page.keyboard.press("Enter")
    expect(status).to_contain_text("Nothing was sent")
    expect(panel.get_by_text("70000 is not possible")).to_be_visible()
    expect(panel.get_by_text("abc is not possible")).to_be_visible()
    assert accessibility_problems(page, PANEL) == []
    assert page.evaluate(TOO_WIDE) == []
    screenshot(page, "panel-narrow-refused")

    panel.get_by_role("textbox", name="Client id").fill("")
    port.fill("1")
    expect(panel.get_by_text("abc is not possible")).to_have_count(0)
    page.keyboard.press("Enter")  # in a field it runs, with what was written there
    expect(status).to_contain_text("Nothing listens on the port", timeout=15_000)
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    panel.get_by_role("button", name="Use the simulator").focus()
    page.keyboard.press("Space")
    expect(status).to_contain_text("Everything works", timeout=15_000)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(panel, "Copy report")
    expect(panel.locator(".ibnb-copied")).to_have_text("Copied.")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.startswith("✓ Everything works.") and "DU***" in copied
    expect(panel.get_by_role("textbox", name="Report")).to_have_value(re.compile("Everything works"))
    press(panel, "Connect")
    expect(panel.get_by_role("table", name="Positions")).to_be_visible(timeout=15_000)
    screenshot(page, "panel-narrow-connected")
    assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("theme", ["light"])
def test_rows_turn_while_a_cell_computes_and_two_panels_keep_apart(page: Page, lab: LabServer) -> None:
    busy = "import pathlib, time\nfirst.use_simulator('handshake-closed')\n"
    busy += "while not pathlib.Path('rows-seen').exists():\n    time.sleep(0.01)"
    cells = ["import ibnb\nfirst = ibnb.setup(timeout=2)\nfirst", "second = ibnb.setup(port=1)\nsecond"]
    write(lab, "busy.ipynb", *cells, busy)
    open_notebook(page, lab, "busy.ipynb")
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")

    first, second = page.locator(PANEL).first, page.locator(PANEL).nth(1)
    expect(first.locator(".ibnb-notice")).to_contain_text("Problem", timeout=15_000)
    assert code_cells(page)[2]["execution_count"] is None, "the cell still computes"
    (lab.root / "rows-seen").touch()
    page.locator(".jp-InputArea-prompt", has_text="[3]").wait_for()
    expect(second.locator(".ibnb-notice")).to_contain_text("Not tried yet")
    press(second, "Run")
    expect(second.locator(".ibnb-notice")).to_contain_text("Nothing listens on the port")
    expect(first.locator(".ibnb-notice")).not_to_contain_text("Nothing listens")
