"""The risk tab of the explorer in the real JupyterLab, in both themes: reached and worked by the keyboard alone."""

from __future__ import annotations

import pytest
from browser.lab import LabServer, accessibility_problems, open_notebook, run_all, screenshot
from browser.test_browser_explorer import EXPLORER, TOO_WIDE, write
from playwright.sync_api import Page, expect


@pytest.mark.parametrize(
    "theme", [pytest.param("light", marks=pytest.mark.second), pytest.param("dark", marks=pytest.mark.slow)]
)
def test_risk_is_a_tab_that_the_keyboard_opens(page: Page, lab: LabServer, theme: str) -> None:
    cells = "import ibnb\nsim = ibnb.simulate()\ntws = ibnb.connect(port=sim.port)\nexplorer = ibnb.explorer(tws)"
    open_notebook(page, lab, write(lab.root, "risk.ipynb", cells, "explorer"))
    run_all(page)
    explorer = page.locator(EXPLORER)
    expect(explorer.get_by_role("status").filter(has_text="positions.")).to_be_visible(timeout=60_000)
    expect(explorer.get_by_role("img", name="Allocation of")).to_be_visible(timeout=30_000)

    holdings, risk = explorer.get_by_role("tab", name="Holdings"), explorer.get_by_role("tab", name="Risk")
    holdings.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(risk).to_have_attribute("aria-selected", "true")
    status = explorer.get_by_role("status")
    expect(status.filter(has_text="Risk of 13 positions, beta to SPY")).to_be_visible(timeout=60_000)
    expect(explorer.get_by_role("img", name="Delta of 13 positions")).to_be_visible(timeout=30_000)
    expect(explorer.get_by_role("img", name="Profit at other prices")).to_be_visible()
    expect(explorer.get_by_role("img", name="Allocation of")).to_be_hidden()
    risk.scroll_into_view_if_needed()
    screenshot(page, f"explorer-risk-{theme}")
    assert accessibility_problems(page, EXPLORER) == []

    explorer.get_by_label("Risk picture").focus()
    page.keyboard.type("Gamma")
    expect(explorer.get_by_role("img", name="Gamma of 1 position")).to_be_visible(timeout=30_000)
    page.set_viewport_size({"width": 420, "height": 900})
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    page.wait_for_timeout(500)
    screenshot(page, f"explorer-risk-narrow-{theme}")
    assert page.evaluate(TOO_WIDE) == []
