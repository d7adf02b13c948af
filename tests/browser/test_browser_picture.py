"""The pictures of README and docs, made by real runs: setup notebook, explorer, order ticket, dashboard.

``pytest tests/browser/test_browser_picture.py --write-picture`` writes them to ``docs/images``; without
the option the same is made below ``test-output``, so that the way to the pictures cannot break unseen.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import nbformat
import pytest
from browser.lab import PICTURES, UNDISTURBED, LabServer, open_notebook, picture_of_notebook, run_all
from PIL import Image
from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "00_setup.ipynb"
NAME = "setup-notebook.png"
LIMIT = 300_000  # bytes: a README is read over slow lines, too
WIDTH, WIDE = 1100, 1200  # of the browser window, in pixels
CUT = (0, 1000)  # what a picture shows: first and last row of pixels


def _cut_and_shrunk(picture: bytes) -> bytes:
    """Cut the picture and store it with as many colours as stay below the limit."""
    with Image.open(io.BytesIO(picture)) as image:
        cut = image.convert("RGB").crop((0, CUT[0], image.width, min(CUT[1], image.height)))
    for colours in (256, 128, 64, 32):
        small = io.BytesIO()
        cut.quantize(colours, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        if small.tell() < LIMIT:
            break
    return small.getvalue()


@pytest.mark.skipif(not NOTEBOOK.exists(), reason="there is no setup notebook")
@pytest.mark.parametrize("theme", ["light"])
def test_the_picture_of_the_setup_notebook(page: Page, lab: LabServer, request: pytest.FixtureRequest) -> None:
    shutil.copy(NOTEBOOK, lab.root)
    page.set_viewport_size({"width": WIDTH, "height": 900})
    open_notebook(page, lab, NOTEBOOK.name)
    run_all(page, seconds=90)

    _keep(_cut_and_shrunk(picture_of_notebook(page)), NAME, request)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light"])
def test_the_picture_of_the_explorer(page: Page, lab: LabServer, request: pytest.FixtureRequest) -> None:
    _open(page, lab, "import ibnb\n\ntws = ibnb.start()\nexplorer = ibnb.explorer(tws)\nexplorer")
    explorer = page.locator(".ibnb-explorer")
    expect(explorer.get_by_role("img", name="Allocation of")).to_be_visible(timeout=60_000)

    _picture(page, explorer, "explorer.png", request)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light"])
def test_the_picture_of_the_ticket(page: Page, lab: LabServer, request: pytest.FixtureRequest) -> None:
    begin = "import ibnb\n\nsim = ibnb.simulate(clock='2026-11-18T11:00:00-05:00')\n"
    _open(page, lab, begin + "tws = ibnb.connect(port=sim.port, readonly=False)\nibnb.ticket(tws, 'AAPL')")
    ticket = page.locator(".ibnb-ticket")
    expect(ticket.locator(".ibnb-quote")).to_contain_text("APPLE INC", timeout=60_000)
    for label, text in (("Amount", "10"), ("Limit price", "240"), ("Take profit at", "280"), ("Stop loss at", "220")):
        ticket.get_by_label(label, exact=True).fill(text)
        ticket.get_by_label(label, exact=True).press("Tab")
    expect(ticket.locator(".ibnb-sentence").last).to_contain_text("Stop loss", timeout=30_000)
    ticket.get_by_role("button", name="Preview").click()
    expect(ticket.locator(".ibnb-preview").first).to_contain_text("Commission", timeout=30_000)

    _picture(page, ticket, "ticket.png", request)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light"])
def test_the_picture_of_the_option_chain(page: Page, lab: LabServer, request: pytest.FixtureRequest) -> None:
    begin = "import ibnb\n\nsim = ibnb.simulate(clock='2026-11-18T11:00:00-05:00')\ntws = ibnb.connect(port=sim.port)\n"
    _open(page, lab, begin + "chain = ibnb.chain(tws, 'SPX')\nchain")
    chain = page.locator(".ibnb-chain")
    expect(chain.locator(".ibnb-live-words")).to_contain_text("40 live", timeout=60_000)

    _picture(page, chain, "chain.png", request)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light"])
def test_the_picture_of_the_dashboard(served: Page, request: pytest.FixtureRequest) -> None:
    served.set_viewport_size({"width": WIDE, "height": 760})
    expect(served.get_by_role("img", name="Allocation of")).to_be_visible(timeout=60_000)
    served.get_by_role("tab", name="Quotes").click()
    expect(served.locator(".ibnb-board .ibnb-spark").first).to_be_visible(timeout=30_000)
    served.mouse.move(0, 0)

    _keep(_cut_and_shrunk(served.screenshot()), "dashboard.png", request)


def _open(page: Page, lab: LabServer, cell: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, lab.root / "picture.ipynb")
    page.set_viewport_size({"width": WIDTH, "height": 900})
    open_notebook(page, lab, "picture.ipynb")
    run_all(page, seconds=90)


def _picture(page: Page, shown: Locator, name: str, request: pytest.FixtureRequest) -> None:
    page.set_viewport_size({"width": WIDE, "height": 3000})
    page.evaluate(UNDISTURBED)
    page.wait_for_timeout(500)

    _keep(_cut_and_shrunk(shown.screenshot()), name, request)


def _keep(picture: bytes, name: str, request: pytest.FixtureRequest) -> None:
    assert len(picture) < LIMIT
    folder = ROOT / "docs" / "images" if request.config.getoption("--write-picture") else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(picture)
