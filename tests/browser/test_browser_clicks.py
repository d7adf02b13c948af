"""Presses on a table that is repainted all the time: each counts once, whatever stood there when it began."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser.pages import watched_page
from playwright.sync_api import Browser, Page

from ibnb.widgets.kit.clicks import does, sheet

ROWS = ("open:1.0", "open:2.0")
BUTTONS = "".join(f"<button {does(*row.split(':'))}>{row}</button>" for row in ROWS)
PANEL = f"""
<div class="ibnb-clicks">
  <div id="sheet"></div>
  <div class="ibnb-carrier"><input></div>
  <div id="table">{BUTTONS}</div>
</div>
"""
LISTEN = """([css, buttons]) => {
    window.heard = []
    const input = document.querySelector('input')
    input.addEventListener('change', () => window.heard.push(input.value.split('#')[0]))
    window.repaint = () => { document.getElementById('table').innerHTML = buttons }
    document.getElementById('sheet').innerHTML = css
}"""


@pytest.fixture
def panel(browser: Browser, page_errors: list[str]) -> Iterator[Page]:
    with watched_page(browser, "light", page_errors) as page:
        page.set_content(PANEL)
        page.evaluate(LISTEN, [sheet("").value, BUTTONS])
        page.wait_for_selector("[data-ibnb-clicks]")
        yield page


def heard(page: Page) -> list[str]:
    words: list[str] = page.evaluate("window.heard")
    return words


def middle(page: Page, row: str) -> tuple[float, float]:
    box = page.get_by_role("button", name=row).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_click_counts_once(panel: Page) -> None:
    panel.get_by_role("button", name="open:1.0").click()
    panel.get_by_role("button", name="open:2.0").dblclick()

    assert heard(panel) == ["open:1.0", "open:2.0", "open:2.0"]


def test_a_press_counts_though_the_button_was_painted_anew_meanwhile(panel: Page) -> None:
    panel.mouse.move(*middle(panel, "open:1.0"))
    panel.mouse.down()
    panel.evaluate("window.repaint()")
    panel.mouse.up()

    assert heard(panel) == ["open:1.0"]


def test_a_press_that_ends_on_another_button_counts_for_none(panel: Page) -> None:
    panel.mouse.move(*middle(panel, "open:1.0"))
    panel.mouse.down()
    panel.mouse.move(*middle(panel, "open:2.0"))
    panel.mouse.up()
    panel.mouse.click(*middle(panel, "open:2.0"), button="right")

    assert heard(panel) == []


def test_the_keyboard_presses_as_often_as_it_likes_and_goes_on_after_a_repaint(panel: Page) -> None:
    panel.get_by_role("button", name="open:1.0").click()
    panel.keyboard.press("Enter")
    panel.evaluate("window.repaint()")
    panel.keyboard.press("Space")

    assert heard(panel) == ["open:1.0"] * 3
