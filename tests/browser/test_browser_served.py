"""The dashboard of `ibnb dashboard` in a real browser: opened by its address, clicked through, in both themes."""

from __future__ import annotations

import psutil
import pytest
from browser.dashboard import picture_of_dashboard
from browser.lab import accessibility_problems
from PIL import Image, ImageStat
from playwright.sync_api import Browser, Page, expect
from waiting import until

PHONE = 400  # pixels
TOO_WIDE = """() => ['#rendered_cells', '.ibnb-dashboard'].map(name => document.querySelector(name))
    .map(node => Math.max(node.scrollWidth - node.clientWidth, node.getBoundingClientRect().right - innerWidth, 0))"""
#: What each tab shows once it is filled.
FILLED = {
    "Portfolio": "13 positions",
    "Quotes": "13 contracts",
    "Chart": "SPY loaded",
    "Orders": "working orders",
    "Set-up": "Connected.",
}


def kernels(process: psutil.Process) -> list[psutil.Process]:
    """Return the kernels of a dashboard."""
    return [each for each in process.children() if "ipykernel_launcher" in " ".join(each.cmdline())]


def test_all_tabs_are_filled_in_either_theme_wide_and_on_a_phone(served: Page, theme: str) -> None:
    assert "token" not in served.url
    assert served.locator("body").get_attribute("data-jp-theme-light") == str(theme == "light").lower()
    expect(served.get_by_role("tab", name="Portfolio")).to_have_attribute("aria-selected", "true")
    expect(served.get_by_text("Orders: read-only")).to_be_visible()

    for width in (1400, PHONE):
        served.set_viewport_size({"width": width, "height": 900})
        for tab, text in FILLED.items():
            served.get_by_role("tab", name=tab).click()
            expect(served.locator(".ibnb-dashboard").get_by_text(text).locator("visible=true").first).to_be_visible()
            with Image.open(picture_of_dashboard(served, f"served-{tab.lower()}-{width}-{theme}")) as image:
                assert (ImageStat.Stat(image.convert("L")).mean[0] > 128) == (theme == "light")
            assert served.evaluate(TOO_WIDE) == [0, 0]
    assert accessibility_problems(served, ".ibnb-whose") == []


@pytest.mark.parametrize("theme", ["light"])
def test_the_theme_follows_the_system_while_the_page_is_open(served: Page) -> None:
    served.emulate_media(color_scheme="dark")

    expect(served.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    with Image.open(picture_of_dashboard(served, "served-turned-dark")) as image:
        assert ImageStat.Stat(image.convert("L")).mean[0] < 128


@pytest.mark.parametrize("theme", ["light"])
def test_a_page_that_is_opened_again_needs_no_token_and_another_person_does(
    served: Page, browser: Browser, dashboard: tuple[str, psutil.Process], page_errors: list[str]
) -> None:
    address, process = dashboard
    before = kernels(process)
    served.reload(timeout=60_000)
    served.get_by_role("tab", name="Portfolio").wait_for(timeout=60_000)
    assert until(lambda: not all(each.is_running() for each in before)), "a page that goes ends its kernel"
    page_errors[:] = [
        each for each in page_errors if "/voila/api/shutdown/" not in each
    ]  # nobody waits for that answer

    other = browser.new_context().new_page()
    refused = other.goto(address.partition("?")[0])
    assert refused is not None and refused.status == 403
    expect(other.get_by_text("with its token")).to_be_visible()
    other.context.close()
