"""The Voila harness itself: a notebook with a widget and a figure, served without its code, clicked and pictured."""

from __future__ import annotations

import nbformat
import pytest
from browser.dashboard import VoilaServer, open_dashboard, picture_of_dashboard
from browser.lab import accessibility_problems
from PIL import Image, ImageStat
from playwright.sync_api import Page, expect

CELLS = (
    "import ipywidgets as widgets\n"
    "button = widgets.Button(description='Count')\n"
    "shown = widgets.HTML('<p class=\"ours\">not yet</p>')\n"
    "def count(_):\n    shown.value = '<p class=\"ours\">clicked</p>'\n"
    "button.on_click(count)\nwidgets.VBox([button, shown])",
    "import ibnb\nwith ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:\n"
    "    held = tws.portfolio()\nibnb.plot_allocation(held)",
)


def write(voila: VoilaServer, name: str, *cells: str) -> str:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, voila.root / name)
    return name


@pytest.mark.parametrize("theme", ["dark"])
def test_a_dashboard_shows_widgets_and_figures_in_its_theme(voila_page: Page, voila: VoilaServer, theme: str) -> None:
    open_dashboard(voila_page, voila, write(voila, "demo.ipynb", *CELLS), theme)

    voila_page.get_by_role("button", name="Count").click()
    expect(voila_page.get_by_text("clicked", exact=True)).to_be_visible()
    expect(voila_page.get_by_role("img", name="Allocation of")).to_be_visible()
    assert not voila_page.get_by_text("import ipywidgets").count(), "a dashboard shows no code"
    with Image.open(picture_of_dashboard(voila_page, f"dashboard-{theme}")) as image:
        assert (ImageStat.Stat(image.convert("L")).mean[0] > 128) == (theme == "light")
    assert accessibility_problems(voila_page, ".ours") == []


@pytest.mark.parametrize("theme", ["light"])
def test_a_cell_that_fails_is_told(voila_page: Page, voila: VoilaServer) -> None:
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        open_dashboard(voila_page, voila, write(voila, "broken.ipynb", "1 / 0"))
