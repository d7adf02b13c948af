"""The order ticket and the blotter in the real JupyterLab: an order by clicks and keys, and nothing sent by less."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from browser.lab import LabServer, accessibility_problems, open_notebook, run_all, screenshot
from playwright.sync_api import Locator, Page, expect

TICKET, BLOTTER = ".ibnb-ticket", ".ibnb-blotter"
BEGIN = (
    "import ibnb, warnings\nwarnings.simplefilter('ignore')\n"
    "sim = ibnb.simulate({scenario}clock='2026-11-18T11:00:00-05:00')\n"
    "tws = ibnb.connect(port=sim.port, readonly=False{more})\n"
)


def write(root: Path, name: str, *cells: str) -> str:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, root / name)
    return name


def opened(page: Page, lab: LabServer, *cells: str, scenario: str = "", more: str = "") -> None:
    begin = BEGIN.format(scenario=scenario, more=more)
    open_notebook(page, lab, write(lab.root, "orders.ipynb", begin + cells[0], *cells[1:]))
    run_all(page)


def fill(ticket: Locator, label: str, text: str) -> None:
    field = ticket.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_an_order_is_previewed_sent_changed_and_cancelled_by_clicks(page: Page, lab: LabServer, theme: str) -> None:
    opened(page, lab, "sim.scenario('fills-in-parts:parts=200')\nibnb.ticket(tws, 'AAPL')", "ibnb.blotter(tws)")
    ticket = page.locator(TICKET)
    expect(ticket.locator(".ibnb-quote")).to_contain_text("APPLE INC", timeout=60_000)
    expect(ticket.locator(".ibnb-whose")).to_contain_text("SIMULATED")
    submit = ticket.get_by_role("button", name="Submit")
    expect(submit).to_be_disabled()

    fill(ticket, "Amount", "400")
    ticket.locator(".ibnb-price").nth(1).click()  # the ask becomes the price
    expect(ticket.locator(".ibnb-sentence")).to_contain_text("Buy 400 AAPL", timeout=30_000)
    ticket.get_by_role("button", name="Preview").click()
    expect(ticket.locator(".ibnb-preview")).to_contain_text("Commission", timeout=30_000)
    expect(submit).to_be_enabled()
    screenshot(page, f"ticket-previewed-{theme}")
    assert accessibility_problems(page, TICKET) == []

    submit.click()
    expect(ticket.locator(".ibnb-confirm")).to_contain_text("Send this to SIMULATED account DU***567?")
    screenshot(page, f"ticket-confirm-{theme}")
    ticket.get_by_role("button", name="Send the order").click()
    trade = ticket.locator(".ibnb-trade")
    expect(trade).to_contain_text("of 400 filled", timeout=30_000)
    expect(trade).not_to_contain_text("· 0 of 400 filled", timeout=30_000)

    blotter = page.locator(BLOTTER)
    expect(blotter).to_contain_text("this session", timeout=30_000)
    blotter.get_by_label("Filter").fill("AAPL BUY")
    screenshot(page, f"blotter-{theme}")
    assert accessibility_problems(page, BLOTTER) == []

    fill(ticket, "New quantity", "300")
    ticket.get_by_role("button", name="Change").click()
    expect(trade).to_contain_text("of 300 filled", timeout=30_000)
    ticket.get_by_role("button", name="Cancel the order").click()
    expect(trade).to_contain_text("cancelled", timeout=30_000)
    screenshot(page, f"ticket-done-{theme}")
    expect(submit).to_be_disabled()


@pytest.mark.parametrize("theme", ["light"])
def test_nothing_is_sent_by_enter_or_by_running_the_notebook_again(page: Page, lab: LabServer) -> None:
    opened(page, lab, "ibnb.ticket(tws, 'AAPL')", "print('sent', sim.received().get('PLACE_ORDER', 0))")
    ticket = page.locator(TICKET)
    expect(ticket.locator(".ibnb-quote")).to_contain_text("APPLE INC", timeout=60_000)
    fill(ticket, "Amount", "10")
    fill(ticket, "Limit price", "100")
    expect(ticket.locator(".ibnb-sentence")).to_contain_text("Buy 10 AAPL", timeout=30_000)
    for label in ("Amount", "Limit price", "Contract"):
        for _ in range(3):
            ticket.get_by_label(label, exact=True).press("Enter")
    expect(ticket.get_by_role("button", name="Submit")).to_be_disabled()

    run_all(page)
    expect(page.locator(".jp-OutputArea-output").filter(has_text="sent 0").first).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_real_money_looks_like_it_and_is_not_armed_by_itself(page: Page, lab: LabServer, theme: str) -> None:
    opened(page, lab, "ibnb.ticket(tws, 'AAPL')", scenario="'live-account', ", more=", allow_live='U1234567'")
    ticket = page.locator(TICKET)
    expect(ticket.locator(".ibnb-whose")).to_contain_text("LIVE · real money · account U***567", timeout=60_000)
    fill(ticket, "Amount", "10")
    fill(ticket, "Limit price", "100")
    expect(ticket.locator(".ibnb-sentence")).to_contain_text("Buy 10 AAPL", timeout=30_000)
    ticket.get_by_role("button", name="Preview").click()
    ticket.get_by_role("button", name="Submit").click()
    expect(ticket.locator(".ibnb-confirm")).to_contain_text("Send this to LIVE account U***567?", timeout=30_000)
    screenshot(page, f"ticket-live-{theme}")
    assert accessibility_problems(page, TICKET) == []
    ticket.get_by_role("button", name="Back").click()
    expect(ticket.locator(".ibnb-confirm")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light"])
def test_a_guard_and_a_wrong_price_are_said_where_they_are(page: Page, lab: LabServer) -> None:
    opened(page, lab, "ibnb.ticket(tws)")
    ticket = page.locator(TICKET)
    fill(ticket, "Contract", "apple")
    expect(ticket.locator(".ibnb-matches")).to_contain_text("AAPL", timeout=60_000)
    ticket.locator(".ibnb-found").filter(has_text="AAPL").first.click()
    expect(ticket.locator(".ibnb-quote")).to_contain_text("APPLE INC", timeout=30_000)
    fill(ticket, "Amount", "10")
    fill(ticket, "Limit price", "100.001")
    expect(ticket.get_by_role("alert")).to_contain_text("nearest: 100 or 100.01", timeout=30_000)
    fill(ticket, "Limit price", "400")
    expect(ticket.locator(".ibnb-sentence")).to_contain_text("Buy 10 AAPL", timeout=30_000)
    ticket.get_by_role("button", name="Preview").click()
    expect(ticket.locator(".ibnb-preview")).to_contain_text("A guard stops it", timeout=30_000)
    screenshot(page, "ticket-guard-light")
    expect(ticket.get_by_role("button", name="Submit")).to_be_disabled()
    fill(ticket, "Send all the same, because", "I want to see it")
    expect(ticket.get_by_role("button", name="Submit")).to_be_enabled()


@pytest.mark.second
def test_a_blotter_sums_sorts_and_follows_the_choice_of_numbers(page: Page, lab: LabServer, theme: str) -> None:
    opened(page, lab, "ibnb.blotter(tws)", "import time\ntime.sleep(2)\nibnb.options.number_format = '1.234,50'")
    blotter = page.locator(BLOTTER)
    fills = blotter.get_by_role("tab", name="Fills (4)")
    expect(fills).to_be_visible(timeout=60_000)
    assert accessibility_problems(page, BLOTTER) == []
    fills.click()
    expect(blotter).to_contain_text("All in USD")
    expect(blotter.locator("tfoot")).to_contain_text("3,00")

    heading = blotter.get_by_role("button", name="Price")
    heading.focus()
    page.keyboard.press("Enter")
    expect(blotter.locator("th[aria-sort=ascending]")).to_contain_text("Price")
    expect(blotter.get_by_role("button", name="Price")).to_be_focused()
    table = blotter.locator("table", has_text="All in USD")
    prices = [float(text.replace(",", ".")) for text in table.locator("tbody td:nth-child(5)").all_inner_texts()]
    assert prices == sorted(prices) and len(prices) == 4
    assert accessibility_problems(page, BLOTTER) == []
    screenshot(page, f"blotter-fills-{theme}")
    blotter.get_by_role("tab", name="By contract (3)").click()
    expect(blotter).to_contain_text("GOOG")
    for width in (1400, 900, 400):
        page.set_viewport_size({"width": width, "height": 900})
        assert blotter.evaluate("node => node.scrollWidth <= node.clientWidth + 1"), "only the table scrolls sideways"
        screenshot(page, f"blotter-contracts-{width}-{theme}")
