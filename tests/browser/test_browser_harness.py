"""The browser harness itself: a notebook with a figure and a button, run, clicked and pictured."""

from __future__ import annotations

import nbformat
import pytest
from browser.lab import LabServer, accessibility_problems, code_cells, open_notebook, outputs, run_all, screenshot
from PIL import Image, ImageStat
from playwright.sync_api import Page

CELLS = [
    "import matplotlib.pyplot as plt\n"
    "figure, axes = plt.subplots(figsize=(6, 3))\n"
    "axes.plot([1, 3, 2, 5])\naxes.set_title('A figure')\nplt.show()",
    "import ipywidgets as widgets\nfrom IPython.display import display\n"
    "button = widgets.Button(description='Count')\n"
    "shown = widgets.HTML('<p class=\"ours\">not yet</p>')\n"
    "def count(_):\n    shown.value = '<p class=\"ours\">clicked</p>'\n"
    "button.on_click(count)\ndisplay(button, shown)",
    "for number in range(40):\n    print('line', number)",
    "print('the end')",
]


@pytest.fixture
def demo(lab: LabServer) -> str:
    cells = [nbformat.v4.new_markdown_cell("# A demo"), *map(nbformat.v4.new_code_cell, CELLS)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    nbformat.write(notebook, lab.root / "demo.ipynb")
    return "demo.ipynb"


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_a_notebook_runs_is_clicked_and_pictured(page: Page, lab: LabServer, demo: str, theme: str) -> None:
    open_notebook(page, lab, demo)
    assert page.locator("body").get_attribute("data-jp-theme-light") == str(theme == "light").lower()

    run_all(page)

    figure, _, _, last = outputs(page)
    assert "image/png" in figure[0]["data"]
    assert last[0]["text"] == "the end\n"
    page.get_by_role("button", name="Count").click()
    page.get_by_text("clicked", exact=True).wait_for()
    picture = screenshot(page, f"harness-{theme}")
    with Image.open(picture) as image:
        assert image.height > 1100, "the picture shows the whole notebook, beyond the window"
        brightness = ImageStat.Stat(image.convert("L")).mean[0]
        assert (brightness > 128) == (theme == "light")
    assert accessibility_problems(page, ".ours") == []


@pytest.mark.parametrize("theme", ["light"])
def test_a_failing_cell_and_a_page_error_are_seen(
    page: Page, lab: LabServer, demo: str, page_errors: list[str]
) -> None:
    notebook = nbformat.read(lab.root / demo, 4)
    notebook.cells.append(nbformat.v4.new_code_cell("raise ValueError('on purpose')"))
    nbformat.write(notebook, lab.root / "failing.ipynb")
    open_notebook(page, lab, "failing.ipynb")

    with pytest.raises(AssertionError, match="cell 5: ValueError: on purpose"):
        run_all(page)
    page.evaluate("console.error('on purpose')")
    page.evaluate("document.querySelector('.jp-Notebook').insertAdjacentHTML('afterbegin', '<img class=bad src=\"\">')")

    assert len(code_cells(page)) == 5
    assert page_errors == ["console: on purpose"]
    assert accessibility_problems(page, ".bad")[0].startswith("image-alt")
    page_errors.clear()
